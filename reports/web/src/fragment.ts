// What is chosen on the page stands in its address, after the #: scenario=2&algorithm=gpipe&from=1.5
// So a page can be sent at a place.

export type Key = "s" | "lesson" | "scenario" | "algorithm" | "compare" | "from" | "to" | "select" | "section";

let known = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
let timer = 0;

function write(): void {
  const text = known.toString();
  if (`#${text}` !== location.hash && (text !== "" || location.hash !== "")) history.replaceState(null, "", text === "" ? location.pathname : `#${text}`);
}

export function chosen(key: Key): string | null {
  return known.get(key);
}

export function chosenNumber(key: Key): number | null {
  const number = Number.parseFloat(known.get(key) ?? "");
  return Number.isFinite(number) ? number : null;
}

// null removes. The address follows when nothing has changed for a moment: browsers limit how often
// it may.
export function choose(changes: Partial<Record<Key, string | null>>): void {
  for (const [key, value] of Object.entries(changes))
    if (value === null) known.delete(key);
    else known.set(key, value);
  clearTimeout(timer);
  timer = window.setTimeout(write, 250);
}

// Links to sections scroll, and leave the rest of the address alone.
export function followSections(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.('a[href^="#"]');
    const id = link?.getAttribute("href")?.slice(1) ?? "";
    const section = document.getElementById(id);
    if (section === null) return;
    event.preventDefault();
    section.scrollIntoView();
    choose({ section: id });
  });
}

// Goes where the address says: to a section, or where a time is given, to the timeline.
export function goToSection(): void {
  const id = known.get("section") ?? (known.has("from") || known.has("select") ? "timeline" : location.hash.slice(1));
  if (id !== "") document.getElementById(id)?.scrollIntoView();
}

// When the address is changed by hand, or by a link to this page.
export function onFragmentChange(listener: () => void): void {
  window.addEventListener("hashchange", () => {
    known = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    listener();
  });
}
