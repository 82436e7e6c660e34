// What the API answers (names as in its JSON). "Unknown" is null, never 0 or an empty text.

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

export interface JobRow {
  job_id: string;
  status: JobStatus;
  reason: string | null;
  description: string | null;
  current_phase: string | null;
  steps_done: number;
  steps_total: number;
  cost_usd: number | null;
  /** Null for a damaged job that cannot say. */
  updated_at: string | null;
  created_at: string | null;
  budget_usd: number | null;
  waiting_on: string | null;
  phase_counts: Partial<Record<PhaseStatus, number>>;
  phase_strip: string | null;
  run_id: string | null;
  driven_by: string | null;
}

export interface JobList {
  items: JobRow[];
  next_cursor: string | null;
  counts: Partial<Record<JobStatus, number>>;
  total: number;
}

export interface Failure {
  category: string;
  message: string;
  hint: string | null;
}

export interface Phase {
  number: number;
  name: string;
  title: string;
  needs: string[];
  agent: string | null;
  status: PhaseStatus;
  attempts: number;
  stale: boolean;
  stale_because?: string | null;
  /** The attempt whose result was taken: `job.run.step.n`. */
  reused_from?: string | null;
  commit: string | null;
  started_at: string | null;
  finished_at: string | null;
  failure?: Failure | null;
  cost_usd: number | null;
  task_id: string;
  kind: 'command' | 'agent' | 'gate';
  because: string | null;
  wait_until: string | null;
}

export interface RunOfJob {
  id: string;
  number: number;
  trigger: string;
  status: RunStatus;
  from_step?: string | null;
  requested_by?: string | null;
  reason?: string | null;
  params?: Record<string, unknown>;
  started_at?: string | null;
  finished_at?: string | null;
  steps?: Record<string, number>;
}

export interface HistoryEntry {
  seq: number;
  at: string;
  type: string;
  actor: string;
  reason?: string | null;
  run?: string | null;
  step?: string | null;
  attempt?: number | null;
  text: string;
}

export interface Can {
  ok: boolean;
  why: string | null;
}
export type Verb = 'run' | 'suspend' | 'cancel' | 'resume' | 'resubmit' | 'rerun' | 'partial_rerun' | 'restep';

export interface JobDocument {
  schema: string;
  job_id: string;
  description: string | null;
  status: JobStatus;
  reason: string | null;
  current_phase: string | null;
  active_phases: string[];
  active_agent: string | null;
  active_role: 'worker' | 'supervisor' | null;
  phase_counts: Partial<Record<PhaseStatus, number>>;
  phases: Phase[];
  run: RunOfJob | null;
  runs: RunOfJob[];
  metrics: {
    cumulative_cost_usd: number | null;
    cumulative_time_seconds: number;
    tokens_in: number | null;
    tokens_out: number | null;
    attempts: number;
    budget_usd: number | null;
  };
  git: {
    source: string | null;
    base: string | null;
    baseline: string | null;
    branch: string | null;
    head: string | null;
    heads: string[];
    workspace: string | null;
  };
  history: HistoryEntry[];
  journal: { seq: number; offset: number; epoch: number };
  created_at: string;
  updated_at: string;
  /** Who had a re-execution recorded without starting it. */
  held_by?: string | null;
  live: {
    owner: { name: string; host: string; pid: number } | null;
    active_tasks: string[];
    blocked: { step: string; because: string; unblock: string | null }[];
  };
  needs: Need[];
  can: Record<Verb, Can>;
}

export type NeedKind = 'approval' | 'intervention' | 'budget' | 'conflict';

export interface Need {
  id: string;
  kind: NeedKind;
  job_id: string;
  run_id: string;
  task_id: string | null;
  step: string | null;
  title: string;
  text: string;
  since: string;
  tree: string | null;
  commit: string | null;
  cost_usd: number | null;
  category: string | null;
  actions: ('approve' | 'reject' | 'resubmit' | 'restep' | 'partial_rerun' | 'raise_budget')[];
  etag: string;
}

export interface Run {
  id: string;
  job_id: string;
  number: number;
  trigger: string;
  status: RunStatus;
  workflow_template_id: string | null;
  task_ids: string[];
  initiated_by: string | null;
  created_at: string;
  updated_at: string;
  duration_ms: number | null;
  success_rate: number | null;
  retries_total: number;
  failure_categories: string[];
}

export interface Task {
  id: string;
  run_id: string;
  job_id: string;
  step_id: string;
  number: number;
  title: string;
  status: TaskStatus;
  started_at: string | null;
  finished_at: string | null;
  exit_code: number | null;
  attempts: number;
  stale: boolean;
  failure_category: string | null;
  failure_triage_hints: string[];
  suggested_next_actions: string[];
}

export interface Attempt {
  id: string;
  number: number;
  kind: AttemptKind;
  status: AttemptStatus;
  agent: string | null;
  model: string | null;
  started_at: string | null;
  finished_at: string | null;
  exit_code: number | null;
  input_commit: string | null;
  output_commit: string | null;
  evidence: string[];
  prompt_path: string | null;
  output_path: string | null;
  response: unknown;
  usage: { tokens_in?: number | null; tokens_out?: number | null } | null;
  cost_usd: number | null;
  failure: Failure | null;
  requested_by: string | null;
  reason: string | null;
  difference: Record<string, unknown>;
  parts: string[];
}

export interface TaskAudit {
  task_id: string;
  run_id: string;
  rerun_count: number;
  last_rerun_by: string | null;
  last_rerun_reason: string | null;
  last_rerun_at: string | null;
  reruns: { by: string; reason: string; at: string; attempt: number }[];
  attempts: Attempt[];
  recent_event_ids: string[];
}

export interface JobEvent {
  id: string;
  event_type: string;
  job_id: string;
  run_id: string | null;
  task_id: string | null;
  attempt: number | null;
  producer_role: 'human' | 'engine';
  actor: string;
  reason: string | null;
  text: string;
  payload: Record<string, unknown>;
  created_at: string;
}

/** `event: job` of the stream: what changed about a job, with the events that changed it. */
export interface JobChange {
  job_id: string;
  seq: number;
  status: JobStatus;
  steps_done: number;
  steps_total: number;
  cost_usd: number | null;
  updated_at: string;
  events: JobEvent[];
}
