// A time axis on which hours in which nothing happened take a thumb's width.
import type { Bar } from './bars';

export interface Gap {
  from: number;
  to: number;
  x: number;
}
export interface Scale {
  x: (ms: number) => number;
  gaps: Gap[];
  ticks: { x: number; at: number }[];
}

export const gapWidth = 48;
const shortestGap = 60_000;
const gapShare = 0.08;
const tickWidth = 110;

export function scaleOf(bars: readonly Bar[], now: number, width: number): Scale {
  const busy = busyTimes(bars, now);
  const worked = busy.reduce((sum, [from, to]) => sum + to - from, 0);
  // Short pauses are drawn as they are: they belong to the rhythm of the work.
  const stretches = busy.reduce<[number, number][]>((all, [from, to]) => {
    const last = all.at(-1);
    if (last && from - last[1] <= Math.max(shortestGap, worked * gapShare)) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
    return all;
  }, []);
  const drawn = Math.max(
    1,
    stretches.reduce((sum, [from, to]) => sum + to - from, 0),
  );
  const perMs = Math.max(40, width - gapWidth * (stretches.length - 1)) / drawn;

  let x = 0;
  const starts = stretches.map(([from, to]) => {
    const start = x;
    x += (to - from) * perMs + gapWidth;
    return { from, to, x: start };
  });
  const place = (ms: number) => {
    const stretch = starts.findLast(({ from }) => from <= ms) ?? starts[0];
    if (!stretch) return 0;
    return stretch.x + (Math.min(Math.max(ms, stretch.from), stretch.to) - stretch.from) * perMs;
  };
  const gaps = starts.slice(1).map((stretch, index) => ({
    from: starts[index]?.to ?? stretch.from,
    to: stretch.from,
    x: stretch.x - gapWidth,
  }));
  const ticks = starts.flatMap(({ from, to, x: start }) => {
    const count = Math.max(1, Math.floor(((to - from) * perMs) / tickWidth));
    return Array.from({ length: count }, (_, i) => ({ x: start + i * tickWidth, at: from + (i * tickWidth) / perMs }));
  });
  return { x: place, gaps, ticks };
}

/** The times in which an agent or a command worked, joined where they overlap. Waiting for a person is no work. */
function busyTimes(bars: readonly Bar[], now: number): [number, number][] {
  const times = bars
    .filter((bar) => bar.kind !== 'human' && bar.kind !== 'retry')
    .map((bar): [number, number] => [bar.from, Math.max(bar.from + 1, bar.to ?? now)])
    .sort((a, b) => a[0] - b[0]);
  return times.reduce<[number, number][]>((all, [from, to]) => {
    const last = all.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
    return all;
  }, []);
}
