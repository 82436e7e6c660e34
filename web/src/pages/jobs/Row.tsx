import { Checkbox } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { JobRow } from '../../api/types';
import { money } from '../../format/text';
import { PhaseStrip, Status } from '../../shared/Status';
import { restWords } from '../../shared/status';
import { Time } from '../../shared/Time';
import { JobMenu } from './JobMenu';

interface Props {
  row: JobRow;
  index: number;
  top: number;
  height: number;
  selected: boolean;
  tabbable: boolean;
  onFocus: (job: string) => void;
  onToggle: (job: string) => void;
  onOpen: (job: string) => void;
}

/** One job. Drawn again only when it changed: a list under two hundred events a second stays quiet. */
export const Row = memo(
  function Row({ row, index, top, height, selected, tabbable, onFocus, onToggle, onOpen }: Props) {
    const over = row.budget_usd !== null && (row.cost_usd ?? 0) >= row.budget_usd;
    return (
      <div
        role="row"
        className="row"
        style={{ transform: `translateY(${top}px)`, height }}
        aria-rowindex={index + 2}
        aria-selected={selected}
        tabIndex={tabbable ? 0 : -1}
        data-job={row.job_id}
        onFocus={() => onFocus(row.job_id)}
        onClick={(event) => !(event.target as HTMLElement).closest('a, button, input, label') && onOpen(row.job_id)}
      >
        <span role="gridcell" className="cell-check">
          <Checkbox aria-label={`Select ${row.job_id}`} checked={selected} tabIndex={-1} onChange={() => onToggle(row.job_id)} />
        </span>
        <span role="gridcell" className="cell-job">
          <Link href={`/jobs/${encodeURIComponent(row.job_id)}`} tabIndex={-1}>
            {row.job_id}
          </Link>
          <span className="cell-description" title={row.description ?? undefined}>
            {row.description}
          </span>
        </span>
        <span role="gridcell" className="cell-status">
          <Status status={row.status} />
        </span>
        <span role="gridcell" className="cell-steps">
          {row.status !== 'DAMAGED' && <PhaseStrip strip={row.phase_strip} done={row.steps_done} total={row.steps_total} />}
        </span>
        <span role="gridcell" className="cell-why" title={restWords(row)}>
          {restWords(row)}
        </span>
        <span role="gridcell" className="cell-cost right">
          <span className={over ? 'tone-fail' : ''}>{money(row.cost_usd)}</span>
          {row.budget_usd !== null && <span className="dim"> / {money(row.budget_usd)}</span>}
        </span>
        <span role="gridcell" className="cell-created dim">
          <Time at={row.created_at} />
        </span>
        <span role="gridcell" className="cell-age dim">
          <Time at={row.updated_at} />
        </span>
        <span role="gridcell" className="cell-menu">
          <JobMenu row={row} />
        </span>
      </div>
    );
  },
  // The handlers do the same whatever their identity is; the keys of a row are its data and its place.
  (a, b) => a.row === b.row && a.top === b.top && a.height === b.height && a.selected === b.selected && a.tabbable === b.tabbable,
);
