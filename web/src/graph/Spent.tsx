import { useQuery } from '@tanstack/react-query';
import { attemptsQuery } from '../api/queries';
import type { Phase } from '../api/types';
import { money } from '../format/text';
import { duration } from '../format/time';
import { useNow } from '../shared/clock';
import css from './graph.module.css';

const active = new Set(['RUNNING', 'REVIEW_REQUIRED', 'REVIEWING']);

/** How long and how much, of all attempts together; what lies between two attempts is nobody's work. */
export function Spent({ step }: { step: Phase }) {
  if (step.attempts === 0 || step.status === 'REUSED') return null;
  return (
    <span className={css.spent}>
      {active.has(step.status) ? <Growing step={step} /> : duration(step.time_seconds * 1000)}
      {step.cost_usd !== null && ` · ${money(step.cost_usd)}`}
    </span>
  );
}

/** The step knows when its first attempt began; when a later one did, that attempt knows. */
function Growing({ step }: { step: Phase }) {
  const now = useNow(1000);
  const again = step.attempts > 1;
  const { data } = useQuery({ ...attemptsQuery(step.task_id), enabled: again });
  const start = again ? data?.find((one) => one.number === step.attempts)?.started_at : step.started_at;
  return duration(step.time_seconds * 1000 + (start ? Math.max(0, now - Date.parse(start)) : 0));
}
