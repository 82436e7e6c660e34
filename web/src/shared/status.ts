// What each state is called and how it looks: always an icon and a word, colour only repeats them.
import {
  Ban,
  Check,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleAlert,
  Clock,
  Eye,
  LoaderCircle,
  Recycle,
  SkipForward,
  TriangleAlert,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { JobRow, JobStatus } from '../api/types';

export type Tone = 'ok' | 'run' | 'fail' | 'ask' | 'idle';
export interface Look {
  word: string;
  tone: Tone;
  icon: LucideIcon;
  spins?: boolean;
}

const looks: Record<string, Look> = {
  READY: { word: 'Ready', tone: 'ok', icon: Check },
  PENDING: { word: 'Pending', tone: 'idle', icon: CircleDashed },
  CREATED: { word: 'Not started', tone: 'idle', icon: CircleDashed },
  QUEUED: { word: 'Queued', tone: 'idle', icon: Clock },
  DISPATCHED: { word: 'Queued', tone: 'idle', icon: Clock },
  WAITING: { word: 'Waiting', tone: 'idle', icon: Clock },
  RUNNING: { word: 'Running', tone: 'run', icon: LoaderCircle, spins: true },
  REVIEW_REQUIRED: { word: 'Review next', tone: 'run', icon: Eye },
  REVIEWING: { word: 'Reviewing', tone: 'run', icon: Eye },
  APPROVAL_REQUIRED: { word: 'Approval', tone: 'ask', icon: CircleHelp },
  WAITING_APPROVAL: { word: 'Approval', tone: 'ask', icon: CircleHelp },
  INTERVENTION_REQUIRED: { word: 'Needs you', tone: 'fail', icon: CircleAlert },
  SUSPENDED: { word: 'Suspended', tone: 'idle', icon: CirclePause },
  PAUSED: { word: 'Paused', tone: 'idle', icon: CirclePause },
  SUCCESS: { word: 'Success', tone: 'ok', icon: Check },
  REUSED: { word: 'Reused', tone: 'ok', icon: Recycle },
  SKIPPED: { word: 'Skipped', tone: 'idle', icon: SkipForward },
  FAILED: { word: 'Failed', tone: 'fail', icon: X },
  SUBMIT_FAILED: { word: 'Not started: failed', tone: 'fail', icon: X },
  LOST: { word: 'Lost', tone: 'fail', icon: X },
  INTERRUPTED: { word: 'Interrupted', tone: 'idle', icon: CirclePause },
  CANCEL_REQUESTED: { word: 'Canceling', tone: 'idle', icon: Ban },
  CANCELED: { word: 'Canceled', tone: 'idle', icon: Ban },
  ABORTED: { word: 'Aborted', tone: 'idle', icon: Ban },
  DAMAGED: { word: 'Damaged', tone: 'fail', icon: TriangleAlert },
};

/** The look of a job's, step's, task's, run's or attempt's state; a state this page does not know yet shows its own word. */
export function lookOf(status: string): Look {
  return looks[status.toUpperCase().replaceAll('-', '_')] ?? { word: status, tone: 'idle', icon: CircleDashed };
}

/** Why a job rests, in words: the reason codes of the state machine. */
export function reasonWords(reason: string | null): string {
  return reason === null ? '' : reason.replaceAll('_', ' ');
}

/** Where a job rests and why, in a line: `test-linux: step failed`. A sentence of the server stands for itself. */
export function restWords({ why: cause, waiting_on, reason, current_phase }: JobRow): string {
  if (cause) return cause.kind === 'damaged' ? `${cause.text}; ${cause.unblock}` : cause.text;
  const why = waiting_on ?? reasonWords(reason);
  if (why === '' || why.includes(' ')) return why;
  return current_phase === null ? reasonWords(why) : `${current_phase}: ${reasonWords(why)}`;
}

/** How the list groups the states of jobs; the id is the word for it in a filter. */
export const views: { id: string; label: string; tone: Tone; statuses: JobStatus[] }[] = [
  { id: 'needs', label: 'Needs you', tone: 'ask', statuses: ['APPROVAL_REQUIRED', 'INTERVENTION_REQUIRED'] },
  { id: 'failed', label: 'Failed', tone: 'fail', statuses: ['INTERVENTION_REQUIRED'] },
  { id: 'running', label: 'Running', tone: 'run', statuses: ['RUNNING', 'REVIEW_REQUIRED', 'REVIEWING'] },
  { id: 'pending', label: 'Pending', tone: 'idle', statuses: ['PENDING'] },
  { id: 'suspended', label: 'Suspended', tone: 'idle', statuses: ['SUSPENDED'] },
  { id: 'success', label: 'Success', tone: 'ok', statuses: ['SUCCESS'] },
  { id: 'canceled', label: 'Canceled', tone: 'idle', statuses: ['CANCELED'] },
  { id: 'damaged', label: 'Damaged', tone: 'fail', statuses: ['DAMAGED'] },
];

export function countOf(counts: Partial<Record<JobStatus, number>>, statuses: JobStatus[]): number {
  return statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
