import { rowOf } from './release';
import { expect, test } from './test';

const tests = 1998;
const generousMs = 20_000;

const manySteps = [
  'version: 1',
  'name: many',
  'defaults: { workspace: none }',
  'steps:',
  '  build: { run: "true" }',
  ...Array.from({ length: tests }, (_, index) => `  test-${index + 1}: { needs: [build], run: "true" }`),
  `  report: { needs: [${Array.from({ length: tests }, (_, index) => `test-${index + 1}`).join(', ')}], run: "true" }`,
].join('\n');

test('a job of two thousand steps opens as a list that answers at once, and as a graph of groups', async ({ page, logist }) => {
  await logist.create('many', manySteps);
  await page.getByRole('button', { name: '1 new job' }).click();
  await logist.cli('job', 'run', 'many');
  await expect(rowOf(page, 'many')).toContainText('2000/2000');

  const begin = Date.now();
  await page.getByRole('link', { name: 'many', exact: true }).click();
  const list = page.getByRole('treegrid', { name: 'Steps' });
  await expect(list.locator('[data-row="build"]')).toBeVisible();
  const opened = Date.now() - begin;
  await page.getByRole('textbox', { name: 'Filter the steps' }).fill('test-1998');
  await expect(list.locator('[data-row]')).toHaveCount(1);
  const answered = Date.now() - begin;
  test.info().annotations.push({ type: 'measured', description: `2,000 steps: list ${opened} ms, first answer ${answered} ms` });
  console.log(`2,000 steps: the list is there after ${opened} ms, its first answer after ${answered} ms`);
  expect(answered).toBeLessThan(generousMs);
  await page.getByRole('textbox', { name: 'Filter the steps' }).fill('');

  await page.getByText('Graph', { exact: true }).click();
  const graph = page.getByRole('group', { name: 'Graph of the steps' });
  await expect(graph.getByRole('button', { name: /1998 steps: 1998 success/ })).toBeVisible();
  await graph.locator('[data-node="build"]').click();
  await expect(page.getByRole('complementary', { name: 'Step build' })).toBeVisible();
});

test('a log of a million lines is read at its end, at its beginning and in its middle', async ({ page, logist }) => {
  await logist.create(
    'loud',
    'version: 1\nname: loud\ndefaults: { workspace: none }\nsteps: { talk: { run: "seq -f \'line %.0f\' 1000000" } }',
  );
  await logist.cli('job', 'run', 'loud');
  await page.goto(`${logist.url}/ui/jobs/loud?step=talk&tab=log`);
  const log = page.getByRole('log');
  const shown = () =>
    log.evaluate((box) => {
      const area = box.getBoundingClientRect();
      return [...box.querySelectorAll<HTMLElement>('[data-line]')]
        .filter((line) => line.getBoundingClientRect().bottom > area.top && line.getBoundingClientRect().top < area.bottom)
        .map((line) => [line.children[0]?.textContent ?? '', line.lastElementChild?.textContent ?? '']);
    });
  const right = async () => {
    const lines = await shown();
    expect(lines.length).toBeGreaterThan(10);
    expect(lines).toEqual(
      lines.map((_, index) => [String(Number(lines[0]?.[0]) + index), `line ${Number(lines[0]?.[0]) + index}`]),
    );
  };

  await expect(log.getByText('line 1000000', { exact: true })).toBeVisible();
  await expect(right).toPass();
  await log.focus();
  await page.keyboard.press('Home');
  await expect(log.getByText('line 1', { exact: true })).toBeVisible();
  await expect(right).toPass();
  await log.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await expect.poll(async () => Number((await shown())[0]?.[0])).toBeGreaterThan(400_000);
  await expect(right).toPass();
  await log.focus();
  await page.keyboard.press('End');
  await expect(log.getByText('line 1000000', { exact: true })).toBeVisible();
  await expect(right).toPass();
});
