import type { Locator, Page } from '@playwright/test';
import { createRelease, rowOf } from './release';
import { expect, test } from './test';

const mostTabs = 80;

/** Goes on with the Tab key until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  const focused = () => control.evaluate((element) => element === document.activeElement);
  for (let i = 0; i < mostTabs && !(await focused()); i += 1) await page.keyboard.press('Tab');
  await expect(control).toBeFocused();
}

test('an operator starts a job, finds out why it failed and runs it again without touching the mouse', async ({
  page,
  logist,
}) => {
  const { keyboard } = page;
  await createRelease(logist, 'shop');
  await tabTo(page, page.getByRole('button', { name: '1 new job' }));
  await keyboard.press('Enter');
  await expect(rowOf(page, 'shop')).toBeVisible();
  await keyboard.press('j');
  await expect(rowOf(page, 'shop')).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'shop', level: 1 })).toBeVisible();
  await tabTo(page, page.locator('[data-main]'));
  await expect(page.locator('[data-main]')).toHaveText('Run');
  await keyboard.press('Enter');
  for (const mark of ['build', 'tested']) logist.mark(mark);
  const why = page.getByRole('region', { name: 'Why it stopped' });
  await expect(why).toContainText('test-linux');

  await keyboard.press('n');
  const drawer = page.getByRole('complementary', { name: 'Step test-linux' });
  await expect(drawer).toBeVisible();
  await keyboard.press('2');
  const log = page.getByRole('log');
  await expect(log).toContainText('error: no space left on the disk');

  logist.mark('mended');
  await keyboard.press('Shift+R');
  const dialog = page.getByRole('dialog', { name: 'Rerun shop' });
  await tabTo(page, dialog.getByLabel('Requested by'));
  await keyboard.press('Control+A');
  await keyboard.type('Petra');
  await tabTo(page, dialog.getByLabel('Reason'));
  await keyboard.type('disk mended');
  await expect(dialog.getByRole('button', { name: 'Rerun 2 steps…' })).toBeEnabled();
  await keyboard.press('Control+Enter');
  await expect(dialog.getByRole('table', { name: 'Steps that will run' })).toContainText('test-linux');
  await keyboard.press('Control+Enter');
  await expect(dialog.getByText('All 2 steps succeeded.')).toBeVisible();
  await keyboard.press('Enter');
  await expect(dialog).toBeHidden();

  await keyboard.press('1');
  await expect(drawer).toContainText('Petra: disk mended');
  await keyboard.press(',');
  await expect(drawer.getByRole('button', { name: 'Attempt 1, failed' })).toHaveAttribute('aria-pressed', 'true');
  await keyboard.press('2');
  await expect(log).toContainText('error: no space left on the disk');
  await keyboard.press('Escape');
  await expect(drawer).toBeHidden();

  await keyboard.press('g');
  await keyboard.press('a');
  const entries = page.getByRole('table', { name: 'Audit entries' }).getByRole('row').filter({ hasText: 'disk mended' });
  await expect(entries.first()).toContainText('Petra');
});
