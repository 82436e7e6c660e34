import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ComparePage } from '../src/pages/compare/ComparePage';
import { comparedSteps } from '../src/pages/compare/compared';
import { JobsPage } from '../src/pages/jobs/JobsPage';
import { problem } from './fake/handlers';
import { fakeServer } from './fake/server';
import { show } from './page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => localStorage.removeItem('logist.views'));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const rows = () => screen.queryAllByRole('row').flatMap((one) => one.dataset.job ?? []);
const ready = () => screen.findByRole('link', { name: 'fix-login' });

describe('the filter of the list', () => {
  test('words in the address say which jobs are listed', async () => {
    show('/jobs?q=state%3Afailed+by%3Ame+since%3A2026-11-20', <JobsPage />);
    await waitFor(() => expect(rows()).toEqual(['fix-login', 'fix-cache', 'slow-query']));
  });

  test('a proposal is taken by the keyboard, and stands in the address', async () => {
    const { user } = show('/jobs', <JobsPage />);
    await ready();
    await user.keyboard('/');
    await user.type(screen.getByRole('combobox', { name: 'Filter jobs' }), 'state:su');
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(location.search).toBe('?q=state%3Asuspended'));
    await waitFor(() => expect(rows()).toEqual(['rename-module']));
  });

  test('a word that means nothing is named and left out', async () => {
    show('/jobs?q=state%3Afine', <JobsPage />);
    await ready();
    expect(screen.getByRole('alert').textContent).toContain('state:fine');
    expect(rows().length).toBe(12);
  });

  test('a view is saved with a name, chosen, renamed and deleted', async () => {
    const { user } = show('/jobs?q=export', <JobsPage />);
    await screen.findByRole('link', { name: 'add-export' });
    await user.click(screen.getByRole('button', { name: 'Save view' }));
    await user.type(await screen.findByLabelText('Name'), 'Exports{Enter}');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Exports' }).getAttribute('aria-pressed')).toBe('true'));
    await user.click(screen.getByRole('button', { name: 'All 12' }));
    await user.click(screen.getByRole('button', { name: 'Exports' }));
    await waitFor(() => expect(location.search).toBe('?q=export'));

    await user.click(screen.getByRole('button', { name: 'About the view Exports' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Rename…' }));
    await user.clear(await screen.findByLabelText('Name'));
    await user.type(screen.getByLabelText('Name'), 'CSV{Enter}');
    await user.click(await screen.findByRole('button', { name: 'About the view CSV' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'CSV' })).toBeNull());
    expect(localStorage.getItem('logist.views')).toBe('[]');
  });

  test('columns are chosen and kept', async () => {
    const { user } = show('/jobs', <JobsPage />);
    await ready();
    expect(screen.queryByRole('columnheader', { name: 'Asked by' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Asked by' }));
    await user.click(screen.getByRole('menuitemcheckbox', { name: 'Cost' }));
    expect(await screen.findByRole('columnheader', { name: 'Asked by' })).toBeTruthy();
    expect(screen.queryByText('$3.10')).toBeNull();
    expect(JSON.parse(localStorage.getItem('logist.settings') ?? '{}')).toMatchObject({
      columns: ['steps', 'why', 'created', 'updated', 'by'],
    });
  });
});

describe('several jobs at once', () => {
  test('ticks add up, and all that match are selected only when that is asked for', async () => {
    const page = world.rows.slice(0, 2);
    server.use(
      http.get('*/jobs', ({ request }) => {
        const query = new URL(request.url).searchParams;
        const all = query.get('limit') === '1000';
        const items = all ? world.rows : query.get('cursor') === null ? page : [];
        return HttpResponse.json({ items, next_cursor: all ? null : 'more', counts: {}, total: 12, matching: 12 });
      }),
    );
    const { user } = show('/jobs', <JobsPage />);
    await ready();
    await user.click(screen.getByRole('checkbox', { name: `Select ${page[0]?.job_id ?? ''}` }));
    await user.click(screen.getByRole('checkbox', { name: `Select ${page[1]?.job_id ?? ''}` }));
    expect(screen.getByText('2 jobs selected')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Select all 12 matching' }));
    expect(await screen.findByText('12 jobs selected')).toBeTruthy();
  });

  test('failed steps run again with a plan for each job, one reason, and each answer told', async () => {
    server.use(
      http.post('*/workflow-runs/fix-cache.1/partial-rerun', () =>
        problem(409, 'LOG1045', 'Changed', 'The plan is another one now.'),
      ),
    );
    const { user } = show('/jobs?dialog=rerun-failed&job=fix-login&job=fix-cache&job=dark-mode', <JobsPage />);
    const dialog = await screen.findByRole('dialog');
    const plans = within(dialog).getByRole('list', { name: 'Plans' });
    await within(plans).findByText('left alone: No step failed.');
    const confirm = await within(dialog).findByRole<HTMLButtonElement>('button', { name: 'Rerun 2 jobs' });
    expect(confirm.disabled).toBe(true);
    expect(within(dialog).getByText('A reason is needed.')).toBeTruthy();
    await user.type(within(dialog).getByLabelText(/Reason/), 'runner mended');
    world.requests.length = 0;
    await user.click(confirm);
    expect(await within(plans).findByText('goes on')).toBeTruthy();
    expect(await within(plans).findByText('The plan is another one now.')).toBeTruthy();
    expect(await within(dialog).findByText('1 of 3 jobs go on')).toBeTruthy();
    const sent = world.requests.find((request) => request.path.endsWith('/partial-rerun'));
    expect(sent?.path).toMatch(/^\/workflow-runs\/fix-login\.\d\/partial-rerun$/);
    expect(sent?.body).toMatchObject({
      requested_by: 'operator',
      reason: 'runner mended',
      plan_hash: expect.any(String) as string,
    });
    expect(world.requests.some((request) => request.path.includes('dark-mode'))).toBe(false);
  });

  test('a rerun of several that is declined sends no change', async () => {
    const { user } = show('/jobs?dialog=rerun-failed&job=fix-cache', <JobsPage />);
    await screen.findByRole('button', { name: 'Rerun 1 job' });
    await user.click(screen.getByRole('button', { name: 'Do nothing' }));
    expect(world.requests.every((request) => request.path.endsWith('/rerun-plans'))).toBe(true);
  });
});

describe('two runs side by side', () => {
  test('two selected jobs are compared', async () => {
    const { user } = show('/jobs', <JobsPage />);
    await ready();
    await user.click(screen.getByRole('checkbox', { name: 'Select fix-login' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select add-export' }));
    await user.click(screen.getByRole('button', { name: 'Compare' }));
    expect(location.pathname + location.search).toBe('/ui/compare?run=fix-login&run=add-export');
  });

  test('it says in what the steps differ, and shows only those when asked', async () => {
    const { user } = show('/compare?run=fix-login&run=add-export', <ComparePage />);
    const steps = await screen.findByRole('table', { name: 'Steps side by side' });
    expect(within(steps).getByRole('row', { name: /test-linux.*only on one side/ })).toBeTruthy();
    expect(within(steps).getByRole('rowheader', { name: 'plan' })).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: 'Only differences' }));
    await waitFor(() => expect(within(steps).queryByRole('rowheader', { name: 'plan' })).toBeNull());
    expect(location.search).toContain('only=1');
  });

  test('steps keep the order of the left side, and what only the right one has comes last', () => {
    const task = { status: 'success', attempts: 1, exit_code: 0, agent: null, failure_category: null, needs: [] };
    const of = (step_id: string, more = {}) => ({ ...task, step_id, ...more }) as never;
    const steps = comparedSteps([
      [of('b'), of('a')],
      [of('c'), of('a', { status: 'failed', attempts: 2 })],
    ]);
    expect(steps.map(({ step, differs }) => [step, differs])).toEqual([
      ['b', ['only on one side']],
      ['a', ['state', 'attempts']],
      ['c', ['only on one side']],
    ]);
  });
});
