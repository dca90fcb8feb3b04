// Okabe and Ito's colours, which people with any of the common colour visions tell apart. The theme
// says in styles.css what each is, and in which order series take them.

const colours = 8;
const dashes = ["", "7 3", "2 3", "9 3 2 3", "1 4"];

export function seriesColour(index: number): string {
  return `var(--series-${index % colours})`;
}

// More series than colours: the next round of them is dashed.
export function seriesDash(index: number): string {
  return dashes[Math.floor(index / colours) % dashes.length];
}

export const partColours = {
  compute: "var(--blue)",
  exposed: "var(--vermillion)",
  waiting: "var(--idle)",
  other: "var(--purple)",
};
