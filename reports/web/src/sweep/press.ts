// What happens when a mark of a chart is pressed. Not when it is clicked: by then Plot's tip lies over it.
export function onPress(chart: Element, marks: string, act: (index: number) => void): void {
  chart.querySelectorAll<SVGElement>(marks).forEach((mark, i) => {
    mark.style.cursor = "pointer";
    mark.addEventListener("pointerdown", () => act(i));
  });
}
