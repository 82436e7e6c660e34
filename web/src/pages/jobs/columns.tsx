// What a row can tell beside the job's name and state, and how wide that is. Which of it is shown is a person's choice.
import { type ReactNode } from 'react';
import type { JobFilter } from '../../api/queries';
import type { JobRow } from '../../api/types';
import { money } from '../../format/text';
import { PhaseStrip } from '../../shared/Status';
import { restWords } from '../../shared/status';
import { Time } from '../../shared/Time';

export interface Column {
  id: string;
  label: string;
  width: string;
  sorts?: JobFilter['sort'];
  /** The first to go where there is little room. */
  wideOnly?: boolean;
  /** Shown until someone chooses otherwise. */
  usual: boolean;
  cell: (row: JobRow) => ReactNode;
}

export const columns: Column[] = [
  {
    id: 'steps',
    label: 'Steps',
    width: '150px',
    usual: true,
    cell: (row) =>
      row.status !== 'DAMAGED' && <PhaseStrip strip={row.phase_strip} done={row.steps_done} total={row.steps_total} />,
  },
  {
    id: 'why',
    label: 'Waiting on, or why it rests',
    width: 'minmax(120px, 1.6fr)',
    usual: true,
    cell: (row) => <span title={restWords(row)}>{restWords(row)}</span>,
  },
  { id: 'by', label: 'Asked by', width: '112px', wideOnly: true, usual: false, cell: (row) => row.requested_by ?? '–' },
  { id: 'run', label: 'Run', width: '54px', usual: false, cell: (row) => row.run_id?.split('.').at(-1) ?? '–' },
  { id: 'cost', label: 'Cost', width: '110px', usual: true, cell: (row) => <Cost row={row} /> },
  {
    id: 'created',
    label: 'Created',
    width: '74px',
    sorts: 'created',
    wideOnly: true,
    usual: true,
    cell: (row) => <Time at={row.created_at} />,
  },
  { id: 'updated', label: 'Changed', width: '82px', sorts: 'updated', usual: true, cell: (row) => <Time at={row.updated_at} /> },
];

export const usualColumns = columns.filter((column) => column.usual).map((column) => column.id);

/** The columns to draw, and the grid they stand in. */
export function layoutOf(chosen: readonly string[], wide: boolean): { shown: Column[]; grid: string } {
  const shown = columns.filter(({ id, wideOnly }) => chosen.includes(id) && (wide || !wideOnly));
  return { shown, grid: `30px minmax(180px, 2.2fr) 112px ${shown.map(({ width }) => width).join(' ')} 36px` };
}

function Cost({ row: { cost_usd, budget_usd } }: { row: JobRow }) {
  const over = budget_usd !== null && (cost_usd ?? 0) >= budget_usd;
  return (
    <>
      <span className={over ? 'tone-fail' : ''}>{money(cost_usd)}</span>
      {budget_usd !== null && <span className="dim"> / {money(budget_usd)}</span>}
    </>
  );
}
