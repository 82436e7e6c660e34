import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Patches } from '../src/api/patches';
import { jobsQuery, needsQuery } from '../src/api/queries';
import type { JobChange, JobEvent } from '../src/api/types';
import { fakeServer } from './fake/server';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  server.resetHandlers();
  vi.useRealTimers();
});
afterAll(() => server.close());

const jobs = jobsQuery({ status: [], by: '', since: '', q: '', sort: 'updated' });
const event = (job: string, type: JobEvent['event_type']): JobEvent => ({
  id: `${job}.9`,
  event_type: type,
  job_id: job,
  run_id: null,
  task_id: null,
  attempt: null,
  producer_role: 'engine',
  actor: 'logist',
  reason: null,
  text: '',
  payload: {},
  created_at: '2026-11-20T12:00:01Z',
});
const change = (job: string, cost: number, events: JobEvent[] = []): JobChange => ({
  job_id: job,
  seq: 100,
  status: 'RUNNING',
  reason: null,
  current_phase: 'implement',
  steps_done: 2,
  steps_total: 4,
  cost_usd: cost,
  updated_at: '2026-11-20T12:00:01Z',
  why: null,
  events,
});

async function loaded() {
  const queries = new QueryClient();
  await queries.infiniteQuery(jobs);
  const heard: JobEvent[] = [];
  const patches = new Patches(queries, (events) => heard.push(...events));
  const rows = () => queries.getQueryData(jobs.queryKey)?.pages.flatMap((page) => page.items) ?? [];
  return { queries, patches, rows, heard };
}

describe('patches', () => {
  test('a change appears in its row, which keeps its place, and other rows stay the same objects', async () => {
    const { patches, rows } = await loaded();
    const before = rows();
    patches.add(change('fix-cache', 9.5));
    await vi.advanceTimersByTimeAsync(100);
    expect(rows().map((row) => row.job_id)).toEqual(before.map((row) => row.job_id));
    const at = before.findIndex((row) => row.job_id === 'fix-cache');
    expect(rows()[at]).toMatchObject({ cost_usd: 9.5, status: 'RUNNING' });
    rows().forEach((row, index) => index === at || expect(row).toBe(before[index]));
    patches.stop();
  });

  test('two hundred changes in a second draw at most ten times and none is lost', async () => {
    const { queries, patches, rows, heard } = await loaded();
    let drawn = 0;
    queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && (query.queryKey as readonly unknown[])[0] === 'jobs') drawn += 1;
    });
    for (let i = 1; i <= 200; i += 1) {
      patches.add(change('fix-cache', i, [event('fix-cache', 'task.started')]));
      await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(drawn).toBeLessThanOrEqual(11);
    expect(heard.length).toBe(200);
    expect(rows().find((row) => row.job_id === 'fix-cache')?.cost_usd).toBe(200);
    patches.stop();
  });

  test('a change that is older than the row does not turn it back', async () => {
    const { patches, rows } = await loaded();
    patches.add({ ...change('fix-cache', 0.01), updated_at: '2026-11-20T09:00:00Z' });
    await vi.advanceTimersByTimeAsync(100);
    expect(rows().find((row) => row.job_id === 'fix-cache')?.cost_usd).toBe(0.84);
    patches.stop();
  });

  test('a new job is counted and not pushed into the list', async () => {
    const { queries, patches, rows } = await loaded();
    patches.add(change('brand-new', 0, [event('brand-new', 'job.created')]));
    await vi.advanceTimersByTimeAsync(100);
    expect(queries.getQueryData(['news', 'jobs'])).toEqual(['brand-new']);
    expect(rows().some((row) => row.job_id === 'brand-new')).toBe(false);
    patches.stop();
  });

  test('within a second the rest of a changed row and the counts are read', async () => {
    const { queries, patches, rows } = await loaded();
    const row = world.rows.find((one) => one.job_id === 'upgrade-deps');
    if (row) Object.assign(row, { waiting_on: 'test: 12 of 40', updated_at: '2026-11-20T12:00:02Z' });
    patches.add(change('upgrade-deps', 2.4));
    await vi.advanceTimersByTimeAsync(1100);
    await vi.waitFor(() => expect(rows().find((one) => one.job_id === 'upgrade-deps')?.waiting_on).toBe('test: 12 of 40'));
    expect(queries.getQueryData(['counts'])).toMatchObject({ total: 12, counts: { RUNNING: 1 } });
    patches.stop();
  });

  test('a tab that slept reads what changed meanwhile, and its rows keep their place', async () => {
    const { patches, rows } = await loaded();
    const before = rows().map((row) => row.job_id);
    const row = world.rows.find((one) => one.job_id === 'slow-query');
    if (row) Object.assign(row, { status: 'SUCCESS', updated_at: '2026-11-20T12:00:03Z' });
    patches.catchUp();
    await vi.waitFor(() => expect(rows().find((one) => one.job_id === 'slow-query')?.status).toBe('SUCCESS'));
    expect(rows().map((one) => one.job_id)).toEqual(before);
  });

  test('a server that asks for a reset a thousand times is asked back once a second', async () => {
    const { queries, patches } = await loaded();
    const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue();
    for (let i = 0; i < 1000; i++) patches.reset();
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveBeenCalledTimes(2);
    patches.reset();
    expect(asked).toHaveBeenCalledTimes(3);
    patches.stop();
  });

  test('a reset reads everything again and keeps what is shown meanwhile', async () => {
    const { queries, patches } = await loaded();
    let asked = 0;
    server.use(
      http.get('*/needs', () => {
        asked += 1;
        return HttpResponse.json({ items: [] });
      }),
    );
    const stop = new QueryObserver(queries, needsQuery()).subscribe(() => undefined);
    await vi.waitFor(() => expect(queries.getQueryData(['needs'])).toEqual([]));
    patches.reset();
    expect(queries.getQueryData(['needs'])).toEqual([]);
    await vi.waitFor(() => expect(asked).toBe(2));
    stop();
  });
});
