import { Button, Checkbox, Radio, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { JobDocument, Task } from '../api/types';
import { plural } from '../format/text';
import { StatusIcon } from '../shared/Status';
import { lookOf } from '../shared/status';
import { isSelectable, type Form, type Mode } from './form';
import css from './rerun.module.css';

interface Props {
  doc: JobDocument;
  tasks: Task[];
  form: Form;
  put: (change: Partial<Form>) => void;
  /** Failed steps that are needed and not selected. */
  missing: { step: string; needs: string }[];
}

/** What is run again. A way that is not open now says why. */
export function Choose({ doc, tasks, form, put, missing }: Props) {
  const { can } = doc;
  const failed = tasks.filter(isSelectable).length;
  const stale = doc.phases.filter((step) => step.stale).length;
  const why = (verb: 'partial_rerun' | 'restep' | 'rerun') => (can[verb].ok ? null : (can[verb].why ?? 'not possible now'));
  const ways: { mode: Mode; label: string; hint: string; blocked: string | null }[] = [
    {
      mode: 'failed',
      label: failed === 0 ? 'Failed steps' : `Failed (${failed})`,
      hint: 'All that failed, in this run; the rest stays untouched.',
      blocked: why('partial_rerun') ?? (failed === 0 ? 'no step failed' : null),
    },
    {
      mode: 'custom',
      label: 'Some of the failed',
      hint: 'You choose which.',
      blocked: why('partial_rerun') ?? (failed === 0 ? 'no step failed' : null),
    },
    { mode: 'restep', label: 'One step', hint: 'Only this one, once: a new attempt in this run.', blocked: why('restep') },
    { mode: 'from', label: 'From a step', hint: 'A new run; what comes before is reused.', blocked: why('rerun') },
    { mode: 'whole', label: 'Everything', hint: "A new run from the job's baseline.", blocked: why('rerun') },
    ...(stale > 0
      ? [{ mode: 'stale' as const, label: `Stale (${stale})`, hint: 'Steps that used a replaced result.', blocked: why('rerun') }]
      : []),
  ];
  return (
    <section className={css.section} aria-label="What to run again">
      <Radio.Group value={form.mode} onChange={(mode) => put({ mode: mode })} aria-label="What to run again">
        <div className={css.ways}>
          {ways.map(({ mode, label, hint, blocked }) => (
            <Radio.Card key={mode} value={mode} className={css.way} disabled={blocked !== null} autoFocus={mode === form.mode}>
              <b>{label}</b>
              <span>{blocked ?? hint}</span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {form.mode === 'custom' && <Ticks {...{ tasks, form, put }} />}
      {(form.mode === 'restep' || form.mode === 'from') && <OneStep {...{ doc, form, put }} />}
      {missing.map(({ step, needs }) => (
        <p key={`${step} ${needs}`} className={css.needed} role="alert">
          {step} also needs <b>{needs}</b>, which failed too.{' '}
          <Button size="compact-xs" variant="default" onClick={() => put({ ticked: [...form.ticked, needs] })}>
            Add {needs}
          </Button>
        </p>
      ))}
    </section>
  );
}

/** Steps of which there are more than this are found by their name. */
const shownTicks = 200;

function Ticks({ tasks, form, put }: Pick<Props, 'tasks' | 'form' | 'put'>) {
  const [all, setAll] = useState(false);
  const selectable = tasks.filter(isSelectable);
  const listed = all || tasks.length <= 12 ? tasks : selectable;
  const tick = (step: string, on: boolean) =>
    put({ ticked: on ? [...form.ticked, step] : form.ticked.filter((other) => other !== step) });
  return (
    <div className={css.pick}>
      <div className={css.ticks} role="group" aria-label="Steps to run again">
        {listed.slice(0, shownTicks).map((task) => (
          <Checkbox
            key={task.id}
            checked={form.ticked.includes(task.step_id)}
            disabled={!isSelectable(task)}
            onChange={(event) => tick(task.step_id, event.currentTarget.checked)}
            aria-label={`${task.step_id}, ${lookOf(task.status).word.toLowerCase()}`}
            label={
              <span className={css.tick}>
                {task.step_id} <StatusIcon status={task.status} size={12} />
              </span>
            }
          />
        ))}
      </div>
      <div className={css.pickEnd}>
        <Button size="compact-xs" variant="default" onClick={() => put({ ticked: selectable.map((task) => task.step_id) })}>
          All {plural(selectable.length, 'failed step')}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => put({ ticked: [] })}>
          None
        </Button>
        {listed.length < tasks.length && (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAll(true)}>
            Show the {tasks.length - listed.length} that did not fail
          </Button>
        )}
        {listed.length > shownTicks && <span>{listed.length - shownTicks} more: name them</span>}
      </div>
      <TextInput
        label="or name them"
        placeholder="test-linux, lint"
        value={form.named}
        onChange={(event) => put({ named: event.currentTarget.value })}
      />
    </div>
  );
}

function OneStep({ doc, form, put }: Pick<Props, 'doc' | 'form' | 'put'>) {
  return (
    <div className={css.fields}>
      <Select
        label="Step"
        searchable
        limit={100}
        data={doc.phases.map((step) => ({ value: step.name, label: `${step.number} · ${step.name}` }))}
        value={form.step === '' ? null : form.step}
        onChange={(step) => put({ step: step ?? '' })}
        comboboxProps={{ withinPortal: true }}
      />
      {form.mode === 'restep' && (
        <>
          <Select
            label="Input"
            data={[
              { value: 'auto', label: 'as the rule says' },
              { value: 'original', label: 'what it saw first' },
              { value: 'current', label: 'the present state' },
            ]}
            value={form.input}
            allowDeselect={false}
            onChange={(input) => put({ input: input ?? 'auto' })}
            comboboxProps={{ withinPortal: true }}
          />
          <TextInput
            label="Agent"
            placeholder="as before"
            value={form.agent}
            onChange={(e) => put({ agent: e.currentTarget.value })}
          />
          <TextInput
            label="Model"
            placeholder="as before"
            value={form.model}
            onChange={(e) => put({ model: e.currentTarget.value })}
          />
        </>
      )}
    </div>
  );
}
