import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { auditQuery, tasksQuery } from '../../api/queries';
import type { JobDocument, Phase } from '../../api/types';
import { roundsOf, stepsAt, stepsOfRun, type Round } from './rounds';
import { useRunEvents } from './useRunEvents';

/** The rounds of the job, and the steps as the chosen one left them (undefined while they are read). */
export function useRounds(doc: JobDocument | undefined, chosen: string | null): { rounds: Round[]; steps: Phase[] | undefined } {
  const audit = useInfiniteQuery({
    ...auditQuery({ job_id: doc?.job_id ?? '', since: '', actor: '' }),
    enabled: doc !== undefined,
  });
  const rounds = useMemo(
    () => (doc ? roundsOf(doc, audit.data?.pages.flatMap((page) => page.items) ?? []) : []),
    [doc, audit.data],
  );
  const index = rounds.findIndex((round) => round.id === chosen);
  const round = index > 0 ? rounds[index] : undefined;
  const wholeRun = round?.endsBefore === null ? round.run : null;
  const tasks = useQuery({ ...tasksQuery(wholeRun ?? ''), enabled: wholeRun !== null });
  const events = useRunEvents(typeof round?.endsBefore === 'number' ? round.run : null, doc?.journal.seq ?? 0);

  const steps = useMemo(() => {
    if (!doc) return undefined;
    if (!round) return doc.phases;
    if (round.endsBefore !== null) return events && stepsAt(doc.phases, events, round.endsBefore);
    return tasks.data && stepsOfRun(doc.phases, tasks.data);
  }, [doc, round, events, tasks.data]);
  return { rounds, steps };
}
