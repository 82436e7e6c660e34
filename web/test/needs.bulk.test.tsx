import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DiffViewer } from '../src/diff/DiffViewer';
import { NeedsPage } from '../src/pages/needs/NeedsPage';
import { notify } from '../src/settings/notify';
import { changeSettings } from '../src/settings/settings';
import { needsOf } from './fake/documents';
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

const needs = needsOf(world.docs);
const gate = needs.find((need) => need.kind === 'approval');
if (!gate) throw new Error('nothing waits for an approval');
const other = { ...gate, id: 'docs:merge', job_id: 'docs', task_id: 'docs.1.merge', commit: 'abcdef0123', etag: '"other"' };
beforeEach(() => server.use(http.get('*/needs', () => HttpResponse.json({ items: [...needs, other] }))));

const openDiff = async (need: typeof gate) => {
  const { unmount } = show(
    '/jobs/x',
    <DiffViewer attempt="x.1.test.1" number={1} attempts={[1]} against="base" onAgainst={() => undefined} need={need} heard />,
  );
  await screen.findByRole('region', { name: 'src/Session/Session.cs' });
  unmount();
};

describe('several approvals at once', () => {
  test('only what was opened can be ticked, and all answers are told', async () => {
    server.use(
      http.post('*/approvals/docs.1.merge/approve', () =>
        problem(412, 'LOG1048', 'Changed', 'It changed since you looked at it.'),
      ),
      http.post('*/approvals/add-export.1.merge/approve', () => HttpResponse.json({ status: 'RUNNING' })),
    );
    await openDiff(gate);
    const { user } = show('/needs', <NeedsPage />);
    const unopened = await screen.findByRole<HTMLInputElement>('checkbox', { name: 'Select docs / merge' });
    expect(unopened.disabled).toBe(true);
    expect(screen.getByText('Its diff was not opened yet.')).toBeTruthy();

    await openDiff(other);
    history.replaceState(null, '', '/ui/needs');
    await waitFor(() => expect(unopened.disabled).toBe(false));
    await user.click(screen.getByRole('checkbox', { name: 'Select add-export / merge' }));
    await user.click(unopened);
    await user.click(screen.getByRole('button', { name: 'Approve 2 commits…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('abcdef0')).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Approve 2 commits' }));
    expect(await within(dialog).findByText('approved')).toBeTruthy();
    expect(await within(dialog).findByText('It changed since you looked at it.')).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Close' })).toBeTruthy();
  });

  test('a gate that asks about another commit loses its tick', async () => {
    await openDiff(gate);
    const { queries, user } = show('/needs', <NeedsPage />);
    await user.click(await screen.findByRole('checkbox', { name: 'Select add-export / merge' }));
    expect(screen.getByText('1 approval selected')).toBeTruthy();
    server.use(http.get('*/needs', () => HttpResponse.json({ items: [{ ...gate, commit: 'feedbee' }, other] })));
    await act(() => queries.invalidateQueries({ queryKey: ['needs'] }));
    await waitFor(() => expect(screen.queryByText('1 approval selected')).toBeNull());
  });
});

describe('the inbox', () => {
  test('is sorted as asked, and the order stands in the address', async () => {
    show('/needs?sort=cost', <NeedsPage />);
    await screen.findByText('The budget of $2.00 is used up');
    const jobs = screen.getAllByRole('listitem').map((item) => item.querySelector('b')?.textContent);
    expect(jobs).toEqual(['fix-login', 'slow-query', 'add-export', 'docs', 'fix-cache']);
  });

  test('says who the bottleneck is when more wait than run', async () => {
    show('/needs', <NeedsPage />);
    expect(await screen.findByText(/only 2 run: you are the bottleneck/)).toBeTruthy();
  });

  test('notes on the desktop are shown to who asked for them, and only while nobody looks', () => {
    const shown: string[] = [];
    const note = (_: string, options: NotificationOptions) => void shown.push(`${options.tag ?? ''}: ${options.body ?? ''}`);
    vi.stubGlobal(
      'Notification',
      Object.assign(
        vi.fn(function (title: string, options: NotificationOptions) {
          note(title, options);
        }),
        { permission: 'granted' },
      ),
    );
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    notify('merge waits', 'docs');
    changeSettings({ notify: true });
    hidden.mockReturnValue(false);
    notify('merge waits', 'docs');
    expect(shown).toEqual([]);
    hidden.mockReturnValue(true);
    notify('merge waits', 'docs');
    expect(shown).toEqual(['docs: merge waits']);
    vi.unstubAllGlobals();
  });
});
