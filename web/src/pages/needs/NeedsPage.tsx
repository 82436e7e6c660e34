import { useQuery } from '@tanstack/react-query';
import { CircleCheckBig } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { countsQuery, needsQuery } from '../../api/queries';
import type { Need, NeedKind } from '../../api/types';
import { plural } from '../../format/text';
import { useKey } from '../../keyboard/keys';
import { countOf, views } from '../../shared/status';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { Time } from '../../shared/Time';
import { useUrl } from '../../shared/url';
import { DecisionPanel } from './DecisionPanel';
import { kindLooks } from './kinds';
import './needs.css';

export function NeedsPage() {
  const { params, set } = useUrl();
  const needs = useQuery(needsQuery());
  const kind = params.get('kind') as NeedKind | null;
  const open = params.get('need');
  const all = useMemo(() => needs.data ?? [], [needs.data]);
  const shown = kind === null ? all : all.filter((need) => need.kind === kind);
  const kinds = (Object.keys(kindLooks) as NeedKind[]).filter((one) => one === kind || all.some((need) => need.kind === one));
  const current = all.find((need) => need.id === open);

  const focusRow = (step: number) => {
    const at = shown.findIndex((need) => need.id === open);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + step))];
    if (!next) return;
    set({ need: next.id, decide: null });
    document.getElementById(`need-${next.id}`)?.focus();
  };
  useKey('next', () => focusRow(1));
  useKey('previous', () => focusRow(-1));
  // A key only opens the decision; deciding is a button that says what it does.
  useKey('approve', () => set({ decide: null, need: open ?? shown[0]?.id ?? null }), shown.length > 0);
  useKey('reject', () => set({ decide: 'reject', need: open ?? shown[0]?.id ?? null }), shown.length > 0);
  useKey('open', () => focusRow(0), shown.length > 0);
  useKey('back', () => set({ need: null, decide: null }), open !== null);

  return (
    <div className={`needs ${open === null ? '' : 'needs-open'}`}>
      <section className="needs-list" aria-label="Waiting for you">
        <header className="page-head">
          <h1>Needs you</h1>
          {all.length > 0 && (
            <p className="dim">
              {plural(all.length, 'job waits', 'jobs wait')} for a person, longest <Waited need={all[0]} />
            </p>
          )}
        </header>
        {kinds.length > 1 && (
          <div className="chips needs-kinds" role="group" aria-label="Show">
            <button type="button" className="chip" aria-pressed={kind === null} onClick={() => set({ kind: null })}>
              All <b className="dim">{all.length}</b>
            </button>
            {kinds.map((one) => (
              <button key={one} type="button" className="chip" aria-pressed={kind === one} onClick={() => set({ kind: one })}>
                {kindLooks[one].plural} <b className="dim">{all.filter((need) => need.kind === one).length}</b>
              </button>
            ))}
          </div>
        )}
        {needs.isPending && <Skeleton rows={4} />}
        {needs.isError && all.length === 0 && <ErrorState error={needs.error} onRetry={() => void needs.refetch()} />}
        {needs.isSuccess && shown.length === 0 && <Nothing />}
        <ul className="needs-rows">
          {shown.map((need) => (
            <NeedRow key={need.id} need={need} active={need.id === open} onOpen={() => set({ need: need.id, decide: null })} />
          ))}
        </ul>
      </section>
      {open !== null && <DecisionPanel key={open} id={open} need={current} loading={needs.isPending} />}
    </div>
  );
}

function NeedRow({ need, active, onOpen }: { need: Need; active: boolean; onOpen: () => void }) {
  const { icon: Icon, tone, word } = kindLooks[need.kind];
  return (
    <li>
      <button type="button" id={`need-${need.id}`} className="need" aria-current={active} onClick={onOpen}>
        <Icon size={16} className={`tone-${tone}`} aria-label={word} role="img" />
        <span className="need-title">{need.title}</span>
        <span className="need-since">
          <Time at={need.since} />
        </span>
        <span className="need-place">
          <b>{need.job_id}</b>
          {need.step !== null && ` / ${need.step}`}
        </span>
        <span className="need-text">{need.text}</span>
      </button>
    </li>
  );
}

function Waited({ need }: { need: Need | undefined }) {
  return need ? <Time at={need.since} /> : null;
}

function Nothing() {
  const counts = useQuery(countsQuery());
  const running = countOf(counts.data?.counts ?? {}, views.find((view) => view.id === 'running')?.statuses ?? []);
  return (
    <Empty icon={CircleCheckBig} title="Nothing needs you">
      <p>
        {plural(running, 'job is', 'jobs are')} running. <Link href="/jobs">All jobs</Link>
      </p>
    </Empty>
  );
}
