import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/queries';

/** Why nothing can be changed here, or null: a server started for looking only refuses every change. */
export function useReadOnly(): string | null {
  return useQuery(meQuery()).data?.read_only ? 'This server is read-only.' : null;
}
