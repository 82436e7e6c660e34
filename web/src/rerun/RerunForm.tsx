import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { ApiProblem, newKey, post } from '../api/client';
import type { PartialRerunResult, Plan } from '../api/requests';
import type { JobDocument, Task } from '../api/types';
import { plural } from '../format/text';
import { Structure } from '../graph/structure';
import { caps } from '../keyboard/keymap';
import { copyText } from '../shared/copy';
import { toast, toastProblem } from '../shared/toasts';
import { useUrl } from '../shared/url';
import { Choose } from './Choose';
import { Confirm } from './Confirm';
import {
  commandOf,
  hindrance,
  modes,
  neededToo,
  planRequestOf,
  runsOf,
  selectedSteps,
  sendOf,
  type Form,
  type Mode,
} from './form';
import { Options } from './Options';
import { PlanView } from './PlanView';
import { Progress, type Sent } from './Progress';
import { recentReasons, rememberReason } from './reasons';
import css from './rerun.module.css';
import { usePlan } from './usePlan';

interface Props {
  doc: JobDocument;
  tasks: Task[];
  user: string;
  readOnly: boolean;
  onClose: () => void;
}

export function RerunForm({ doc, tasks, user, readOnly, onClose }: Props) {
  const [form, put] = useForm(doc, user);
  const structure = useMemo(() => new Structure(doc.phases), [doc.phases]);
  const request = planRequestOf(form, tasks);
  const live = usePlan(doc, request);
  const partial = form.mode === 'failed' || form.mode === 'custom';
  const missing = partial ? neededToo(selectedSteps(form, tasks), tasks, structure) : [];
  const blocked = readOnly
    ? 'This server is read-only.'
    : hindrance(form, request, { plan: live.plan, current: live.current, missing });
  const { confirming, sending, sent, ask, decline, send } = useSending(doc, tasks, form, live);

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter in a field does nothing: only the button, or the key that nobody presses by accident, goes on.
    // A key that is held down must not confirm what it has just opened.
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey) || event.repeat) return;
    event.preventDefault();
    if (confirming) void send();
    else if (blocked === null && live.plan) ask(live.plan);
  };

  if (sent) return <Progress sent={sent} doc={doc} onClose={onClose} />;
  if (confirming) {
    return (
      <div onKeyDown={onKeyDown}>
        <Confirm {...{ doc, form, sending }} plan={confirming} onBack={decline} onSend={() => void send()} />
      </div>
    );
  }
  const count = live.plan ? runsOf(live.plan).length : 0;
  return (
    <div className={css.form} onKeyDown={onKeyDown}>
      <Choose {...{ doc, tasks, form, put, missing }} />
      <Options {...{ doc, form, put }} />
      <PlanView live={live} doc={doc} />
      <div className={css.fields}>
        <TextInput label="Requested by" required value={form.by} onChange={(event) => put({ by: event.currentTarget.value })} />
        <TextInput
          label="Reason"
          required
          className={css.wide}
          list="recent-reasons"
          value={form.reason}
          onChange={(event) => put({ reason: event.currentTarget.value })}
        />
        <datalist id="recent-reasons">
          {recentReasons().map((reason) => (
            <option key={reason} value={reason} />
          ))}
        </datalist>
      </div>
      <div className={css.end}>
        <Button variant="subtle" color="gray" onClick={() => void copyText(commandOf(form, doc), 'Command')}>
          Copy as CLI
        </Button>
        <span className="space" />
        <span className={css.blocked} role="status" id="rerun-blocked">
          {blocked}
        </span>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={blocked !== null}
          aria-describedby="rerun-blocked"
          rightSection={<kbd className={css.keys}>{caps('mod+Enter').join('')}</kbd>}
          onClick={() => live.plan && ask(live.plan)}
        >
          {count === 0 ? 'Rerun…' : `Rerun ${plural(count, 'step')}…`}
        </Button>
      </div>
    </div>
  );
}

/** What is chosen stands in the address; who and why do not. */
function useForm(doc: JobDocument, user: string): [Form, (change: Partial<Form>) => void] {
  const { params, set } = useUrl();
  const named = params.get('mode');
  const failed = doc.can.partial_rerun.ok;
  const mode = modes.find((one) => one === named) ?? (failed ? 'failed' : 'whole');
  const ticked = (params.get('steps') ?? '').split(',').filter((step) => step !== '');
  // Choosing another step here must not turn the page behind to it.
  const step = params.get('of') ?? params.get('step') ?? '';
  const [rest, setRest] = useState<Omit<Form, 'mode' | 'step' | 'ticked'>>({
    named: '',
    input: 'auto',
    workflow: 'pinned',
    params: {},
    agent: '',
    model: '',
    promptAppend: '',
    dispatch: true,
    maxDispatch: 10,
    by: user,
    reason: '',
  });
  const form: Form = { ...rest, mode, step: doc.phases.some((phase) => phase.name === step) ? step : '', ticked };
  const put = (change: Partial<Form>) => {
    const { mode: nextMode, step: nextStep, ticked: nextTicked, ...others } = change;
    if (nextMode !== undefined) set({ mode: nextMode satisfies Mode });
    if (nextStep !== undefined) set({ of: nextStep });
    if (nextTicked !== undefined) set({ steps: nextTicked.join(',') });
    setRest((before) => ({ ...before, ...others }));
  };
  return [form, put];
}

/** The plan that a person is asked to confirm, and sending exactly that. */
function useSending(doc: JobDocument, tasks: Task[], form: Form, live: ReturnType<typeof usePlan>) {
  const queries = useQueryClient();
  const [confirming, setConfirming] = useState<Plan | null>(null);
  const [key, setKey] = useState('');
  const [sending, setSending] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);

  const send = async () => {
    if (!confirming || sending) return;
    setSending(true);
    const { path, body } = sendOf(form, doc, tasks, confirming);
    try {
      // One key per confirmation: a second press, or a try after a lost answer, does nothing twice.
      const answer = await post<Partial<PartialRerunResult>>(path, body, { idempotencyKey: key });
      rememberReason(form.reason.trim());
      const run = answer.run_id ?? confirming.run_id;
      const notStarted = (answer.spawn ?? []).filter((one) => !one.submitted);
      setSent({ plan: confirming, run, dispatched: form.mode === 'restep' || form.dispatch, notStarted });
      toast('ok', `${doc.job_id}: ${plural(runsOf(confirming).length, 'step')} run again`, { detail: run });
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'plan' && queryKey[0] !== 'layout' });
    } catch (error) {
      if (isMoved(error)) live.refuse();
      else toastProblem('The re-run', error);
    }
    setConfirming(null);
    setSending(false);
  };
  return {
    confirming,
    sending,
    sent,
    ask: (plan: Plan) => {
      setKey(newKey());
      setConfirming(plan);
    },
    decline: () => setConfirming(null),
    send,
  };
}

const isMoved = (error: unknown) => error instanceof ApiProblem && error.stale;
