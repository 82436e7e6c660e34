import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './test';

const steps = `
version: 1
name: merge
steps:
  write: { run: "echo new > shop.txt" }
  merge: { needs: [write], approval: { message: "Merge it?" }, run: "echo merged >> shop.txt" }
`;

const written = `
version: 1
name: written
agents:
  writer: { provider: scripted, script: "write shop.txt new\\nanswer COMPLETED Written." }
steps:
  write: { agent: writer, prompt: "Write what is new." }
  merge: { needs: [write], approval: { message: "Merge it?" }, run: "echo merged >> shop.txt" }
`;

test('a gate is approved by a button that names the commit, and the job goes on to its end', async ({ page, logist }) => {
  await logist.create('gate', steps);
  await expect(logist.cli('job', 'run', 'gate')).rejects.toMatchObject({ code: 3 });

  await page.getByRole('link', { name: /^Needs you/ }).click();
  await page.getByRole('button', { name: /Merge it\?/ }).click();
  const decision = page.getByRole('complementary', { name: /^Decision/ });
  await expect(decision).toContainText('shop.txt');
  const approve = decision.getByRole('button', { name: /^Approve [0-9a-f]{7}$/ });
  await approve.click();
  await expect(page.getByText(/^Approved [0-9a-f]{7} of gate$/).first()).toBeVisible();
  await expect(page.getByText('Nothing needs you')).toBeVisible();

  await page.goto(`${logist.url}/ui/jobs/gate?view=list`);
  await expect(page.locator('[data-row="merge"]')).toContainText('Success');
  await expect.poll(() => readFileSync(join(logist.workspace('gate'), 'shop.txt'), 'utf8')).toBe('new\nmerged\n');
  const approved = (await logist.history('gate')).filter((event) => event.type === 'approval.approved');
  expect(approved.map((event) => event.actor)).toEqual(['Olga Operator']);
});

test('what is remarked about a line of the diff goes back with the decision, the line included', async ({ page, logist }) => {
  await logist.create('gate', written);
  await expect(logist.cli('job', 'run', 'gate')).rejects.toMatchObject({ code: 3 });

  await page.goto(`${logist.url}/ui/jobs/gate?view=list&step=write&tab=diff`);
  await page.getByRole('button', { name: 'Comment on line 1', exact: true }).click();
  await page.getByRole('textbox', { name: 'Comment on line 1 of shop.txt' }).fill('Say what is new.');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('link', { name: 'Send back with 1 comment…' }).click();
  await page.getByRole('button', { name: 'Send back with 1 comment', exact: true }).click();
  await expect
    .poll(async () =>
      (await logist.history('gate')).filter((event) => event.type === 'approval.rejected').map((event) => event.reason),
    )
    .toEqual(['shop.txt:1\n> new\nSay what is new.']);
});

test.describe('a gate', () => {
  test.use({ expectedErrors: /\b412\b/ });

  test('is not opened for another state than the one that was looked at', async ({ page, logist }) => {
    await logist.create('gate', steps);
    await expect(logist.cli('job', 'run', 'gate')).rejects.toMatchObject({ code: 3 });
    await page.getByRole('link', { name: /^Needs you/ }).click();
    await page.getByRole('button', { name: /Merge it\?/ }).click();
    const decision = page.getByRole('complementary', { name: /^Decision/ });
    const approve = decision.getByRole('button', { name: /^Approve/ });
    await expect(approve).toBeEnabled();

    writeFileSync(join(logist.workspace('gate'), 'shop.txt'), 'by hand\n');
    await approve.click();
    await expect(decision.getByRole('alert')).toContainText('Changed since you looked');
    await expect(approve).toBeDisabled();
    expect((await logist.history('gate')).map((event) => event.type)).not.toContain('approval.approved');

    await decision.getByRole('button', { name: 'Look at it now' }).click();
    await approve.click();
    await expect.poll(() => readFileSync(join(logist.workspace('gate'), 'shop.txt'), 'utf8')).toBe('by hand\nmerged\n');
  });
});
