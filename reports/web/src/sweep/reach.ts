// Marks of a chart that are reached by pointer and by key: one stop of the Tab key, arrows from mark to
// mark. What is pointed at, or has the focus, is shown; what is pressed stays shown.

export interface Reached {
  words: (i: number) => string; // for who cannot see the mark
  next: (i: number, key: string) => number | undefined; // where an arrow key leads
  show: (i: number) => void;
  press: (i: number) => void;
}

// `pointed` tells which mark Plot's own pointer is at, whose tip shows the same.
export function reachable(chart: Element & { value?: unknown }, selector: string, pointed: (value: unknown) => number, reached: Reached): void {
  const marks = [...chart.querySelectorAll<SVGElement>(selector)];
  const go = (from: number, to: number | undefined) => {
    if (to === undefined || marks[to] === undefined) return;
    marks[from].setAttribute("tabindex", "-1");
    marks[to].setAttribute("tabindex", "0");
    marks[to].focus();
  };
  marks.forEach((mark, i) => {
    mark.setAttribute("tabindex", i === 0 ? "0" : "-1");
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-label", reached.words(i));
    mark.style.cursor = "pointer";
    mark.addEventListener("focus", () => reached.show(i));
    // Not when it is clicked: by then Plot's tip lies over it.
    mark.addEventListener("pointerdown", () => reached.press(i));
    mark.addEventListener("pointerenter", () => reached.show(i));
    mark.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") reached.press(i);
      else if (event.key.startsWith("Arrow")) go(i, reached.next(i, event.key));
      else return;
      event.preventDefault();
    });
  });
  chart.addEventListener("input", () => {
    const i = pointed(chart.value);
    if (i >= 0) reached.show(i);
  });
}
