import { Checkbox, NumberInput, Radio, Textarea, TextInput } from '@mantine/core';
import type { JobDocument } from '../api/types';
import { shortCommit } from '../format/text';
import type { Form } from './form';
import css from './rerun.module.css';

interface Props {
  doc: JobDocument;
  form: Form;
  put: (change: Partial<Form>) => void;
}

/** What else can be chosen, where the way knows it. */
export function Options({ doc, form, put }: Props) {
  const { mode } = form;
  const partial = mode === 'failed' || mode === 'custom';
  const params = Object.entries(doc.run?.params ?? {});
  return (
    <section className={css.section} aria-label="Options">
      {!partial && mode !== 'stale' && (
        <Radio.Group
          label="Workflow"
          className={css.inline}
          value={form.workflow}
          onChange={(workflow) => put({ workflow: workflow })}
        >
          <div className={css.radios}>
            <Radio value="pinned" label="pinned: as the job began" />
            <Radio value="current" label="the file's present text" />
          </div>
        </Radio.Group>
      )}
      {(mode === 'whole' || mode === 'from') && params.length > 0 && (
        <div className={css.fields}>
          {params.map(([name, value]) => (
            <TextInput
              key={name}
              label={name}
              value={form.params[name] ?? value}
              onChange={(event) => put({ params: changed(form.params, name, event.currentTarget.value, value) })}
            />
          ))}
        </div>
      )}
      {mode === 'restep' && (
        <Textarea
          label="Added to the prompt"
          autosize
          minRows={1}
          maxRows={6}
          value={form.promptAppend}
          onChange={(event) => put({ promptAppend: event.currentTarget.value })}
        />
      )}
      {mode !== 'restep' && (
        <div className={css.row}>
          <Checkbox
            label="Start at once"
            checked={form.dispatch}
            onChange={(event) => put({ dispatch: event.currentTarget.checked })}
          />
          {partial && form.dispatch && (
            <NumberInput
              label="At most at a time"
              className={`${css.inline} ${css.limit}`}
              min={1}
              max={100}
              clampBehavior="strict"
              allowDecimal={false}
              value={form.maxDispatch}
              onChange={(value) => put({ maxDispatch: Number(value) || 1 })}
            />
          )}
          {!partial && mode === 'whole' && <span className="quiet">from {shortCommit(doc.git.baseline)}</span>}
        </div>
      )}
    </section>
  );
}

/** Only what differs from the run's own values is sent. */
function changed(params: Record<string, string>, name: string, value: string, before: string): Record<string, string> {
  const rest = Object.fromEntries(Object.entries(params).filter(([other]) => other !== name));
  return value === before ? rest : { ...rest, [name]: value };
}
