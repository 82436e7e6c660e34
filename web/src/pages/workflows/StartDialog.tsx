import { Button, Modal, NumberInput, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiProblem, post } from '../../api/client';
import { meQuery } from '../../api/queries';
import type { NewRun, StartedRun, Template, TemplateParam } from '../../api/requests';
import { cli, shellWord } from '../../format/text';
import { useSettings } from '../../settings/settings';
import { copyText } from '../../shared/copy';
import { useReadOnly } from '../../shared/readOnly';
import { toast, toastProblem } from '../../shared/toasts';

type Values = Record<string, string | number | boolean>;

/** A form made from what the workflow declares. An empty field leaves the workflow's own default. */
export function StartDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const [, navigate] = useLocation();
  const me = useQuery(meQuery());
  const settings = useSettings();
  const [values, setValues] = useState<Values>(() => defaultsOf(template.params));
  const [job, setJob] = useState('');
  const [source, setSource] = useState('');
  const [base, setBase] = useState('');
  const [budget, setBudget] = useState<string | number>(settings.budgetUsd);
  const [start, setStart] = useState(true);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);

  const missing = template.params
    .filter((param) => param.required && (values[param.name] ?? '') === '')
    .map((param) => param.name);
  const readOnly = useReadOnly();
  const blocked = readOnly ?? (missing.length > 0 ? `Missing: ${missing.join(', ')}.` : null);
  const params = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === '' ? [] : [[name, String(value)]])),
  );
  const body: NewRun = {
    workflow_template_id: template.id,
    params,
    ...(job.trim() && { job_id: job.trim() }),
    ...(source.trim() && { source: source.trim() }),
    ...(base.trim() && { base: base.trim() }),
    ...(budget !== '' && { budget_usd: Number(budget) }),
    ...(me.data && { initiated_by: me.data.user }),
    start,
  };
  const command = [
    cli(['job', 'create', template.path], {
      name: job.trim(),
      source: source.trim(),
      base: base.trim(),
      'budget-usd': String(budget),
      run: start,
    }),
    ...Object.entries(params).map(([name, value]) => `--param ${shellWord(`${name}=${value}`)}`),
  ].join(' ');

  const submit = async () => {
    setBusy(true);
    setErrors({});
    try {
      const run = await post<StartedRun>('/workflow-runs', body);
      toast('ok', `${run.job_id} ${start ? 'starts' : 'is created'}`);
      navigate(`/jobs/${encodeURIComponent(run.job_id)}`);
    } catch (error) {
      if (error instanceof ApiProblem && error.errors.length > 0) {
        setErrors(Object.fromEntries(error.errors.map(({ pointer, detail }) => [pointer.replace(/^\//, ''), detail])));
      } else toastProblem(`Start ${template.name}`, error);
      setBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} title={`Run ${template.name}`} size={520}>
      <form
        className="start"
        onSubmit={(event) => event.preventDefault()}
        onKeyDown={(event) =>
          event.key === 'Enter' && (event.metaKey || event.ctrlKey) && blocked === null && !busy && void submit()
        }
      >
        {template.params.map((param, index) => (
          <ParamField
            key={param.name}
            first={index === 0}
            param={param}
            value={values[param.name] ?? ''}
            error={errors[`params/${param.name}`]}
            onChange={(value) => setValues({ ...values, [param.name]: value })}
          />
        ))}
        <div className="start-pair">
          <TextInput
            label="Job name"
            placeholder={template.name}
            value={job}
            error={errors.job_id}
            onChange={(event) => setJob(event.currentTarget.value)}
          />
          <NumberInput
            label="Budget"
            prefix="$"
            min={0}
            decimalScale={2}
            placeholder="of the workflow"
            value={budget}
            onChange={setBudget}
          />
        </div>
        <div className="start-pair">
          <TextInput
            label="Repository"
            placeholder="of the workflow"
            value={source}
            error={errors.source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
          <TextInput
            label="Base"
            placeholder="current branch"
            value={base}
            error={errors.base}
            onChange={(event) => setBase(event.currentTarget.value)}
          />
        </div>
        <Switch label="Start at once" checked={start} onChange={(event) => setStart(event.currentTarget.checked)} />
        <div className="dialog-end">
          {blocked && <span className="dim">{blocked}</span>}
          <Button variant="subtle" color="gray" onClick={() => void copyText(command, 'Command')}>
            Copy as CLI
          </Button>
          <Button loading={busy} disabled={blocked !== null} onClick={() => void submit()}>
            {start ? 'Run' : 'Create'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface FieldProps {
  first: boolean;
  param: TemplateParam;
  value: string | number | boolean;
  error: string | undefined;
  onChange: (value: string | number | boolean) => void;
}

function ParamField({ first, param, value, error, onChange }: FieldProps) {
  const common = { label: param.name, description: param.description, error, 'data-autofocus': first || undefined };
  if (param.type === 'boolean')
    return <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (param.type === 'number' || param.type === 'integer') {
    return (
      <NumberInput
        {...common}
        withAsterisk={param.required}
        allowDecimal={param.type === 'number'}
        value={typeof value === 'boolean' ? '' : value}
        onChange={onChange}
      />
    );
  }
  return (
    <TextInput
      {...common}
      withAsterisk={param.required}
      value={String(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function defaultsOf(params: TemplateParam[]): Values {
  return Object.fromEntries(
    params.map(({ name, type, default: given }) => [name, type === 'boolean' ? given === 'true' : (given ?? '')]),
  );
}
