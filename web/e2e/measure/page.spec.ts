import type { Page } from '@playwright/test';
import type { Logist } from '../real/logist';
import { expect, test } from '../real/test';
import { copyJob } from './manyJobs';

const rounds = 5;

function tell(what: string, values: number[]): void {
  const sorted = values.map(Math.round).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`${what}: median ${median} ms [${sorted[0]}..${sorted.at(-1)}], ${sorted.length} times`);
}

/** From the start of the navigation to the first frame that has what the selector says, as the browser's own clock has it. */
async function painted(page: Page, url: string, selector: string): Promise<number> {
  await page.addInitScript((wanted) => {
    const seen = window as typeof window & { painted?: number };
    const look = () => {
      if (document.querySelector(wanted)) requestAnimationFrame(() => setTimeout(() => (seen.painted ??= performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, selector);
  await page.goto(url);
  await page.waitForFunction(() => 'painted' in window);
  return page.evaluate(() => (window as typeof window & { painted?: number }).painted ?? NaN);
}

/** When the address's answers came: of the script, and of the list. */
const answered = (page: Page, part: string): Promise<number> =>
  page.evaluate((wanted) => {
    const found = performance.getEntriesByType('resource').find(({ name }) => name.includes(wanted));
    return found instanceof PerformanceResourceTiming ? found.responseEnd : NaN;
  }, part);

/** A page of its own each time: what it was told to watch for is gone with it. The browser's cache stays. */
async function fresh<T>(page: Page, doing: (fresh: Page) => Promise<T>): Promise<T> {
  const other = await page.context().newPage();
  const result = await doing(other);
  await other.close();
  return result;
}

/** From each key to the frame that shows its letter. */
async function keysToPaint(page: Page, field: string, text: string): Promise<number[]> {
  await page.evaluate(() => {
    const seen = window as typeof window & { keys?: number[] };
    const keys: number[] = (seen.keys = []);
    addEventListener(
      'keydown',
      ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => keys.push(performance.now() - timeStamp))),
      { capture: true },
    );
  });
  await page
    .getByRole('combobox', { name: field })
    .or(page.getByRole('textbox', { name: field }))
    .first()
    .click();
  await page.keyboard.type(text, { delay: 90 });
  return page.evaluate(() => (window as typeof window & { keys?: number[] }).keys ?? []);
}

test('a list of ten thousand jobs, and typing into it while two hundred events a second come', async ({ page, logist }) => {
  await logist.create(
    'seed',
    'version: 1\nname: seed\ndefaults: { workspace: none }\nsteps: { a: { run: "true" }, b: { run: "true" } }',
  );
  await logist.cli('job', 'run', 'seed');
  // Ten thousand jobs that come while somebody looks are another story.
  await page.goto('about:blank');
  copyJob(logist.jobs, 'seed', 10_000);
  await fresh(page, (one) => painted(one, `${logist.url}/ui/jobs`, '[data-job]'));
  const [times, scripts, lists]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < rounds; i++)
    await fresh(page, async (one) => {
      times.push(await painted(one, `${logist.url}/ui/jobs`, '[data-job]'));
      scripts.push(await answered(one, '/assets/index-'));
      lists.push(await answered(one, '/jobs?sort='));
    });
  tell('list of 10,000 jobs, the script is there', scripts);
  tell('list of 10,000 jobs, the list is answered', lists);
  tell('list of 10,000 jobs, first row painted', times);

  await fresh(page, async (one) => {
    // The same messages as the server's, at a rate that no machine that also draws could keep up by running jobs.
    await one.addInitScript(() => {
      const real = window.fetch.bind(window);
      window.fetch = (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        if (!url.includes('/events/stream')) return real(input, init);
        const text = new TextEncoder();
        let seq = 0;
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => {
            setInterval(() => {
              for (let i = 0; i < 4; i++) {
                seq += 1;
                const job = `seed-${String(seq % 60).padStart(5, '0')}`;
                const at = new Date().toISOString();
                const event = {
                  event_type: 'task.started',
                  job_id: job,
                  producer_role: 'engine',
                  task_id: `${job}.1.a`,
                  payload: {},
                };
                const change = {
                  job_id: job,
                  seq: 1000 + seq,
                  status: seq % 2 ? 'RUNNING' : 'SUCCESS',
                  reason: null,
                  current_phase: 'a',
                  steps_done: seq % 3,
                  steps_total: 2,
                  cost_usd: seq / 100,
                  updated_at: at,
                  events: [event],
                };
                controller.enqueue(text.encode(`id: ${seq}\nevent: job\ndata: ${JSON.stringify(change)}\n\n`));
              }
            }, 20);
          },
        });
        return Promise.resolve(new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } }));
      };
    });
    await one.goto(`${logist.url}/ui/jobs`);
    await expect(one.locator('.row .tone-run').first()).toBeVisible();
    const keys = (await keysToPaint(one, 'Filter jobs', 'seed seed seed seed seed seed seed seed ')).sort((a, b) => a - b);
    const at = (share: number) => Math.round(keys[Math.floor(keys.length * share)] ?? NaN);
    console.log(
      `keys at 200 events/s, key to paint: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(0.999)} ms of ${keys.length}`,
    );
  });
});

test('a job of two thousand steps', async ({ page, logist }) => {
  await manySteps(logist);
  const [listed, drawn]: [number[], number[]] = [[], []];
  await fresh(page, (one) => painted(one, `${logist.url}/ui/jobs/many`, '[data-row]'));
  for (let i = 0; i < rounds; i++) {
    listed.push(await fresh(page, (one) => painted(one, `${logist.url}/ui/jobs/many`, '[data-row]')));
    drawn.push(await fresh(page, (one) => painted(one, `${logist.url}/ui/jobs/many?view=graph`, '[data-node]')));
  }
  tell('2,000 steps as a list, from the address to the first row', listed);
  tell('2,000 steps as a graph, from the address to the first node', drawn);
  await page.goto(`${logist.url}/ui/jobs/many`);
  tell('2,000 steps, key to paint in the filter', await keysToPaint(page, 'Filter the steps', 'test-1998'));
});

test('a log of a million lines', async ({ page, logist }) => {
  await logist.create(
    'loud',
    'version: 1\nname: loud\ndefaults: { workspace: none }\nsteps: { talk: { run: "seq -f \'line %.0f\' 1000000" } }',
  );
  await logist.cli('job', 'run', 'loud');
  const times: number[] = [];
  const url = `${logist.url}/ui/jobs/loud?step=talk&tab=log`;
  for (let i = 0; i < rounds; i++) times.push(await fresh(page, (one) => painted(one, url, '[data-line]')));
  tell('1,000,000 lines, from the address to the first line', times);
  await page.goto(url);
  const log = page.getByRole('log');
  await expect(log.getByText('line 1000000', { exact: true })).toBeVisible();
  const frames = await log.evaluate(async (box) => {
    const deltas: number[] = [];
    let last = performance.now();
    for (let i = 0; i < 180; i++) {
      box.scrollTop -= 4000;
      const now: number = await new Promise(requestAnimationFrame);
      deltas.push(now - last);
      last = now;
    }
    return deltas.slice(1).sort((a, b) => a - b);
  });
  const at = (share: number) => Math.round(frames[Math.floor(frames.length * share)] ?? NaN);
  console.log(
    `1,000,000 lines, frames while scrolled: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(0.999)} ms of ${frames.length}`,
  );
});

async function manySteps(logist: Logist): Promise<void> {
  const tests = Array.from({ length: 1998 }, (_, i) => `test-${i + 1}`);
  await logist.create(
    'many',
    [
      'version: 1',
      'name: many',
      'defaults: { workspace: none }',
      'steps:',
      '  build: { run: "true" }',
      ...tests.map((one) => `  ${one}: { needs: [build], run: "true" }`),
      `  report: { needs: [${tests.join(', ')}], run: "true" }`,
    ].join('\n'),
  );
  await logist.cli('job', 'run', 'many');
}
