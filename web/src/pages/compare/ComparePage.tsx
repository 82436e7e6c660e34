import { ActionIcon, Checkbox, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, Equal } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { jobQuery, runQuery, tasksQuery } from '../../api/queries';
import { cli, money, plural } from '../../format/text';
import { duration } from '../../format/time';
import { useKey } from '../../keyboard/keys';
import { ActionMenu } from '../../shared/ActionMenu';
import { copyText } from '../../shared/copy';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { Status } from '../../shared/Status';
import { Time } from '../../shared/Time';
import { useUrl } from '../../shared/url';
import { comparedSteps, costOf, timeOf, type ComparedStep, type Pair, type Side } from './compared';
import css from './compare.module.css';

export function ComparePage() {
  const { params, set } = useUrl();
  const [left = '', right = ''] = params.getAll('run');
  const [one, other] = [useSide(left), useSide(right)];
  const pick = (runs: string[]) => set({ run: runs });
  const command = [left, right].map((id) => cli(['job', 'inspect', id.split('.')[0] ?? ''])).join('\n');
  useKey('copy.cli', () => void copyText(command, 'Commands'));

  if (left === '' || right === '')
    return (
      <Empty icon={ArrowLeftRight} title="Two runs side by side">
        <p>
          Select two jobs in <Link href="/jobs">the list</Link>, or open “Compare runs” in the menu of a job that ran twice.
        </p>
      </Empty>
    );
  const failed = one.error ?? other.error;
  if (failed) return <ErrorState error={failed} onRetry={() => [one, other].forEach((side) => side.retry())} />;
  if (!one.side || !other.side) return <Skeleton />;
  const sides: Pair<Side> = [one.side, other.side];
  return (
    <div className={css.page}>
      <header className="page-head">
        <h1>Compare</h1>
        <span className="space" />
        <ActionIcon aria-label="Swap the sides" title="Swap the sides" onClick={() => pick([right, left])}>
          <ArrowLeftRight size={16} />
        </ActionIcon>
        <ActionMenu label="More" actions={[]} command={command} />
      </header>
      <Facts sides={sides} onRun={(index, run) => pick(index === 0 ? [run, right] : [left, run])} />
      <Steps sides={sides} only={params.get('only') === '1'} onOnly={(only) => set({ only: only ? '1' : null })} />
    </div>
  );
}

/** `fix-login.2`, or `fix-login` for its latest run. */
function useSide(id: string): { side: Side | null; error: Error | null; retry: () => void } {
  const [job = ''] = id.split('.');
  const doc = useQuery({ ...jobQuery(job), enabled: job !== '' });
  const run = id === job ? (doc.data?.run?.id ?? '') : id;
  const record = useQuery({ ...runQuery(run), enabled: run !== '' });
  const tasks = useQuery({ ...tasksQuery(run), enabled: run !== '' });
  const whole = doc.data && record.data && tasks.data;
  return {
    side: whole ? { doc: doc.data, run: record.data, tasks: tasks.data } : null,
    error: doc.error ?? record.error ?? tasks.error,
    retry: () => void Promise.all([doc, record, tasks].map((query) => query.refetch())),
  };
}

function Facts({ sides, onRun }: { sides: Pair<Side>; onRun: (index: number, run: string) => void }) {
  const facts: [label: string, of: (side: Side) => string | number | null, show?: (side: Side) => ReactNode][] = [
    ['State', ({ run }) => run.status, ({ run }) => <Status status={run.status} />],
    ['Asked by', ({ run }) => run.initiated_by],
    ['Reason', ({ run }) => run.reason],
    ['How', ({ run }) => run.trigger],
    ['Base', ({ doc }) => `${doc.git.base ?? ''}@${doc.git.baseline?.slice(0, 7) ?? ''}`],
    ['Started', ({ run }) => run.started_at, ({ run }) => <Time at={run.started_at} absolute />],
    ['Time', ({ run }) => (run.duration_ms === null ? null : duration(run.duration_ms))],
    ['Cost of its steps', ({ tasks }) => money(costOf(tasks))],
    ['Steps that did well', ({ tasks }) => `${tasks.filter(isDone).length} of ${tasks.length}`],
    ['Attempts beyond the first', ({ run }) => run.retries_total],
  ];
  return (
    <table className={css.facts}>
      <thead>
        <tr>
          <td />
          {sides.map(({ doc, run }, index) => (
            <th key={index} scope="col">
              <span className={css.side}>
                <Link href={`/jobs/${encodeURIComponent(doc.job_id)}`}>{doc.job_id}</Link>
                <Select
                  aria-label={index === 0 ? 'Run on the left' : 'Run on the right'}
                  data={doc.runs.map((one) => ({ value: one.id, label: `run ${one.number}` }))}
                  value={run.id}
                  allowDeselect={false}
                  w={110}
                  onChange={(value) => value !== null && onRun(index, value)}
                />
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {facts.map(([label, of, show = of]) => (
          <tr key={label} data-differs={of(sides[0]) !== of(sides[1]) || undefined}>
            <th scope="row">{label}</th>
            {sides.map((side, index) => (
              <td key={index}>{show(side) ?? '–'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Steps({ sides, only, onOnly }: { sides: Pair<Side>; only: boolean; onOnly: (only: boolean) => void }) {
  const steps = comparedSteps([sides[0].tasks, sides[1].tasks]);
  const differing = steps.filter((step) => step.differs.length > 0);
  const shown = only ? differing : steps;
  return (
    <>
      <div className={css.bar}>
        <h2>Steps</h2>
        <span className="dim">
          {differing.length} of {plural(steps.length, 'step')} differ
        </span>
        <span className="space" />
        <Checkbox label="Only differences" checked={only} onChange={(event) => onOnly(event.currentTarget.checked)} />
      </div>
      {shown.length === 0 ? (
        <Empty icon={Equal} title="No step differs">
          <p>Both have the same steps, in the same states.</p>
        </Empty>
      ) : (
        <table className={css.steps} aria-label="Steps side by side">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">{sides[0].run.id}</th>
              <th scope="col">{sides[1].run.id}</th>
              <th scope="col">Differs in</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((step) => (
              <StepRow key={step.step} step={step} sides={sides} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function StepRow({ step, sides }: { step: ComparedStep; sides: Pair<Side> }) {
  return (
    <tr data-differs={step.differs.length > 0 || undefined}>
      <th scope="row">{step.step}</th>
      {step.tasks.map((task, index) => {
        if (!task) return <td key={index}>–</td>;
        const time = timeOf(task);
        return (
          <td key={index}>
            <Link href={stepLink(sides[index === 0 ? 0 : 1], step.step)} className={css.task}>
              <Status status={task.status} />
              {task.attempts > 1 && <span>#{task.attempts}</span>}
              {time !== null && <span className="dim">{duration(time)}</span>}
              {task.cost_usd !== null && <span className="dim">{money(task.cost_usd)}</span>}
              {task.failure_message !== null && <span className={css.message}>{task.failure_message}</span>}
            </Link>
          </td>
        );
      })}
      <td className="dim">{step.differs.join(', ')}</td>
    </tr>
  );
}

const isDone = ({ status }: Side['tasks'][number]) => status === 'success' || status === 'reused' || status === 'skipped';

/** Where the step is shown as it was in this run. */
function stepLink({ doc, run }: Side, step: string): string {
  const round = run.id === doc.run?.id ? '' : `&round=run-${run.number}`;
  return `/jobs/${encodeURIComponent(doc.job_id)}?step=${encodeURIComponent(step)}${round}`;
}
