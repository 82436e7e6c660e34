import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RerunDialog } from '../../src/rerun/RerunDialog';
import type { Task, TaskStatus } from '../../src/api/types';
import { taskOf } from '../fake/attempts';
import { documentOf } from '../fake/documents';
import { problem } from '../fake/handlers';
import { specs } from '../fake/specs';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
  // A re-execution moves its job in the fake world, too: every test begins with it failed.
  const spec = specs.find((one) => one.id === 'fix-login');
  const index = world.docs.findIndex((doc) => doc.job_id === 'fix-login');
  if (spec) world.docs[index] = documentOf(spec, world.now);
  const seq = world.docs[index]?.journal.seq;
  planned = (steps) => `sha256:${steps}-${String(seq)}`;
});
afterAll(() => server.close());

let planned = (steps: string) => steps;

/** What was asked for besides plans, which change nothing. */
const sent = () => world.requests.filter((request) => !request.path.endsWith('/rerun-plans'));
const plans = () => world.requests.filter((request) => request.path.endsWith('/rerun-plans')).map((request) => request.body);

function open(query = '') {
  let closed = false;
  const view = show(`/jobs/fix-login?dialog=rerun${query}`, <RerunDialog job="fix-login" onClose={() => (closed = true)} />);
  return { ...view, closed: () => closed };
}
const rerunButton = () => screen.findByRole<HTMLButtonElement>('button', { name: /^Rerun/ });
const enabled = () => waitFor(async () => expect((await rerunButton()).disabled).toBe(false));
const sendOff = async (user: ReturnType<typeof open>['user']) => {
  await enabled();
  await user.click(await rerunButton());
  await user.click(await rerunButton());
};
const reason = () => screen.findByLabelText(/^Reason/);

function withStates(states: Record<string, TaskStatus>) {
  const doc = world.doc('fix-login');
  const tasks: Task[] = (doc?.phases ?? []).map((phase) => {
    const task = taskOf('fix-login', 'fix-login.1', phase);
    return { ...task, status: states[phase.name] ?? task.status };
  });
  server.use(http.get('*/tasks', () => HttpResponse.json(tasks)));
}

describe('choosing', () => {
  test('only failed, canceled and submit-failed steps have an enabled checkbox', async () => {
    withStates({
      plan: 'success',
      implement: 'reused',
      'test-linux': 'failed',
      'test-windows': 'canceled',
      lint: 'submit-failed',
    });
    open('&mode=custom');
    const group = await screen.findByRole('group', { name: 'Steps to run again' });
    const boxes = within(group).getAllByRole<HTMLInputElement>('checkbox');
    const named = boxes.map((box) => [box.getAttribute('aria-label')?.split(',')[0], !box.disabled]);
    expect(Object.fromEntries(named)).toEqual({
      plan: false,
      implement: false,
      'test-linux': true,
      'test-windows': true,
      lint: true,
      review: false,
    });
  });

  test.each<TaskStatus>(['created', 'queued', 'running', 'reviewing', 'waiting', 'waiting-approval', 'success', 'skipped'])(
    'a step that is %s cannot be ticked',
    async (status) => {
      withStates({ lint: status });
      open('&mode=custom');
      expect((await screen.findByRole<HTMLInputElement>('checkbox', { name: /^lint/ })).disabled).toBe(true);
    },
  );

  test('the plan is asked for again at each change, and what is ticked stands in the address', async () => {
    const { user } = open('&mode=custom');
    await user.click(await screen.findByRole('checkbox', { name: /^test-linux/ }));
    await screen.findByText(/^2 steps · about/);
    await user.click(screen.getByRole('checkbox', { name: /^test-windows/ }));
    await screen.findByText(/^3 steps · about/);
    const windows = ['fix-login.1.test-linux', 'fix-login.1.test-windows'];
    expect(plans()).toEqual([
      { kind: 'partial_rerun', task_ids: ['fix-login.1.test-linux'], step_ids: [] },
      { kind: 'partial_rerun', task_ids: windows, step_ids: [] },
    ]);
    expect(new URLSearchParams(location.search).get('steps')).toBe('test-linux,test-windows');
  });

  test('a failed step that is needed and not selected is named and can be added', async () => {
    withStates({ implement: 'failed' });
    const { user } = open('&mode=custom&steps=test-linux');
    await user.type(await reason(), 'again');
    expect((await screen.findByRole('alert')).textContent).toContain('test-linux also needs implement, which failed too.');
    expect((await rerunButton()).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Add implement' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    await enabled();
  });

  test('a step that does not exist is refused by the server, in words, and cannot be sent', async () => {
    const { user } = open('&mode=custom');
    await user.type(await reason(), 'again');
    await user.type(screen.getByLabelText('or name them'), 'nowhere');
    expect((await screen.findByRole('alert')).textContent).toContain('There is no step "nowhere" in fix-login.');
    expect((await rerunButton()).disabled).toBe(true);
  });

  test('a way that is not open now says why', async () => {
    const doc = world.doc('fix-login');
    if (doc) doc.can = { ...doc.can, restep: { ok: false, why: 'another process drives the job' } };
    open();
    expect((await screen.findByRole('radio', { name: /One step another process drives the job/ })).hasAttribute('disabled')).toBe(
      true,
    );
  });
});

describe('who and why', () => {
  test('it cannot be sent without a reason, and says so', async () => {
    const { user } = open();
    await screen.findByText(/^3 steps · about/);
    expect(screen.getByText('A reason is required.')).toBeTruthy();
    expect((await rerunButton()).disabled).toBe(true);
    await user.type(await reason(), '   ');
    expect((await rerunButton()).disabled).toBe(true);
    await user.type(await reason(), 'disk fixed');
    await enabled();
  });

  test('"requested by" is who is signed in; without it nothing can be sent', async () => {
    const { user } = open();
    await user.type(await reason(), 'disk fixed');
    await enabled();
    const by = screen.getByLabelText<HTMLInputElement>(/^Requested by/);
    expect(by.value).toBe('operator');
    await user.clear(by);
    expect(screen.getByText('“Requested by” is required.')).toBeTruthy();
    expect((await rerunButton()).disabled).toBe(true);
  });
});

describe('sending', () => {
  test('the confirmation lists exactly the steps that will run; declining it sends nothing', async () => {
    const { user } = open();
    await user.type(await reason(), 'disk fixed');
    await enabled();
    await user.click(await rerunButton());
    const table = screen.getByRole('table', { name: 'Steps that will run' });
    expect(
      within(table)
        .getAllByRole('row')
        .map((row) => row.querySelector('b')?.textContent),
    ).toEqual(['test-linux', 'test-windows', 'review']);
    await user.click(screen.getByRole('button', { name: 'Back' }));
    expect(await reason()).toBeTruthy();
    expect(sent()).toEqual([]);
  });

  test('closing the confirmation sends nothing either', async () => {
    const { user, closed } = open();
    await user.type(await reason(), 'disk fixed');
    await enabled();
    await user.click(await rerunButton());
    await user.keyboard('{Escape}');
    await waitFor(() => expect(closed()).toBe(true));
    expect(sent()).toEqual([]);
  });

  test('the body of a partial re-run equals the form and names the plan that was shown', async () => {
    const { user } = open('&mode=custom&steps=test-linux');
    await user.type(await screen.findByLabelText('or name them'), 'test-windows');
    const by = screen.getByLabelText(/^Requested by/);
    await user.clear(by);
    await user.type(by, 'Dana');
    await user.type(await reason(), 'runner disk fixed');
    fireEvent.change(screen.getByLabelText('At most at a time'), { target: { value: '3' } });
    await screen.findByText(/^3 steps · about/);
    await sendOff(user);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]).toMatchObject({
      path: '/workflow-runs/fix-login.1/partial-rerun',
      body: {
        task_ids: ['fix-login.1.test-linux'],
        step_ids: ['test-windows'],
        requested_by: 'Dana',
        reason: 'runner disk fixed',
        auto_dispatch: true,
        max_dispatch: 3,
        plan_hash: planned('test-linux-test-windows-review'),
      },
    });
  });

  test('a restep sends its step and only the differences that were chosen', async () => {
    const { user } = open('&mode=restep&step=lint');
    await user.type(await screen.findByLabelText('Agent'), 'codex');
    await user.type(await reason(), 'newer rules');
    await sendOff(user);
    await waitFor(() => expect(sent()).toHaveLength(1));
    const { path, body } = sent()[0] ?? {};
    expect(path).toBe('/jobs/fix-login/restep');
    expect(body).toEqual({ step: 'lint', agent: 'codex', reason: 'newer rules', by: 'operator', plan_hash: planned('lint') });
  });

  test('a rerun from a step says from which one and which workflow', async () => {
    const { user } = open('&mode=from&step=lint');
    await user.type(await reason(), 'again');
    await sendOff(user);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.body).toEqual({
      kind: 'rerun',
      step: 'lint',
      workflow: 'pinned',
      reason: 'again',
      by: 'operator',
      plan_hash: planned('lint-review'),
      auto_dispatch: true,
    });
  });

  test('Enter in a field does nothing; Ctrl+Enter goes on, and once more sends', async () => {
    const { user } = open();
    await user.type(await reason(), 'disk fixed');
    await enabled();
    await user.keyboard('{Enter}');
    expect(screen.queryByRole('table', { name: 'Steps that will run' })).toBeNull();
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('table', { name: 'Steps that will run' });
    expect(sent()).toEqual([]);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(sent()).toHaveLength(1));
  });

  test.each([
    [409, 'LOG1045'],
    [412, 'LOG1048'],
  ])('a job that moved since the plan (%d %s) is said, and the new plan is what is sent then', async (status, code) => {
    let refused = false;
    server.use(
      http.post('*/workflow-runs/:run/partial-rerun', () => {
        if (refused) return undefined;
        refused = true;
        const doc = world.doc('fix-login');
        if (doc) doc.journal.seq = 77;
        return problem(status, code, 'The job moved', 'fix-login moved since the plan was made');
      }),
    );
    const { user } = open();
    await user.type(await reason(), 'disk fixed');
    await sendOff(user);
    expect((await screen.findByRole('alert')).textContent).toContain('The job moved since this plan');
    expect((await rerunButton()).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Update plan' }));
    await sendOff(user);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]?.body).toMatchObject({ plan_hash: 'sha256:test-linux-test-windows-review-77' });
  });

  test('afterwards it shows how the steps go on', async () => {
    const { user, queries } = open();
    await user.type(await reason(), 'disk fixed');
    await sendOff(user);
    expect((await screen.findByText('0 of 3 steps done')).textContent).toBeTruthy();
    const doc = world.doc('fix-login');
    for (const phase of doc?.phases ?? []) {
      if (phase.name === 'test-linux') Object.assign(phase, { status: 'SUCCESS', attempts: 3 });
      if (phase.name === 'test-windows') Object.assign(phase, { status: 'FAILED', attempts: 2 });
    }
    if (doc) doc.status = 'INTERVENTION_REQUIRED';
    void queries.invalidateQueries({ queryKey: ['job', 'fix-login'] });
    expect(await screen.findByText('1 of 3 steps failed again; 1 did not start.')).toBeTruthy();
  });

  test('a rerun that makes a new run goes on being shown while that run appears', async () => {
    const { user, queries } = open('&mode=from&step=lint');
    await user.type(await reason(), 'again');
    await sendOff(user);
    await screen.findByText('0 of 2 steps done');
    const doc = world.doc('fix-login');
    if (doc?.run) doc.run = { ...doc.run, id: 'fix-login.2', number: 2 };
    for (const phase of doc?.phases ?? []) Object.assign(phase, { status: 'SUCCESS', attempts: 1 });
    void queries.invalidateQueries({ queryKey: ['job', 'fix-login'] });
    expect(await screen.findByText('All 2 steps succeeded.')).toBeTruthy();
  });
});
