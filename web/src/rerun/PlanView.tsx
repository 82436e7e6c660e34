import { Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { PlanAction, PlanStep } from '../api/requests';
import type { JobDocument } from '../api/types';
import { money, plural, shortCommit } from '../format/text';
import { duration } from '../format/time';
import { ApiProblem } from '../api/client';
import { runsOf } from './form';
import css from './plan.module.css';
import type { LivePlan } from './usePlan';

/** What would happen, told by the server from the same rules that will carry it out. */
export function PlanView({ live, doc }: { live: LivePlan; doc: JobDocument }) {
  const { plan, error, loading, moved, update } = live;
  return (
    <section className={css.plan} aria-label="Plan" aria-busy={loading}>
      <div className={css.planHead}>
        <h3>Plan</h3>
        {plan && <code className="quiet">{plan.plan_hash.replace('sha256:', '').slice(0, 7)}</code>}
        <span className="quiet">{loading ? 'asking the server …' : plan ? 'from the server' : ''}</span>
        <span className="space" />
        {plan && <Estimate live={live} doc={doc} />}
      </div>
      {error && (
        <div className={css.planError} role="alert">
          <p>{error.message}</p>
          {error instanceof ApiProblem && error.errors.map((one) => <p key={one.pointer + one.detail}>{one.detail}</p>)}
        </div>
      )}
      {moved > 0 && (
        <div className={css.moved} role="alert">
          <TriangleAlert size={14} aria-hidden /> The job moved since this plan: {plural(moved, 'step')} changed.
          <Button size="compact-xs" onClick={update}>
            Update plan
          </Button>
        </div>
      )}
      {plan ? (
        <Steps steps={plan.steps} stale={loading || moved > 0} />
      ) : (
        !error && <p className="quiet">Choose what to run again.</p>
      )}
      {plan?.warnings.map((warning) => (
        <p key={warning.code + (warning.step ?? '')} className={css.warning}>
          <TriangleAlert size={13} aria-label="Warning" /> {warning.step && <b>{warning.step}: </b>}
          {warning.text}
        </p>
      ))}
    </section>
  );
}

const words: Record<PlanAction, string> = { RUN: 'run', REUSE: 'reuse', SKIP: 'skip', KEEP: 'leave', STALE: 'mark stale' };
const shownRuns = 12;

function Steps({ steps, stale }: { steps: PlanStep[]; stale: boolean }) {
  const [open, setOpen] = useState<PlanAction | null>(null);
  const [all, setAll] = useState(false);
  const runs = steps.filter((step) => step.action === 'RUN');
  const others = (['REUSE', 'SKIP', 'KEEP', 'STALE'] as const)
    .map((action) => ({ action, steps: steps.filter((step) => step.action === action) }))
    .filter((one) => one.steps.length > 0);
  const listed = all ? runs : runs.slice(0, shownRuns);
  return (
    <div className={stale ? `${css.steps} stale` : css.steps}>
      {runs.length === 0 && <p className="quiet">Runs no step.</p>}
      <table>
        <thead className="visually-hidden">
          <tr>
            <th>Step</th>
            <th>Attempt</th>
            <th>Why</th>
            <th>Input</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((step) => (
            <PlanRow key={step.step} step={step} />
          ))}
          {steps
            .filter((step) => step.action === open)
            .slice(0, 200)
            .map((step) => (
              <PlanRow key={step.step} step={step} />
            ))}
        </tbody>
      </table>
      <div className={css.others}>
        {runs.length > listed.length && (
          <button type="button" className="linkish" onClick={() => setAll(true)}>
            and {runs.length - listed.length} more to run
          </button>
        )}
        {others.map(({ action, steps: of }) => (
          <button
            key={action}
            type="button"
            className="linkish"
            aria-expanded={open === action}
            onClick={() => setOpen(open === action ? null : action)}
          >
            {words[action]} {of.length}
          </button>
        ))}
      </div>
    </div>
  );
}

export function PlanRow({ step }: { step: PlanStep }) {
  return (
    <tr data-action={step.action}>
      <td>
        <span className={css.action}>{words[step.action]}</span> <b>{step.step}</b>
      </td>
      <td className={css.number}>{step.action === 'RUN' ? `${step.attempt_from ?? 'new'} → ${step.attempt_to ?? ''}` : ''}</td>
      <td className="quiet">{step.why}</td>
      <td>{step.input_commit && step.action === 'RUN' && <code className="quiet">{shortCommit(step.input_commit)}</code>}</td>
    </tr>
  );
}

function Estimate({ live, doc }: { live: LivePlan; doc: JobDocument }) {
  const estimate = live.plan?.estimate;
  const runs = live.plan ? runsOf(live.plan).length : 0;
  const spent = doc.metrics.cumulative_cost_usd;
  const limit = doc.metrics.budget_usd;
  const cost = estimate?.cost_usd ?? null;
  const after = cost === null ? null : (spent ?? 0) + cost;
  const over = after !== null && limit !== null && after > limit;
  return (
    <span className={over ? css.over : 'quiet'}>
      {plural(runs, 'step')}
      {cost !== null && ` · about ${money(cost)}`}
      {estimate?.seconds != null && `, ${duration(estimate.seconds * 1000)}`}
      {after !== null && limit !== null && ` · budget after: ${money(after)} of ${money(limit)}`}
    </span>
  );
}
