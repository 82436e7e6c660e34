import { Link } from 'wouter';
import type { Template } from '../../api/requests';
import { plural } from '../../format/text';
import { Status } from '../../shared/Status';
import { lookOf } from '../../shared/status';
import { Time } from '../../shared/Time';

type Outcome = Template['outcomes'][number];

/** How the last runs ended, oldest first: success is high, everything else is low and has another shape. */
export function OutcomeMarks({ outcomes }: { outcomes: Outcome[] }) {
  if (outcomes.length === 0) return <span className="dim">never ran</span>;
  const succeeded = outcomes.filter(({ status }) => status === 'success').length;
  const label = `${succeeded} of the last ${plural(outcomes.length, 'run')} succeeded`;
  return (
    <span className="outcomes" role="img" aria-label={label} title={label}>
      {newestFirst(outcomes)
        .reverse()
        .map(({ run_id, status }) => (
          <i key={run_id} className={`outcome outcome-${status} tone-${lookOf(status).tone}`} />
        ))}
    </span>
  );
}

/** The same runs as a list: each leads to its job. */
export function OutcomeList({ outcomes }: { outcomes: Outcome[] }) {
  if (outcomes.length === 0) return <p className="dim">It never ran.</p>;
  return (
    <ul className="outcome-list">
      {newestFirst(outcomes).map(({ run_id, job_id, status, at }) => (
        <li key={run_id}>
          <Status status={status} />
          <Link href={`/jobs/${encodeURIComponent(job_id)}`}>{run_id}</Link>
          <span className="dim">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function newestFirst(outcomes: Outcome[]): Outcome[] {
  return [...outcomes].sort((a, b) => b.at.localeCompare(a.at));
}
