// The steps as a tree grid: the same data as the graph, for every number of steps and every way to read a page.
import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { attemptsQuery } from '../../api/queries';
import type { Attempt, Phase } from '../../api/types';
import { money, shortCommit } from '../../format/text';
import { duration } from '../../format/time';
import { Status } from '../../shared/Status';
import { Time } from '../../shared/Time';
import { Spent } from '../../graph/Spent';
import css from './list.module.css';

interface Props {
  steps: Phase[];
  current: string | null;
  attempt: number | null;
  selected: ReadonlySet<string>;
  onOpen: (step: string, attempt?: number) => void;
  onSelect: (step: string) => void;
}

type Row = { kind: 'step'; step: Phase } | { kind: 'attempt'; step: Phase; attempt: Attempt };
const idOf = (row: Row) => (row.kind === 'step' ? row.step.name : row.attempt.id);

export function StepList({ steps, current, attempt, selected, onOpen, onSelect }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [focus, setFocus] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const opened = steps.filter((step) => open.has(step.name) && step.attempts > 0);
  const attempts = useQueries({ queries: opened.map((step) => attemptsQuery(step.task_id)) });
  const byStep = new Map(opened.map((step, index) => [step.name, attempts[index]?.data ?? []]));
  const rows = steps.flatMap((step): Row[] => [
    { kind: 'step', step },
    ...(byStep.get(step.name) ?? []).toReversed().map((one): Row => ({ kind: 'attempt', step, attempt: one })),
  ]);

  const keys = rows.map(idOf);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 32,
    overscan: 12,
    getItemKey: (index) => keys[index] ?? index,
  });
  const at = Math.max(0, keys.indexOf(focus ?? current ?? ''));

  const move = (index: number) => {
    const target = Math.min(Math.max(0, index), rows.length - 1);
    setFocus(keys[target] ?? null);
    virtual.scrollToIndex(target);
  };
  const toggle = (step: Phase, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(step.name);
    else next.delete(step.name);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.metaKey || event.ctrlKey) return;
    const actions: Record<string, () => void> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      j: () => move(at + 1),
      k: () => move(at - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      PageDown: () => move(at + 15),
      PageUp: () => move(at - 15),
      Enter: () => onOpen(row.step.name, row.kind === 'attempt' ? row.attempt.number : undefined),
      ArrowRight: () => row.kind === 'step' && toggle(row.step, true),
      ArrowLeft: () => (row.kind === 'step' ? toggle(row.step, false) : setFocus(row.step.name)),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  useEffect(() => {
    if (focus !== null)
      box.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  }, [focus, at]);

  return (
    <div
      ref={box}
      className={css.list}
      role="treegrid"
      aria-label="Steps"
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      onKeyDown={onKeyDown}
    >
      <div role="row" className={css.head} aria-rowindex={1}>
        {['', 'Step', 'State', 'Waiting on / result', 'Agent', 'Time', 'Cost', 'Commit'].map((title) => (
          <span key={title} role="columnheader">
            {title === '' ? <span className="visually-hidden">Selected</span> : title}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const isCurrent = row.step.name === current && (row.kind === 'step' || row.attempt.number === attempt);
          return (
            <div
              key={item.key}
              role="row"
              data-row={idOf(row)}
              className={`${row.kind === 'step' ? css.row : css.attempt} pick`}
              data-current={isCurrent || undefined}
              data-selected={selected.has(row.step.name) || undefined}
              aria-rowindex={item.index + 2}
              aria-level={row.kind === 'step' ? 1 : 2}
              aria-selected={selected.has(row.step.name)}
              {...(row.kind === 'step' && row.step.attempts > 0 ? { 'aria-expanded': open.has(row.step.name) } : {})}
              tabIndex={item.index === at ? 0 : -1}
              style={{ transform: `translateY(${item.start}px)` }}
              onFocus={() => setFocus(idOf(row))}
              onClick={(event) => {
                if (event.shiftKey) onSelect(row.step.name);
                else onOpen(row.step.name, row.kind === 'attempt' ? row.attempt.number : undefined);
              }}
            >
              {row.kind === 'step' ? (
                <StepCells
                  step={row.step}
                  selected={selected.has(row.step.name)}
                  expanded={open.has(row.step.name)}
                  onSelect={() => onSelect(row.step.name)}
                  onToggle={() => toggle(row.step, !open.has(row.step.name))}
                />
              ) : (
                <AttemptCells attempt={row.attempt} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function StepCells(props: { step: Phase; selected: boolean; expanded: boolean; onSelect: () => void; onToggle: () => void }) {
  const { step, selected, expanded, onSelect, onToggle } = props;
  return (
    <>
      <span role="gridcell" className={css.tick}>
        <input
          type="checkbox"
          aria-label={`Select ${step.name}`}
          tabIndex={-1}
          checked={selected}
          onClick={(event) => event.stopPropagation()}
          onChange={onSelect}
        />
      </span>
      <span role="gridcell" className={css.name}>
        <button
          type="button"
          tabIndex={-1}
          className={css.twist}
          data-open={expanded || undefined}
          disabled={step.attempts === 0}
          aria-label={expanded ? 'Hide attempts' : 'Show attempts'}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          <ChevronRight size={14} />
        </button>
        <span className={css.order}>{step.number}</span>
        <b>{step.name}</b>
        {step.attempts > 1 && <span className={css.reason}>#{step.attempts}</span>}
        {step.stale && <span className={css.stale}>stale</span>}
      </span>
      <span role="gridcell">
        <Status status={step.status} />
      </span>
      <span role="gridcell" className={css.reason} title={step.failure?.message ?? step.because ?? ''}>
        {step.failure?.message ?? step.because ?? ''}
      </span>
      <span role="gridcell" className={css.reason}>
        {step.agent ?? (step.kind === 'command' ? 'command' : '–')}
      </span>
      <span role="gridcell" className={css.number}>
        <Spent step={{ ...step, cost_usd: null }} />
      </span>
      <span role="gridcell" className={css.number}>
        {step.kind === 'command' && step.cost_usd === null ? '' : money(step.cost_usd)}
      </span>
      <span role="gridcell" className={css.commit}>
        {step.commit && <code>{shortCommit(step.commit)}</code>}
      </span>
    </>
  );
}

function AttemptCells({ attempt }: { attempt: Attempt }) {
  const { started_at: start, finished_at: end } = attempt;
  const ms = start && end ? Date.parse(end) - Date.parse(start) : null;
  const asked = [attempt.requested_by, attempt.reason].filter(Boolean).join(': ');
  return (
    <>
      <span role="gridcell" />
      <span role="gridcell" className={css.name}>
        <span className={css.branch}>attempt {attempt.number}</span>
        <span className={css.reason}>{attempt.kind.replaceAll('_', ' ')}</span>
      </span>
      <span role="gridcell">
        <Status status={attempt.status} />
      </span>
      <span role="gridcell" className={css.reason}>
        {attempt.failure?.message ?? asked}
      </span>
      <span role="gridcell" className={css.reason}>
        {attempt.model ?? attempt.agent ?? ''}
      </span>
      <span role="gridcell" className={css.number}>
        {ms !== null ? duration(ms) : start && <Time at={start} />}
      </span>
      <span role="gridcell" className={css.number}>
        {money(attempt.cost_usd)}
      </span>
      <span role="gridcell" className={css.commit}>
        {attempt.output_commit && <code>{shortCommit(attempt.output_commit)}</code>}
      </span>
    </>
  );
}
