import { expect, test, type Page } from '@playwright/test';

const cost = (page: Page) => page.locator('[data-job=upgrade-deps] .cell-cost').innerText();

test('seven tabs are live on one stream, and go on when the tab that reads it is closed', async ({ context }) => {
  let streams = 0;
  context.on('request', (request) => (streams += request.url().includes('/events/stream') ? 1 : 0));
  const tabs: Page[] = [];
  for (let i = 0; i < 7; i += 1) {
    const tab = await context.newPage();
    await tab.goto('/ui/jobs');
    // One after another: the first tab is the one that reads the stream.
    await expect(tab.locator('.live-live')).toBeVisible();
    tabs.push(tab);
  }
  expect(streams).toBe(1);

  const [first, ...others] = tabs;
  await first?.close();
  await expect.poll(() => streams).toBe(2);
  const before = await Promise.all(others.map(cost));
  for (const [index, tab] of others.entries()) await expect.poll(() => cost(tab)).not.toBe(before[index]);
  expect(streams).toBe(2);
});

test('an approval is found, looked at and given by keyboard alone', async ({ page }) => {
  const sent: unknown[] = [];
  page.on(
    'request',
    (request) => request.method() === 'POST' && sent.push([new URL(request.url()).pathname, request.postDataJSON()]),
  );
  await page.goto('/ui/jobs');
  await expect(page.locator('.rail-badge').first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { name: 'Needs you' })).toBeVisible();
  await expect(page.locator('.need')).toHaveCount(4);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  const approve = page.getByRole('button', { name: /^Approve [0-9a-f]{7}$/ });
  await expect(approve).toBeEnabled();
  for (let i = 0; i < 20 && !(await approve.evaluate((button) => button === document.activeElement)); i += 1)
    await page.keyboard.press('Tab');
  await expect(approve).toBeFocused();
  expect(sent).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Approved [0-9a-f]{7} of add-export$/).first()).toBeVisible();
  expect(sent).toEqual([['/approvals/add-export.1.merge/approve', { comment: null, by: 'operator', run: true }]]);
});
