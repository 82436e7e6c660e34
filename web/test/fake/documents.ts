// Builds what the API answers about a job from its short description.
import type {
  HistoryEntry,
  JobDocument,
  JobRow,
  JobStatus,
  Need,
  Phase,
  PhaseStatus,
  Verb,
} from '../../src/api/types';
import type { JobSpec } from './specs';

const iso = (now: Date, minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
const commitOf = (text: string) =>
  Array.from(text)
    .reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) >>> 0, 7)
    .toString(16)
    .padStart(8, '0')
    .repeat(5);
const done: PhaseStatus[] = ['SUCCESS', 'REUSED', 'SKIPPED'];
const letters: Record<PhaseStatus, string> = {
  SUCCESS: 'S',
  REUSED: 'S',
  SKIPPED: 'S',
  FAILED: 'F',
  RUNNING: 'R',
  REVIEWING: 'R',
  REVIEW_REQUIRED: 'R',
  PENDING: 'C',
  APPROVAL_REQUIRED: 'A',
  CANCELED: 'X',
};

function phasesOf(spec: JobSpec, now: Date): Phase[] {
  const run = `${spec.id}.${spec.runs ?? 1}`;
  const steps = spec.steps.split(' ');
  return steps.map((step, index) => {
    const [definition, needs] = step.split('<') as [string, string?];
    const [name, status] = definition.split(':') as [string, PhaseStatus];
    const before = index === 0 ? [] : [(steps[index - 1] ?? '').split(':')[0] ?? ''];
    const failure = spec.failures?.[name];
    const started = status !== 'PENDING' && status !== 'APPROVAL_REQUIRED';
    const command = /^(test|lint|build|check|verify|merge|notify|measure)/.test(name);
    return {
      number: index + 1,
      name,
      title: name,
      needs: needs ? needs.split(',') : before,
      agent: command ? null : 'claude',
      status,
      attempts: failure?.attempts ?? (started && status !== 'REUSED' ? 1 : 0),
      stale: false,
      commit: done.includes(status) ? commitOf(run + name) : null,
      started_at: started ? iso(now, spec.minutesAgo + 6 * (steps.length - index)) : null,
      finished_at:
        done.includes(status) || status === 'FAILED' ? iso(now, spec.minutesAgo + 6 * (steps.length - index) - 5) : null,
      time_seconds: done.includes(status) || status === 'FAILED' ? 300 : 0,
      failure: failure
        ? { category: failure.category, message: failure.message, hint: `logist job restep ${spec.id} ${name}` }
        : null,
      cost_usd: command || !started || spec.cost === null ? null : Math.round(spec.cost * 25) / 100,
      task_id: `${run}.${name}`,
      kind: command ? 'command' : 'agent',
      because: spec.because?.[name] ?? (status === 'PENDING' ? 'waits for the steps before it' : null),
      wait_until: null,
    };
  });
}

function historyOf(spec: JobSpec, phases: Phase[], now: Date): HistoryEntry[] {
  const run = `${spec.id}.${spec.runs ?? 1}`;
  const start = spec.minutesAgo + 6 * phases.length + 1;
  const entries: Omit<HistoryEntry, 'seq'>[] = [
    { at: iso(now, start), type: 'workflow_run.started', actor: 'operator', run, text: 'run started' },
  ];
  for (const phase of phases) {
    if (phase.started_at)
      entries.push({
        at: phase.started_at,
        type: 'task.started',
        actor: 'logist',
        run,
        step: phase.name,
        attempt: 1,
        text: 'started',
      });
    if (!phase.finished_at) continue;
    const type = phase.status === 'FAILED' ? 'task.failed' : 'task.succeeded';
    entries.push({
      at: phase.finished_at,
      type,
      actor: 'logist',
      run,
      step: phase.name,
      attempt: phase.attempts,
      text: phase.failure?.message ?? 'done',
    });
  }
  return entries.map((entry, index) => ({ seq: index + 1, ...entry }));
}

function canOf(status: JobStatus): JobDocument['can'] {
  const rest = status !== 'RUNNING' && status !== 'REVIEWING';
  const say = (ok: boolean, why: string) => ({ ok, why: ok ? null : why });
  const can: Record<Verb, { ok: boolean; why: string | null }> = {
    run: say(status === 'PENDING', `the job is ${status}`),
    suspend: say(!['SUCCESS', 'CANCELED', 'SUSPENDED'].includes(status), `the job is ${status}`),
    cancel: say(!['SUCCESS', 'CANCELED'].includes(status), `the job is ${status}`),
    resume: say(status === 'SUSPENDED', 'the job is not suspended'),
    resubmit: say(status === 'INTERVENTION_REQUIRED', 'nothing waits for a person'),
    rerun: say(rest, 'the job is running'),
    partial_rerun: say(status === 'INTERVENTION_REQUIRED', 'no step failed'),
    run_stale: say(false, 'no step is stale'),
    resolve: say(status === 'INTERVENTION_REQUIRED', 'nothing waits for a person'),
    restep: say(rest, 'the job is running'),
  };
  return can;
}

export function documentOf(spec: JobSpec, now: Date): JobDocument {
  const phases = phasesOf(spec, now);
  const history = historyOf(spec, phases, now);
  const run = spec.runs ?? 1;
  const counts: JobDocument['phase_counts'] = {};
  for (const { status } of phases) counts[status] = (counts[status] ?? 0) + 1;
  const active = phases.filter((phase) => phase.status === 'RUNNING' || phase.status === 'REVIEWING');
  const status =
    { SUCCESS: 'success', CANCELED: 'aborted', SUSPENDED: 'paused', INTERVENTION_REQUIRED: 'failed' }[spec.status as string] ??
    'running';
  const runs = Array.from({ length: run }, (_, index) => ({
    id: `${spec.id}.${index + 1}`,
    number: index + 1,
    trigger: index === 0 ? ('run' as const) : ('rerun' as const),
    from_step: null,
    status: (index + 1 === run ? status : 'failed') as JobDocument['runs'][number]['status'],
    requested_by: null,
    reason: null,
    plan_hash: null,
  }));
  const last = runs.at(-1);
  const started = iso(now, spec.minutesAgo + 6 * phases.length + 1);
  return {
    schema: 'logist.manifest/v1',
    job_id: spec.id,
    description: spec.description,
    status: spec.status as JobDocument['status'],
    reason: spec.reason ?? null,
    current_phase: phases.find((phase) => !done.includes(phase.status))?.name ?? null,
    active_phases: active.map((phase) => phase.name),
    active_agent: active[0]?.agent ?? null,
    active_role: spec.status === 'REVIEWING' ? 'supervisor' : active.length > 0 ? 'worker' : null,
    steps_done: phases.filter((phase) => done.includes(phase.status)).length,
    steps_total: phases.length,
    steps_stale: 0,
    cost_usd: spec.cost,
    run_id: last?.id ?? null,
    held_by: null,
    requested_by: 'operator',
    phase_counts: counts,
    phases,
    run: last ? { ...last, params: {}, started_at: started, finished_at: null } : null,
    runs: runs.map((one) => ({ ...one, started_at: started, finished_at: null, steps: {} })),
    metrics: {
      cumulative_cost_usd: spec.cost,
      cumulative_time_seconds: 742.5,
      tokens_in: spec.cost === null ? 0 : 41_000,
      tokens_out: spec.cost === null ? 0 : 9_000,
      attempts: phases.reduce((sum, phase) => sum + phase.attempts, 0),
      budget_usd: spec.budget ?? null,
    },
    git: {
      source: '/home/operator/shop',
      base: 'main',
      baseline: commitOf('main'),
      branch: `logist/${spec.id}`,
      head: commitOf(spec.id),
      heads: [],
      workspace: `/home/operator/.logist/jobs/${spec.id}/workspace`,
    },
    history,
    journal: { seq: history.length, offset: 18_233, epoch: 1 },
    created_at: iso(now, spec.minutesAgo + 6 * phases.length + 2),
    updated_at: iso(now, spec.minutesAgo),
    live: {
      owner: active.length > 0 ? { name: 'server', host: 'localhost', pid: 4711 } : null,
      active_tasks: active.map((phase) => phase.task_id),
      blocked: phases
        .filter((phase) => phase.because)
        .map((phase) => ({ step: phase.name, kind: 'dependency' as const, because: phase.because ?? '', unblock: null })),
      why: null,
    },
    needs: [],
    can: canOf(spec.status),
  };
}

export function rowOf(spec: JobSpec, doc: JobDocument): JobRow {
  return {
    job_id: doc.job_id,
    status: doc.status,
    reason: doc.reason,
    description: doc.description,
    current_phase: doc.current_phase,
    steps_done: doc.phases.filter((phase) => done.includes(phase.status)).length,
    steps_total: doc.phases.length,
    cost_usd: doc.metrics.cumulative_cost_usd,
    updated_at: doc.updated_at,
    created_at: doc.created_at,
    budget_usd: spec.budget ?? null,
    waiting_on: spec.reason ?? null,
    why: spec.waitingOn
      ? { kind: 'failed', text: spec.waitingOn, step: null, since: doc.updated_at, until: null, unblock: null }
      : null,
    phase_counts: doc.phase_counts,
    phase_strip: doc.phases.length > 60 ? null : doc.phases.map((phase) => letters[phase.status]).join(''),
    run_id: doc.run?.id ?? null,
    requested_by: 'operator',
    driven_by: doc.live.owner ? 'server' : null,
  };
}

export function needsOf(docs: JobDocument[]): Need[] {
  return docs
    .flatMap((doc): Need[] => {
      const phase = doc.phases.find((one) => one.status === 'APPROVAL_REQUIRED' || one.status === 'FAILED');
      const gate = phase?.status === 'APPROVAL_REQUIRED';
      const budget = doc.reason === 'budget';
      if (!phase && !budget) return [];
      if (doc.status !== 'APPROVAL_REQUIRED' && doc.status !== 'INTERVENTION_REQUIRED') return [];
      return [
        {
          id: `${doc.job_id}:${phase?.name ?? 'budget'}`,
          kind: gate ? 'approval' : budget ? 'budget' : 'intervention',
          job_id: doc.job_id,
          run_id: doc.run?.id ?? '',
          task_id: phase?.task_id ?? null,
          step: phase?.name ?? null,
          title: gate ? 'Merge 6 files into main?' : budget ? 'The budget of $2.00 is used up' : `${phase?.name ?? ''} failed`,
          text: gate
            ? 'All 48 tests pass. The export is behind a feature flag.'
            : (phase?.failure?.message ?? 'verify is still to run, estimated at $0.40.'),
          since: doc.updated_at ?? '',
          tree: gate ? commitOf(`${doc.job_id}tree`) : null,
          commit: gate ? doc.git.head : null,
          cost_usd: doc.metrics.cumulative_cost_usd,
          category: phase?.failure?.category ?? null,
          actions: gate ? ['approve', 'reject'] : budget ? ['raise_budget'] : ['resubmit', 'restep', 'partial_rerun'],
          etag: `"${doc.journal.seq}"`,
        },
      ];
    })
    .sort((a, b) => a.since.localeCompare(b.since));
}
