// A job's earlier states: its earlier runs, and within the present run what was there before each partial re-run.
import type { AuditEntry } from '../../api/requests';
import type { Failure, JobDocument, JobEvent, Phase, PhaseStatus, Task, TaskStatus } from '../../api/types';

export interface Round {
  id: string;
  label: string;
  /** Who asked for it and why, as far as someone did. */
  by: string | null;
  reason: string | null;
  at: string | null;
  run: string;
  /** The round ends before the event with this number; null: it is the run's last one. */
  endsBefore: number | null;
}

const seqOf = (id: string) => Number(id.slice(id.lastIndexOf('.') + 1));

/** Newest first. The first one is what the job's document shows. */
export function roundsOf(doc: JobDocument, audit: readonly AuditEntry[]): Round[] {
  const reruns = audit
    .filter((entry) => entry.action === 'workflow_run.partial_rerun_requested' && entry.run_id === doc.run?.id)
    .sort((a, b) => seqOf(a.id) - seqOf(b.id));
  const started = (run: string) => audit.find((entry) => entry.run_id === run && entry.action.startsWith('workflow_run.created'));
  const earlier = doc.runs
    .filter((run) => run.id !== doc.run?.id)
    .map((run): Round => {
      const request = started(run.id);
      return {
        id: `run-${run.number}`,
        label: `run ${run.number}`,
        by: run.requested_by ?? request?.actor ?? null,
        reason: run.reason ?? request?.reason ?? null,
        at: request?.at ?? null,
        run: run.id,
        endsBefore: null,
      };
    });
  if (!doc.run) return earlier.reverse();
  const request = started(doc.run.id);
  const next = (index: number) => (reruns[index] ? seqOf(reruns[index].id) : null);
  const first: Round = {
    id: 'first',
    label: doc.runs.length > 1 ? `run ${doc.run.number}` : 'first',
    by: doc.run.requested_by ?? request?.actor ?? null,
    reason: doc.run.reason ?? request?.reason ?? null,
    at: doc.run.started_at,
    run: doc.run.id,
    endsBefore: next(0),
  };
  const rounds = reruns.map((entry, index): Round => ({
    id: `rr-${index + 1}`,
    label: `rr-${index + 1}`,
    by: entry.actor,
    reason: entry.reason,
    at: entry.at,
    run: entry.run_id ?? '',
    endsBefore: next(index + 1),
  }));
  return [...earlier, first, ...rounds].reverse();
}

const after: Record<string, PhaseStatus> = {
  'task.scheduled': 'RUNNING',
  'task.started': 'RUNNING',
  'task.adopted': 'RUNNING',
  'task.review_started': 'REVIEWING',
  'task.succeeded': 'SUCCESS',
  'task.failed': 'FAILED',
  'task.canceled': 'CANCELED',
  'task.interrupted': 'PENDING',
  'task.lost': 'PENDING',
  'task.partial_rerun_reset': 'PENDING',
  'task.reused': 'REUSED',
  'task.skipped': 'SKIPPED',
  'task.resolved': 'SUCCESS',
  'approval.requested': 'APPROVAL_REQUIRED',
  'approval.approved': 'PENDING',
};

/** The steps as they were when the round ended, told by the run's events. */
export function stepsAt(steps: readonly Phase[], events: readonly JobEvent[], endsBefore: number): Phase[] {
  const then = new Map(steps.map((step) => [step.task_id, blank(step)]));
  for (const event of events) {
    if (seqOf(event.id) >= endsBefore) break;
    const step = then.get(event.task_id ?? '');
    const status = after[event.event_type];
    if (!step || !status) continue;
    step.status = status;
    step.attempts = Math.max(step.attempts, event.attempt ?? 0);
    if (event.event_type === 'task.started') step.started_at = event.created_at;
    step.finished_at = status === 'SUCCESS' || status === 'FAILED' ? event.created_at : null;
    step.time_seconds += secondsBetween(step.started_at, step.finished_at);
    step.failure = status === 'FAILED' ? (event.payload.failure as Failure) : null;
  }
  return [...then.values()];
}

const words: Partial<Record<TaskStatus, PhaseStatus>> = {
  running: 'RUNNING',
  queued: 'RUNNING',
  reviewing: 'REVIEWING',
  'waiting-approval': 'APPROVAL_REQUIRED',
  success: 'SUCCESS',
  reused: 'REUSED',
  skipped: 'SKIPPED',
  failed: 'FAILED',
  'submit-failed': 'FAILED',
  canceled: 'CANCELED',
};

/** The steps as an earlier run left them. What it depends on is taken from the present workflow where the step still exists. */
export function stepsOfRun(steps: readonly Phase[], tasks: readonly Task[]): Phase[] {
  const present = new Map(steps.map((step) => [step.name, step]));
  return tasks.map((task) => ({
    number: task.number,
    name: task.step_id,
    title: task.title,
    needs: task.needs,
    agent: task.agent,
    kind: present.get(task.step_id)?.kind ?? 'agent',
    status: words[task.status] ?? 'PENDING',
    attempts: task.attempts,
    stale: task.stale,
    commit: null,
    started_at: task.started_at,
    finished_at: task.finished_at,
    time_seconds: secondsBetween(task.started_at, task.finished_at),
    failure: task.failure_category === null ? null : { category: task.failure_category, message: failureOf(task), hint: null },
    cost_usd: task.cost_usd,
    task_id: task.id,
    because: null,
    wait_until: null,
  }));
}

function secondsBetween(start: string | null, end: string | null): number {
  return start === null || end === null ? 0 : (Date.parse(end) - Date.parse(start)) / 1000;
}

function failureOf(task: Task): string {
  return task.failure_message ?? (task.failure_category ?? '').replaceAll('_', ' ');
}

function blank(step: Phase): Phase {
  return {
    ...step,
    status: 'PENDING',
    attempts: 0,
    stale: false,
    commit: null,
    started_at: null,
    finished_at: null,
    time_seconds: 0,
    failure: null,
    cost_usd: null,
    because: null,
    wait_until: null,
  };
}
