// Runs, tasks and attempts of the fake world.
import { http, HttpResponse } from 'msw';
import type { Attempt, Phase, Task, TaskStatus } from '../../src/api/types';
import type { FakeWorld } from './handlers';

const words: Record<string, TaskStatus> = {
  SUCCESS: 'success',
  REUSED: 'reused',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  RUNNING: 'running',
  REVIEWING: 'reviewing',
  CANCELED: 'canceled',
  APPROVAL_REQUIRED: 'waiting-approval',
};

export function taskOf(job: string, run: string, phase: Phase): Task {
  return {
    id: phase.task_id,
    run_id: run,
    job_id: job,
    step_id: phase.name,
    number: phase.number,
    title: phase.title,
    needs: phase.needs,
    agent: phase.agent,
    status: words[phase.status] ?? 'created',
    started_at: phase.started_at,
    finished_at: phase.finished_at,
    time_seconds: phase.time_seconds,
    exit_code: phase.failure ? 1 : phase.finished_at ? 0 : null,
    attempts: phase.attempts,
    accepted_attempt: phase.commit === null ? null : phase.attempts,
    stale: phase.stale,
    wait_until: null,
    cost_usd: phase.cost_usd,
    failure_category: phase.failure?.category ?? null,
    failure_message: phase.failure?.message ?? null,
    failure_triage_hints: [],
    suggested_next_actions: [],
  };
}

export function attemptsOf(phase: Phase): Attempt[] {
  return Array.from({ length: phase.attempts }, (_, index): Attempt => {
    const last = index + 1 === phase.attempts;
    const failed = phase.failure !== null && phase.failure !== undefined;
    return {
      id: `${phase.task_id}.${index + 1}`,
      number: index + 1,
      kind: index === 0 ? 'initial' : 'retry',
      status: !last || failed ? 'failed' : phase.finished_at ? 'success' : 'running',
      agent: phase.agent,
      provider: null,
      model: phase.agent ? 'default' : null,
      version: null,
      session: null,
      resumed_session: null,
      started_at: phase.started_at ?? '',
      finished_at: last ? phase.finished_at : phase.started_at,
      exit_code: failed || !last ? 1 : phase.finished_at ? 0 : null,
      input_commit: phase.commit,
      output_commit: phase.commit,
      evidence: [],
      prompt_path: null,
      prompt_hash: null,
      output_path: null,
      response: null,
      usage: null,
      warnings: [],
      cost_usd: phase.cost_usd,
      failure: phase.failure ?? null,
      review: null,
      requested_by: null,
      reason: null,
      why: null,
      plan_hash: null,
      difference: {},
      used: [],
      task_id: phase.task_id,
      job_id: phase.task_id.split('.')[0] ?? '',
      parts: ['worker'],
    };
  });
}

export function attemptHandlers(world: FakeWorld) {
  const tasks = () =>
    world.docs.flatMap((doc) => doc.phases.map((phase) => ({ phase, task: taskOf(doc.job_id, doc.run?.id ?? '', phase) })));
  /** An earlier run of a job: the same steps, of which the second failed and nothing after it began. */
  const runTasks = (run: string): Task[] => {
    const of = tasks().filter(({ task }) => task.job_id === run.split('.')[0]);
    return of.map(({ task }, index) => {
      if (task.run_id === run) return task;
      const id = `${run}.${task.step_id}`;
      const status: TaskStatus = index === 0 ? 'success' : index === 1 ? 'failed' : 'created';
      return { ...task, id, run_id: run, status, attempts: index > 1 ? 0 : 1, exit_code: index > 1 ? null : index };
    });
  };
  return [
    http.get('*/tasks', ({ request }) => {
      const run = new URL(request.url).searchParams.get('run_id') ?? '';
      return HttpResponse.json(runTasks(run));
    }),
    http.get('*/workflow-runs/:run', ({ params }) => {
      const doc = world.doc(String(params.run).split('.')[0]);
      const run = doc?.runs.find((one) => one.id === params.run);
      if (!doc || !run) return HttpResponse.json({ title: 'Unknown run' }, { status: 404 });
      const own = runTasks(run.id);
      return HttpResponse.json({
        id: run.id,
        job_id: doc.job_id,
        number: run.number,
        trigger: run.trigger,
        status: run.status,
        workflow_template_id: null,
        task_ids: own.map((task) => task.id),
        initiated_by: 'operator',
        reason: run.reason,
        created_at: doc.created_at,
        updated_at: doc.updated_at,
        started_at: doc.run?.started_at ?? null,
        finished_at: null,
        duration_ms: 600_000 * run.number,
        success_rate: null,
        retries_total: own.reduce((sum, task) => sum + Math.max(0, task.attempts - 1), 0),
        failure_categories: [],
      });
    }),
    http.get('*/tasks/:id', ({ params }) => HttpResponse.json(tasks().find(({ task }) => task.id === params.id)?.task)),
    http.get('*/tasks/:id/attempts', ({ params }) => {
      const found = tasks().find(({ task }) => task.id === params.id);
      return HttpResponse.json(found ? attemptsOf(found.phase) : []);
    }),
    http.get('*/attempts/:id/diff', () =>
      HttpResponse.json({
        from_commit: 'a1b2c3d',
        to_commit: '3f9c1a2',
        files: [
          {
            path: 'src/reports/export.ts',
            old_path: null,
            status: 'added',
            additions: 148,
            deletions: 0,
            patch: null,
            too_large: false,
          },
          {
            path: 'src/reports/index.ts',
            old_path: null,
            status: 'modified',
            additions: 12,
            deletions: 31,
            patch: null,
            too_large: false,
          },
          {
            path: 'test/export.test.ts',
            old_path: null,
            status: 'added',
            additions: 52,
            deletions: 9,
            patch: null,
            too_large: false,
          },
        ],
        additions: 212,
        deletions: 40,
        truncated: false,
      }),
    ),
    http.get('*/events', () => HttpResponse.json([])),
  ];
}
