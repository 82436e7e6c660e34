import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { useState } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LogViewer } from '../../src/log/LogViewer';
import { fakeServer } from '../fake/server';
import { show } from '../page';

const { server } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** A log that a test lets grow. Answers name how often they were asked for, and from where. */
function logOf(first: string, complete = false) {
  const log = {
    bytes: new TextEncoder().encode(first),
    complete,
    asked: [] as number[],
    stderr: [] as { from: number; to: number }[],
  };
  const lines = () => log.bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  server.use(
    http.get('*/attempts/:id/log/index', () =>
      HttpResponse.json({
        size: log.bytes.length,
        lines: lines(),
        every: 1000,
        offsets: [0],
        complete: log.complete,
        first_error_line: 40,
        stderr: log.stderr,
      }),
    ),
    http.get('*/attempts/:id/log', ({ request }) => {
      const query = new URL(request.url).searchParams;
      const from = Number(query.get('from'));
      log.asked.push(from);
      const bytes = log.bytes.slice(from, from + Number(query.get('limit')));
      const headers = {
        'X-Log-Size': String(log.bytes.length),
        'X-Log-From': String(from),
        'X-Log-Complete': String(log.complete),
      };
      return new HttpResponse(bytes, { headers });
    }),
  );
  const grow = (text: string) => (log.bytes = new Uint8Array([...log.bytes, ...new TextEncoder().encode(text)]));
  return { log, grow };
}

const text = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i} of the log\n`).join('');

function Viewer({ line: first }: { line: string | null }) {
  const [line, setLine] = useState(first);
  return (
    <>
      <output aria-label="line">{line}</output>
      <LogViewer attempt="a.1.b.1" part="worker" line={line} onLine={setLine} empty="This attempt printed nothing." />
    </>
  );
}
const open = (line: string | null = null) => show('/jobs/a', <Viewer line={line} />);
const scroller = () => screen.findByRole('log');
const numbers = () => [...document.querySelectorAll<HTMLElement>('[data-line]')].map((row) => Number(row.dataset.line));
const patience = { timeout: 4000 };

describe('following a log', () => {
  test('new lines come into sight, until someone scrolls up; then they are counted and wait', async () => {
    const { grow } = logOf(text(0, 300));
    const { user } = open();
    await screen.findByText('line 299 of the log');
    grow(text(300, 310));
    await screen.findByText('line 309 of the log', {}, patience);

    const box = await scroller();
    box.scrollTop -= 2000;
    fireEvent.scroll(box);
    await waitFor(() => expect(numbers()).not.toContain(309));
    grow(text(310, 324));
    const button = await screen.findByRole('button', { name: '14 new lines ↓' }, patience);
    expect(numbers()).not.toContain(323);
    await user.click(button);
    await screen.findByText('line 323 of the log');
    expect(screen.queryByRole('button', { name: /new lines/ })).toBeNull();
  });

  test('it asks from the last known byte only, and stops asking when the log is complete', async () => {
    const { log, grow } = logOf(text(0, 5));
    open();
    await screen.findByText('line 4 of the log');
    const size = log.bytes.length;
    grow(text(5, 6));
    log.complete = true;
    await screen.findByText('line 5 of the log', {}, patience);
    await screen.findByText('6 lines');
    expect(log.asked.slice(1).every((from) => from === size)).toBe(true);
    expect(log.asked.filter((from) => from > size)).toEqual([]);
  });
});

describe('a log that is held still', () => {
  test('lines that come are counted and held back, and a mark stays where the pause was', async () => {
    const { grow } = logOf(text(0, 20));
    const { user } = open();
    await screen.findByText('line 19 of the log');
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    grow(text(20, 27));
    await screen.findByText(/^Paused at .* · 7 lines held back$/, {}, patience);
    expect(screen.queryByText('line 20 of the log')).toBeNull();
    const bar = screen.getByText(/^Paused at/).parentElement;
    await user.click(within(bar ?? document.body).getByRole('button', { name: 'Go on' }));
    const next = (await screen.findByText('line 20 of the log')).closest('[data-line]');
    expect(next?.previousElementSibling?.textContent).toMatch(/^Paused for .* · 7 lines held back$/);
    expect(screen.queryByText(/^Paused at/)).toBeNull();
  });
});

describe('looking at a log', () => {
  test('a line that was printed to stderr says so', async () => {
    const { log } = logOf('good\nbäd one\nbäd two\nfine\n', true);
    log.stderr = [{ from: 5, to: 23 }];
    open();
    await screen.findByText('fine');
    const tagged = [...document.querySelectorAll('[data-line]')].filter((line) => line.textContent.includes('err'));
    expect(tagged.map((line) => (line as HTMLElement).dataset.line)).toEqual(['1', '2']);
  });

  test('what is searched, wrapped and raw stands in the address', async () => {
    logOf(text(0, 400), true);
    const { user } = open();
    await user.type(await screen.findByLabelText('Search the log'), 'line 39');
    await user.click(screen.getByRole('button', { name: 'Wrap lines (w)' }));
    await user.click(screen.getByRole('button', { name: 'Readable' }));
    const told = () => Object.fromEntries(new URLSearchParams(location.search));
    await waitFor(() => expect(told()).toEqual({ wrap: '1', log: 'raw', find: 'line 39' }));
  });

  test('a link to a line opens there, marked, and does not follow', async () => {
    logOf(text(0, 900), true);
    open('120');
    const line = (await screen.findByText('line 119 of the log')).closest('[data-line]');
    expect(line?.hasAttribute('data-marked')).toBe(true);
    expect(screen.getByRole('button', { name: 'Follow (f)' }).getAttribute('aria-pressed')).toBe('false');
  });

  test("a line's number is its link, and with Shift it is the end of a range", async () => {
    logOf(text(0, 20), true);
    const { user } = open();
    await user.click(await screen.findByRole('link', { name: 'Line 3' }));
    expect(screen.getByLabelText('line').textContent).toBe('3');
    await user.keyboard('{Shift>}');
    await user.click(screen.getByRole('link', { name: 'Line 7' }));
    expect(screen.getByLabelText('line').textContent).toBe('3-7');
    expect(document.querySelectorAll('[data-marked]')).toHaveLength(5);
  });

  test('a screenful of elements shows a log of any length', async () => {
    logOf(text(0, 900), true);
    open();
    await screen.findByText('line 899 of the log');
    expect(numbers().length).toBeLessThan(60);
  });

  test('the search says how many lines match and Enter goes to the next one', async () => {
    logOf(text(0, 400), true);
    const { user } = open();
    await user.type(await screen.findByLabelText('Search the log'), 'LINE 39');
    await screen.findByText('1 of 11');
    await waitFor(() => expect(numbers()).toContain(39));
    await user.keyboard('{Enter}');
    await screen.findByText('2 of 11');
    await screen.findByText((_, element) => element?.textContent === 'line 390 of the log' && element.matches('[class*=text]'));
  });

  test('e jumps to the first error, w wraps', async () => {
    logOf(text(0, 900), true);
    const { user } = open();
    await screen.findByText('line 899 of the log');
    await user.keyboard('e');
    await screen.findByText('line 40 of the log');
    await user.keyboard('w');
    expect(screen.getByRole('button', { name: 'Wrap lines (w)' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('what a log prints is text, never part of the page', async () => {
    logOf('<img src=x onerror="boom()"><b>bold</b>\n', true);
    open();
    const line = await screen.findByText('<img src=x onerror="boom()"><b>bold</b>');
    expect(line.querySelector('img, b')).toBeNull();
  });

  test('an empty log says so', async () => {
    logOf('', true);
    open();
    expect(await screen.findByText('This attempt printed nothing.')).toBeTruthy();
  });

  test('a download is the whole log as it is shown: readable, or raw', async () => {
    logOf(text(0, 2), true);
    const { user } = open();
    const link = await screen.findByRole('link', { name: 'Download' });
    expect(link.getAttribute('href')).toBe('/attempts/a.1.b.1/log?part=worker&format=text&download=true');
    await user.click(screen.getByRole('button', { name: 'Readable' }));
    expect(link.getAttribute('href')).toBe('/attempts/a.1.b.1/log?part=worker&format=raw&download=true');
  });

  test('a server that does not answer can be asked again', async () => {
    server.use(http.get('*/attempts/:id/log/index', () => HttpResponse.error()));
    const { user } = open();
    await screen.findByText('The server did not answer.');
    logOf(text(0, 2), true);
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    await screen.findByText('line 1 of the log');
  });
});
