// The colours of the page's theme, as the timeline paints them.

import { mixed, pixelOf, type Pixel } from "./pixels";

// Of kinds of spans, in the order of `span_kinds`.
export const kindColours = ["--blue", "--orange", "--vermillion", "--green", "--purple", "--yellow", "--green"];
// On the critical path, after the kinds of spans: work at a message's end, a message, the shared memory.
export const pathColours = [...kindColours, "--muted", "--sky", "--sky"];
export const useColours = [0, 1, 2, 3, 4, 5].map((level) => `--use-${level}`);

export interface Colours {
  path: Pixel[]; // of kinds of spans first
  messages: Pixel[]; // one, two, more at once
  use: Pixel[]; // steps of utilization
  ground: Pixel; // of a lane on which nothing is done
  surface: Pixel;
  nothing: Pixel; // between lanes: what is behind shows
  ink: Pixel;
  names: { text: string; muted: string; line: string; surface: string; raised: string; accent: string };
}

export const messageShades = [0.5, 0.75, 1];

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const name = (variable: string) => style.getPropertyValue(variable).trim();
  const pixel = (variable: string) => pixelOf(name(variable));
  const [sky, ground] = [pixel("--sky"), pixel("--raised")];
  return {
    path: pathColours.map(pixel),
    messages: messageShades.map((share) => mixed(sky, ground, share)),
    use: useColours.map(pixel),
    ground,
    surface: pixel("--surface"),
    nothing: 0,
    ink: pixel("--text"),
    names: { text: name("--text"), muted: name("--muted"), line: name("--line"), surface: name("--surface"), raised: name("--raised"), accent: name("--link") },
  };
}
