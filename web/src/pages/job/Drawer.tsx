// One step beside the picture of all. The chosen attempt drives every tab.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, PanelBottom, PanelRight, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { attemptsQuery } from '../../api/queries';
import type { Attempt, JobDocument, Phase } from '../../api/types';
import { keyHint } from '../../keyboard/keymap';
import { useKey } from '../../keyboard/keys';
import { announce } from '../../shared/announce';
import { ErrorState, Skeleton } from '../../shared/States';
import { Status, StatusIcon } from '../../shared/Status';
import { lookOf } from '../../shared/status';
import css from './drawer.module.css';
import { StepActions } from './StepActions';
import { Tab } from './tabs/Tab';
import { useDrawerSize } from './useDrawerSize';
import { panels, type Panel, type View } from './view';
import type { useUrl } from '../../shared/url';

interface Props {
  doc: JobDocument;
  step: Phase;
  view: View;
  set: ReturnType<typeof useUrl>['set'];
  onClose: () => void;
}

const titles: Record<Panel, string> = {
  summary: 'Summary',
  log: 'Log',
  diff: 'Diff',
  prompt: 'Prompt',
  response: 'Response',
  checks: 'Checks',
  events: 'Events',
};

export function Drawer({ doc, step, view, set, onClose }: Props) {
  const { data: attempts, error, refetch } = useQuery(attemptsQuery(step.task_id));
  const size = useDrawerSize();
  const chosen = attempts?.find((one) => one.number === view.attempt) ?? attempts?.at(-1) ?? null;

  const pickAttempt = (number: number) =>
    set({ attempt: number === attempts?.at(-1)?.number ? null : String(number), line: null, part: null, event: null });
  const pickPanel = (panel: Panel) => set({ tab: panel === 'summary' ? null : panel, part: null, line: null });
  const move = (by: number) => {
    const next = attempts?.[attempts.findIndex((one) => one === chosen) + by];
    if (next) pickAttempt(next.number);
  };

  useKey('back', onClose);
  useKey('tab', (_, stroke) => {
    const panel = panels[Number(stroke) - 1];
    if (panel) pickPanel(panel);
  });
  useKey('attempt.previous', () => move(-1));
  useKey('attempt.next', () => move(1));
  useSpokenStatus(step);

  return (
    <aside className={css.drawer} data-dock={size.dock} style={size.style} aria-label={`Step ${step.name}`}>
      <div className={css.grip} {...size.grip} />
      <header className={css.head}>
        <div className={css.titleRow}>
          <Status status={step.status} />
          <h2 title={step.title}>{step.name}</h2>
          {step.title !== step.name && <span className="quiet">{step.title}</span>}
          <span className="space" />
          <StepActions doc={doc} step={step} set={set} />
          <Tooltip label={size.dock === 'right' ? 'Dock at the bottom' : 'Dock at the right'}>
            <ActionIcon aria-label="Dock elsewhere" onClick={size.toggleDock}>
              {size.dock === 'right' ? <PanelBottom size={15} /> : <PanelRight size={15} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip label={`Close (${keyHint('back')})`}>
            <ActionIcon aria-label="Close the step" onClick={onClose}>
              <X size={16} />
            </ActionIcon>
          </Tooltip>
        </div>
        {attempts && attempts.length > 0 && <AttemptPicker {...{ attempts, chosen }} onPick={pickAttempt} onMove={move} />}
        <Tabs panel={view.panel} onPick={pickPanel} />
      </header>
      <div className={css.content} role="tabpanel" id="step-panel" aria-labelledby={`tab-${view.panel}`}>
        {error && !attempts ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : attempts ? (
          <Tab key={`${step.name} ${chosen?.id ?? ''}`} {...{ doc, step, attempts, view, set }} attempt={chosen} />
        ) : (
          <Skeleton />
        )}
      </div>
    </aside>
  );
}

const shownAttempts = 6;

function AttemptPicker(props: {
  attempts: Attempt[];
  chosen: Attempt | null;
  onPick: (number: number) => void;
  onMove: (by: number) => void;
}) {
  const { attempts, chosen, onPick, onMove } = props;
  const at = attempts.findIndex((one) => one === chosen);
  // The chosen one is always among those shown.
  const first = Math.max(0, Math.min(at - Math.floor(shownAttempts / 2), attempts.length - shownAttempts));
  return (
    <div className={css.attempts} role="group" aria-label="Attempt">
      <span className="quiet">Attempt</span>
      <Tooltip label={`Previous attempt (${keyHint('attempt.previous')})`}>
        <ActionIcon size={24} aria-label="Previous attempt" disabled={at <= 0} onClick={() => onMove(-1)}>
          <ChevronLeft size={14} />
        </ActionIcon>
      </Tooltip>
      {attempts.slice(first, first + shownAttempts).map((one) => (
        <button
          key={one.id}
          type="button"
          className={css.attempt}
          aria-pressed={one === chosen}
          aria-label={`Attempt ${one.number}, ${lookOf(one.status).word.toLowerCase()}${one === attempts.at(-1) ? ', latest' : ''}`}
          title={[one.kind.replaceAll('_', ' '), one.requested_by, one.reason].filter(Boolean).join(' · ')}
          onClick={() => onPick(one.number)}
        >
          {one.number} <StatusIcon status={one.status} size={12} />
          {one === attempts.at(-1) && attempts.length > 1 && <span className={css.latest}>latest</span>}
        </button>
      ))}
      <Tooltip label={`Next attempt (${keyHint('attempt.next')})`}>
        <ActionIcon size={24} aria-label="Next attempt" disabled={at === attempts.length - 1} onClick={() => onMove(1)}>
          <ChevronRight size={14} />
        </ActionIcon>
      </Tooltip>
      {chosen && <span className={css.kind}>{chosen.kind.replaceAll('_', ' ')}</span>}
    </div>
  );
}

function Tabs({ panel, onPick }: { panel: Panel; onPick: (panel: Panel) => void }) {
  const row = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={row}
      className={css.tabs}
      role="tablist"
      aria-label="About the step"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
        const next = panels[(panels.indexOf(panel) + (event.key === 'ArrowRight' ? 1 : panels.length - 1)) % panels.length];
        if (next) onPick(next);
        row.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
        event.preventDefault();
      }}
    >
      {panels.map((one, index) => (
        <button
          key={one}
          id={`tab-${one}`}
          type="button"
          role="tab"
          className={css.tab}
          aria-selected={one === panel}
          aria-controls="step-panel"
          tabIndex={one === panel ? 0 : -1}
          title={`${titles[one]} (${index + 1})`}
          onClick={() => onPick(one)}
        >
          {titles[one]}
        </button>
      ))}
    </div>
  );
}

/** Says it when the step that is looked at changes its state. */
function useSpokenStatus(step: Phase) {
  const last = useRef({ name: step.name, status: step.status });
  useEffect(() => {
    const before = last.current;
    if (before.name === step.name && before.status !== step.status) announce(`${step.name}: ${lookOf(step.status).word}`);
    last.current = { name: step.name, status: step.status };
  }, [step.name, step.status]);
}
