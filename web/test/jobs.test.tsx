import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Patches } from '../src/api/patches';
import { JobsPage } from '../src/pages/jobs/JobsPage';
import { problem } from './fake/handlers';
import { fakeServer } from './fake/server';
import { show } from './page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const row = async (job: string) => {
  const found = (await screen.findByRole('link', { name: job })).closest<HTMLElement>('[role=row]');
  if (!found) throw new Error(`${job} stands in no row`);
  return found;
};
const names = () => screen.getAllByRole('row').flatMap((one) => one.dataset.job ?? []);

describe('the list of jobs', () => {
  test('shows each job with its state as a word, its steps and its cost, and unknown cost as a dash', async () => {
    show('/jobs', <JobsPage />);
    const failed = await row('fix-login');
    expect(within(failed).getByText('Needs you')).toBeTruthy();
    expect(within(failed).getByRole('img', { name: '3 of 6 steps done: 3 done, 2 failed, 1 not started' })).toBeTruthy();
    expect(within(failed).getByText('$3.10')).toBeTruthy();
    expect(within(await row('license-headers')).getByText('–')).toBeTruthy();
  });

  test('says at which step a job rests and why; a sentence of the server stands for itself', async () => {
    const failed = { ...world.rows[0], job_id: 'full', reason: 'step_failed', waiting_on: 'step_failed', why: null, current_phase: 'lint' };
    const held = { ...failed, job_id: 'held', why: { kind: 'held', text: 'held by Petra', unblock: null } };
    const items = [failed, held];
    server.use(http.get('*/jobs', () => HttpResponse.json({ items, next_cursor: null, counts: {}, total: 2 })));
    show('/jobs', <JobsPage />);
    expect(within(await row('full')).getByText('lint: step failed')).toBeTruthy();
    expect(within(await row('held')).getByText('held by Petra')).toBeTruthy();
  });

  test('a group is chosen by its button, stands in the address, and only its jobs are shown', async () => {
    const { user } = show('/jobs', <JobsPage />);
    await row('fix-login');
    await user.click(screen.getByRole('button', { name: 'Running 2' }));
    await waitFor(() => expect(names()).toEqual(['upgrade-deps', 'api-v2']));
    expect(location.search).toBe('?q=state%3Arunning');
    expect(screen.getByRole('button', { name: 'Running 2' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('an address with a filter shows what it showed to whoever copied it', async () => {
    show('/jobs?q=export&sort=name', <JobsPage />);
    await waitFor(() => expect(names()).toEqual(['add-export']));
    expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'Filter jobs' }).value).toBe('export');
  });

  test('a filter without a match says how many there are and can be cleared', async () => {
    const { user } = show('/jobs?q=nothing-like-it', <JobsPage />);
    expect(await screen.findByText('0 of 12 jobs match')).toBeTruthy();
    await user.click(screen.getByText('Clear the filter'));
    await waitFor(() => expect(names().length).toBe(12));
    expect(location.search).toBe('');
  });

  test('without any job three ways to begin are shown, each with its command', async () => {
    server.use(http.get('*/jobs', () => HttpResponse.json({ items: [], next_cursor: null, counts: {}, total: 0 })));
    show('/jobs', <JobsPage />);
    for (const command of ['logist demo --serve', 'logist init', /logist job create/])
      expect(await screen.findByText(command)).toBeTruthy();
  });

  test('a refusal is shown with its code and its way out, and Retry asks again', async () => {
    server.use(
      http.get('*/jobs', () => problem(500, 'LOG1099', 'Broken', 'The jobs directory cannot be read.', ['logist doctor']), {
        once: true,
      }),
    );
    server.use(
      http.get('*/jobs', () => problem(500, 'LOG1099', 'Broken', 'The jobs directory cannot be read.', ['logist doctor']), {
        once: true,
      }),
    );
    const { user } = show('/jobs', <JobsPage />);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('LOG1099');
    expect(alert.textContent).toContain('logist doctor');
    await user.click(within(alert).getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(names().length).toBe(12));
  });

  test('a change of the stream appears in its row and no row moves', async () => {
    const { queries } = show('/jobs', <JobsPage />);
    await row('fix-cache');
    const before = names();
    const patches = new Patches(queries, () => undefined);
    patches.add({
      job_id: 'fix-cache',
      seq: 99,
      status: 'SUCCESS',
      reason: null,
      current_phase: null,
      steps_done: 3,
      steps_total: 3,
      cost_usd: 1.11,
      updated_at: '2026-11-20T12:00:05Z',
      why: null,
      events: [],
    });
    await waitFor(() => expect(screen.getByText('$1.11')).toBeTruthy());
    expect(names()).toEqual(before);
    patches.stop();
  });

  test('new jobs wait behind a button until they are asked for', async () => {
    const { queries, user } = show('/jobs', <JobsPage />);
    await row('fix-cache');
    act(() => void queries.setQueryData(['news', 'jobs'], ['one', 'two']));
    await user.click(await screen.findByRole('button', { name: '2 new jobs ↑' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: /new jobs/ })).toBeNull());
  });

  test('j and k move, x selects, Enter opens', async () => {
    const { user } = show('/jobs', <JobsPage />);
    await row('fix-login');
    await user.keyboard('jjkj');
    await user.keyboard('x');
    expect((await row('api-v2')).getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(location.pathname).toBe('/ui/jobs/api-v2'));
  });

  test('canceling several jobs asks once, needs a reason, and tells each answer', async () => {
    let refused: unknown = null;
    server.use(
      http.post('*/jobs/api-v2/cancel', async ({ request }) => {
        refused = await request.json();
        return problem(409, 'LOG1042', 'Refused', 'It has just ended.');
      }),
    );
    const { user } = show('/jobs?dialog=cancel&job=upgrade-deps&job=api-v2', <JobsPage />);
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Cancel 2 jobs' });
    expect(confirm.disabled).toBe(true);
    expect(within(dialog).getByText('A reason is needed.')).toBeTruthy();
    await user.type(within(dialog).getByLabelText(/Reason/), 'wrong base');
    await user.click(confirm);
    expect(await within(dialog).findByText('accepted')).toBeTruthy();
    expect(await within(dialog).findByText('It has just ended.')).toBeTruthy();
    expect(world.requests).toMatchObject([{ path: '/jobs/upgrade-deps/cancel', body: { reason: 'wrong base' } }]);
    expect(refused).toEqual({ reason: 'wrong base' });
  });

  test('a damaged job says so and does not break the list, though it knows neither its times nor its steps', async () => {
    const damaged = {
      ...world.rows[0],
      job_id: 'torn',
      status: 'DAMAGED',
      reason: null,
      waiting_on: null,
      why: { kind: 'damaged', text: 'line 3 is torn', unblock: 'logist job recover torn' },
      steps_done: null,
      steps_total: null,
      cost_usd: null,
      updated_at: null,
      created_at: null,
      phase_strip: null,
    };
    server.use(
      http.get('*/jobs', () => HttpResponse.json({ items: [damaged], next_cursor: null, counts: { DAMAGED: 1 }, total: 1 })),
    );
    show('/jobs', <JobsPage />);
    expect(within(await row('torn')).getByText('Damaged')).toBeTruthy();
    expect(within(await row('torn')).getByText('line 3 is torn; logist job recover torn')).toBeTruthy();
    expect(within(await row('torn')).getAllByText('–').length).toBe(3);
  });

  test('a server for looking only offers no change', async () => {
    server.use(http.get('*/me', () => HttpResponse.json({ user: 'operator', jobs_dir: '/jobs', read_only: true })));
    show('/jobs?dialog=suspend&job=upgrade-deps', <JobsPage />);
    expect(await screen.findByText('This server is read-only.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Suspend 1 job' }).disabled).toBe(true);
  });

  test('a cancel that is declined sends nothing', async () => {
    const { user } = show('/jobs?dialog=cancel&job=upgrade-deps', <JobsPage />);
    await user.click(await screen.findByRole('button', { name: 'Do nothing' }));
    await waitFor(() => expect(location.search).toBe(''));
    expect(world.requests).toEqual([]);
  });
});
