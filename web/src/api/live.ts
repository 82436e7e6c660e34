// One stream per browser: the tab that holds the lock reads it, the others hear what it hears. A browser opens six connections
// to a server at most, so a stream per tab would stop the seventh tab altogether.
import { address, request } from './client';
import { readStream } from './sse';
import type { JobChange } from './types';

export interface LiveState {
  phase: 'connecting' | 'live' | 'reconnecting';
  /** When the phase began, and when the server was last heard (null: not yet); milliseconds. */
  since: number;
  heard: number | null;
}

export interface LiveListener {
  state: (state: LiveState) => void;
  change: (change: JobChange) => void;
  /** What was kept may have gaps: everything is to be read again. */
  reset: () => void;
}

/** What the live stream needs of the browser. Tests pass their own. */
export interface LivePorts {
  open: (after: string | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  channel: Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;
  /** Runs `lead` once this tab is the leader; it stays so until the signal aborts. */
  elect: (lead: () => Promise<void>, signal: AbortSignal) => Promise<void>;
}

type Wire =
  | { kind: 'hello' }
  | { kind: 'state'; state: LiveState }
  | { kind: 'change'; id: string | null; change: JobChange }
  | { kind: 'reset'; id: string | null };

const silenceMs = 10_000;
const longestPauseMs = 10_000;

export function browserPorts(): LivePorts {
  return {
    open: async (after, signal) => {
      const response = await request(address('/events/stream', { after }), { signal, headers: { Accept: 'text/event-stream' } });
      if (!response.body) throw new Error('The stream has no body.');
      return response.body;
    },
    channel: new BroadcastChannel('logist-live'),
    // Without a secure context (a plain http address that is not loopback) there are no locks: each tab leads itself.
    elect: async (lead, signal) => {
      if ('locks' in navigator) await navigator.locks.request('logist-live', { signal }, lead);
      else await lead();
    },
  };
}

/** Listens until the signal aborts. */
export function startLive(listener: LiveListener, signal: AbortSignal, ports: LivePorts = browserPorts()): void {
  const { channel } = ports;
  let lastId: string | null = null;
  let leading = false;
  let state: LiveState = { phase: 'connecting', since: Date.now(), heard: null };

  const receive = (wire: Wire) => {
    if (wire.kind === 'hello') {
      if (leading) channel.postMessage({ kind: 'state', state } satisfies Wire);
    } else if (wire.kind === 'state') {
      state = wire.state;
      listener.state(state);
    } else {
      lastId = wire.id ?? lastId;
      if (wire.kind === 'change') listener.change(wire.change);
      else listener.reset();
    }
  };
  const publish = (wire: Wire) => {
    channel.postMessage(wire);
    receive(wire);
  };
  const enter = (phase: LiveState['phase']) =>
    publish({ kind: 'state', state: { ...state, phase, since: phase === state.phase ? state.since : Date.now() } });

  const stopped = () => signal.aborted;
  const lead = async () => {
    leading = true;
    for (let failures = 0; !stopped(); failures += 1) {
      try {
        await listen(() => (failures = 0));
      } catch {
        // A broken connection is what this loop is for: the state tells the person, the pause spares the server.
      }
      if (stopped()) return;
      enter('reconnecting');
      await pause(Math.min(longestPauseMs, 500 * 2 ** failures), signal);
    }
  };

  const listen = async (onHeard: () => void) => {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMs);
    const either = AbortSignal.any([signal, silence.signal]);
    try {
      const body = await ports.open(lastId, either);
      const end = new Promise<never>((_, reject) =>
        either.addEventListener('abort', () => reject(new Error('silent')), { once: true }),
      );
      end.catch(() => undefined);
      const messages = readStream(body);
      for (;;) {
        const { done, value } = await Promise.race([messages.next(), end]);
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMs);
        onHeard();
        state = { ...state, heard: Date.now() };
        if (state.phase !== 'live') enter('live');
        if (value === 'beat') publish({ kind: 'state', state });
        else if (value.event === 'reset') publish({ kind: 'reset', id: value.id });
        else if (value.event === 'job') publish({ kind: 'change', id: value.id, change: JSON.parse(value.data) as JobChange });
      }
    } finally {
      clearTimeout(timer);
    }
  };

  channel.onmessage = (event: MessageEvent<Wire>) => receive(event.data);
  signal.addEventListener('abort', () => channel.close(), { once: true });
  channel.postMessage({ kind: 'hello' } satisfies Wire);
  // Rejected only when the signal aborts while this tab still waits for its turn.
  ports.elect(lead, signal).catch(() => undefined);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
