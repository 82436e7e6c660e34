import { failedRelease } from './release';
import { expect, test } from './test';

test('whoever declines to confirm sends nothing and changes nothing', async ({ page, logist }) => {
  await failedRelease(logist, 'shop');
  const before = await logist.history('shop');
  const sent: string[] = [];
  page.on('request', (request) => {
    // A plan is asked for by POST; it changes nothing, and the journal below says so.
    if (request.method() !== 'GET' && !request.url().endsWith('/rerun-plans')) sent.push(`${request.method()} ${request.url()}`);
  });

  await page.goto(`${logist.url}/ui/jobs/shop`);
  await page.locator('[data-main]').click();
  const dialog = page.getByRole('dialog', { name: 'Rerun shop' });
  await dialog.getByLabel('Reason').fill('only looking');
  await dialog.getByRole('button', { name: 'Rerun 2 steps…' }).click();
  await dialog.getByRole('button', { name: 'Back' }).click();
  await expect(dialog.getByLabel('Reason')).toHaveValue('only looking');
  await dialog.getByRole('button', { name: 'Rerun 2 steps…' }).click();
  await expect(dialog.getByRole('table', { name: 'Steps that will run' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await page.getByRole('button', { name: 'More for shop' }).click();
  await page.getByRole('menuitem', { name: 'Cancel…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  expect(sent).toEqual([]);
  expect(await logist.history('shop')).toEqual(before);
});
