import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { jobQuery } from '../api/queries';
import type { Plan, Spawned } from '../api/requests';
import type { JobDocument, Phase } from '../api/types';
import { plural } from '../format/text';
import { Status } from '../shared/Status';
import { runsOf } from './form';
import css from './plan.module.css';
import frame from './rerun.module.css';

export interface Sent {
  plan: Plan;
  run: string;
  dispatched: boolean;
  /** Tasks that could not be started, with the reason. */
  notStarted: Spawned[];
}

const refreshMs = 2000;
const over = new Set(['SUCCESS', 'FAILED', 'CANCELED', 'REUSED', 'SKIPPED', 'INTERVENTION_REQUIRED']);
const atRest = new Set(['SUCCESS', 'INTERVENTION_REQUIRED', 'APPROVAL_REQUIRED', 'SUSPENDED', 'CANCELED']);

interface State {
  steps: Phase[];
  done: Phase[];
  failed: Phase[];
  /** Nothing more comes: all are done, or the job rests because one failed. */
  settled: boolean;
}

/** A step is done when its new attempt is: what it was before the re-run does not count. */
function stateOf(doc: JobDocument, sent: Sent): State {
  const attempts = new Map(runsOf(sent.plan).map((step) => [step.step, step.attempt_to ?? 0]));
  const steps = doc.phases.filter((step) => attempts.has(step.name));
  const isNew = (step: Phase) => doc.run?.id === sent.run && step.attempts >= (attempts.get(step.name) ?? 0);
  const done = steps.filter((step) => over.has(step.status) && isNew(step));
  const failed = done.filter((step) => step.status === 'FAILED' || step.status === 'CANCELED');
  return { steps, done, failed, settled: done.length === steps.length || (done.length > 0 && atRest.has(doc.status)) };
}

function wordsOf({ steps, done, failed, settled }: State): string {
  if (!settled) return `${done.length} of ${plural(steps.length, 'step')} done`;
  const left = steps.length - done.length;
  if (failed.length > 0)
    return `${failed.length} of ${plural(steps.length, 'step')} failed again${left > 0 ? `; ${left} did not start` : ''}.`;
  return left > 0
    ? `${done.length} of ${plural(steps.length, 'step')} succeeded; the job rests.`
    : `All ${plural(steps.length, 'step')} succeeded.`;
}

/** What became of it, while it happens. Closing changes nothing: it goes on. */
export function Progress({ sent, doc, onClose }: { sent: Sent; doc: JobDocument; onClose: () => void }) {
  // The stream tells changes; asking as well keeps this true where a proxy swallows the stream.
  const { data } = useQuery({
    ...jobQuery(doc.job_id),
    refetchInterval: (query) => (query.state.data && stateOf(query.state.data, sent).settled ? false : refreshMs),
  });
  const state = stateOf(data ?? doc, sent);
  const { steps, done, failed, settled } = state;
  const share = steps.length === 0 ? 0 : done.length / steps.length;
  return (
    <div className={css.progress}>
      <p role="status">
        <b>{wordsOf(state)}</b> <span className="quiet">{sent.run}</span>
      </p>
      {!sent.dispatched && <p className="quiet">It waits until you run the job: it was recorded without being started.</p>}
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
            <span className="quiet">{step.failure?.message ?? (step.attempts > 0 ? `attempt ${step.attempts}` : '')}</span>
          </li>
        ))}
      </ul>
      <div className={frame.end}>
        <span className="space" />
        <Link href={`/jobs/${encodeURIComponent(doc.job_id)}`} className="linkish">
          Open the job
        </Link>
        <Button onClick={onClose} autoFocus>
          {settled ? 'Close' : 'Close; it goes on'}
        </Button>
      </div>
    </div>
  );
}
