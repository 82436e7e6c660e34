import type { Phase } from '../api/types';
import { money } from '../format/text';
import { duration } from '../format/time';
import { useNow } from '../shared/clock';
import css from './graph.module.css';

/** How long and how much; of a running step the time goes on. */
export function Spent({ step }: { step: Phase }) {
  const now = useNow(1000);
  if (!step.started_at || step.status === 'REUSED') return null;
  const ms = Date.parse(step.finished_at ?? new Date(now).toISOString()) - Date.parse(step.started_at);
  return (
    <span className={css.spent}>
      {duration(ms)}
      {step.cost_usd !== null && ` · ${money(step.cost_usd)}`}
    </span>
  );
}
