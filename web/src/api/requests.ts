// Plans, people's requests and everything that is not a job's own state, by the names that the page uses.
import type { Described } from './described';

export type AuditEntry = Described<'AuditEntry'>;
export type AuditPage = Described<'AuditPage'>;

export type TemplateStep = Described<'TemplateStep'>;
export type TemplateParam = Described<'TemplateParam'>;
export type Template = Described<'WorkflowTemplate'>;

export type AgentFound = Described<'Agent'>;
export type Me = Described<'Me'>;
export type Health = Described<'Health'>;
export type Result = Described<'JobResult'>;
export type StartedRun = Described<'WorkflowRun'>;

export type NewRun = Described<'CreateJobRequest'>;

export type PlanKind = Described<'PlanKind'>;
export type PlanAction = Described<'PlanAction'>;
export type PlanStep = Described<'PlannedStep'>;
export type Plan = Described<'ExecutionPlan'>;

export type PlanRequest = Described<'RerunRequest'>;
export type PartialRerunRequest = Described<'PartialRerunRequest'>;

export type Spawned = Described<'SpawnedTask'>;
export type PartialRerunResult = Described<'PartialRerunResult'>;
