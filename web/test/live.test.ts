import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startLive, type LivePorts, type LiveState } from '../src/api/live';
import type { JobChange } from '../src/api/types';

/** A server whose streams a test writes by hand, and a lock and a channel shared by "tabs". */
class FakeBrowser {
  readonly opened: (string | null)[] = [];
  private streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  private readonly tabs = new Set<LivePorts['channel']>();
  private lock: Promise<void> = Promise.resolve();
  refuse = false;

  send(text: string) {
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text));
  }

  breakStream() {
    this.streams.at(-1)?.error(new Error('gone'));
  }

  tab() {
    const stop = new AbortController();
    const seen = { states: [] as LiveState[], changes: [] as JobChange[], resets: 0 };
    const channel: LivePorts['channel'] = {
      onmessage: null,
      postMessage: (data: unknown) => {
        for (const other of this.tabs)
          if (other !== channel) other.onmessage?.call(other as BroadcastChannel, { data } as MessageEvent);
      },
      close: () => this.tabs.delete(channel),
    };
    this.tabs.add(channel);
    startLive(
      {
        state: (state) => seen.states.push(state),
        change: (change) => seen.changes.push(change),
        reset: () => (seen.resets += 1),
      },
      stop.signal,
      {
        channel,
        open: (after) => {
          this.opened.push(after);
          if (this.refuse) return Promise.reject(new Error('refused'));
          return Promise.resolve(new ReadableStream({ start: (controller) => void this.streams.push(controller) }));
        },
        elect: (lead, signal) => {
          const turn = this.lock.then(() => (signal.aborted ? undefined : lead()));
          this.lock = turn;
          return turn;
        },
      },
    );
    return { seen, close: () => stop.abort() };
  }
}

const change = (job: string, id: number) =>
  `id: ${id}\nevent: job\ndata: ${JSON.stringify({ job_id: job, seq: id, status: 'RUNNING', events: [] })}\n\n`;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('live', () => {
  test('a change reaches the listener and the stream counts as live from the first byte', async () => {
    const browser = new FakeBrowser();
    const tab = browser.tab();
    await settle();
    browser.send(': beat\n\n');
    browser.send(change('a', 1));
    await settle();
    expect(tab.seen.states.at(-1)?.phase).toBe('live');
    expect(tab.seen.changes.map((one) => one.job_id)).toEqual(['a']);
    tab.close();
  });

  test('a message cut anywhere is put together again', async () => {
    const browser = new FakeBrowser();
    const tab = browser.tab();
    await settle();
    for (const byte of change('a', 1) + change('b', 2)) browser.send(byte);
    await settle();
    expect(tab.seen.changes.map((one) => one.seq)).toEqual([1, 2]);
    tab.close();
  });

  test('after a break it asks to continue after the last id, so nothing is lost or doubled', async () => {
    const browser = new FakeBrowser();
    const tab = browser.tab();
    await settle();
    browser.send(change('a', 7));
    await settle();
    browser.breakStream();
    await settle();
    expect(tab.seen.states.at(-1)?.phase).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(1000);
    expect(browser.opened).toEqual([null, '7']);
    browser.send(change('a', 8));
    await settle();
    expect(tab.seen.changes.map((one) => one.seq)).toEqual([7, 8]);
    expect(tab.seen.states.at(-1)?.phase).toBe('live');
    tab.close();
  });

  test('ten seconds without a heartbeat are a lost connection, nine are not', async () => {
    const browser = new FakeBrowser();
    const tab = browser.tab();
    await settle();
    browser.send(': beat\n\n');
    await vi.advanceTimersByTimeAsync(9000);
    expect(tab.seen.states.at(-1)?.phase).toBe('live');
    browser.send(': beat\n\n');
    await vi.advanceTimersByTimeAsync(9900);
    expect(tab.seen.states.at(-1)?.phase).toBe('live');
    await vi.advanceTimersByTimeAsync(200);
    expect(tab.seen.states.at(-1)?.phase).toBe('reconnecting');
    tab.close();
  });

  test('a server that is away is asked again and again, more slowly each time', async () => {
    const browser = new FakeBrowser();
    browser.refuse = true;
    const tab = browser.tab();
    await vi.advanceTimersByTimeAsync(7600);
    expect(browser.opened.length).toBe(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(browser.opened.length).toBeLessThanOrEqual(12);
    browser.refuse = false;
    await vi.advanceTimersByTimeAsync(10_000);
    browser.send(': beat\n\n');
    await settle();
    expect(tab.seen.states.at(-1)?.phase).toBe('live');
    tab.close();
  });

  test('a reset of the server is passed on', async () => {
    const browser = new FakeBrowser();
    const tab = browser.tab();
    await settle();
    browser.send('id: 1\nevent: reset\ndata: {}\n\n');
    await settle();
    expect(tab.seen.resets).toBe(1);
    tab.close();
  });

  test('two tabs open one stream and both hear everything', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.tab(), browser.tab()];
    await settle();
    browser.send(': beat\n\n');
    browser.send(change('a', 1));
    await settle();
    expect(browser.opened).toEqual([null]);
    expect(second.seen.changes).toEqual(first.seen.changes);
    expect(second.seen.states.at(-1)?.phase).toBe('live');
    first.close();
    second.close();
  });

  test('when the leading tab closes the next one goes on after the last id', async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.tab(), browser.tab()];
    await settle();
    browser.send(change('a', 4));
    await settle();
    first.close();
    await settle();
    expect(browser.opened).toEqual([null, '4']);
    browser.send(change('a', 5));
    await settle();
    expect(second.seen.changes.map((one) => one.seq)).toEqual([4, 5]);
    second.close();
  });

  test('a tab that opens later learns at once that the stream is live', async () => {
    const browser = new FakeBrowser();
    const first = browser.tab();
    await settle();
    browser.send(': beat\n\n');
    await settle();
    const late = browser.tab();
    expect(late.seen.states.at(-1)?.phase).toBe('live');
    first.close();
    late.close();
  });
});
