import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DiffViewer } from '../../src/diff/DiffViewer';
import { feedbackOf } from '../../src/diff/comments';
import { NeedsPage } from '../../src/pages/needs/NeedsPage';
import { needsOf } from '../fake/documents';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  world.requests.length = 0;
});
afterAll(() => server.close());

const gate = needsOf(world.docs).find((need) => need.kind === 'approval');
if (!gate) throw new Error('nothing waits for an approval');
const diff = (need: typeof gate | null) => (
  <DiffViewer
    attempt="add-export.1.test.1"
    number={1}
    attempts={[1]}
    against="base"
    onAgainst={() => undefined}
    need={need}
    heard
  />
);

describe('comments on a diff', () => {
  test('gather beside their lines and go to the agent with the decision to send back, the code included', async () => {
    const first = show('/jobs/add-export', diff(gate));
    const { user } = first;
    await user.click(await screen.findByRole('button', { name: 'Comment on line 14' }));
    await user.type(screen.getByRole('textbox', { name: /Comment on line 14/ }), 'Why an hour?');
    await user.click(screen.getByRole('button', { name: 'Comment' }));
    await user.click(screen.getByRole('button', { name: 'Comment on removed line 18' }));
    await user.type(screen.getByRole('textbox', { name: /Comment on line 18/ }), 'Keep it.{Control>}{Enter}{/Control}');
    expect(screen.getByText('Why an hour?')).toBeTruthy();
    const link = await screen.findByRole('link', { name: 'Send back with 2 comments…' });
    const there = String(link.getAttribute('href')).replace('/ui', '');
    first.unmount();

    const { user: later } = show(there, <NeedsPage />);
    const remarks = await screen.findByRole('list', { name: 'Comments on the diff' });
    expect(within(remarks).getByText('Why an hour?')).toBeTruthy();
    await later.type(screen.getByLabelText('Reason'), 'Two things.');
    await later.click(screen.getByRole('button', { name: 'Send back with 2 comments' }));
    await waitFor(() => expect(location.search).toBe(''));
    expect(world.requests).toMatchObject([
      {
        path: '/approvals/add-export.1.merge/reject',
        body: {
          then: 'rerun',
          reason: [
            'Two things.',
            'src/Session/Session.cs:14\n> ' +
              '    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);\nWhy an hour?',
            'src/Session/Session.cs:18 (removed)\n>     public void Refresh() {\nKeep it.',
          ].join('\n\n'),
        },
      },
    ]);
    expect(localStorage.getItem('logist.comments')).toBe('{}');
  });

  test('a line is reached by arrow keys and Enter, a comment is changed and deleted', async () => {
    const { user } = show('/jobs/add-export', diff(gate));
    const [lines] = await screen.findAllByRole('group', { name: /^Changed lines/ });
    lines?.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
    await user.type(screen.getByRole('textbox', { name: 'Comment on line 12 of src/Session/Session.cs' }), 'One');
    await user.click(screen.getByRole('button', { name: 'Comment' }));
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    await user.type(screen.getByRole('textbox', { name: /Comment on line 12/ }), ' more{Control>}{Enter}{/Control}');
    expect(screen.getByText('One more')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(screen.queryByText('One more')).toBeNull();
  });

  test('what was said about another commit is not said about this one', async () => {
    const { user, unmount } = show('/jobs/add-export', diff(gate));
    await user.click(await screen.findByRole('button', { name: 'Comment on line 12' }));
    await user.type(screen.getByRole('textbox', { name: /Comment on line 12/ }), 'Old news{Control>}{Enter}{/Control}');
    unmount();
    show('/jobs/add-export', diff({ ...gate, commit: 'feedbee' }));
    await screen.findByRole('button', { name: 'Comment on line 12' });
    expect(screen.queryByText('Old news')).toBeNull();
    localStorage.removeItem('logist.comments');
  });

  test('where nothing is decided there is nothing to comment on, and white space is hidden by the address', async () => {
    show('/jobs/add-export?space=hidden', diff(null));
    expect(await screen.findByRole('button', { name: 'Show white space' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Comment on/ })).toBeNull();
  });

  test('where only commands come before the gate nobody would read them: it can only stop', async () => {
    const doc = world.doc('add-export');
    server.use(
      http.get('*/jobs/add-export', () =>
        HttpResponse.json({ ...doc, phases: doc?.phases.map((phase) => ({ ...phase, kind: 'command' })) }),
      ),
    );
    const { user } = show(`/needs?need=${gate.id}&decide=reject`, <NeedsPage />);
    await screen.findByText(/there is nobody to send it back to/);
    await user.type(screen.getByLabelText(/^Reason/), 'no');
    await user.click(screen.getByRole('button', { name: 'Reject and stop' }));
    await waitFor(() => expect(world.requests).toMatchObject([{ body: { then: 'stop', reason: 'no' } }]));
  });

  test('the agent reads them by file and line, whatever order they were made in', () => {
    const of = (path: string, line: number) => ({ path, line, side: 'after' as const, code: 'x', text: `${line}` });
    expect(
      feedbackOf([of('b', 1), of('a', 12), of('a', 2)])
        .split('\n')
        .filter((line) => line.includes(':')),
    ).toEqual(['a:2', 'a:12', 'b:1']);
  });
});

test('a file that is too large comes when it is asked for', async () => {
  server.use(
    http.get('*/attempts/:id/diff', ({ request }) => {
      const one = new URL(request.url).searchParams.get('path');
      const file = { path: 'big.csv', old_path: null, status: 'added', additions: 6000, deletions: 0 };
      const files = [{ ...file, patch: one ? '@@ -0,0 +1 @@\n+row of data\n' : null, too_large: one === null }];
      return HttpResponse.json({ from_commit: 'a', to_commit: 'b', files, additions: 6000, deletions: 0, truncated: false });
    }),
  );
  const { user } = show('/jobs/add-export', diff(null));
  await user.click(await screen.findByRole('button', { name: 'Unfold big.csv' }));
  await user.click(await screen.findByRole('button', { name: 'Load' }));
  expect(await screen.findByText('row of data')).toBeTruthy();
});
