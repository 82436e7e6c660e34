import { Button } from '@mantine/core';
import { Ban, ListRestart, RotateCcw, SquareCheckBig, StepForward } from 'lucide-react';
import type { JobDocument, Phase } from '../../api/types';
import { cli } from '../../format/text';
import { ActionMenu } from '../../shared/ActionMenu';
import type { useUrl } from '../../shared/url';
import { failedOf } from './steps';

interface Props {
  doc: JobDocument;
  step: Phase;
  set: ReturnType<typeof useUrl>['set'];
}

/** What can be done with one step, where its failure is seen. */
export function StepActions({ doc, step, set }: Props) {
  const { can } = doc;
  const because = (verb: 'restep' | 'rerun' | 'partial_rerun') => (can[verb].ok ? null : (can[verb].why ?? 'not possible now'));
  const plan = (mode: string, more: Record<string, string> = {}) =>
    set({ dialog: 'rerun', mode, step: step.name, ...more }, { push: true });
  const failed = failedOf([step]).length > 0;
  const active = step.status === 'RUNNING' || step.status === 'REVIEWING';
  const command = failed
    ? cli(['job', 'rerun', doc.job_id], { steps: step.name, reason: '…' })
    : cli(['job', 'restep', doc.job_id, step.name]);
  return (
    <>
      {failed ? (
        <Button size="compact-xs" disabled={!can.partial_rerun.ok} onClick={() => plan('custom', { steps: step.name })}>
          Rerun…
        </Button>
      ) : (
        <Button size="compact-xs" variant="default" disabled={!can.restep.ok} onClick={() => plan('restep')}>
          Restep…
        </Button>
      )}
      <ActionMenu
        label={`More for ${step.name}`}
        actions={[
          {
            label: 'Rerun this failed step…',
            icon: ListRestart,
            run: () => plan('custom', { steps: step.name }),
            disabled: failed ? because('partial_rerun') : 'it did not fail',
          },
          { label: 'Restep: only this step, once…', icon: RotateCcw, run: () => plan('restep'), disabled: because('restep') },
          { label: 'Rerun from here…', icon: StepForward, run: () => plan('from'), disabled: because('rerun') },
          {
            label: 'Resolve by hand…',
            icon: SquareCheckBig,
            run: () => set({ dialog: 'resolve' }, { push: true }),
            disabled: failed || step.stale ? null : 'it is neither failed nor stale',
          },
          {
            label: 'Cancel this step…',
            icon: Ban,
            run: () => set({ dialog: 'cancel-step' }, { push: true }),
            disabled: active ? null : 'it is not active',
            danger: true,
          },
        ]}
        command={command}
      />
    </>
  );
}
