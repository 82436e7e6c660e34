import { useQuery } from '@tanstack/react-query';
import { Hourglass, Recycle } from 'lucide-react';
import { Link } from 'wouter';
import { get } from '../../../api/client';
import type { Attempt, JobDocument, Phase } from '../../../api/types';
import { Empty } from '../../../shared/States';
import { searchWith } from '../../../shared/url';

/** Why there is nothing to show, and where there is. */
export function NoAttempt({ doc, step }: { doc: JobDocument; step: Phase }) {
  const reused = step.status === 'REUSED';
  const { data: source } = useQuery({
    queryKey: ['reused-from', doc.job_id, doc.run?.id, step.name],
    enabled: reused,
    queryFn: async ({ signal }) => {
      for (const run of doc.runs.filter((one) => one.id !== doc.run?.id).toReversed()) {
        const attempts = await get<Attempt[]>(
          `/tasks/${encodeURIComponent(`${run.id}.${step.name}`)}/attempts`,
          {},
          signal,
        ).catch(() => []);
        if (attempts.length > 0) return run;
      }
      return null;
    },
  });
  if (reused) {
    return (
      <Empty icon={Recycle} title="Reused">
        <p>This run took the step&apos;s earlier result and did not execute it.</p>
        {source && (
          <Link href={searchWith({ round: `run-${source.number}`, attempt: null })}>Show it in run {source.number}</Link>
        )}
      </Empty>
    );
  }
  return (
    <Empty icon={Hourglass} title={step.status === 'SKIPPED' ? 'Skipped' : 'Not started yet'}>
      <p>
        {step.because ??
          (step.status === 'SKIPPED' ? 'This run went past it.' : 'It has no attempt: no log, no diff, no prompt.')}
      </p>
    </Empty>
  );
}
