import { Checkbox } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { JobRow } from '../../api/types';
import { Status } from '../../shared/Status';
import type { Column } from './columns';
import { JobMenu } from './JobMenu';

interface Props {
  row: JobRow;
  columns: Column[];
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
  function Row({ row, columns, index, top, height, selected, tabbable, onFocus, onToggle, onOpen }: Props) {
    return (
      <div
        role="row"
        className="row pick"
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
        {columns.map(({ id, cell }) => (
          <span key={id} role="gridcell" className={`cell-${id}`}>
            {cell(row)}
          </span>
        ))}
        <span role="gridcell" className="cell-menu">
          <JobMenu row={row} />
        </span>
      </div>
    );
  },
  // The handlers do the same whatever their identity is; the keys of a row are its data and its place.
  (a, b) =>
    a.row === b.row &&
    a.columns === b.columns &&
    a.top === b.top &&
    a.height === b.height &&
    a.selected === b.selected &&
    a.tabbable === b.tabbable,
);
