import { Button } from '@mantine/core';
import type { Plan } from '../api/requests';
import type { JobDocument } from '../api/types';
import { money, plural } from '../format/text';
import { caps } from '../keyboard/keymap';
import { runsOf, type Form } from './form';
import { PlanRow } from './PlanView';
import css from './plan.module.css';
import frame from './rerun.module.css';

interface Props {
  doc: JobDocument;
  form: Form;
  plan: Plan;
  sending: boolean;
  onBack: () => void;
  onSend: () => void;
}

/** Exactly what will run, before it does. Going back sends nothing. */
export function Confirm({ doc, form, plan, sending, onBack, onSend }: Props) {
  const runs = runsOf(plan);
  const stale = plan.steps.filter((step) => step.action === 'STALE');
  const cost = plan.estimate.cost_usd;
  return (
    <section className={frame.form} aria-label="Confirm">
      <h3 className={css.question}>
        Run {plural(runs.length, 'step')} of {doc.job_id} {plan.kind === 'rerun' ? `as ${plan.run_id}` : `in ${plan.run_id}`}?
      </h3>
      <div className={css.confirmed}>
        <table aria-label="Steps that will run">
          <tbody>
            {runs.map((step) => (
              <PlanRow key={step.step} step={step} />
            ))}
          </tbody>
        </table>
      </div>
      <dl className={css.said}>
        <dt>Requested by</dt>
        <dd>{form.by.trim()}</dd>
        <dt>Reason</dt>
        <dd>{form.reason.trim()}</dd>
        {cost !== null && (
          <>
            <dt>Estimate</dt>
            <dd>about {money(cost)}</dd>
          </>
        )}
        {stale.length > 0 && (
          <>
            <dt>Marked stale</dt>
            <dd>{stale.map((step) => step.step).join(', ')}</dd>
          </>
        )}
        {plan.warnings.map((warning) => (
          <div key={warning.code + (warning.step ?? '')} className={css.said}>
            <dt>Warning</dt>
            <dd>
              {warning.step && `${warning.step}: `}
              {warning.text}
            </dd>
          </div>
        ))}
      </dl>
      <div className={frame.end}>
        <span className="space" />
        <Button variant="default" onClick={onBack} disabled={sending}>
          Back
        </Button>
        <Button
          loading={sending}
          onClick={onSend}
          autoFocus
          rightSection={<kbd className={frame.keys}>{caps('mod+Enter').join('')}</kbd>}
        >
          Rerun {plural(runs.length, 'step')}
        </Button>
      </div>
    </section>
  );
}
