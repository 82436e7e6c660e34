import { describe, expect, test } from 'vitest';
import { plain, spansOf } from '../../src/log/ansi';
import { LineReader } from '../../src/log/lines';
import { LogFile } from '../../src/log/LogFile';
import { LogSearch, type SearchState } from '../../src/log/LogSearch';
import type { LogServer } from '../../src/log/logServer';

/** A log on a server that gives at most `most` bytes at a time and may grow. */
function growing(text: string, most: number, complete = true) {
  const log = { bytes: new TextEncoder().encode(text), complete, every: 10, reads: 0 };
  const offsets = () => {
    const found = [0];
    let lines = 0;
    log.bytes.forEach((byte, at) => {
      if (byte === 10 && ++lines % log.every === 0) found.push(at + 1);
    });
    return { found, lines };
  };
  const server: LogServer = {
    index: () => {
      const { found, lines } = offsets();
      const { every, complete } = log;
      return Promise.resolve({
        size: log.bytes.length,
        lines,
        every,
        offsets: found,
        complete,
        first_error_line: null,
        stderr: null,
      });
    },
    read: (from, limit) => {
      log.reads += 1;
      const bytes = log.bytes.slice(from, from + Math.min(limit, most));
      return Promise.resolve({ from, bytes, size: log.bytes.length, complete: log.complete });
    },
  };
  const add = (more: string) => (log.bytes = new Uint8Array([...log.bytes, ...new TextEncoder().encode(more)]));
  return { log, server, add };
}

const text = (lines: number) => Array.from({ length: lines }, (_, i) => `${i} · naïve café 🙂 日本\n`).join('');

async function allLines(file: LogFile): Promise<(string | undefined)[]> {
  const all = () => Array.from({ length: file.lines }, (_, i) => file.line(i));
  if (!all().includes(undefined)) return all();
  return new Promise((resolve) => {
    const stop = file.subscribe(() => {
      if (all().includes(undefined)) return;
      stop();
      resolve(all());
    });
    file.want(0, file.lines - 1);
  });
}

describe('log', () => {
  test('characters that are cut where a piece ends come out whole, for every possible cut', () => {
    const bytes = new TextEncoder().encode('a🙂é\n日本\nrest');
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new LineReader();
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += size) lines.push(...reader.push(bytes.subarray(at, at + size)));
      expect([...lines, reader.rest]).toEqual(['a🙂é', '日本', 'rest']);
    }
  });

  test.each([1, 3, 7, 64, 100_000])(
    'no byte is lost or doubled when the server gives at most %i bytes at a time',
    async (most) => {
      const { server } = growing(`${text(57)}unfinished`, most);
      const file = new LogFile(server);
      await file.open();
      expect(file.lines).toBe(58);
      expect(await allLines(file)).toEqual(`${text(57)}unfinished`.split('\n'));
      expect(file.complete).toBe(true);
    },
  );

  test('a log that grows in pieces that end inside characters and lines reads like the whole log', async () => {
    const whole = text(95);
    const bytes = new TextEncoder().encode(whole);
    const { log, server } = growing('', 50, false);
    const file = new LogFile(server);
    await file.open();
    for (let end = 0; end < bytes.length; end += 37) {
      log.bytes = bytes.slice(0, end);
      while (await file.poll());
    }
    log.bytes = bytes;
    log.complete = true;
    while (await file.poll());
    expect(file.complete).toBe(true);
    expect(file.lines).toBe(95);
    expect(await allLines(file)).toEqual(whole.split('\n').slice(0, -1));
  });

  test('a piece that comes twice, or starts before or after what is known, adds only what follows the last known byte', async () => {
    const whole = text(9);
    const { server } = growing(whole, 40, true);
    const shifts = [0, -10, -25, 5];
    let turn = 0;
    const file = new LogFile({
      index: () =>
        Promise.resolve({ size: 0, lines: 0, every: 10, offsets: [0], complete: false, first_error_line: null, stderr: null }),
      read: (from, limit) => server.read(Math.max(0, from + (shifts[turn++ % shifts.length] ?? 0)), limit),
    });
    await file.open();
    while (!file.complete) await file.poll();
    expect(await allLines(file)).toEqual(whole.split('\n').slice(0, -1));
  });

  test('which lines were printed to stderr is known in every block, however its bytes came', async () => {
    for (const most of [7, 64, 100_000]) {
      const { log, server } = growing(text(47), most);
      const starts = [0];
      log.bytes.forEach((byte, at) => byte === 10 && starts.push(at + 1));
      const stderr = starts.slice(0, -1).flatMap((from, n) => (n % 3 === 1 ? [{ from, to: starts[n + 1] ?? 0 }] : []));
      const file = new LogFile({ ...server, index: async () => ({ ...(await server.index()), stderr }) });
      await file.open();
      const lines = await allLines(file);
      expect(lines.map((_, n) => file.isError(n))).toEqual(lines.map((_, n) => n % 3 === 1));
    }
  });

  test('it is complete only when its last byte was read, whatever the index says', async () => {
    const { server } = growing(text(3), 10, true);
    const file = new LogFile(server);
    let open = true;
    const opened = file.open().then(() => (open = false));
    expect(file.complete).toBe(false);
    await opened;
    expect(open).toBe(false);
    expect([file.complete, file.size]).toEqual([true, new TextEncoder().encode(text(3)).length]);
  });

  test('opening a long log reads its end only, and looking at the middle reads the middle only', async () => {
    const { log, server } = growing(text(10_000), 262_144);
    const file = new LogFile(server);
    await file.open();
    expect([file.lines, log.reads]).toEqual([10_000, 0]);
    const loaded = new Promise<void>((resolve) => file.subscribe(resolve));
    file.want(5001, 5003);
    await loaded;
    expect(log.reads).toBe(1);
    expect(file.line(5002)).toBe('5002 · naïve café 🙂 日本');
    expect(file.line(42)).toBeUndefined();
  });

  test('a search counts every matching line, also across pieces and in what is appended later', async () => {
    const { server, add } = growing(text(120), 33);
    const search = new LogSearch(server, '日本');
    let state: SearchState | undefined;
    const tell = (next: SearchState) => (state = next);
    await search.advance(tell, new AbortController().signal);
    expect(state).toMatchObject({ count: 120, running: false });
    add('no match\n日');
    add('本 at last');
    await search.advance(tell, new AbortController().signal);
    expect(state).toMatchObject({ count: 121 });
    expect(state?.lines.at(-1)).toBe(121);
  });
});

describe('terminal output', () => {
  test('colours become spans and the style goes on to the next line', () => {
    const first = spansOf('\u001b[1;31mfailed\u001b[0m ok \u001b[32mgreen');
    expect(first.spans.map((span) => span.text)).toEqual(['failed', ' ok ', 'green']);
    expect(first.spans[0]?.style).toEqual({ bold: true, color: 'var(--log-1)' });
    expect(spansOf('still green', first.after).spans[0]?.style).toEqual({ color: 'var(--log-2)' });
  });

  test('cursor movements, titles and links leave no trace', () => {
    expect(plain('\u001b[2K\u001b[1G\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\u001b]8;;\u001b\\\u001b(Bc\u0008')).toBe(
      'abc',
    );
  });

  test('characters that turn the reading direction are dropped', () => {
    expect(plain('if (a\u202e) { // \u2066 ok')).toBe('if (a) { //  ok');
  });

  test('a line that was overwritten in place shows its last state', () => {
    expect(plain('10 %\r50 %\r100 %\r')).toBe('100 %');
  });
});
