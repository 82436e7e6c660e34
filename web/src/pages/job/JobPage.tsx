import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiProblem, post } from '../../api/client';
import { jobQuery, meQuery } from '../../api/queries';
import type { JobDocument } from '../../api/types';
import { startEngine } from '../../graph/layout';
import { Structure } from '../../graph/structure';
import { useKey } from '../../keyboard/keys';
import { ErrorState, Skeleton } from '../../shared/States';
import { toast, toastProblem } from '../../shared/toasts';
import { ActionDialog, isDialog } from './ActionDialog';
import { mainOf, type Verb } from './actions';
import { allowed } from './allowed';
import { DamagedJob } from './DamagedJob';
import { Drawer } from './Drawer';
import { JobHeader } from './JobHeader';
import css from './job.module.css';
import { StepList } from './StepList';
import { failedOf, problemsOf, shownOf } from './steps';
import { Timeline } from './timeline/Timeline';
import { useRounds } from './useRounds';
import { useRunEvents } from './useRunEvents';
import { freshStep, useView } from './view';
import { ViewBar } from './ViewBar';
import { WhyPanel } from './WhyPanel';

// The graph brings a drawing library and a layout engine along: fetched when a graph is looked at.
const JobGraph = lazy(() => {
  // A failure to start is said where the graph would be.
  startEngine().catch(() => undefined);
  return import('../../graph/JobGraph').then(({ JobGraph }) => ({ default: JobGraph }));
});

export function JobPage({ job }: { job: string }) {
  const { data: doc, error, refetch } = useQuery(jobQuery(job));
  const { data: me } = useQuery(meQuery());
  if (error instanceof ApiProblem && error.damaged)
    return <DamagedJob job={job} problem={error} onRetry={() => void refetch()} />;
  if (!doc) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton />;
  return <Job key={job} doc={allowed(doc, me)} />;
}

function Job({ doc }: { doc: JobDocument }) {
  const { view, set } = useView(doc.phases.length);
  const { rounds, steps: stepsThen } = useRounds(doc, view.round);
  const steps = stepsThen ?? doc.phases;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const page = useRef<HTMLDivElement>(null);
  const onDo = useVerbs(doc, [...selected], set);

  const links = steps.map((step) => `${step.name}<${step.needs.join(',')}`).join(' ');
  // Only who depends on whom counts: a status that changes must not move the graph.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `links` stands for what of `steps` is used.
  const structure = useMemo(() => new Structure(steps), [links]);
  const shown = useMemo(() => shownOf(steps, structure, view), [steps, structure, view]);
  const visible = steps.filter((step) => shown.has(step.name));
  const step = steps.find((one) => one.name === view.step);
  const round = rounds.find((one) => one.id === view.round) ?? rounds[0];
  const events = useRunEvents(view.drawn === 'timeline' ? (round?.run ?? null) : null, doc.journal.seq);
  const lastChange = doc.phases.findLast((one) => one.commit !== null);

  const open = (name: string, attempt?: number) =>
    set({ ...freshStep, step: name, attempt: attempt === undefined ? null : String(attempt) }, { push: view.step === null });
  const close = () => {
    const name = CSS.escape(view.step ?? '');
    set({ ...freshStep, step: null, tab: null });
    // Back to where the step was opened, so that the keyboard goes on from there.
    requestAnimationFrame(() => page.current?.querySelector<HTMLElement>(`[data-node="${name}"], [data-row="${name}"]`)?.focus());
  };
  const toggle = (names: readonly string[]) => {
    const next = new Set(selected);
    const all = names.every((name) => next.has(name));
    for (const name of names)
      if (all) next.delete(name);
      else next.add(name);
    setSelected(next);
  };
  useStepKeys({
    current: () => focusedStep() ?? view.step,
    toggle,
    extend: (from, up) => {
      const start = selected.size > 0 ? selected : new Set(from === null ? [] : [from]);
      setSelected(new Set([...start, ...(up ? structure.ancestors(start) : structure.descendants(start))]));
    },
    problem: (by) => {
      const problems = problemsOf(steps);
      const at = problems.findIndex((one) => one.name === view.step);
      const next = problems[at < 0 ? (by > 0 ? 0 : problems.length - 1) : (at + by + problems.length) % problems.length];
      if (next) open(next.name);
    },
    rerun: () => onDo(selected.size > 0 ? 'rerun-selected' : mainOf(doc, 0).verb === 'rerun' ? 'rerun' : 'rerun-all'),
    pause: () => onDo(doc.can.resume.ok ? 'resume' : 'suspend'),
    clear: selected.size > 0 && view.step === null ? () => setSelected(new Set()) : null,
  });

  const restep = (name: string) => set({ dialog: 'rerun', mode: 'restep', step: name }, { push: true });
  return (
    <div ref={page} className={css.page}>
      <JobHeader
        doc={doc}
        selected={[...selected]}
        onDo={onDo}
        onChanges={
          lastChange ? () => set({ ...freshStep, step: lastChange.name, tab: 'diff', against: 'base' }, { push: true }) : null
        }
      />
      <WhyPanel
        doc={doc}
        onDo={onDo}
        onOpen={open}
        onRestep={restep}
        onLog={(name) => set({ ...freshStep, step: name, tab: 'log' }, { push: true })}
      />
      <ViewBar view={view} set={set} rounds={rounds} shown={visible.length} total={steps.length} />
      <div className={css.split}>
        <div className={stepsThen ? css.picture : `${css.picture} stale`}>
          {view.drawn === 'graph' && (
            <Suspense fallback={<Skeleton />}>
              <JobGraph
                {...{ steps, structure, selected, shown }}
                current={view.step}
                onOpen={open}
                onSelect={(names) => toggle(names)}
              />
            </Suspense>
          )}
          {view.drawn === 'timeline' && <Timeline steps={visible} events={events} current={view.step} onOpen={open} />}
          {view.drawn === 'list' && (
            <StepList
              steps={visible}
              current={view.step}
              attempt={view.attempt}
              selected={selected}
              onOpen={open}
              onSelect={(name) => toggle([name])}
            />
          )}
        </div>
        {step && <Drawer {...{ doc, step, view, set }} onClose={close} />}
      </div>
      {isDialog(view.dialog) && (
        <ActionDialog dialog={view.dialog} doc={doc} step={view.step} onClose={() => set({ dialog: null })} />
      )}
    </div>
  );
}

/** The step that has the keyboard, in whatever picture. */
function focusedStep(): string | null {
  const element = document.activeElement?.closest<HTMLElement>('[data-node], [data-row]');
  return element?.dataset.node ?? element?.dataset.row ?? null;
}

function useVerbs(doc: JobDocument, selected: string[], set: ReturnType<typeof useView>['set']) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const at = `/jobs/${encodeURIComponent(doc.job_id)}`;
  const send = (path: string, body: unknown, done: string) =>
    post(path, body)
      .then(() => toast('ok', done))
      .then(() => queries.invalidateQueries({ queryKey: ['job', doc.job_id] }))
      .catch((error: unknown) => toastProblem(done, error));

  return (verb: Verb) => {
    const plan = (mode: string, more: Record<string, string | null> = {}) =>
      set({ dialog: 'rerun', mode, steps: null, ...more }, { push: true });
    const only = selected.length === 1 ? doc.phases.find((one) => one.name === selected[0]) : undefined;
    if (verb === 'rerun') plan('failed');
    else if (verb === 'rerun-all') plan('whole');
    else if (verb === 'stale') plan('stale');
    // One step that did not fail can be done again by itself; several are chosen among the failed ones.
    else if (verb === 'rerun-selected' && only && failedOf([only]).length === 0) plan('restep', { step: only.name });
    else if (verb === 'rerun-selected') plan('custom', { steps: selected.join(',') });
    else if (verb === 'run') void send(`${at}/run`, {}, `${doc.job_id} goes on`);
    else if (verb === 'resume') void send(`${at}/resume`, { run: true }, `${doc.job_id} goes on`);
    else if (verb === 'review') navigate(`/needs?need=${encodeURIComponent(doc.needs[0]?.id ?? '')}`);
    else set({ dialog: verb }, { push: true });
  };
}

interface StepKeys {
  current: () => string | null;
  toggle: (names: string[]) => void;
  extend: (from: string | null, up: boolean) => void;
  problem: (by: 1 | -1) => void;
  rerun: () => void;
  pause: () => void;
  clear: (() => void) | null;
}

function useStepKeys({ current, toggle, extend, problem, rerun, pause, clear }: StepKeys): void {
  useKey('select', () => {
    const name = current();
    if (name !== null) toggle([name]);
  });
  useKey('upstream', () => extend(current(), true));
  useKey('downstream', () => extend(current(), false));
  useKey('problem.next', () => problem(1));
  useKey('problem.previous', () => problem(-1));
  useKey('rerun', rerun);
  useKey('pause', pause);
  useKey('back', () => clear?.(), clear !== null);
}
