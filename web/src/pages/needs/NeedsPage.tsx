import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Bell, CircleCheckBig } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { countsQuery, needsQuery } from '../../api/queries';
import type { Need, NeedKind } from '../../api/types';
import { reviewOf } from '../../diff/comments';
import { useOpened } from '../../diff/opened';
import { plural } from '../../format/text';
import { useKey } from '../../keyboard/keys';
import { askToNotify, canNotify } from '../../settings/notify';
import { useSettings } from '../../settings/settings';
import { countOf, views } from '../../shared/status';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { Time } from '../../shared/Time';
import { useUrl } from '../../shared/url';
import { ApproveDialog } from './ApproveDialog';
import { DecisionPanel } from './DecisionPanel';
import { kindLooks } from './kinds';
import { NeedRow } from './NeedRow';
import { sorted, sortOf, sortWords } from './sorts';
import './needs.css';

export function NeedsPage() {
  const { params, set } = useUrl();
  const needs = useQuery(needsQuery());
  const kind = params.get('kind') as NeedKind | null;
  const open = params.get('need');
  const all = useMemo(() => needs.data ?? [], [needs.data]);
  const sort = sortOf(params.get('sort'));
  const shown = sorted(kind === null ? all : all.filter((need) => need.kind === kind), sort);
  const opened = useOpened();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const approvals = all.filter(isApproval);
  const several = approvals.length > 1;
  // A gate that asks about another commit now loses its tick with the diff that was opened.
  const chosen = approvals.filter((need) => ticked.has(need.id) && opened.includes(reviewOf(need)));
  // What is confirmed stays in sight with its answers when it waits no longer.
  const [approving, setApproving] = useState<Need[]>([]);
  const approve = () => {
    setApproving(chosen);
    set({ dialog: 'approve' }, { push: true });
  };
  const toggle = (id: string) =>
    setTicked((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
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
              <Bottleneck waiting={new Set(all.map((need) => need.job_id)).size} />
            </p>
          )}
          <span className="needs-space" />
          <NotifyOffer />
          {all.length > 1 && (
            <Select
              aria-label="Order"
              size="xs"
              w={160}
              data={Object.entries(sortWords).map(([value, label]) => ({ value, label }))}
              value={sort}
              allowDeselect={false}
              onChange={(value) => set({ sort: value === 'longest' ? null : value })}
            />
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
            <NeedRow
              key={need.id}
              need={need}
              active={need.id === open}
              onOpen={() => set({ need: need.id, decide: null })}
              ticked={several && isApproval(need) ? chosen.includes(need) : null}
              untold={!several || !isApproval(need) || opened.includes(reviewOf(need)) ? null : 'Its diff was not opened yet.'}
              onTick={() => toggle(need.id)}
            />
          ))}
        </ul>
        {chosen.length > 0 && (
          <div className="selection" role="toolbar" aria-label="Selected approvals">
            <strong>{plural(chosen.length, 'approval')} selected</strong>
            <Button onClick={approve}>Approve {plural(chosen.length, 'commit')}…</Button>
            <Button variant="subtle" color="gray" onClick={() => setTicked(new Set())}>
              Clear
            </Button>
          </div>
        )}
      </section>
      {params.get('dialog') === 'approve' && approving.length > 0 && (
        <ApproveDialog
          needs={approving}
          onClose={() => {
            setTicked(new Set());
            setApproving([]);
            set({ dialog: null });
          }}
        />
      )}
      {open !== null && <DecisionPanel key={open} id={open} need={current} loading={needs.isPending} />}
    </div>
  );
}

const isApproval = (need: Need): boolean => need.actions.includes('approve');

/** Said when more wait for a person than go on by themselves. */
function Bottleneck({ waiting }: { waiting: number }) {
  const running = useRunning();
  if (running === null || waiting < 2 || waiting <= running) return null;
  return (
    <b className="tone-ask">
      {' '}
      · {running === 0 ? 'none runs' : `only ${plural(running, 'runs', 'run')}`}: you are the bottleneck
    </b>
  );
}

/** Notes on the desktop are for who asks for them; here is where one wishes for them. */
function NotifyOffer() {
  const { notify } = useSettings();
  if (!canNotify() || notify || Notification.permission !== 'default') return null;
  return (
    <Button variant="subtle" size="compact-sm" leftSection={<Bell size={14} />} onClick={() => void askToNotify()}>
      Notify me
    </Button>
  );
}

function useRunning(): number | null {
  const counts = useQuery(countsQuery());
  return counts.data ? countOf(counts.data.counts, views.find((view) => view.id === 'running')?.statuses ?? []) : null;
}

function Waited({ need }: { need: Need | undefined }) {
  return need ? <Time at={need.since} /> : null;
}

function Nothing() {
  const running = useRunning() ?? 0;
  return (
    <Empty icon={CircleCheckBig} title="Nothing needs you">
      <p>
        {plural(running, 'job is', 'jobs are')} running. <Link href="/jobs">All jobs</Link>
      </p>
    </Empty>
  );
}
