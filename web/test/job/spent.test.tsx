import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Phase } from '../../src/api/types';
import { Spent } from '../../src/graph/Spent';
import { attemptsOf } from '../fake/attempts';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server, world } = fakeServer();
const now = new Date('2026-11-20T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now }));
afterEach(() => {
  vi.useRealTimers();
  server.resetHandlers();
});
afterAll(() => server.close());

const step = (change: Partial<Phase>): Phase => {
  const found = world.doc('fix-login')?.phases.find((phase) => phase.name === 'test-linux');
  if (!found) throw new Error('no test-linux');
  return { ...found, cost_usd: null, ...change };
};

test('a step that was run again hours later took as long as its attempts, not the hours between', () => {
  const done = step({ status: 'SUCCESS', attempts: 2, started_at: before(9000), finished_at: before(10), time_seconds: 65 });
  show('/jobs/fix-login', <Spent step={done} />);
  expect(screen.getByText('1m 05s')).toBeTruthy();
});

test('while the second attempt runs, its time is added to that of the first', async () => {
  const running = step({ status: 'RUNNING', attempts: 2, started_at: before(9000), finished_at: null, time_seconds: 60 });
  const attempts = attemptsOf({ ...running, started_at: before(30), failure: null });
  server.use(http.get('*/tasks/:id/attempts', () => HttpResponse.json(attempts)));
  show('/jobs/fix-login', <Spent step={running} />);
  expect(await screen.findByText('1m 30s')).toBeTruthy();
});

test('the first attempt needs no question: the step knows when it began', () => {
  const first = step({ status: 'RUNNING', attempts: 1, started_at: before(42), finished_at: null, time_seconds: 0 });
  show('/jobs/fix-login', <Spent step={first} />);
  expect(screen.getByText('42s')).toBeTruthy();
});
