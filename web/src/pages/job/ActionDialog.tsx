import { Button, Checkbox, Modal, NumberInput, Radio, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client';
import type { JobDocument } from '../../api/types';
import { cli, money } from '../../format/text';
import { copyText } from '../../shared/copy';
import { toast, toastProblem } from '../../shared/toasts';
import type { Dialog } from './actions';
import css from './job.module.css';

interface Fields {
  reason: string;
  now: boolean;
  budget: number | '';
  outcome: 'success' | 'failed';
  keep: boolean;
}
interface Request {
  title: string;
  /** What will happen, before it does. */
  text: string;
  button: string;
  danger?: boolean;
  reason: 'required' | 'optional' | 'none';
  path: string;
  body: Record<string, unknown>;
  command: string;
  done: string;
}

export const isDialog = (value: string | null): value is Dialog =>
  ['suspend', 'cancel', 'resubmit', 'budget', 'resolve', 'cancel-step'].includes(value ?? '');

function requestOf(
  dialog: Dialog,
  doc: JobDocument,
  step: string | null,
  { reason, now, budget, outcome, keep }: Fields,
): Request {
  const job = doc.job_id;
  const at = `/jobs/${encodeURIComponent(job)}`;
  const name = step ?? '';
  switch (dialog) {
    case 'suspend':
      return {
        title: `Pause ${job}`,
        text: now ? 'Running attempts are stopped.' : 'Nothing new starts; attempts that run come to their end.',
        button: 'Pause',
        reason: 'optional',
        path: `${at}/suspend`,
        body: { now, reason },
        command: cli(['job', 'suspend', job], { now, reason }),
        done: `${job} pauses`,
      };
    case 'cancel':
      return {
        title: `Cancel ${job}`,
        text: 'Its agents are stopped. Attempts, logs and commits are kept.',
        button: 'Cancel the job',
        danger: true,
        reason: 'optional',
        path: `${at}/cancel`,
        body: { reason },
        command: cli(['job', 'cancel', job], { reason }),
        done: `${job} is being canceled`,
      };
    case 'cancel-step':
      return {
        title: `Cancel ${name}`,
        text: 'Only this step is stopped; the others go on.',
        button: 'Cancel the step',
        danger: true,
        reason: 'optional',
        path: `/tasks/${encodeURIComponent(`${doc.run?.id ?? ''}.${name}`)}/cancel`,
        body: { reason },
        command: cli(['job', 'cancel', job], { step: name, reason }),
        done: `${name} is being canceled`,
      };
    case 'resubmit':
      return {
        title: `Resubmit ${job}`,
        text: 'For when you fixed what was wrong: the failed steps get fresh attempts and the job goes on.',
        button: 'Resubmit and run',
        reason: 'optional',
        path: `${at}/resubmit`,
        body: { note: reason, run: true },
        command: cli(['job', 'resubmit', job], { note: reason, run: true }),
        done: `${job} goes on`,
      };
    case 'budget':
      return {
        title: `Raise the budget of ${job}`,
        text: `${money(doc.metrics.cumulative_cost_usd)} of ${money(doc.metrics.budget_usd)} are spent. The work goes on where it stopped.`,
        button: 'Raise and run',
        reason: 'none',
        path: `${at}/run`,
        body: { budget_usd: budget },
        command: cli(['job', 'run', job], { 'budget-usd': budget }),
        done: `${job} goes on`,
      };
    case 'resolve':
      return {
        title: `Resolve ${name}`,
        text: keep
          ? 'Its last accepted result is taken back.'
          : "You did the step by hand: the workspace's files become its result.",
        button: 'Resolve',
        reason: 'required',
        path: `${at}/resolve`,
        body: { step: name, outcome, keep, reason },
        command: cli(['job', 'resolve', job, name], { outcome, keep, reason }),
        done: `${name} is resolved`,
      };
  }
}

interface Props {
  dialog: Dialog;
  doc: JobDocument;
  step: string | null;
  onClose: () => void;
}

/** Asks before something is done to the job, and says what it will do. */
export function ActionDialog({ dialog, doc, step, onClose }: Props) {
  const queries = useQueryClient();
  const [fields, setFields] = useState<Fields>({
    reason: '',
    now: false,
    budget: (doc.metrics.budget_usd ?? 0) * 2,
    outcome: 'success',
    keep: false,
  });
  const [sending, setSending] = useState(false);
  const put = (change: Partial<Fields>) => setFields((before) => ({ ...before, ...change }));
  const request = requestOf(dialog, doc, step, fields);
  const missing =
    request.reason === 'required' && fields.reason.trim() === ''
      ? 'A reason is required.'
      : dialog === 'budget' && Number(fields.budget) <= (doc.metrics.cumulative_cost_usd ?? 0)
        ? 'The new limit must be above what is spent.'
        : null;

  const send = async () => {
    if (missing !== null || sending) return;
    setSending(true);
    try {
      await post(request.path, request.body);
      toast('ok', request.done);
      void queries.invalidateQueries({ queryKey: ['job', doc.job_id] });
      onClose();
    } catch (error) {
      toastProblem(request.title, error);
      setSending(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={request.title} size="md">
      <form
        className={css.dialog}
        onSubmit={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void send();
        }}
      >
        <p>{request.text}</p>
        {dialog === 'suspend' && (
          <Checkbox
            label="Stop running attempts now"
            checked={fields.now}
            onChange={(event) => put({ now: event.currentTarget.checked })}
          />
        )}
        {dialog === 'budget' && (
          <NumberInput
            label="New limit in $"
            min={0}
            step={1}
            decimalScale={2}
            value={fields.budget}
            onChange={(value) => put({ budget: value === '' ? '' : Number(value) })}
            data-autofocus
          />
        )}
        {dialog === 'resolve' && (
          <>
            <Radio.Group label="It counts as" value={fields.outcome} onChange={(value) => put({ outcome: value })}>
              <div className={css.radios}>
                <Radio value="success" label="done" />
                <Radio value="failed" label="failed" />
              </div>
            </Radio.Group>
            <Checkbox
              label="Keep its last accepted result"
              checked={fields.keep}
              onChange={(event) => put({ keep: event.currentTarget.checked })}
            />
          </>
        )}
        {request.reason !== 'none' && (
          <Textarea
            label={dialog === 'resubmit' ? 'Note for the audit' : 'Reason'}
            required={request.reason === 'required'}
            autosize
            minRows={2}
            value={fields.reason}
            onChange={(event) => put({ reason: event.currentTarget.value })}
            data-autofocus
          />
        )}
        <div className={css.dialogEnd}>
          <Button variant="subtle" color="gray" onClick={() => void copyText(request.command, 'Command')}>
            Copy as CLI
          </Button>
          {missing !== null && <span className={css.missing}>{missing}</span>}
          <span className="space" />
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button
            {...(request.danger ? { color: 'red' } : {})}
            disabled={missing !== null}
            loading={sending}
            onClick={() => void send()}
          >
            {request.button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
