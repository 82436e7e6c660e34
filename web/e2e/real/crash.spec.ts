import { readFileSync } from 'node:fs';
import { shownLines } from './lines';
import { expect, test } from './test';

const steps = `
version: 1
name: talk
steps:
  talk:
    run: |
      echo once >> $marks/ran
      n=0
      until [ -e $marks/end ] || [ ! -d $marks ]; do n=$((n + 1)); echo "line $n"; sleep 0.01; done
      echo over
`;

// 400: seen once of a stream that was asked for again while the new server began; the page asks once more.
test.use({
  expectedErrors:
    /400.*events\/stream|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
});

test('a server that is killed and started again leaves no gap in a log that is followed, and runs no step twice', async ({
  page,
  logist,
}) => {
  await logist.create('talk', steps);
  await page.goto(`${logist.url}/ui/jobs/talk?step=talk&tab=log`);
  await page.locator('[data-main]').click();
  const log = page.getByRole('log');
  const lastShown = async () => Number(/line (\d+)\s*$/.exec(await log.innerText())?.[1] ?? 0);
  await expect.poll(lastShown).toBeGreaterThan(100);
  const path = (await logist.attempts('talk')).get('talk')?.[0]?.output_path ?? '';
  const written = () => readFileSync(path, 'utf8').split('\n').length - 1;

  await logist.kill();
  const atKill = written();
  await expect(page.locator('.live-reconnecting')).toContainText('reconnecting');
  await expect.poll(written, { message: 'the step ended with the server' }).toBeGreaterThan(atKill + 100);
  await logist.serveAgain();
  const atReturn = written();
  await expect(page.locator('.live-live')).toBeVisible();
  await expect.poll(lastShown).toBeGreaterThan(atReturn + 100);
  logist.mark('end');
  await expect(log).toContainText('over');
  await expect(page.getByRole('complementary', { name: 'Step talk' })).toContainText('Success');

  expect((await shownLines(log)).join('\n') + '\n').toBe(readFileSync(path, 'utf8'));
  expect(logist.left('ran')).toBe('once\n');
  expect((await logist.attempts('talk')).get('talk')).toMatchObject([{ number: 1, status: 'success' }]);
});
