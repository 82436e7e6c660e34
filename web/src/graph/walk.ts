import type { Places } from './layout';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key);

/** The box that lies next in a direction: near along it, and hardly to the side. */
export function nextBox(places: Places, from: string, arrow: Arrow): string | null {
  const start = places.get(from);
  if (!start) return null;
  const sideways = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  const sign = arrow === 'ArrowRight' || arrow === 'ArrowDown' ? 1 : -1;
  let best: string | null = null;
  let least = Infinity;
  for (const [id, place] of places) {
    const along = sign * (sideways ? place.x - start.x : place.y - start.y);
    const aside = Math.abs(sideways ? place.y - start.y : place.x - start.x);
    // Up and down stay in the column; left and right may go anywhere that lies there.
    if (along <= 1 || (!sideways && aside > 40)) continue;
    const far = along + 2 * aside;
    if (far < least) [best, least] = [id, far];
  }
  return best;
}
