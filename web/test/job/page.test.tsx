import { screen, waitFor, within } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { JobPage } from '../../src/pages/job/JobPage';
import { eventsOf } from '../fake/details';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const address = () => Object.fromEntries(new URLSearchParams(location.search));
const row = (name: string) =>
  waitFor(() => {
    const found = document.querySelector<HTMLElement>(`[data-row="${name}"]`);
    if (!found) throw new Error(`no row ${name}`);
    return found;
  });
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row]')].map((one) => one.dataset.row);
const drawer = (name: string) => screen.findByRole('complementary', { name: `Step ${name}` });

describe('the step drawer', () => {
  test('step, tab and attempt stand in the address, and the address opens them', async () => {
    const { user, unmount } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    await user.click(await row('test-linux'));
    const panel = await drawer('test-linux');
    expect(address()).toEqual({ view: 'list', step: 'test-linux' });
    await user.click(await within(panel).findByRole('button', { name: /^Attempt 1/ }));
    await user.click(within(panel).getByRole('tab', { name: 'Events' }));
    expect(address()).toEqual({ view: 'list', step: 'test-linux', attempt: '1', tab: 'events' });
    unmount();

    show('/jobs/fix-login?view=list&step=test-linux&attempt=1&tab=events', <JobPage job="fix-login" />);
    const again = await drawer('test-linux');
    expect((await within(again).findByRole('button', { name: /^Attempt 1/ })).getAttribute('aria-pressed')).toBe('true');
    expect(within(again).getByRole('tab', { name: 'Events' }).getAttribute('aria-selected')).toBe('true');
  });

  test('the latest attempt is chosen by itself, and the chosen one drives every tab', async () => {
    const { user } = show('/jobs/fix-login?view=list&step=test-linux', <JobPage job="fix-login" />);
    const panel = await drawer('test-linux');
    expect(await within(panel).findByText('exit code 1: 2 tests failed')).toBeTruthy();
    expect(
      within(panel)
        .getByRole('button', { name: /^Attempt 2/ })
        .getAttribute('aria-pressed'),
    ).toBe('true');
    await user.keyboard(',');
    expect(
      within(panel)
        .getByRole('button', { name: /^Attempt 1/ })
        .getAttribute('aria-pressed'),
    ).toBe('true');
    await user.keyboard('7');
    const events = await within(panel).findAllByRole('listitem');
    expect(events.every((one) => !one.textContent.includes('2 tests failed'))).toBe(true);
    await user.keyboard('.');
    expect(await within(panel).findByText('exit code 1: 2 tests failed')).toBeTruthy();
    expect(address().attempt).toBeUndefined();
  });

  test('an event that is linked to is among the events and marked, whatever attempt it belongs to', async () => {
    const of = eventsOf(world, 'fix-login').find((one) => one.task_id?.endsWith('.test-linux') && one.attempt === 1);
    show(`/jobs/fix-login?view=list&step=test-linux&tab=events&event=${of?.id ?? ''}`, <JobPage job="fix-login" />);
    const events = await within(await drawer('test-linux')).findAllByRole('listitem');
    const marked = events.filter((one) => one.getAttribute('aria-current') === 'true');
    expect(marked.map((one) => one.querySelector('code')?.textContent)).toEqual([of?.event_type]);
  });

  test('Escape closes it and gives the keyboard back to the row it was opened from', async () => {
    const { user } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    const opener = await row('lint');
    opener.focus();
    await user.keyboard('{Enter}');
    await drawer('lint');
    screen.getByRole('button', { name: 'Close the step' }).focus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(document.querySelector('[data-row="lint"]')));
    expect(address()).toEqual({ view: 'list' });
  });

  test('a step without an attempt says why there is nothing to show', async () => {
    show('/jobs/fix-login?view=list&step=review&tab=log', <JobPage job="fix-login" />);
    expect(await within(await drawer('review')).findByText('blocked by test-linux and test-windows (failed)')).toBeTruthy();
  });
});

describe('the list', () => {
  test('is a tree grid: arrows move, right shows the attempts, left goes back', async () => {
    const { user } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    (await row('test-linux')).focus();
    await user.keyboard('{ArrowRight}');
    await row('fix-login.1.test-linux.1');
    expect((await row('test-linux')).getAttribute('aria-expanded')).toBe('true');
    expect(rows().slice(2, 5)).toEqual(['test-linux', 'fix-login.1.test-linux.2', 'fix-login.1.test-linux.1']);
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toBe(document.querySelector('[data-row="fix-login.1.test-linux.2"]')));
    await user.keyboard('{ArrowLeft}{ArrowLeft}');
    await waitFor(() => expect(rows()).not.toContain('fix-login.1.test-linux.2'));
  });

  test('"only problems" keeps what failed, what led there and what it blocks', async () => {
    const { user } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    await row('lint');
    await user.click(screen.getByRole('checkbox', { name: 'Only problems' }));
    await waitFor(() => expect(rows()).toEqual(['plan', 'implement', 'test-linux', 'test-windows', 'review']));
    expect(screen.getByText('5 of 6 steps')).toBeTruthy();
  });

  test('n goes from problem to problem', async () => {
    const { user } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    await row('plan');
    await user.keyboard('n');
    await drawer('test-linux');
    await user.keyboard('n');
    await drawer('test-windows');
    await user.keyboard('n');
    await drawer('test-linux');
  });
});

describe('the main button follows the situation', () => {
  const main = () => waitFor(() => document.querySelector('[data-main]')?.textContent);
  test.each([
    ['fix-login', 'Rerun failed…'],
    ['upgrade-deps', 'Pause…'],
    ['add-export', 'Review…'],
    ['slow-query', 'Raise budget…'],
    ['rename-module', 'Resume'],
    ['docs-pass', 'Run'],
    ['dark-mode', 'Rerun…'],
  ])('%s: %s', async (job, label) => {
    show(`/jobs/${job}?view=list`, <JobPage job={job} />);
    await row(world.doc(job)?.phases[0]?.name ?? '');
    expect(await main()).toBe(label);
  });

  test('a selection comes first, and x and ] make one', async () => {
    const { user } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    (await row('test-linux')).focus();
    await user.keyboard('x');
    expect(await main()).toBe('Rerun 1 selected…');
    await user.keyboard(']');
    expect(await main()).toBe('Rerun 2 selected…');
    await user.click(screen.getByRole('button', { name: 'Rerun 2 selected…' }));
    expect(address()).toMatchObject({ dialog: 'rerun', mode: 'custom', steps: 'test-linux,review' });
  });

  test('on a read-only server nothing can be pressed', async () => {
    const { queries } = show('/jobs/fix-login?view=list', <JobPage job="fix-login" />);
    await row('plan');
    queries.setQueryData<object>(['me'], (me) => ({ ...me, read_only: true }));
    await waitFor(() => expect(document.querySelector<HTMLButtonElement>('[data-main]')?.disabled).toBe(true));
  });
});

describe('asking for something', () => {
  test('a pause says what will happen and sends what was chosen', async () => {
    const { user } = show('/jobs/upgrade-deps?view=list&dialog=suspend', <JobPage job="upgrade-deps" />);
    const dialog = await screen.findByRole('dialog', { name: 'Pause upgrade-deps' });
    expect(within(dialog).getByText('Nothing new starts; attempts that run come to their end.')).toBeTruthy();
    await user.click(within(dialog).getByRole('checkbox', { name: 'Stop running attempts now' }));
    await user.type(within(dialog).getByLabelText('Reason'), 'release freeze');
    await user.click(within(dialog).getByRole('button', { name: 'Pause' }));
    await waitFor(() => expect(world.requests).toHaveLength(1));
    expect(world.requests[0]).toMatchObject({
      path: '/jobs/upgrade-deps/suspend',
      body: { now: true, reason: 'release freeze' },
    });
    await waitFor(() => expect(address().dialog).toBeUndefined());
  });

  test('closing a dialog sends nothing', async () => {
    const { user } = show('/jobs/fix-login?view=list&dialog=cancel', <JobPage job="fix-login" />);
    const dialog = await screen.findByRole('dialog', { name: 'Cancel fix-login' });
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.requests).toEqual([]);
  });

  test('resolving needs a reason', async () => {
    const { user } = show('/jobs/fix-login?view=list&step=test-linux&dialog=resolve', <JobPage job="fix-login" />);
    const dialog = await screen.findByRole('dialog', { name: 'Resolve test-linux' });
    const button = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Resolve' });
    expect([button.disabled, within(dialog).getByText('A reason is required.').tagName]).toEqual([true, 'SPAN']);
    await user.type(within(dialog).getByLabelText(/^Reason/), 'mended the runner');
    await user.click(button);
    await waitFor(() => expect(world.requests).toHaveLength(1));
    expect(world.requests[0]?.body).toEqual({ step: 'test-linux', outcome: 'success', keep: false, reason: 'mended the runner' });
  });
});
