// Colours of series. The theme says in colours.css what each is. Any two series differ in colour; those
// that some people could not tell apart by colour alone differ in dash and marker, too.

const colours = 12;
const alike = 6; // so many in a row are told apart by colour alone, by everybody
const dashes = ["", "8 3", "2 3", "9 3 2 3", "1 4", "14 3 2 3 2 3"];

export type Marker = "circle" | "square" | "triangle" | "diamond" | "star" | "wye";
const markers: Marker[] = ["circle", "square", "triangle", "diamond", "star", "wye"];

const round = (index: number) => Math.floor(index / alike);

export function seriesColour(index: number): string {
  return `var(--series-${index % colours})`;
}

export function seriesDash(index: number): string {
  return dashes[round(index) % dashes.length];
}

export function seriesMarker(index: number): Marker {
  return markers[round(index) % markers.length];
}

// "A", "B", ..., "Z", "AA": what areas are marked with, where a legend says what it means.
export function seriesLetter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : seriesLetter(Math.floor(index / 26) - 1) + last;
}

export const partColours = {
  compute: "var(--blue)",
  exposed: "var(--vermillion)",
  waiting: "var(--idle)",
  other: "var(--orange)",
};

// Black or white: what reads better on a colour given as #rrggbb.
export function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
