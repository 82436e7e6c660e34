import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { get } from '../../api/client';
import type { JobEvent } from '../../api/types';

const page = 500;

/** Every event of a run, oldest first. When the job has moved on, only what was added since is asked for. */
export function useRunEvents(run: string | null, seq: number): JobEvent[] | undefined {
  const queries = useQueryClient();
  const key = ['run-events', run];
  const { data, refetch } = useQuery({
    queryKey: key,
    enabled: run !== null,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      let events = queries.getQueryData<JobEvent[]>(key) ?? [];
      for (;;) {
        const more = await get<JobEvent[]>('/events', { run_id: run, after: events.at(-1)?.id, limit: page }, signal);
        if (more.length === 0) return events;
        events = [...events, ...more];
      }
    },
  });
  useEffect(() => {
    if (run !== null) void refetch();
  }, [run, seq, refetch]);
  return data;
}
