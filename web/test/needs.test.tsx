import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NeedsPage } from '../src/pages/needs/NeedsPage';
import { needsOf } from './fake/documents';
import { fakeServer } from './fake/server';
import { show } from './page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const approval = '/needs?need=add-export:merge';
const gate = needsOf(world.docs).find((need) => need.kind === 'approval');
const commit = gate?.commit?.slice(0, 7) ?? 'none';
const changed = (change: object) =>
  server.use(
    http.get('*/needs', () =>
      HttpResponse.json({ items: needsOf(world.docs).map((need) => (need.id === gate?.id ? { ...need, ...change } : need)) }),
    ),
  );

describe('needs you', () => {
  test('lists every kind of wait, the longest first', async () => {
    show('/needs', <NeedsPage />);
    await screen.findByText('The budget of $2.00 is used up');
    const jobs = screen.getAllByRole('listitem').map((item) => item.querySelector('b')?.textContent);
    expect(jobs).toEqual(['slow-query', 'add-export', 'fix-cache', 'fix-login']);
  });

  test('the approve button names the commit, and the request is bound to what was looked at', async () => {
    const { user } = show(approval, <NeedsPage />);
    await user.type(await screen.findByLabelText('Comment'), 'looks right');
    await user.click(await screen.findByRole('button', { name: `Approve ${commit}` }));
    await waitFor(() => expect(location.search).toBe(''));
    expect(world.requests).toEqual([
      {
        method: 'POST',
        path: '/approvals/add-export.1.merge/approve',
        body: { comment: 'looks right', by: 'operator', run: true },
        ifMatch: gate?.etag,
      },
    ]);
  });

  test('when the input changes while it is looked at, the button is disarmed until one looks again', async () => {
    const { queries, user } = show(approval, <NeedsPage />);
    await screen.findByRole('button', { name: `Approve ${commit}` });
    changed({ etag: '"999"', commit: 'feedbee0000' });
    await queries.invalidateQueries({ queryKey: ['needs'] });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Changed since you looked: it is about feedbee now.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: `Approve ${commit}` }).disabled).toBe(true);
    await user.click(within(alert).getByRole('button', { name: 'Look at it now' }));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Approve feedbee' }).disabled).toBe(false);
    expect(world.requests).toEqual([]);
  });

  test('a refusal because the input changed decides nothing and shows what it is now', async () => {
    const { user } = show(approval, <NeedsPage />);
    const button = await screen.findByRole('button', { name: `Approve ${commit}` });
    await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
    changed({ etag: '"999"' });
    server.use(http.post('*/approvals/:task/approve', () => HttpResponse.json({ detail: 'changed' }, { status: 412 })));
    await user.click(button);
    expect(await screen.findByText(/Changed since you looked/)).toBeTruthy();
    expect((button as HTMLButtonElement).disabled).toBe(true);
  });

  test('a decision that somebody else took is said, and the button is disarmed', async () => {
    const { queries } = show(approval, <NeedsPage />);
    await screen.findByRole('button', { name: `Approve ${commit}` });
    server.use(http.get('*/needs', () => HttpResponse.json({ items: [] })));
    await queries.invalidateQueries({ queryKey: ['needs'] });
    expect(await screen.findByText(/This waits no longer/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: `Approve ${commit}` }).disabled).toBe(true);
  });

  test('a reject needs a reason and says what happens then', async () => {
    const { user } = show(`${approval}&decide=reject`, <NeedsPage />);
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Reject and send back' });
    expect(button.disabled).toBe(true);
    expect(screen.getByText('A reason is needed.')).toBeTruthy();
    await user.type(screen.getByLabelText(/Reason/), 'header row is missing');
    await user.click(screen.getByText('Stop here'));
    await user.click(screen.getByRole('button', { name: 'Reject and stop' }));
    await waitFor(() => expect(world.requests.length).toBe(1));
    expect(world.requests[0]).toMatchObject({
      path: '/approvals/add-export.1.merge/reject',
      body: { reason: 'header row is missing', then: 'stop', run: false },
      ifMatch: gate?.etag,
    });
  });

  test('a and r open a decision and never take it', async () => {
    const { user } = show('/needs', <NeedsPage />);
    await screen.findByText('Merge 6 files into main?');
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await user.keyboard('r');
    expect(location.search).toContain('decide=reject');
    await user.keyboard('a');
    expect(await screen.findByRole('button', { name: `Approve ${commit}` })).toBeTruthy();
    expect(world.requests).toEqual([]);
  });

  test('a used up budget goes on only with a limit above what is spent', async () => {
    const { user } = show('/needs?need=slow-query:budget', <NeedsPage />);
    const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Raise and go on' });
    await user.type(screen.getByLabelText('New limit for the whole job'), '2');
    expect(button.disabled).toBe(true);
    expect(screen.getByText('A limit above the $2.02 already spent is needed.')).toBeTruthy();
    await user.type(screen.getByLabelText('New limit for the whole job'), '0');
    await user.click(button);
    await waitFor(() => expect(world.requests.length).toBe(1));
    expect(world.requests[0]).toMatchObject({ path: '/jobs/slow-query/resubmit', body: { budget_usd: 20, run: true } });
  });

  test('a stuck agent gets its answer', async () => {
    const { user } = show('/needs?need=fix-cache:implement', <NeedsPage />);
    await user.type(await screen.findByLabelText('Answer'), 'v2');
    await user.click(screen.getByRole('button', { name: 'Answer and resubmit' }));
    await waitFor(() => expect(world.requests[0]?.body).toEqual({ note: 'v2', by: 'operator', run: true }));
  });

  test('a failed step leads to the dialog that plans its re-run, with the step chosen', async () => {
    const { user } = show('/needs?need=fix-login:test-linux', <NeedsPage />);
    await user.click(await screen.findByRole('button', { name: 'Restep test-linux…' }));
    expect(location.pathname + location.search).toBe('/ui/jobs/fix-login?dialog=rerun&job=fix-login&mode=restep&step=test-linux');
  });

  test('when nothing waits it says so and how many jobs run', async () => {
    server.use(http.get('*/needs', () => HttpResponse.json({ items: [] })));
    show('/needs', <NeedsPage />);
    expect(await screen.findByText('Nothing needs you')).toBeTruthy();
    expect(await screen.findByText(/2 jobs are running/)).toBeTruthy();
  });
});
