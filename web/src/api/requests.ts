// Plans, people's requests and everything that is not a job's own state, as the API describes it.
import type { Described } from './described';
import type { RunStatus, StepKind, TaskStatus } from './types';

export type AuditEntry = Described<'AuditItem', { payload: Record<string, unknown> }>;
export type AuditPage = Described<'AuditDocument', { items: AuditEntry[] }>;

export type TemplateStep = Described<'TemplateStep', { kind: StepKind }>;
export type TemplateParam = Described<'TemplateParam'>;
type Outcome = Described<'TemplateOutcome', { status: RunStatus }>;
export type Template = Described<'TemplateDocument', { steps: TemplateStep[]; outcomes: Outcome[] }>;

export interface AgentFound {
  name: string;
  version: string | null;
  found: boolean;
  login: 'ok' | 'missing' | 'unknown';
}
/** The description knows no agents yet: only a server that looked for them names any. */
export type Me = Described<'MeDocument'> & { agents?: AgentFound[] };
export type Health = Described<'HealthDocument'>;
export type Result = Described<'JobResult'>;
export type StartedRun = Described<'RunRecord'>;

export type NewRun = Described<'CreateRequest'>;

export type PlanKind = 'run' | 'step' | 'stale' | 'rerun' | 'restep' | 'partial_rerun' | 'resubmit';
export type PlanAction = 'RUN' | 'REUSE' | 'SKIP' | 'KEEP' | 'STALE';
export type PlanStep = Described<'PlannedStepShape', { action: PlanAction }>;
export type Plan = Described<'PlanShape', { kind: PlanKind; steps: PlanStep[] }>;

export type PlanRequest = Described<
  'RerunRequestBody',
  { kind: PlanKind; from?: 'original' | 'current'; workflow?: 'pinned' | 'current' }
>;
export type PartialRerunRequest = Described<'PartialRerunBody'>;

export type Spawned = Described<'SpawnedTask', { task_status: TaskStatus }>;
export type PartialRerunResult = Described<'PartialRerunResult', { spawn: Spawned[] }>;
