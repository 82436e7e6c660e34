// Plans, people's requests and everything that is not a job's own state (names as in the JSON).
import type { RunStatus, TaskStatus } from './types';

export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  action: string;
  job_id: string;
  run_id: string | null;
  task_id: string | null;
  reason: string | null;
  text: string;
  plan_hash: string | null;
  payload: Record<string, unknown>;
}

export interface AuditPage {
  items: AuditEntry[];
  next_cursor: string | null;
}

export interface TemplateStep {
  id: string;
  needs: string[];
  kind: 'command' | 'agent';
  agent: string | null;
  title: string;
  approval: boolean;
}

export interface TemplateParam {
  name: string;
  type: string;
  default: string | number | boolean | null;
  required: boolean;
  description: string | null;
}

export interface Template {
  id: string;
  name: string;
  description: string | null;
  path: string;
  steps: TemplateStep[];
  params: TemplateParam[];
  problems: { line: number; column: number; text: string }[];
  outcomes: { job_id: string; run_id: string; status: RunStatus; at: string }[];
  success_rate: number | null;
  median_cost_usd: number | null;
}

export interface AgentFound {
  name: string;
  version: string | null;
  found: boolean;
  login: 'ok' | 'missing' | 'unknown';
}

export interface Me {
  user: string;
  version: string;
  jobs_dir: string;
  read_only: boolean;
  max_jobs: number;
  started_at: string;
  agents?: AgentFound[];
}

export interface Health {
  status: string;
  version: string;
  jobs: { total: number; driven: number; waiting_for_slot: number };
}

export interface Result {
  schema: string;
  job_id: string;
  status: string;
  reason: string | null;
  seq: number;
  next: string[];
}

export interface Accepted {
  job_id: string;
  status: string;
  run_id: string;
}

export type PlanKind = 'run' | 'step' | 'stale' | 'rerun' | 'restep' | 'partial_rerun' | 'resubmit';
export type PlanAction = 'RUN' | 'REUSE' | 'SKIP' | 'KEEP' | 'STALE';

export interface PlanStep {
  number: number;
  step: string;
  action: PlanAction;
  why: string;
  attempt_from: number | null;
  attempt_to: number | null;
  input_commit: string | null;
  input_tree: string | null;
}

export interface Plan {
  schema: string;
  job_id: string;
  kind: PlanKind;
  run_id: string;
  plan_hash: string;
  steps: PlanStep[];
  warnings: { code: string; step: string | null; text: string }[];
  estimate: { cost_usd: number | null; seconds: number | null } | null;
}

export interface PlanRequest {
  kind: PlanKind;
  step?: string;
  from?: 'original' | 'current';
  params?: Record<string, string>;
  workflow?: 'pinned' | 'current';
  base?: string;
  task_ids?: string[];
  step_ids?: string[];
  agent?: string;
  model?: string;
  prompt_append?: string;
}

export interface PartialRerunRequest {
  task_ids?: string[];
  step_ids?: string[];
  requested_by: string;
  reason: string;
  auto_dispatch?: boolean;
  max_dispatch?: number;
  plan_hash?: string | null;
}

export interface Aggregate {
  run: { id: string; job_id: string; status: RunStatus; task_ids: string[] };
  task_status_counts: Partial<Record<TaskStatus, number>>;
  terminal: boolean;
  partial_completion: boolean;
  progress_percent: number;
  successful_task_ids: string[];
  failed_task_ids: string[];
  active_task_ids: string[];
  pending_task_ids: string[];
}

export interface Spawned {
  task_id: string;
  submitted: boolean;
  task_status: TaskStatus;
  error: string | null;
}

export interface PartialRerunResult {
  run_id: string;
  requested_by: string;
  reason: string;
  selected_task_ids: string[];
  selected_step_ids: string[];
  reset_task_ids: string[];
  plan: {
    ready: { task_id: string; step_id: string }[];
    blocked: { task_id: string; reason: string; details: { dependencies: { task_id: string; status: TaskStatus }[] } }[];
  };
  spawn: Spawned[];
  aggregate: Aggregate;
}
