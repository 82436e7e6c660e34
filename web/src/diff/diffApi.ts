import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/client';
import type { Described } from '../api/described';

export type Against = 'input' | 'base' | 'previous' | (string & {});

export type DiffFile = Described<'DiffFile'>;
export type Diff = Described<'Diff'>;

export const diffQuery = (attempt: string, against: Against) =>
  queryOptions({
    queryKey: ['diff', attempt, against],
    queryFn: ({ signal }) => get<Diff>(`/attempts/${encodeURIComponent(attempt)}/diff`, { against }, signal),
  });

/** One file that is too large to come with the others. */
export const fileDiffQuery = (attempt: string, against: Against, path: string) =>
  queryOptions({
    queryKey: ['diff', attempt, against, path],
    queryFn: async ({ signal }) => {
      const diff = await get<Diff>(`/attempts/${encodeURIComponent(attempt)}/diff`, { against, path }, signal);
      return diff.files.find((file) => file.path === path) ?? null;
    },
  });
