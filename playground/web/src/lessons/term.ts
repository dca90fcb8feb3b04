// A term of the glossary in a lesson's text. Its definition is shown below the word while a pointer or the keyboard's
// focus is on it; a press keeps it open, below the paragraph, until the next press. Escape puts it away.

import { h, type Child } from "../../../../reports/web/src/dom";

export interface Term {
  name: string;
  anchor: string;
  words: string;
}

const grace = 200; // ms in which a pointer can come from the word to its definition

// The word as a button, and the definition, which belongs at the end of the word's paragraph.
export function termButton(term: Term, word: string, words: Child[]): { button: HTMLElement; definition: HTMLElement } {
  const id = `definition-${term.anchor}`;
  const definition = h("span", { class: "definition", id, hidden: true }, h("strong", {}, term.name), ": ", ...words);
  const button = h("button", { type: "button", class: "term", "aria-expanded": "false", "aria-controls": id, "aria-describedby": id }, word);
  let [pointed, focused, kept] = [false, false, false];
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    const shown = pointed || focused || kept;
    button.setAttribute("aria-expanded", String(kept));
    definition.hidden = !shown;
    definition.classList.toggle("kept", kept);
    definition.style.top = kept ? "" : `${button.offsetTop + button.offsetHeight}px`;
    if (shown) document.addEventListener("keydown", escape);
    else document.removeEventListener("keydown", escape);
  };
  const escape = ({ key }: KeyboardEvent) => {
    if (key !== "Escape") return;
    pointed = focused = kept = false;
    show();
  };
  const enter = () => {
    clearTimeout(leaving);
    pointed = true;
    show();
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      pointed = false;
      show();
    }, grace);
  };
  for (const one of [button, definition]) {
    one.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") enter(); // a finger presses; it does not hover
    });
    one.addEventListener("pointerleave", leave);
  }
  button.addEventListener("focus", () => {
    focused = true;
    show();
  });
  button.addEventListener("blur", () => {
    focused = false;
    show();
  });
  button.addEventListener("click", () => {
    kept = !kept;
    if (!kept) pointed = focused = false;
    show();
  });
  return { button, definition };
}
