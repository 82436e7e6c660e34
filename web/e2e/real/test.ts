// What every story has: a server, and a page that an operator has opened by the printed link.
import { test as base, expect, type Page } from '@playwright/test';
import { Logist } from './logist';

interface Fixtures {
  logist: Logist;
  /** The Runs Center, signed in. A page that says an error fails its test, unless the test expects it. */
  page: Page;
  /** Errors that belong to the story: a server that is away, a decision that is refused. */
  expectedErrors: RegExp | null;
}

export const test = base.extend<Fixtures>({
  expectedErrors: [null, { option: true }],
  // eslint-disable-next-line no-empty-pattern -- a fixture says in its pattern what it needs; this one needs nothing
  logist: async ({}, give) => {
    const logist = await Logist.start();
    await give(logist);
    await logist.stop();
  },
  page: async ({ page, logist, expectedErrors }, give) => {
    const said: string[] = [];
    const note = (text: string) => !expectedErrors?.test(text) && said.push(text);
    page.on('console', (message) => message.type() === 'error' && note(`${message.text()} ${message.location().url}`));
    page.on('pageerror', (error) => note(error.message));
    await page.goto(logist.link);
    await expect(page.locator('.live-live')).toBeVisible();
    await give(page);
    expect(said).toEqual([]);
  },
});

export { expect };
