import { screen, within } from '@testing-library/react';
import { http } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { JobPage } from '../../src/pages/job/JobPage';
import { JobsPage } from '../../src/pages/jobs/JobsPage';
import { problem } from '../fake/handlers';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const what = '/jobs/fix-cache/history.jsonl is damaged at byte 4711: the hash does not fit';
const fixes = ['logist job recover fix-cache', 'logist job recover fix-cache --accept'];
const damaged = () => server.use(http.get('*/jobs/fix-cache', () => problem(500, 'LOG1071', 'damaged data', what, fixes)));

describe('a damaged job', () => {
  test('says what is wrong, since when, and what mends it; when it is mended it is there again', async () => {
    damaged();
    const { user } = show('/jobs/fix-cache', <JobPage job="fix-cache" />);
    expect((await screen.findByRole('region', { name: 'What is damaged' })).textContent).toContain(what);
    expect(await screen.findByText(/Its files were last written/)).toBeTruthy();
    const mends = screen.getByRole('region', { name: 'What mends it' });
    for (const command of fixes) expect(within(mends).getByText(command)).toBeTruthy();
    server.resetHandlers();
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('Why it stopped')).toBeTruthy();
  });

  test('a job that was read before is not shown as if nothing had happened', async () => {
    const { queries } = show('/jobs/fix-cache', <JobPage job="fix-cache" />);
    await screen.findByText('Why it stopped');
    damaged();
    await queries.invalidateQueries({ queryKey: ['job', 'fix-cache'] });
    expect(await screen.findByText('It cannot be read')).toBeTruthy();
    expect(screen.queryByText('Why it stopped')).toBeNull();
  });

  test('in the list it offers nothing but the command that mends it, and the others are as before', async () => {
    const row = world.rows.find((one) => one.job_id === 'fix-cache');
    if (row) row.status = 'DAMAGED';
    const { user } = show('/jobs', <JobsPage />);
    expect((await screen.findAllByRole('row')).length).toBe(world.rows.length + 1);
    await user.click(screen.getByRole('button', { name: 'Actions for fix-cache' }));
    const rerun = await screen.findByRole('menuitem', { name: /^Rerun/ });
    expect(rerun.textContent).toContain('its files are damaged');
    expect(rerun.hasAttribute('disabled')).toBe(true);
    await user.click(screen.getByRole('menuitem', { name: 'Copy as CLI' }));
    expect(await navigator.clipboard.readText()).toBe('logist job recover fix-cache');
  });
});
