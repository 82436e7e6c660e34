import { Button, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { meQuery } from '../../api/queries';
import { cli, money, plural } from '../../format/text';
import { runsOf } from '../../rerun/form';
import { rememberReason } from '../../rerun/reasons';
import { copyText } from '../../shared/copy';
import { useReadOnly } from '../../shared/readOnly';
import { StatusIcon } from '../../shared/Status';
import { useFailedPlans, type Planned } from './failedPlans';

/** Runs the failed steps of several jobs again: one reason, a plan for each job, and each job's answer. */
export function RerunFailedDialog({ jobs, onClose }: { jobs: string[]; onClose: () => void }) {
  // The selection is frozen here: what is confirmed is what is listed, whatever the list does meanwhile.
  const [frozen] = useState(jobs);
  const [reason, setReason] = useState('');
  const [phase, setPhase] = useState<'asking' | 'sending' | 'over'>('asking');
  const me = useQuery(meQuery());
  const readOnly = useReadOnly();
  const plans = useFailedPlans(frozen);
  const all = frozen.map(plans.of);
  const planned = all.filter((one) => one.state === 'planned');
  const steps = planned.reduce((sum, { plan }) => sum + runsOf(plan).length, 0);
  const cost = planned.reduce((sum, { plan }) => sum + (plan.estimate.cost_usd ?? 0), 0);
  const planning = all.some((one) => one.state === 'planning');
  const blocked =
    readOnly ??
    (planning
      ? 'Plans are being made.'
      : planned.length === 0
        ? 'None of these jobs has a failed step to run again.'
        : reason.trim() === ''
          ? 'A reason is needed.'
          : null);
  const commands = frozen
    .filter((job) => plans.of(job).state === 'planned')
    .map((job) => cli(['job', 'rerun', job], { failed: true, reason: reason.trim() || 'why' }));

  const send = async () => {
    if (blocked !== null || phase !== 'asking') return;
    setPhase('sending');
    rememberReason(reason.trim());
    await plans.confirm(me.data?.user ?? '', reason.trim());
    setPhase('over');
  };

  return (
    <Modal opened onClose={onClose} title={`Rerun the failed steps of ${plural(frozen.length, 'job')}?`} size="lg">
      <ul className="bulk-list" aria-label="Plans">
        {frozen.map((job) => (
          <li key={job}>
            <span className="mono">{job}</span>
            <PlanOf job={job} planned={plans.of(job)} />
          </li>
        ))}
      </ul>
      <Textarea
        label="Reason"
        description="Recorded with each of them."
        withAsterisk
        autosize
        minRows={1}
        value={reason}
        data-autofocus
        disabled={phase !== 'asking'}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && void send()}
      />
      <div className="dialog-end">
        <Button
          variant="subtle"
          color="gray"
          disabled={commands.length === 0}
          onClick={() => void copyText(commands.join('\n'), 'Commands')}
        >
          Copy as CLI
        </Button>
        <span className="dim bulk-sum" role="status">
          {phase === 'over'
            ? `${all.filter((one) => one.state === 'done').length} of ${plural(frozen.length, 'job')} go on`
            : (blocked ?? `${plural(steps, 'step')}${cost > 0 ? `, about ${money(cost)}` : ''}`)}
        </span>
        <Button variant="default" onClick={onClose}>
          {phase === 'over' ? 'Close' : 'Do nothing'}
        </Button>
        {phase !== 'over' && (
          <Button loading={phase === 'sending'} disabled={blocked !== null} onClick={() => void send()}>
            Rerun {plural(planned.length, 'job')}
          </Button>
        )}
      </div>
    </Modal>
  );
}

function PlanOf({ job, planned }: { job: string; planned: Planned }) {
  switch (planned.state) {
    case 'planning':
      return <span className="dim">planning…</span>;
    case 'nothing':
      return <span className="dim">left alone: {planned.why}</span>;
    case 'planned': {
      const { steps, warnings, estimate } = planned.plan;
      const runs = runsOf(planned.plan);
      return (
        <span title={runs.map((step) => step.step).join(', ')}>
          runs {runs.length} of {plural(steps.length, 'step')}
          {estimate.cost_usd !== null && `, about ${money(estimate.cost_usd)}`}
          {warnings.length > 0 && <span className="tone-ask"> · {plural(warnings.length, 'warning')}</span>}
        </span>
      );
    }
    case 'done':
      return (
        <>
          <StatusIcon status="SUCCESS" />
          <Link href={`/jobs/${encodeURIComponent(job)}`}>goes on</Link>
        </>
      );
    case 'refused':
      return (
        <>
          <StatusIcon status="FAILED" />
          <span className="tone-fail">{planned.why}</span>
        </>
      );
  }
}
