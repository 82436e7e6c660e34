import type { Locator } from '@playwright/test';
import { createRelease, rowOf, texts } from './release';
import { expect, test } from './test';

test('an operator sees a run fail, finds out why, runs the failed step again, and who did so is on record', async ({
  page,
  context,
  logist,
}) => {
  let clicks = 0;
  const click = async (target: Locator) => {
    clicks += 1;
    await target.click();
  };
  const sent: { path: string; body: { plan_hash?: string } }[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/partial-rerun'))
      sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() as { plan_hash?: string } });
  });

  await createRelease(logist, 'shop');
  await page.getByRole('button', { name: '1 new job' }).click();
  const row = rowOf(page, 'shop');
  await expect(row).toContainText('Pending');
  const beside = await context.newPage();
  await beside.goto(`${logist.url}/ui/jobs/shop?view=list`);
  const step = (name: string) => beside.locator(`[data-row="${name}"]`);
  await expect(step('build')).toContainText('Pending');

  // Both pages stay as they are: what changes in them, the server told them.
  await row.getByRole('button', { name: 'Actions for shop' }).click();
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await expect(row).toContainText('Running');
  await expect(step('build')).toContainText('Running');
  logist.mark('build');
  await expect(step('lint')).toContainText('Success');
  await expect(step('test-linux')).toContainText('Running');
  await expect(row.locator('.strip')).toContainText('2/4');
  logist.mark('tested');
  await expect(row).toContainText('Needs you');
  await expect(step('test-linux')).toContainText('Failed');
  await expect(beside.getByRole('region', { name: 'Why it stopped' })).toContainText('test-linux');
  await beside.close();

  await click(row.getByRole('link', { name: 'shop' }));
  const why = page.getByRole('region', { name: 'Why it stopped' });
  await expect(why).toContainText('1 step failed; publish is blocked by it.');
  await expect(why).toContainText('exit code 1');
  expect(clicks).toBe(1);
  await why.getByRole('button', { name: 'Open log' }).click();
  const log = page.getByRole('log');
  await expect(log).toContainText('error: no space left on the disk');

  logist.mark('mended');
  clicks = 0;
  const drawer = page.getByRole('complementary', { name: 'Step test-linux' });
  await click(drawer.getByRole('button', { name: 'Rerun…' }));
  const dialog = page.getByRole('dialog', { name: 'Rerun shop' });
  await expect(dialog.getByRole('checkbox', { name: 'test-linux, failed' })).toBeChecked();
  for (const name of ['build, success', 'lint, success', 'publish, not started'])
    await expect(dialog.getByRole('checkbox', { name })).toBeDisabled();
  const plan = dialog.getByRole('region', { name: 'Plan' });
  await expect(plan.getByRole('row').filter({ hasText: 'run test-linux' })).toContainText('1 → 2');
  await dialog.getByLabel('Requested by').fill('Petra');
  await dialog.getByLabel('Reason').fill('disk mended');
  const planned = await texts(plan.locator('tbody tr'));
  await click(dialog.getByRole('button', { name: 'Rerun 2 steps…' }));
  expect(await texts(dialog.getByRole('table', { name: 'Steps that will run' }).getByRole('row'))).toEqual(planned);
  expect(sent).toEqual([]);
  await click(dialog.getByRole('button', { name: 'Rerun 2 steps' }));
  expect(clicks).toBe(3);

  await expect(dialog.getByText('All 2 steps succeeded.')).toBeVisible();
  expect(sent).toMatchObject([
    { path: '/workflow-runs/shop.1/partial-rerun', body: { requested_by: 'Petra', reason: 'disk mended' } },
  ]);
  const attempts = await logist.attempts('shop');
  expect([...attempts].map(([name, made]) => [name, made.length])).toEqual([
    ['build', 1],
    ['lint', 1],
    ['test-linux', 2],
    ['publish', 1],
  ]);

  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await drawer.getByRole('tab', { name: 'Summary' }).click();
  await expect(drawer).toContainText('Petra: disk mended');
  await drawer.getByRole('button', { name: 'Attempt 1, failed' }).click();
  await drawer.getByRole('tab', { name: 'Log' }).click();
  await expect(log).toContainText('error: no space left on the disk');

  await page.getByRole('link', { name: 'Audit' }).click();
  const entry = page.getByRole('table', { name: 'Audit entries' }).getByRole('row').filter({ hasText: 'disk mended' });
  await expect(entry.first()).toContainText('Petra');
  await expect(entry.first()).toContainText('shop');
});
