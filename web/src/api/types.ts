// A job and what belongs to it, as the API describes it. The description says "text" where only some words come: those are named
// here, in one place. "Unknown" is null, never 0 or an empty text.
import type { Described } from './described';

export type JobStatus =
  | 'PENDING'
  | 'RUNNING'
  | 'REVIEW_REQUIRED'
  | 'REVIEWING'
  | 'APPROVAL_REQUIRED'
  | 'INTERVENTION_REQUIRED'
  | 'SUSPENDED'
  | 'SUCCESS'
  | 'CANCELED'
  | 'DAMAGED';
export type PhaseStatus = Exclude<JobStatus, 'DAMAGED'> | 'FAILED' | 'SKIPPED' | 'REUSED';
export type TaskStatus =
  | 'created'
  | 'dispatched'
  | 'queued'
  | 'running'
  | 'reviewing'
  | 'waiting'
  | 'waiting-approval'
  | 'cancel-requested'
  | 'success'
  | 'reused'
  | 'skipped'
  | 'failed'
  | 'canceled'
  | 'submit-failed';
export type RunStatus = 'created' | 'running' | 'paused' | 'aborted' | 'success' | 'failed';
export type AttemptStatus = 'running' | 'success' | 'failed' | 'interrupted' | 'lost' | 'canceled';
export type AttemptKind =
  'initial' | 'retry' | 'review_round' | 'restep' | 'partial_rerun' | 'resubmit' | 'stale' | 'rejected' | 'recovery' | 'human';
export type StepKind = 'command' | 'agent' | 'gate';

type Counts<Word extends string> = Partial<Record<Word, number>>;

export type JobRow = Described<'JobItem', { status: JobStatus; phase_counts: Counts<PhaseStatus> }>;
export type JobList = Described<'JobsDocument', { items: JobRow[]; counts: Counts<JobStatus> }>;

export type Failure = Described<'FailureItem'>;
export type Phase = Described<'PhaseItem', { status: PhaseStatus; kind: StepKind; failure?: Failure | null }>;
export type CurrentRun = Described<'RunItem', { status: RunStatus }>;
export type RunOfJob = Described<'RunOfJob', { status: RunStatus }>;
export type HistoryEntry = Described<'HistoryItem'>;
export type Can = Described<'CanItem'>;
export type Verb = keyof Described<'JobCan'>;

export type JobDocument = Described<
  'JobDocument',
  {
    status: JobStatus;
    active_role: 'worker' | 'supervisor' | null;
    phase_counts: Counts<PhaseStatus>;
    phases: Phase[];
    run: CurrentRun | null;
    runs: RunOfJob[];
    needs: Need[];
  }
>;

export type NeedKind = 'approval' | 'intervention' | 'budget' | 'conflict';
type NeedAction = 'approve' | 'reject' | 'resubmit' | 'restep' | 'partial_rerun' | 'raise_budget';
export type Need = Described<'Need', { kind: NeedKind; actions: NeedAction[] }>;

export type Task = Described<'TaskRecord', { status: TaskStatus }>;
export type Attempt = Described<'AttemptDocument', { kind: AttemptKind; status: AttemptStatus }>;

export type JobEvent = Described<'EventRecord', { producer_role: 'human' | 'engine'; payload: Record<string, unknown> }>;

/** `event: job` of the stream: what changed about a job, with the events that changed it. */
export type JobChange = Described<'JobNews', { status: JobStatus; events: JobEvent[] }>;
