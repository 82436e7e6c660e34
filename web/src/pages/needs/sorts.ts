import type { Need } from '../../api/types';

export type Sort = 'longest' | 'newest' | 'cost' | 'job';

export const sortWords: Record<Sort, string> = {
  longest: 'Waiting longest',
  newest: 'Newest first',
  cost: 'Costliest first',
  job: 'By job',
};

export const sortOf = (word: string | null): Sort => (word !== null && word in sortWords ? (word as Sort) : 'longest');

export function sorted(needs: readonly Need[], sort: Sort): Need[] {
  const by: Record<Sort, (a: Need, b: Need) => number> = {
    longest: (a, b) => a.since.localeCompare(b.since),
    newest: (a, b) => b.since.localeCompare(a.since),
    cost: (a, b) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0),
    job: (a, b) => a.job_id.localeCompare(b.job_id),
  };
  return [...needs].sort(by[sort]);
}
