// What each step did when, told by the events of the run.
import type { JobEvent } from '../../../api/types';

export type BarKind = 'queued' | 'running' | 'review' | 'retry' | 'human';

export interface Bar {
  kind: BarKind;
  attempt: number | null;
  from: number;
  /** null: still going on. */
  to: number | null;
  outcome: 'success' | 'failed' | 'canceled' | 'interrupted' | null;
}

const begins: Record<string, BarKind> = {
  'task.scheduled': 'queued',
  'task.started': 'running',
  'task.adopted': 'running',
  'task.review_started': 'review',
  'task.waiting': 'retry',
  'task.retry_scheduled': 'retry',
  'approval.requested': 'human',
};
const ends: Record<string, Bar['outcome']> = {
  'task.worker_finished': null,
  'task.review_finished': null,
  'approval.approved': 'success',
  'approval.rejected': 'failed',
  'approval.voided': null,
  'task.succeeded': 'success',
  'task.failed': 'failed',
  'task.canceled': 'canceled',
  'task.interrupted': 'interrupted',
  'task.lost': 'failed',
};

/** Bars per task id, each in the order of time. */
export function barsOf(events: readonly JobEvent[]): Map<string, Bar[]> {
  const tasks = new Map<string, Bar[]>();
  for (const { event_type: type, task_id: task, attempt, created_at } of events) {
    if (task === null || !(type in begins || type in ends)) continue;
    const at = Date.parse(created_at);
    const bars = tasks.get(task) ?? [];
    tasks.set(task, bars);
    const last = bars.at(-1);
    if (last?.to === null) last.to = at;
    // An outcome belongs to the whole attempt: its work, its review, and what came between.
    const outcome = ends[type] ?? null;
    for (const bar of bars) {
      const worked = bar.kind === 'running' || bar.kind === 'review' || bar === last;
      if (outcome !== null && worked && bar.outcome === null && bar.attempt === last?.attempt) bar.outcome = outcome;
    }
    const kind = begins[type];
    if (kind) bars.push({ kind, attempt: attempt ?? last?.attempt ?? null, from: at, to: null, outcome: null });
  }
  return tasks;
}
