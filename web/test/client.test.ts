import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { address, ApiProblem, get, getTagged, onUnauthorized, post } from '../src/api/client';
import type { JobList } from '../src/api/types';
import { fakeServer } from './fake/server';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.signedIn = true;
});
afterAll(() => server.close());

describe('client', () => {
  test('a list in a query repeats its key and what is not given is left out', () => {
    expect(address('/jobs', { status: ['RUNNING', 'PENDING'], q: '', cursor: null, limit: 5 })).toBe(
      '/jobs?status=RUNNING&status=PENDING&limit=5',
    );
  });

  test('a read gives the typed answer and its tag', async () => {
    const list = await get<JobList>('/jobs', { status: ['RUNNING'] });
    expect(list.items.map((job) => job.job_id)).toEqual(['upgrade-deps']);
    expect((await getTagged('/jobs/fix-login')).etag).toMatch(/^"\d+"$/);
  });

  test('a problem becomes an ApiProblem with its code and its fix', async () => {
    const failure = await get('/jobs/nowhere').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiProblem);
    expect(failure).toMatchObject({ status: 404, code: 'LOG1006', title: 'Unknown job', fix: ['logist job list'] });
  });

  test('an error page that is not a problem document is still an ApiProblem', async () => {
    server.use(http.get('*/jobs', () => new HttpResponse('<h1>Bad gateway</h1>', { status: 502 })));
    await expect(get('/jobs')).rejects.toMatchObject({ status: 502, message: 'The server answered 502.' });
  });

  test('no answer at all is a problem of status 0 that says how to start the server', async () => {
    server.use(http.get('*/jobs', () => HttpResponse.error()));
    await expect(get('/jobs')).rejects.toMatchObject({ status: 0, fix: ['logist serve'] });
  });

  test('a request carries a fresh idempotency key, or the one it was given, and the tag it was made for', async () => {
    const seen: (string | null)[][] = [];
    server.use(
      http.post('*/jobs/x/run', ({ request }) => {
        seen.push([request.headers.get('Idempotency-Key'), request.headers.get('If-Match')]);
        return HttpResponse.json({});
      }),
    );
    await post('/jobs/x/run');
    await post('/jobs/x/run');
    await post('/jobs/x/run', {}, { idempotencyKey: 'mine', ifMatch: '"7"' });
    expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
    expect(seen[0]?.[1]).toBeNull();
    expect(seen[2]).toEqual(['mine', '"7"']);
  });

  test('an unknown session is told to whoever listens, once per answer, and a wrong token is not', async () => {
    let told = 0;
    const stop = onUnauthorized(() => (told += 1));
    world.signedIn = false;
    await expect(get('/jobs')).rejects.toMatchObject({ status: 401 });
    await expect(post('/session', { token: 'wrong' })).rejects.toMatchObject({ status: 401 });
    stop();
    expect(told).toBe(1);
  });

  test('an input that changed is stale, whether it is a row or a plan', () => {
    expect(new ApiProblem(412, { code: 'LOG1048' }).stale).toBe(true);
    expect(new ApiProblem(409, { code: 'LOG1045' }).stale).toBe(true);
    expect(new ApiProblem(409, { code: 'LOG1042' }).stale).toBe(false);
  });
});
