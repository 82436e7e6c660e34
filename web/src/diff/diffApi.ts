import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/client';

export type Against = 'input' | 'base' | 'previous' | (string & {});

export interface DiffFile {
  path: string;
  old_path: string | null;
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'binary';
  additions: number;
  deletions: number;
  patch: string | null;
  too_large: boolean;
}
export interface Diff {
  from_commit: string | null;
  to_commit: string | null;
  files: DiffFile[];
  additions: number;
  deletions: number;
  truncated: boolean;
}

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
