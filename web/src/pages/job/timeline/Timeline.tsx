import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { JobEvent, Phase } from '../../../api/types';
import { plural } from '../../../format/text';
import { duration, moment } from '../../../format/time';
import { useSettings } from '../../../settings/settings';
import { useNow } from '../../../shared/clock';
import { Skeleton } from '../../../shared/States';
import { StatusIcon } from '../../../shared/Status';
import { barsOf, type Bar, type BarKind } from './bars';
import { gapWidth, scaleOf, type Scale } from './scale';
import css from './timeline.module.css';

interface Props {
  steps: Phase[];
  events: JobEvent[] | undefined;
  current: string | null;
  onOpen: (step: string, attempt?: number) => void;
}

const rowHeight = 30;
const words: Record<BarKind, string> = {
  queued: 'queued',
  running: 'running',
  review: 'in review',
  retry: 'waiting to try again',
  human: 'waiting for a person',
};

export function Timeline({ steps, events, current, onOpen }: Props) {
  const size = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const settings = useSettings();
  const bars = useMemo(() => barsOf(events ?? []), [events]);
  const all = useMemo(() => steps.flatMap((step) => bars.get(step.task_id) ?? []), [steps, bars]);
  const goesOn = all.some((bar) => bar.to === null);
  const now = useNow(goesOn ? 1000 : 60_000);
  const width = Math.max(240, (size.width || 900) - 24);
  const scale = useMemo(() => scaleOf(all, now, width), [all, now, width]);

  const virtual = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });

  // Within a second the clock says the same at every mark: once is enough.
  const ticks = scale.ticks
    .map((tick) => ({ ...tick, words: moment(new Date(tick.at).toISOString(), now, settings) }))
    .filter((tick, index, marks) => tick.words !== marks[index - 1]?.words);

  if (!events) return <Skeleton />;
  if (all.length === 0) return <p className={css.nothing}>Nothing ran yet in this run.</p>;
  const move = (by: number) => {
    const next = Math.min(Math.max(0, at + by), steps.length - 1);
    setAt(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  return (
    <div className={css.timeline}>
      <Legend />
      <div
        ref={scroller}
        className={css.scroller}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            move(event.key === 'ArrowDown' ? 1 : -1);
            event.preventDefault();
          }
        }}
      >
        <div className={css.axis}>
          <span className={css.corner}>{plural(steps.length, 'step')}</span>
          <div ref={size.ref} className={css.lane}>
            {ticks.map((tick) => (
              <span key={tick.at} className={css.tick} style={{ left: tick.x }}>
                {tick.words}
              </span>
            ))}
          </div>
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const step = steps[index];
            if (!step) return null;
            const own = bars.get(step.task_id) ?? [];
            return (
              <div
                key={step.name}
                role="button"
                data-index={index}
                tabIndex={index === at ? 0 : -1}
                className={`${css.row} pick`}
                data-current={step.name === current || undefined}
                style={{ transform: `translateY(${start}px)` }}
                aria-label={`${step.name}: ${own.map((bar) => spoken(bar, now)).join(', ') || 'did not run'}`}
                onClick={() => onOpen(step.name)}
                onKeyDown={(event) => event.key === 'Enter' && onOpen(step.name)}
                onFocus={() => setAt(index)}
              >
                <span className={css.name}>
                  <StatusIcon status={step.status} />
                  <b>{step.name}</b>
                </span>
                <div className={css.lane}>
                  {scale.gaps.map((gap) => (
                    <i
                      key={gap.x}
                      className={css.gap}
                      style={{ left: gap.x, width: gapWidth }}
                      title={`idle ${duration(gap.to - gap.from)}`}
                    />
                  ))}
                  {own.map((bar) => (
                    <BarBox
                      key={`${bar.kind}${bar.from}`}
                      {...{ bar, scale, now }}
                      onOpen={() => onOpen(step.name, bar.attempt ?? undefined)}
                    />
                  ))}
                </div>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function BarBox({ bar, scale, now, onOpen }: { bar: Bar; scale: Scale; now: number; onOpen: () => void }) {
  const left = scale.x(bar.from);
  const width = Math.max(3, scale.x(bar.to ?? now) - left);
  return (
    <i
      className={css.bar}
      data-kind={bar.kind}
      data-outcome={bar.outcome ?? (bar.to === null ? 'active' : 'none')}
      style={{ left, width }}
      title={spoken(bar, now)}
      onClick={(event) => {
        event.stopPropagation();
        onOpen();
      }}
    >
      {width > 30 && bar.attempt !== null && bar.attempt > 1 ? `#${bar.attempt}` : ''}
    </i>
  );
}

function spoken(bar: Bar, now: number): string {
  const attempt = bar.attempt === null ? '' : `attempt ${bar.attempt} `;
  return `${attempt}${words[bar.kind]} ${duration((bar.to ?? now) - bar.from)}${bar.outcome ? `, ${bar.outcome}` : ''}`;
}

function Legend() {
  return (
    <div className={css.legend} aria-hidden>
      {(Object.keys(words) as BarKind[]).map((kind) => (
        <span key={kind}>
          <i className={css.bar} data-kind={kind} data-outcome={kind === 'running' ? 'success' : 'none'} />
          {words[kind]}
        </span>
      ))}
      <span>
        <i className={css.bar} data-kind="running" data-outcome="failed" />
        failed
      </span>
      <span>
        <i className={css.gap} />
        idle, shortened
      </span>
    </div>
  );
}
