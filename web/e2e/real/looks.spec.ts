import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Logist } from './logist';
import { artifacts } from './places';
import { failedRelease } from './release';
import { expect, test } from './test';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const gate = `
version: 1
name: merge
description: Merge what was written
steps:
  write: { run: "printf 'one\\\\ntwo\\\\nthree\\\\n' > shop.txt; echo It sells more. >> README.md", checks: ["wc -l shop.txt"] }
  merge: { needs: [write], approval: { message: "Merge it?" }, run: "true" }
`;
const agents = `
version: 1
name: agents
description: Write what the shop sells
agents:
  writer:
    provider: scripted
    script: |
      print Reading README.md
      write shop.txt apples and pears
      spend in=2400 out=180 cost=0.015
      answer COMPLETED The shop sells apples and pears.
  critic:
    provider: scripted
    script: |
      spend in=900 out=40 cost=0.006
      answer COMPLETED Both are fruit.
steps:
  write: { agent: writer, prompt: "Write into shop.txt what the shop sells.", review: { agent: critic } }
`;
/** What is looked at, and what says that all of it is there. */
const views: [name: string, address: string, there: string][] = [
  ['jobs', '/ui/jobs', '[data-job=shop]'],
  ['job-graph', '/ui/jobs/shop?view=graph', '[data-node=test-linux]'],
  ['job-timeline', '/ui/jobs/shop?view=timeline', '[title^="attempt 2 running"]'],
  ['job-list', '/ui/jobs/shop?view=list', '[data-row=test-linux]'],
  ['drawer-summary', '/ui/jobs/shop?step=test-linux', 'text=End of the log'],
  ['drawer-log', '/ui/jobs/shop?step=test-linux&tab=log', 'text=no space left on the disk'],
  ['drawer-diff', '/ui/jobs/gate?step=write&tab=diff', 'text=It sells more.'],
  ['drawer-prompt', '/ui/jobs/agents?step=write&tab=prompt', '#step-panel >> text=Write into shop.txt'],
  ['drawer-response', '/ui/jobs/agents?step=write&tab=response', 'text=Both are fruit.'],
  ['drawer-checks', '/ui/jobs/gate?step=write&tab=checks', 'text=3 shop.txt'],
  ['drawer-events', '/ui/jobs/shop?step=test-linux&tab=events', '#step-panel >> text=disk mended'],
  ['needs', '/ui/needs?need=approval:gate.1.merge', 'text=Open the diff'],
  ['audit', '/ui/audit', 'text=disk mended'],
  ['rerun', '/ui/jobs/shop?dialog=rerun&mode=failed', 'role=dialog >> text=publish'],
];

/** A job that failed twice, one that waits at a gate, and one that agents brought to its end. */
async function fill(logist: Logist): Promise<void> {
  await failedRelease(logist, 'shop');
  const again = ['job', 'rerun', 'shop', '--failed', '--reason', 'disk mended', '--by', 'Petra', '--yes'];
  await expect(logist.cli(...again)).rejects.toMatchObject({ code: 3 });
  await logist.create('gate', gate);
  await expect(logist.cli('job', 'run', 'gate')).rejects.toMatchObject({ code: 3 });
  await logist.create('agents', agents);
  await logist.cli('job', 'run', 'agents');
}

for (const theme of ['light', 'dark'] as const) {
  test(`every view of a job can be read by everyone: ${theme}`, async ({ page, logist }) => {
    await fill(logist);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const broken: string[] = [];
    const look = async (name: string) => {
      await page.screenshot({ path: `${artifacts}/screenshots/${theme}-${name}.png`, animations: 'disabled' });
      broken.push(...(await violations(page)).map((text) => `${name}: ${text}`));
    };
    for (const [name, address, there] of views) {
      await page.goto(logist.url + address);
      await expect(page.locator('.live-live')).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expect(page.locator(there).first()).toBeVisible();
      if (address.includes('step=')) await expect(page.locator('[data-node][data-current]')).toBeVisible();
      await look(name);
    }
    const dialog = page.getByRole('dialog', { name: 'Rerun shop' });
    await dialog.getByLabel('Reason').fill('another disk');
    await dialog.getByRole('button', { name: 'Rerun 2 steps…' }).click();
    await expect(dialog.getByRole('table', { name: 'Steps that will run' })).toBeVisible();
    await look('rerun-confirm');
    expect(broken).toEqual([]);
  });
}

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(standards).analyze();
  return found.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ') ?? ''}`);
}
