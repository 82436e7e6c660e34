import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../../src/api/types';
import { lineDiff } from '../../src/diff/lineDiff';
import { hunksOf } from '../../src/diff/patch';
import { explain } from '../../src/pages/job/explain';
import { roundsOf, stepsAt } from '../../src/pages/job/rounds';
import { barsOf } from '../../src/pages/job/timeline/bars';
import { gapWidth, scaleOf } from '../../src/pages/job/timeline/scale';
import type { AuditEntry } from '../../src/api/requests';
import { documentOf } from '../fake/documents';
import { specs } from '../fake/specs';

const now = new Date('2026-11-20T12:00:00Z');
const docOf = (id: string) => {
  const spec = specs.find((one) => one.id === id);
  if (!spec) throw new Error(`no ${id}`);
  return documentOf(spec, now);
};

const start = Date.parse('2026-11-20T10:00:00Z');
let seq = 0;
const event = (event_type: JobEvent['event_type'], seconds: number, attempt = 1, step = 'test-linux'): JobEvent => ({
  id: `fix-login.${++seq}`,
  event_type,
  job_id: 'fix-login',
  run_id: 'fix-login.1',
  task_id: `fix-login.1.${step}`,
  attempt,
  producer_role: 'engine',
  actor: 'logist',
  reason: null,
  text: event_type,
  payload: event_type === 'task.failed' ? { failure: { category: 'command_failed', message: event_type } } : {},
  created_at: new Date(start + seconds * 1000).toISOString(),
});

describe('the timeline', () => {
  const events = [
    event('task.scheduled', 0),
    event('task.started', 10),
    event('task.worker_finished', 60),
    event('task.review_started', 61),
    event('task.failed', 90),
    event('task.scheduled', 7200, 2),
    event('task.started', 7205, 2),
  ];

  test('an attempt is queued, runs and is reviewed, and its outcome colours all of its work', () => {
    const bars = barsOf(events).get('fix-login.1.test-linux') ?? [];
    expect(bars.map(({ kind, attempt, outcome }) => [kind, attempt, outcome])).toEqual([
      ['queued', 1, null],
      ['running', 1, 'failed'],
      ['review', 1, 'failed'],
      ['queued', 2, null],
      ['running', 2, null],
    ]);
    expect(bars.map((bar) => bar.to === null)).toEqual([false, false, false, false, true]);
  });

  test('an approval that is waited for is a bar of its own', () => {
    const bars = barsOf([event('approval.requested', 0), event('approval.approved', 500), event('task.started', 501)]);
    expect(bars.get('fix-login.1.test-linux')?.map((bar) => bar.kind)).toEqual(['human', 'running']);
  });

  test('two idle hours take a thumb, work keeps its proportion, and no later moment lies left of an earlier one', () => {
    const bars = [...barsOf(events).values()].flat();
    const { x, gaps } = scaleOf(bars, start + 7_295_000, 800);
    expect(gaps).toHaveLength(1);
    expect(x(start + 7_200_000) - x(start + 90_000)).toBeCloseTo(gapWidth);
    expect(x(start + 7_295_000)).toBeCloseTo(800);
    const first = x(start + 60_000) - x(start + 10_000);
    expect(x(start + 7_255_000) - x(start + 7_205_000)).toBeCloseTo(first);
    const moments = Array.from({ length: 200 }, (_, i) => x(start + i * 37_000));
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });
});

describe('rounds', () => {
  const rerun = (id: number, reason: string): AuditEntry => ({
    id: `fix-login.${id}`,
    at: now.toISOString(),
    actor: 'operator',
    action: 'workflow_run.partial_rerun_requested',
    job_id: 'fix-login',
    run_id: 'fix-login.1',
    task_id: null,
    reason,
    text: '',
    plan_hash: null,
    payload: {},
  });

  test('each partial re-run begins a round that says who asked for it and why', () => {
    const rounds = roundsOf(docOf('fix-login'), [rerun(9, 'second'), rerun(5, 'first')]);
    expect(rounds.map(({ id, by, reason, endsBefore }) => [id, by, reason, endsBefore])).toEqual([
      ['rr-2', 'operator', 'second', null],
      ['rr-1', 'operator', 'first', 9],
      ['first', null, null, 5],
    ]);
  });

  test('earlier runs of the job are rounds, too', () => {
    expect(roundsOf(docOf('dark-mode'), []).map((round) => round.id)).toEqual(['first', 'run-1']);
  });

  test('a round shows the steps as they were when it ended', () => {
    const events = [
      event('task.started', 0),
      event('task.failed', 5),
      event('task.partial_rerun_reset', 9),
      event('task.started', 10, 2),
    ];
    const ends = Number(events[2]?.id.split('.')[1]);
    const at = stepsAt(docOf('fix-login').phases, events, ends).find((step) => step.name === 'test-linux');
    expect([at?.status, at?.attempts]).toEqual(['FAILED', 1]);
    const later = stepsAt(docOf('fix-login').phases, events, Infinity).find((step) => step.name === 'test-linux');
    expect([later?.status, later?.attempts]).toEqual(['RUNNING', 2]);
  });
});

describe('why a job does not go on', () => {
  test('names what failed and what is blocked by it', () => {
    expect(explain(docOf('fix-login'))).toMatchObject({ text: '2 steps failed; review is blocked by them.', remedy: 'rerun' });
  });

  test('a spent budget names the numbers and can be raised', () => {
    expect(explain(docOf('slow-query'))).toMatchObject({
      text: '$2.02 of $2.00 are spent. Raising the limit continues the same work.',
      remedy: 'budget',
    });
  });

  test('steps that wait for one thing say so once', () => {
    const doc = docOf('docs-pass');
    doc.phases = doc.phases.map((step) => ({ ...step, needs: [] }));
    doc.live.blocked = doc.phases.map((step) => ({
      step: step.name,
      kind: 'slot',
      because: 'a slot: 2 of 2 are used by api-v2',
      unblock: null,
    }));
    const { lines } = explain(doc) ?? { lines: [] };
    expect(lines.map(({ steps, text }) => [steps.length, text])).toEqual([[3, 'a slot: 2 of 2 are used by api-v2']]);
  });

  test('a job that works and waits for nothing needs no explanation', () => {
    const doc = docOf('upgrade-deps');
    expect(explain(doc)).toBeNull();
  });
});

describe('two prompts', () => {
  test('differ by the lines that were added, with their numbers', () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const after = [...before.slice(0, 10), 'new', ...before.slice(10)];
    const [hunk, ...more] = hunksOf(lineDiff(before.join('\n'), after.join('\n')));
    expect(more).toEqual([]);
    expect(hunk?.rows.filter((row) => row.kind !== 'context')).toMatchObject([{ kind: 'added', after: 11, text: 'new' }]);
    expect(hunk?.rows).toHaveLength(7);
  });

  test('applying the difference to the old text gives the new one', () => {
    const before = 'a b c a b b a'.split(' ');
    const after = 'c b a b a c x'.split(' ');
    const rows = hunksOf(lineDiff(before.join('\n'), after.join('\n'))).flatMap((hunk) => hunk.rows);
    expect(rows.filter((row) => row.kind !== 'added').map((row) => row.text)).toEqual(before);
    expect(rows.filter((row) => row.kind !== 'removed').map((row) => row.text)).toEqual(after);
  });

  test('equal texts differ by nothing', () => {
    expect(lineDiff('a\nb', 'a\nb')).toBe('');
  });
});
