import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

const pages = [
  '/ui/jobs',
  '/ui/jobs?dialog=cancel&job=upgrade-deps',
  '/ui/jobs?q=state%3Afailed+by%3Ame',
  '/ui/jobs?dialog=rerun-failed&job=fix-login&job=dark-mode',
  '/ui/jobs/add-export?view=list&step=test&tab=diff',
  '/ui/jobs/fix-login?view=list&step=test-linux&tab=log&line=96',
  '/ui/compare?run=fix-login&run=add-export',
  '/ui/needs?need=add-export:merge',
  '/ui/needs?need=slow-query:budget',
  '/ui/workflows?workflow=fix-issue',
  '/ui/workflows?workflow=fix-issue&dialog=start',
  '/ui/audit',
  '/ui/settings',
];
const themes = [
  { theme: 'light', system: 'light' },
  { theme: 'dark', system: 'light' },
  { theme: 'contrast', system: 'light' },
  { theme: 'contrast', system: 'dark' },
] as const;
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

for (const { theme, system } of themes) {
  test(`every page can be read by everyone: ${theme} on a ${system} system`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: system, reducedMotion: 'reduce' });
    await page.addInitScript((name) => localStorage.setItem('logist.settings', JSON.stringify({ theme: name })), theme);
    for (const address of pages) {
      await page.goto(address);
      await expect(page.locator('.live-live')).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
      expect(violations.map(({ id, nodes }) => `${address} ${id} ${nodes[0]?.target.join(' ') ?? ''}`)).toEqual([]);
    }
  });
}

test('no page breaks a content rule or says an error', async ({ page }) => {
  const said: string[] = [];
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  for (const address of pages) {
    await page.goto(address);
    await expect(page.locator('.live-live')).toBeVisible();
  }
  expect(said).toEqual([]);
});

test('a phone shows every page without a sideways scroll', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of pages) {
    await page.goto(address);
    await expect(page.locator('.live-live')).toBeVisible();
    const wider = await page.evaluate(() => {
      const main = document.getElementById('main');
      return Math.max(document.documentElement.scrollWidth - innerWidth, (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0));
    });
    expect(wider, address).toBe(0);
  }
});
