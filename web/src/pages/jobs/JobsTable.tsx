import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type Dispatch, type SetStateAction } from 'react';
import { useLocation } from 'wouter';
import type { JobFilter } from '../../api/queries';
import type { JobRow } from '../../api/types';
import { useKey } from '../../keyboard/keys';
import { useSettings } from '../../settings/settings';
import { ColumnMenu } from './ColumnMenu';
import { layoutOf, usualColumns } from './columns';
import { Row } from './Row';

const overscan = 12;
const loadAhead = 20;

interface Props {
  rows: JobRow[];
  sort: JobFilter['sort'];
  selected: ReadonlySet<string>;
  dimmed: boolean;
  onSelect: Dispatch<SetStateAction<ReadonlySet<string>>>;
  onSort: (sort: JobFilter['sort']) => void;
  onRerun: (job: string) => void;
  onEnd: () => void;
}

export function JobsTable({ rows, sort, selected, dimmed, onSelect, onSort, onRerun, onEnd }: Props) {
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(width < 760px)', false, { getInitialValueInEffect: false });
  const wide = useMediaQuery('(width >= 1100px)', true, { getInitialValueInEffect: false });
  const { density, columns } = useSettings();
  const { shown, grid } = useMemo(() => layoutOf(columns ?? usualColumns, wide), [columns, wide]);
  const height = narrow ? 60 : density === 'compact' ? 32 : 40;
  const [current, setCurrent] = useState<string | null>(null);
  const at = rows.findIndex((row) => row.job_id === current);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.job_id ?? index,
    overscan,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - loadAhead) onEnd();
    // Only a new last row asks for more: `onEnd` is another function each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [last, rows.length]);

  const move = (step: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at < 0 && step > 0 ? 0 : at + step));
    const row = rows[next];
    if (!row) return;
    setCurrent(row.job_id);
    virtual.scrollToIndex(next);
    // The row is mounted after the scroll; the focus follows so that a screen reader reads it.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-job="${CSS.escape(row.job_id)}"]`)?.focus());
  };
  const toggle = (job: string) =>
    onSelect((old) => {
      const next = new Set(old);
      if (!next.delete(job)) next.add(job);
      return next;
    });
  const open = (job: string) => navigate(`/jobs/${encodeURIComponent(job)}`);
  useKey('next', () => move(1));
  useKey('previous', () => move(-1));
  useKey('select', () => current !== null && toggle(current), at >= 0);
  useKey('open', () => current !== null && open(current), at >= 0);
  // With a selection the key is about that.
  useKey('rerun', () => current !== null && onRerun(current), at >= 0 && selected.size === 0);

  return (
    <div
      className={`table ${dimmed ? 'stale' : ''}`}
      role="grid"
      aria-label="Jobs"
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      style={{ '--grid': grid } as CSSProperties}
    >
      <div className="table-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <Checkbox
            aria-label={`Select the ${rows.length} jobs shown`}
            checked={selected.size > 0 && rows.every((row) => selected.has(row.job_id))}
            indeterminate={selected.size > 0 && !rows.every((row) => selected.has(row.job_id))}
            onChange={(event) => onSelect(new Set(event.currentTarget.checked ? rows.map((row) => row.job_id) : []))}
          />
        </span>
        <Head label="Job" sorts="name" sort={sort} onSort={onSort} />
        <span role="columnheader">State</span>
        {shown.map(({ id, label, sorts }) =>
          sorts ? (
            <Head key={id} label={label} sorts={sorts} sort={sort} onSort={onSort} />
          ) : (
            <span key={id} role="columnheader" className={`head-${id}`}>
              {label}
            </span>
          ),
        )}
        <span role="columnheader">
          <ColumnMenu />
        </span>
      </div>
      <div className="table-scroll" ref={scroller} role="rowgroup">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <Row
                key={item.key}
                row={row}
                columns={shown}
                index={item.index}
                top={item.start}
                height={height}
                selected={selected.has(row.job_id)}
                // One row takes part in Tab order: the current one, or the first.
                tabbable={current === row.job_id || (at < 0 && item.index === 0)}
                onFocus={setCurrent}
                onToggle={toggle}
                onOpen={open}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Head({
  label,
  sorts,
  sort,
  onSort,
}: {
  label: string;
  sorts: JobFilter['sort'];
  sort: string;
  onSort: Props['onSort'];
}) {
  const active = sort === sorts;
  return (
    <span
      role="columnheader"
      aria-sort={active ? (sorts === 'name' ? 'ascending' : 'descending') : 'none'}
      className={`head-${sorts}`}
    >
      <button type="button" className="table-sort" onClick={() => onSort(sorts)}>
        {label}
        <ArrowDown
          size={12}
          className={active ? '' : 'hidden'}
          style={sorts === 'name' ? { rotate: '180deg' } : {}}
          aria-hidden
        />
      </button>
    </span>
  );
}
