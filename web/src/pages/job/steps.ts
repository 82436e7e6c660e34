// Steps as the page shows them: filtered, and which of them are problems.
import type { Phase } from '../../api/types';
import type { Structure } from '../../graph/structure';
import type { View } from './view';

const isProblem = ({ status }: Phase) => status === 'FAILED' || status === 'CANCELED';
const needsSomeone = (step: Phase) => isProblem(step) || step.status === 'APPROVAL_REQUIRED' || step.stale;

/** Steps that stop the job, in the order of the workflow. */
export const problemsOf = (steps: readonly Phase[]): Phase[] => steps.filter(needsSomeone);
export const failedOf = (steps: readonly Phase[]): Phase[] => steps.filter(isProblem);

/** What may be seen under the view's filters. "Only problems" keeps what led to a problem and what it blocks. */
export function shownOf(steps: readonly Phase[], structure: Structure, view: Pick<View, 'onlyProblems' | 'hideReused' | 'q'>) {
  let shown = new Set(steps.map((step) => step.name));
  if (view.onlyProblems) {
    const problems = problemsOf(steps).map((step) => step.name);
    const blocked = structure.descendants(failedOf(steps).map((step) => step.name));
    shown = new Set([...problems, ...structure.ancestors(problems), ...blocked]);
  }
  const q = view.q.toLowerCase();
  for (const step of steps) {
    const reused = step.status === 'REUSED' || step.status === 'SKIPPED';
    if ((view.hideReused && reused) || !`${step.name} ${step.title} ${step.agent ?? ''}`.toLowerCase().includes(q))
      shown.delete(step.name);
  }
  return shown;
}

const settled = new Set(['SUCCESS', 'REUSED', 'SKIPPED']);
export const doneOf = (steps: readonly Phase[]): number => steps.filter((step) => settled.has(step.status)).length;
