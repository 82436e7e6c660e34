import { Button } from '@mantine/core';
import { Hourglass, Recycle } from 'lucide-react';
import type { Phase } from '../../../api/types';
import { Empty } from '../../../shared/States';
import { useUrl } from '../../../shared/url';

/** Why there is nothing to show, and where there is. */
export function NoAttempt({ step }: { step: Phase }) {
  const { set } = useUrl();
  const reused = step.status === 'REUSED';
  const [, run, , attempt] = (step.reused_from ?? '').split('.');
  if (reused) {
    return (
      <Empty icon={Recycle} title="Reused">
        <p>This run took the step&apos;s earlier result and did not execute it.</p>
        {run && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => set({ round: `run-${run}`, attempt: attempt ?? null }, { push: true })}
          >
            Show it in run {run}
          </Button>
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
