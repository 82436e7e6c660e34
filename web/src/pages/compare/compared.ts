// Two runs side by side: of one job, or of two.
import type { StartedRun } from '../../api/requests';
import type { JobDocument, Task } from '../../api/types';
import { address } from '../../api/client';

export interface Side {
  doc: JobDocument;
  run: StartedRun;
  tasks: Task[];
}
export type Pair<T> = [left: T, right: T];

/** The address that compares these; a job stands for its latest run. */
export const compareLink = (runs: readonly string[]): string => address('/compare', { run: runs });

export interface ComparedStep {
  step: string;
  tasks: Pair<Task | null>;
  /** What is not the same on both sides, in words; times and costs always differ a little and are left to the eye. */
  differs: string[];
}

/** Every step of either side, in the order of the first. */
export function comparedSteps([left, right]: Pair<readonly Task[]>): ComparedStep[] {
  const others = new Map(right.map((task) => [task.step_id, task]));
  const pairs = left.map((task): Pair<Task | null> => [task, others.get(task.step_id) ?? null]);
  const known = new Set(left.map((task) => task.step_id));
  const only = right.filter((task) => !known.has(task.step_id)).map((task): Pair<Task | null> => [null, task]);
  return [...pairs, ...only].map((tasks) => ({
    step: (tasks[0] ?? tasks[1])?.step_id ?? '',
    tasks,
    differs: differences(tasks),
  }));
}

function differences([left, right]: Pair<Task | null>): string[] {
  if (!left || !right) return ['only on one side'];
  const told: [word: string, of: (task: Task) => unknown][] = [
    ['state', (task) => task.status],
    ['attempts', (task) => task.attempts],
    ['exit code', (task) => task.exit_code],
    ['agent', (task) => task.agent],
    ['failure', (task) => task.failure_category],
    ['needs', (task) => task.needs.join(' ')],
  ];
  return told.filter(([, of]) => of(left) !== of(right)).map(([word]) => word);
}

export function timeOf({ started_at, finished_at }: Task): number | null {
  return started_at === null || finished_at === null ? null : Date.parse(finished_at) - Date.parse(started_at);
}

/** What the run itself cost: the sum of its tasks, as far as it is known. */
export function costOf(tasks: readonly Task[]): number | null {
  const known = tasks.flatMap((task) => (task.cost_usd === null ? [] : [task.cost_usd]));
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0);
}
