import { Button, NumberInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw, Wrench } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { jobQuery, meQuery } from '../../api/queries';
import type { Need } from '../../api/types';
import { cli } from '../../format/text';
import { copyText } from '../../shared/copy';
import { useReadOnly } from '../../shared/readOnly';
import { useDecide } from './decide';

/** The ways on from a stop: an answer or a higher budget and the same job goes on, or a planned re-execution. */
export function InterventionForm({ need, disarmed, onDone }: { need: Need; disarmed: boolean; onDone: () => void }) {
  const [, navigate] = useLocation();
  const job = useQuery(jobQuery(need.job_id));
  const me = useQuery(meQuery());
  const readOnly = useReadOnly();
  const [note, setNote] = useState('');
  const [limit, setLimit] = useState<number | string>('');
  const { busy, decide } = useDecide(onDone);
  const raising = need.actions.includes('raise_budget');
  const resubmits = need.actions.includes('resubmit');
  const spent = job.data?.metrics.cumulative_cost_usd ?? need.cost_usd ?? 0;
  const budget = typeof limit === 'number' ? limit : null;
  const said = note.trim();

  const blocked = disarmed
    ? 'It changed: look at it first.'
    : (readOnly ??
      (raising && (budget === null || budget <= spent)
        ? `A limit above the $${spent.toFixed(2)} already spent is needed.`
        : null));
  const go = () =>
    decide({
      path: `/jobs/${encodeURIComponent(need.job_id)}/resubmit`,
      body: {
        note: said || null,
        ...(raising ? { budget_usd: budget } : {}),
        ...(me.data ? { by: me.data.user } : {}),
        run: true,
      },
      done: `${need.job_id} goes on`,
      doing: `Go on with ${need.job_id}`,
    });
  const rerun = (query: string) =>
    navigate(`/jobs/${encodeURIComponent(need.job_id)}?dialog=rerun&job=${encodeURIComponent(need.job_id)}${query}`);
  const command = cli(['job', 'resubmit', need.job_id], { 'budget-usd': raising ? (budget ?? '') : '', note: said, run: true });

  return (
    <form className="decision-form" onSubmit={(event) => event.preventDefault()}>
      {raising && (
        <NumberInput
          label="New limit for the whole job"
          description={`$${spent.toFixed(2)} are spent.`}
          prefix="$"
          min={0}
          step={1}
          decimalScale={2}
          value={limit}
          onChange={setLimit}
        />
      )}
      {(raising || resubmits) && (
        <Textarea
          label={need.category === 'agent_stuck' ? 'Answer' : 'Note'}
          description="The agent reads this in its next attempt."
          autosize
          minRows={2}
          maxRows={8}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <div className="decision-buttons">
        {(raising || resubmits) && (
          <Button loading={busy} disabled={blocked !== null} onClick={() => void go()}>
            {raising ? 'Raise and go on' : need.category === 'agent_stuck' ? 'Answer and resubmit' : 'Resubmit'}
          </Button>
        )}
        {need.actions.includes('partial_rerun') && (
          <Button variant="default" leftSection={<RotateCcw size={14} />} onClick={() => rerun('&mode=failed')}>
            Rerun failed…
          </Button>
        )}
        {need.actions.includes('restep') && need.step !== null && (
          <Button
            variant="default"
            leftSection={<Wrench size={14} />}
            onClick={() => rerun(`&mode=restep&step=${encodeURIComponent(need.step ?? '')}`)}
          >
            Restep {need.step}…
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={() => void copyText(command, 'Command')}>
          Copy as CLI
        </Button>
      </div>
      {blocked !== null && <p className="dim">{blocked}</p>}
    </form>
  );
}
