import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { jobQuery } from '../api/queries';
import type { Plan, Spawned } from '../api/requests';
import type { JobDocument, Phase } from '../api/types';
import { plural } from '../format/text';
import { Status } from '../shared/Status';
import { runsOf } from './form';
import css from './rerun.module.css';

export interface Sent {
  plan: Plan;
  run: string;
  dispatched: boolean;
  /** Tasks that could not be started, with the reason. */
  notStarted: Spawned[];
}

const refreshMs = 2000;
const over = new Set(['SUCCESS', 'FAILED', 'CANCELED', 'REUSED', 'SKIPPED', 'INTERVENTION_REQUIRED']);

/** What became of it, while it happens. Closing changes nothing: it goes on. */
export function Progress({ sent, doc, onClose }: { sent: Sent; doc: JobDocument; onClose: () => void }) {
  const names = new Set(runsOf(sent.plan).map((step) => step.step));
  const settled = (steps: Phase[]) => steps.every((step) => over.has(step.status));
  // The stream tells changes; asking as well keeps this true where a proxy swallows the stream.
  const { data } = useQuery({
    ...jobQuery(doc.job_id),
    refetchInterval: (query) =>
      settled((query.state.data?.phases ?? []).filter((step) => names.has(step.name))) ? false : refreshMs,
  });
  const steps = (data ?? doc).phases.filter((step) => names.has(step.name));
  const done = steps.filter((step) => over.has(step.status));
  const failed = steps.filter((step) => step.status === 'FAILED' || step.status === 'CANCELED');
  const share = steps.length === 0 ? 0 : done.length / steps.length;
  const words = !settled(steps)
    ? `${done.length} of ${plural(steps.length, 'step')} done`
    : failed.length === 0
      ? `All ${plural(steps.length, 'step')} succeeded.`
      : `${failed.length} of ${plural(steps.length, 'step')} failed again.`;
  return (
    <div className={css.progress}>
      <p role="status">
        <b>{words}</b> <span className={css.dim}>{sent.run}</span>
      </p>
      {!sent.dispatched && <p className={css.dim}>It waits until you run the job: it was recorded without being started.</p>}
      {sent.notStarted.map((one) => (
        <p key={one.task_id} className={css.planError} role="alert">
          {one.task_id} could not be started: {one.error ?? one.task_status}
        </p>
      ))}
      <div
        className={css.progressBar}
        role="progressbar"
        aria-valuenow={done.length}
        aria-valuemin={0}
        aria-valuemax={steps.length}
      >
        <i data-failed={failed.length > 0 || undefined} style={{ width: `${share * 100}%` }} />
      </div>
      <ul className={css.states}>
        {steps.map((step) => (
          <li key={step.name}>
            <b>{step.name}</b>
            <Status status={step.status} />
            <span className={css.dim}>{step.failure?.message ?? (step.attempts > 0 ? `attempt ${step.attempts}` : '')}</span>
          </li>
        ))}
      </ul>
      <div className={css.end}>
        <span className={css.space} />
        <Link href={`/jobs/${encodeURIComponent(doc.job_id)}`} className={css.linkish}>
          Open the job
        </Link>
        <Button onClick={onClose} autoFocus>
          {settled(steps) ? 'Close' : 'Close; it goes on'}
        </Button>
      </div>
    </div>
  );
}
