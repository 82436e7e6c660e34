import { Plus } from 'lucide-react';
import { Link } from 'wouter';
import type { JobStatus } from '../../api/types';
import { countOf, views } from '../../shared/status';
import { withState } from './filter';
import { FilterField } from './FilterField';
import { SavedViews } from './SavedViews';

interface Props {
  /** The filter as it is written. */
  q: string;
  sort: string | null;
  counts: Partial<Record<JobStatus, number>>;
  total: number;
  onChange: (change: Record<string, string | null>) => void;
}

export function JobsToolbar({ q, sort, counts, total, onChange }: Props) {
  const show = (state: string | null) => onChange({ q: withState(q, state) });
  const isShown = (state: string | null) => withState(q, state) === q;
  return (
    <div className="toolbar">
      <div className="chips" role="group" aria-label="Show">
        <Chip label="All" n={total} active={isShown(null)} onClick={() => show(null)} />
        {views.map(({ id, label, statuses, tone }) => {
          const n = countOf(counts, statuses);
          // Nothing to see there, and not being looked at: one word less to read.
          if (n === 0 && !isShown(id)) return null;
          return <Chip key={id} label={label} n={n} tone={tone} active={isShown(id)} onClick={() => show(id)} />;
        })}
        <SavedViews q={q} sort={sort} known={sort === null && views.some(({ id }) => q === `state:${id}`)} />
      </div>
      <FilterField q={q} onChange={(text) => onChange({ q: text })} />
      <Link href="/workflows" className="toolbar-new">
        <Plus size={14} aria-hidden /> New job
      </Link>
    </div>
  );
}

interface ChipProps {
  label: string;
  n: number;
  tone?: string;
  active: boolean;
  onClick: () => void;
}

function Chip({ label, n, tone, active, onClick }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={active} onClick={onClick}>
      {label} <b className={n > 0 && tone ? `tone-${tone}` : 'dim'}>{n}</b>
    </button>
  );
}
