// A job and what belongs to it, by the names that the page uses. "Unknown" is null, never 0 or an empty text.
import type { Described } from './described';

export type JobStatus = Described<'ListedJobStatus'>;
export type PhaseStatus = Described<'StepStatus'>;
export type TaskStatus = Described<'TaskStatus'>;

export type JobRow = Described<'JobSummary'>;
export type JobList = Described<'JobPage'>;

export type JobDocument = Described<'Job'>;
export type Phase = Described<'Step'>;
export type Failure = Described<'Failure'>;
export type HistoryEntry = Described<'HistoryEntry'>;
export type Can = Described<'Allowance'>;
export type Verb = keyof Described<'JobCan'>;

export type NeedKind = Described<'NeedKind'>;
export type Need = Described<'Need'>;
export type Task = Described<'Task'>;
export type Attempt = Described<'Attempt'>;
export type JobEvent = Described<'Event'>;

/** `event: job` of the stream: what changed about a job, with the events that changed it. */
export type JobChange = Described<'JobChange'>;
