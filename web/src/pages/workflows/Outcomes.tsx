import { Link } from 'wouter';
import type { Template } from '../../api/requests';
import { lookOf } from '../../shared/status';

/** How the last runs ended, oldest first; each mark leads to its job. Success is high, everything else is low and has another shape. */
export function Outcomes({ outcomes }: { outcomes: Template['outcomes'] }) {
  if (outcomes.length === 0) return <span className="dim">never ran</span>;
  const oldestFirst = [...outcomes].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <span className="outcomes">
      {oldestFirst.map(({ run_id, job_id, status }) => {
        const { word, tone } = lookOf(status);
        return (
          <Link
            key={run_id}
            href={`/jobs/${encodeURIComponent(job_id)}`}
            className={`outcome outcome-${status} tone-${tone}`}
            aria-label={`${run_id}: ${word}`}
            title={`${run_id}: ${word}`}
          />
        );
      })}
    </span>
  );
}
