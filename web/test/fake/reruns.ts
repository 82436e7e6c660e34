// Plans and re-executions of the fake world. A re-execution really moves its job, step after step.
import { http, HttpResponse } from 'msw';
import type { PartialRerunRequest, Plan, PlanRequest, PlanStep } from '../../src/api/requests';
import type { JobDocument, Phase } from '../../src/api/types';
import { Structure } from '../../src/graph/structure';
import { problem, unknownJob, type FakeWorld } from './handlers';

const failed = (phase: Phase) => phase.status === 'FAILED' || phase.status === 'CANCELED';

export function planOf(doc: JobDocument, request: PlanRequest): Plan {
  const structure = new Structure(doc.phases);
  const run = runsOf(doc, request, structure);
  const steps = doc.phases.map((phase): PlanStep => {
    const runs = run.has(phase.name);
    const fresh = request.kind === 'rerun';
    return {
      number: phase.number,
      step: phase.name,
      action: runs ? 'RUN' : fresh && phase.commit ? 'REUSE' : fresh ? 'SKIP' : 'KEEP',
      why: runs
        ? failed(phase)
          ? `selected (failed: ${phase.failure?.message ?? 'canceled'})`
          : 'downstream, never ran'
        : 'not selected',
      attempt_from: phase.attempts === 0 || fresh ? null : phase.attempts,
      attempt_to: runs ? (fresh ? 1 : phase.attempts + 1) : null,
      input_commit: doc.git.head,
      input_tree: null,
    };
  });
  const cost = run.size === 0 ? 0 : Math.round(run.size * 35) / 100;
  return {
    schema: 'logist.plan/v1',
    job_id: doc.job_id,
    kind: request.kind ?? 'rerun',
    run_id: request.kind === 'rerun' ? `${doc.job_id}.${doc.runs.length + 1}` : (doc.run?.id ?? ''),
    plan_hash: `sha256:${[...run].join('-')}-${doc.journal.seq}`,
    steps,
    warnings: run.has('test-windows')
      ? [
          {
            code: 'human_change',
            step: 'test-windows',
            text: '2 files in the workspace were changed by hand and become its input',
          },
        ]
      : [],
    estimate: { cost_usd: cost, seconds: run.size * 140 },
  };
}

function runsOf(doc: JobDocument, request: PlanRequest, structure: Structure): Set<string> {
  const stepOf = (id: string) => id.split('.').at(-1) ?? '';
  if (request.kind === 'restep') return new Set([request.step ?? '']);
  if (request.kind === 'partial_rerun') {
    const selected = [...(request.task_ids ?? []).map(stepOf), ...(request.step_ids ?? [])];
    const pending = new Set(doc.phases.filter((phase) => phase.status === 'PENDING').map((phase) => phase.name));
    return new Set([...selected, ...[...structure.descendants(selected)].filter((step) => pending.has(step))]);
  }
  if (request.kind === 'stale') return new Set(doc.phases.filter((phase) => phase.stale).map((phase) => phase.name));
  const from = doc.phases.find((phase) => phase.name === request.step);
  if (!from) return new Set(doc.phases.map((phase) => phase.name));
  const later = doc.phases.filter((phase) => phase.number >= from.number).map((phase) => phase.name);
  return new Set([...later, ...structure.descendants([from.name])]);
}

/** Lets the steps run, one every moment, and succeed. */
function drive(doc: JobDocument, steps: string[]): void {
  const phases = doc.phases.filter((phase) => steps.includes(phase.name));
  const now = () => new Date().toISOString();
  for (const phase of phases)
    Object.assign(phase, { status: 'PENDING', failure: null, because: 'waits for the steps before it' });
  Object.assign(doc, { status: 'RUNNING', reason: null, needs: [] });
  doc.journal.seq += 1;
  const next = (index: number): void => {
    const phase = phases[index];
    const before = phases[index - 1];
    if (before) Object.assign(before, { status: 'SUCCESS', finished_at: now(), commit: '3f9c1a2b77d0'.padEnd(40, 'a') });
    if (phase)
      Object.assign(phase, {
        status: 'RUNNING',
        attempts: phase.attempts + 1,
        started_at: now(),
        finished_at: null,
        because: null,
      });
    else Object.assign(doc, { status: doc.phases.every((one) => one.status === 'SUCCESS') ? 'SUCCESS' : doc.status });
    doc.journal.seq += 1;
    if (phase) setTimeout(() => next(index + 1), 4000);
  };
  next(0);
}

export function rerunHandlers(world: FakeWorld) {
  const guarded = (doc: JobDocument, request: PlanRequest, hash: string | null | undefined) => {
    const plan = planOf(doc, request);
    if (hash && hash !== plan.plan_hash)
      return problem(409, 'LOG1045', 'The job moved since this plan', '2 steps changed since this plan.');
    drive(
      doc,
      plan.steps.filter((step) => step.action === 'RUN').map((step) => step.step),
    );
    return plan;
  };
  return [
    http.post('*/jobs/:id/rerun-plans', async ({ params, request }) => {
      const doc = world.doc(params.id);
      if (!doc) return unknownJob(params.id);
      const body = (await request.json()) as PlanRequest;
      const unknown = body.step_ids?.find((step) => !doc.phases.some((phase) => phase.name === step));
      if (unknown !== undefined)
        return problem(422, 'LOG1010', 'No such step', `There is no step "${unknown}" in ${doc.job_id}.`);
      return HttpResponse.json(planOf(doc, body));
    }),
    http.post('*/workflow-runs/:run/partial-rerun', async ({ params, request }) => {
      const doc = world.docs.find((one) => one.run?.id === params.run);
      if (!doc) return unknownJob(params.run);
      const body = (await request.json()) as PartialRerunRequest;
      const task_ids = body.task_ids ?? [];
      const step_ids = body.step_ids ?? [];
      const plan = guarded(doc, { kind: 'partial_rerun', task_ids, step_ids }, body.plan_hash);
      if (plan instanceof Response) return plan;
      const selected = [...task_ids, ...step_ids.map((step) => `${String(params.run)}.${step}`)];
      return HttpResponse.json({
        run_id: params.run,
        requested_by: body.requested_by,
        reason: body.reason,
        selected_task_ids: selected,
        selected_step_ids: step_ids,
        reset_task_ids: selected,
        plan: { ready: selected.map((task_id) => ({ task_id, step_id: task_id.split('.').at(-1) })), blocked: [] },
        spawn: selected.map((task_id) => ({ task_id, submitted: true, task_status: 'queued', error: null })),
        aggregate: {},
      });
    }),
    http.post('*/jobs/:id/reruns', async ({ params, request }) => {
      const doc = world.doc(params.id);
      if (!doc) return unknownJob(params.id);
      const body = (await request.json()) as PlanRequest & { plan_hash?: string };
      const plan = guarded(doc, body, body.plan_hash);
      return plan instanceof Response ? plan : HttpResponse.json({ job_id: doc.job_id, run_id: plan.run_id, plan });
    }),
    http.post('*/jobs/:id/restep', async ({ params, request }) => {
      const doc = world.doc(params.id);
      if (!doc) return unknownJob(params.id);
      const body = (await request.json()) as PlanRequest & { plan_hash?: string };
      const plan = guarded(doc, { ...body, kind: 'restep' }, body.plan_hash);
      if (plan instanceof Response) return plan;
      return HttpResponse.json({
        schema: 'logist.result/v1',
        job_id: doc.job_id,
        status: 'RUNNING',
        reason: null,
        seq: doc.journal.seq,
        next: [],
      });
    }),
  ];
}
