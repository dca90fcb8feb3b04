// Which part of a run is in view. Pure arithmetic: seconds in, seconds out.

export interface View {
  begin: number;
  end: number;
}

const mostZoom = 1e7;

// Inside [0, whole], no shorter than what doubles can tell apart.
export function clamped(view: View, whole: number): View {
  const length = Math.min(whole, Math.max(view.end - view.begin, whole / mostZoom));
  const begin = Math.min(Math.max(0, view.begin), whole - length);
  return { begin, end: begin + length };
}

// By `factor` (over 1: closer), while what is at `at` stays there.
export function zoomed(view: View, factor: number, at: number, whole: number): View {
  return clamped({ begin: at - (at - view.begin) / factor, end: at + (view.end - at) / factor }, whole);
}

// By a share of what is in view.
export function panned(view: View, share: number, whole: number): View {
  const by = share * (view.end - view.begin);
  const length = view.end - view.begin;
  const begin = Math.min(Math.max(0, view.begin + by), whole - length);
  return { begin, end: begin + length };
}
