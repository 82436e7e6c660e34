// What a job page asks about one step: attempts, diff, prompt, response, events.
import { http, HttpResponse } from 'msw';
import type { Attempt, JobEvent, Phase } from '../../src/api/types';
import type { Diff } from '../../src/diff/diffApi';
import { attemptsOf } from './attempts';
import { unknownJob, type FakeWorld } from './handlers';
import { largeJob } from './large';

const reasons = ['flaky runner', 'disk was full, mended', 'runner restarted'];

const usage = {
  tokens_in: 18_200,
  tokens_cached: null,
  tokens_out: 2_310,
  tokens_reasoning: null,
  cost_usd: null,
  cost_is_estimated: false,
};

function detailed(phase: Phase): Attempt[] {
  return attemptsOf(phase).map((attempt, index) => ({
    ...attempt,
    ...(index > 0 ? { kind: 'partial_rerun', requested_by: 'operator', reason: reasons[index % reasons.length] ?? '' } : {}),
    failure:
      attempt.status === 'failed'
        ? (phase.failure ?? { category: 'command_failed', message: 'exit code 1: 5 tests failed', hint: null })
        : null,
    output_commit: attempt.status === 'running' ? null : `${'3f9c1a2b77d0e4'.slice(index)}aa51`.padEnd(40, '0'),
    usage: phase.kind === 'agent' ? usage : null,
    evidence: phase.kind === 'agent' ? ['reports/session.md'] : [],
    parts: phase.kind === 'agent' ? ['worker', 'check-1', 'review'] : ['worker'],
  }));
}

const sessionPatch = `@@ -12,9 +12,11 @@ public sealed class Session
     private readonly TimeProvider _time;
 
-    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
+    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
 
     public bool Expired => _time.GetUtcNow() - _lastSeen > Lifetime;
 
-    public void Refresh() {
+    public void Refresh()
+    {
+        _lastSeen = _time.GetUtcNow();
     }
 }
@@ -40,4 +42,5 @@ internal static class Cookies
     public static void Write(HttpResponse response, Session session)
     {
-        response.Cookies.Append("session", session.Id);
+        response.Cookies.Append("session", session.Id, new CookieOptions { MaxAge = Session.Lifetime });
+        response.Headers.CacheControl = "no-store";
     }
`;

function diffOf(path: string | null): Diff {
  const long = Array.from({ length: 6000 }, (_, i) => `+row ${i},${i * 3}`).join('\n');
  const files: Diff['files'] = [
    {
      path: 'src/Session/Session.cs',
      old_path: null,
      status: 'modified',
      additions: 6,
      deletions: 3,
      patch: sessionPatch,
      too_large: false,
    },
    {
      path: 'src/Session/SessionTests.cs',
      old_path: null,
      status: 'added',
      additions: 3,
      deletions: 0,
      patch: '@@ -0,0 +1,3 @@\n+public sealed class SessionTests\n+{\n+}\n\\ No newline at end of file\n',
      too_large: false,
    },
    {
      path: 'docs/sessions.md',
      old_path: 'docs/login.md',
      status: 'renamed',
      additions: 0,
      deletions: 0,
      patch: '',
      too_large: false,
    },
    { path: 'assets/logo.png', old_path: null, status: 'binary', additions: 0, deletions: 0, patch: null, too_large: false },
    { path: 'data/fixtures.csv', old_path: null, status: 'added', additions: 6000, deletions: 0, patch: null, too_large: true },
    {
      path: 'src/Login/Legacy.cs',
      old_path: null,
      status: 'deleted',
      additions: 0,
      deletions: 2,
      patch: '@@ -1,2 +0,0 @@\n-class Legacy { }\n-\n',
      too_large: false,
    },
  ];
  if (path !== null) {
    const file = files.find((one) => one.path === path);
    if (file?.too_large) Object.assign(file, { too_large: false, patch: `@@ -0,0 +1,6000 @@\n${long}\n` });
    return {
      from_commit: 'a1b2c3d4',
      to_commit: '3f9c1a2b',
      files: file ? [file] : [],
      additions: 0,
      deletions: 0,
      truncated: false,
    };
  }
  return { from_commit: 'a1b2c3d4', to_commit: '3f9c1a2b', files, additions: 6009, deletions: 5, truncated: false };
}

/** The events that would have led to the job's present steps. */
export function eventsOf(world: FakeWorld, job: string): JobEvent[] {
  const doc = world.doc(job);
  if (!doc?.run) return [];
  const run = doc.run.id;
  const events: Omit<JobEvent, 'id'>[] = [];
  const add = (event_type: JobEvent['event_type'], phase: Phase, attempt: number, at: number, more: Partial<JobEvent> = {}) =>
    events.push({
      event_type,
      job_id: job,
      run_id: run,
      task_id: phase.task_id,
      attempt,
      producer_role: 'engine',
      actor: 'logist',
      reason: null,
      text: event_type.slice(event_type.indexOf('.') + 1).replaceAll('_', ' '),
      payload: event_type === 'task.failed' ? { failure: { category: 'command_failed', message: more.text } } : {},
      created_at: new Date(at).toISOString(),
      ...more,
    });
  for (const phase of doc.phases) {
    if (phase.status === 'APPROVAL_REQUIRED')
      add('approval.requested', phase, 1, Date.parse(doc.updated_at ?? doc.run.started_at ?? ''));
    if (!phase.started_at) continue;
    const start = Date.parse(phase.started_at);
    const end = phase.finished_at ? Date.parse(phase.finished_at) : null;
    for (let attempt = 1; attempt < phase.attempts; attempt++) {
      const at = start - 3_600_000 * (phase.attempts - attempt);
      add('task.scheduled', phase, attempt, at - 20_000);
      add('task.started', phase, attempt, at);
      add('task.failed', phase, attempt, at + 200_000, { text: 'exit code 1: 5 tests failed' });
      const human = { producer_role: 'human', actor: 'operator', reason: 'flaky runner' } as const;
      add('task.partial_rerun_reset', phase, attempt, start - 30_000, human);
    }
    add('task.scheduled', phase, phase.attempts, start - 20_000);
    add('task.started', phase, phase.attempts, start);
    const worked = end ?? (phase.status === 'REVIEWING' ? start + 90_000 : null);
    if (phase.kind === 'agent' && worked !== null) {
      add('task.worker_finished', phase, phase.attempts, start + (worked - start) * 0.7);
      add('task.review_started', phase, phase.attempts, start + (worked - start) * 0.7 + 1);
    }
    if (end !== null)
      add(phase.failure ? 'task.failed' : 'task.succeeded', phase, phase.attempts, end, {
        text: phase.failure?.message ?? 'done',
      });
  }
  return events
    .sort((a, b) => a.created_at.localeCompare(b.created_at))
    .map((event, index) => ({ id: `${job}.${index + 1}`, ...event }));
}

export function detailHandlers(world: FakeWorld) {
  const phaseOf = (task: unknown) =>
    world
      .doc(String(task).split('.')[0])
      ?.phases.find((phase) => String(task).split('.').slice(0, 3).join('.') === phase.task_id);
  return [
    http.get('*/jobs/:id', ({ params }) => {
      const id = String(params.id);
      if (!world.doc(id)) {
        const large = largeJob(id, world.now);
        if (large) world.docs.push(large);
      }
      const doc = world.doc(id);
      return doc ? HttpResponse.json(doc, { headers: { ETag: `"${doc.journal.seq}"` } }) : unknownJob(id);
    }),
    http.get('*/tasks/:id/attempts', ({ params }) => {
      const phase = phaseOf(params.id);
      return HttpResponse.json(phase && phase.task_id === params.id ? detailed(phase) : []);
    }),
    http.get('*/attempts/:id/diff', ({ request }) => HttpResponse.json(diffOf(new URL(request.url).searchParams.get('path')))),
    http.get('*/attempts/:id/prompt', ({ params }) => {
      const [, , step = '', attempt = ''] = String(params.id).split('.');
      const again = attempt === '1' ? '' : '\n## What went wrong before\n2 tests failed: the session ended after 300 s.\n';
      return HttpResponse.text(
        phaseOf(params.id)?.kind === 'command'
          ? `dotnet test --filter ${step}\n`
          : [
              `# Your task: ${step}`,
              '',
              'Users are signed out after five minutes. Find out why and mend it.',
              again,
              '## Rules',
              '',
            ].join('\n'),
      );
    }),
    http.get('*/attempts/:id/response', ({ params }) => {
      const phase = phaseOf(params.id);
      const none = { action: null, summary_for_supervisor: null, evidence: [], review: null, raw: null };
      if (phase?.kind !== 'agent' || phase.status === 'RUNNING') return HttpResponse.json(none);
      return HttpResponse.json({
        action: 'COMPLETED',
        summary_for_supervisor: 'The lifetime of a session is one hour now, and a refresh starts it anew.\n\nTests cover both.',
        evidence: ['reports/session.md'],
        review: { agent: 'codex', action: 'COMPLETED', summary: 'Agreed. The cookie lives as long as the session.' },
        raw: '{\n  "action": "COMPLETED",\n  "evidence": ["reports/session.md"]\n}',
      });
    }),
    http.get('*/events', ({ request }) => {
      const query = new URL(request.url).searchParams;
      const of = query.get('run_id') ?? query.get('task_id') ?? query.get('job_id') ?? '';
      const all = eventsOf(world, of.split('.')[0] ?? '').filter(
        (event) => !query.get('task_id') || event.task_id === query.get('task_id'),
      );
      const start = all.findIndex((event) => event.id === query.get('after')) + 1;
      return HttpResponse.json(all.slice(start, start + Number(query.get('limit') ?? 500)));
    }),
  ];
}
