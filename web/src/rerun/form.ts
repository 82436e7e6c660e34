// The form of a re-execution, and what follows from it: the plan to ask for, the request to send, the command that does the same.
import type { PartialRerunRequest, Plan, PlanRequest } from '../api/requests';
import type { JobDocument, Task } from '../api/types';
import { cli, shellWord } from '../format/text';
import type { Structure } from '../graph/structure';

export const modes = ['failed', 'custom', 'restep', 'from', 'whole', 'stale'] as const;
export type Mode = (typeof modes)[number];

export interface Form {
  mode: Mode;
  /** The step of "restep" and "from". */
  step: string;
  /** Steps that are ticked. */
  ticked: string[];
  /** Steps that are named, as typed: `a, b`. */
  named: string;
  /** `auto` leaves the choice between the step's first input and the present one to the rule. */
  input: 'auto' | 'original' | 'current';
  workflow: 'pinned' | 'current';
  params: Record<string, string>;
  agent: string;
  model: string;
  promptAppend: string;
  dispatch: boolean;
  maxDispatch: number;
  by: string;
  reason: string;
}

/** Only these may be run again within their run. */
export const isSelectable = ({ status }: Task): boolean =>
  status === 'failed' || status === 'canceled' || status === 'submit-failed';

export const namedSteps = (named: string): string[] => named.split(/[\s,]+/).filter((step) => step !== '');

/** The steps that a partial re-run resets. */
export function selectedSteps(form: Form, tasks: readonly Task[]): string[] {
  if (form.mode === 'failed') return tasks.filter(isSelectable).map((task) => task.step_id);
  return [...new Set([...form.ticked, ...namedSteps(form.named)])];
}

/** Failed steps that a selected one depends on, and that are not selected: without them it could not start. */
export function neededToo(
  selected: readonly string[],
  tasks: readonly Task[],
  structure: Structure,
): { step: string; needs: string }[] {
  const failed = new Set(tasks.filter(isSelectable).map((task) => task.step_id));
  const chosen = new Set(selected);
  return selected.flatMap((step) =>
    [...structure.ancestors([step])].filter((need) => failed.has(need) && !chosen.has(need)).map((needs) => ({ step, needs })),
  );
}

/** null while nothing is chosen that could be planned. */
export function planRequestOf(form: Form, tasks: readonly Task[]): PlanRequest | null {
  const { mode, step } = form;
  switch (mode) {
    case 'failed':
    case 'custom': {
      const { task_ids, step_ids } = partial(form, tasks);
      return task_ids.length + step_ids.length === 0 ? null : { kind: 'partial_rerun', task_ids, step_ids };
    }
    case 'restep':
      return step === '' ? null : { kind: 'restep', step, ...difference(form) };
    case 'from':
      return step === '' ? null : { kind: 'rerun', step, ...again(form) };
    case 'whole':
      return { kind: 'rerun', ...again(form) };
    case 'stale':
      return { kind: 'stale' };
  }
}

/** The request, word for word. It names the plan that was shown, so that nothing else is carried out. */
export function sendOf(
  form: Form,
  doc: JobDocument,
  tasks: readonly Task[],
  plan: Plan,
): { path: string; body: Record<string, unknown> } {
  const job = `/jobs/${encodeURIComponent(doc.job_id)}`;
  const who = { reason: form.reason.trim(), by: form.by.trim(), plan_hash: plan.plan_hash };
  switch (form.mode) {
    case 'failed':
    case 'custom': {
      const body: PartialRerunRequest = {
        ...partial(form, tasks),
        requested_by: form.by.trim(),
        reason: form.reason.trim(),
        auto_dispatch: form.dispatch,
        max_dispatch: form.maxDispatch,
        plan_hash: plan.plan_hash,
      };
      return { path: `/workflow-runs/${encodeURIComponent(doc.run?.id ?? '')}/partial-rerun`, body: { ...body } };
    }
    case 'restep':
      return { path: `${job}/restep`, body: { step: form.step, ...difference(form), ...who } };
    case 'from':
      return {
        path: `${job}/reruns`,
        body: { kind: 'rerun', step: form.step, ...again(form), ...who, auto_dispatch: form.dispatch },
      };
    case 'whole':
      return { path: `${job}/reruns`, body: { kind: 'rerun', ...again(form), ...who, auto_dispatch: form.dispatch } };
    case 'stale':
      return { path: `${job}/reruns`, body: { kind: 'stale', ...who, auto_dispatch: form.dispatch } };
  }
}

export function commandOf(form: Form, doc: JobDocument): string {
  const job = doc.job_id;
  const who = { reason: form.reason.trim(), by: form.by.trim() };
  const run = { 'no-run': !form.dispatch };
  switch (form.mode) {
    case 'failed':
      return cli(['job', 'rerun', job], { failed: true, ...who, ...limit(form), ...run });
    case 'custom':
      return cli(['job', 'rerun', job], { steps: selectedSteps(form, []).join(','), ...who, ...limit(form), ...run });
    case 'restep': {
      const { from, workflow, agent, model, prompt_append } = difference(form);
      return cli(['job', 'restep', job, form.step], { from, workflow, agent, model, 'prompt-append': prompt_append, ...who });
    }
    case 'from':
    case 'whole': {
      const { workflow, params = {} } = again(form);
      const step = form.mode === 'from' ? form.step : null;
      const values = Object.entries(params).map(([name, value]) => `--param ${shellWord(`${name}=${value}`)}`);
      return [cli(['job', 'rerun', job], { step, workflow, reason: who.reason, by: who.by, ...run }), ...values].join(' ');
    }
    case 'stale':
      return cli(['job', 'run', job], { stale: true });
  }
}

export interface Situation {
  plan: Plan | null;
  /** The plan belongs to the form as it stands, and the job has not moved since. */
  current: boolean;
  missing: { step: string; needs: string }[];
}

/** Why it cannot be sent now, in words; null when it can. */
export function hindrance(form: Form, request: PlanRequest | null, { plan, current, missing }: Situation): string | null {
  if (request === null) return form.mode === 'failed' ? 'No step failed.' : 'Choose what to run again.';
  if (missing.length > 0) return 'A failed step that is needed is not selected.';
  if (form.by.trim() === '') return '“Requested by” is required.';
  if (form.reason.trim() === '') return 'A reason is required.';
  if (plan === null) return 'There is no plan yet.';
  if (!current) return 'The plan is being made anew.';
  if (runsOf(plan).length === 0) return 'The plan runs no step.';
  return null;
}

export const runsOf = (plan: Plan) => plan.steps.filter((step) => step.action === 'RUN');

function partial(form: Form, tasks: readonly Task[]) {
  if (form.mode === 'failed') return { task_ids: tasks.filter(isSelectable).map((task) => task.id), step_ids: [] };
  const ticked = new Set(form.ticked);
  const task_ids = tasks.filter((task) => ticked.has(task.step_id)).map((task) => task.id);
  return { task_ids, step_ids: namedSteps(form.named).filter((step) => !ticked.has(step)) };
}

/** What a restep does otherwise than the first time; what is left alone is left out. */
function difference({ input, workflow, agent, model, promptAppend }: Form) {
  return {
    ...(input === 'auto' ? {} : { from: input }),
    ...(workflow === 'current' ? { workflow } : {}),
    ...(agent.trim() === '' ? {} : { agent: agent.trim() }),
    ...(model.trim() === '' ? {} : { model: model.trim() }),
    ...(promptAppend.trim() === '' ? {} : { prompt_append: promptAppend }),
  };
}

function again({ workflow, params }: Form): { workflow: Form['workflow']; params?: Record<string, string> } {
  return { workflow, ...(Object.keys(params).length === 0 ? {} : { params }) };
}

const limit = ({ maxDispatch }: Form) => (maxDispatch === 10 ? {} : { 'max-dispatch': maxDispatch });
