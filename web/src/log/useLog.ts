import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { LogFile } from './LogFile';
import { LogSearch, nothingFound, type SearchState } from './LogSearch';
import { logOf, type LogFormat, type LogServer } from './logServer';

const pollMs = 700;

export interface OpenLog {
  file: LogFile;
  server: LogServer;
  /** What the last request ended with, when it failed: what was read before stays. */
  error: Error | null;
  retry: () => void;
}

/** The log, kept up to date while this page can be seen and more may come. */
export function useLog(attempt: string, part: string, format: LogFormat): OpenLog {
  const { server, file } = useMemo(() => {
    const server = logOf(attempt, part, format);
    return { server, file: new LogFile(server) };
  }, [attempt, part, format]);
  const [error, setError] = useState<Error | null>(null);
  const [tries, setTries] = useState(0);
  useSyncExternalStore(file.subscribe, file.version);

  useEffect(() => {
    const gone = new AbortController();
    void keepUp(file, gone.signal, setError);
    return () => gone.abort();
  }, [file, tries]);
  return { file, server, error, retry: () => setTries((n) => n + 1) };
}

async function keepUp(file: LogFile, gone: AbortSignal, tell: (error: Error | null) => void): Promise<void> {
  const stopped = () => gone.aborted;
  while (!stopped()) {
    try {
      if (!file.opened) await file.open(gone);
      else if (await file.poll(gone)) await file.refreshIndex(gone);
      tell(null);
    } catch (error) {
      if (stopped()) return;
      tell(error as Error);
      // A log that cannot be opened waits for "Retry"; one that was open goes on by itself.
      if (!file.opened) return;
    }
    if (file.complete) return;
    await visiblePause(gone);
  }
}

/** Waits, and as long as nobody can see the page waits on. */
function visiblePause(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    const look = () => {
      if (document.visibilityState === 'visible') done();
    };
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') done();
      else document.addEventListener('visibilitychange', look);
    }, pollMs);
    gone.addEventListener('abort', done, { once: true });
  });
}

/** Lines that hold the text, searched a moment after the last key and again where the log has grown. */
export function useLogSearch(server: LogServer, needle: string, size: number): SearchState {
  const search = useMemo(() => (needle === '' ? null : new LogSearch(server, needle)), [server, needle]);
  const [found, setFound] = useState<{ of: LogSearch; state: SearchState } | null>(null);

  useEffect(() => {
    if (!search) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      search
        .advance((state) => setFound({ of: search, state }), gone.signal)
        // Without an answer the count stays where it is; the log itself says that the server is away.
        .catch(() => undefined);
    }, 150);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [search, size]);

  if (!search) return nothingFound;
  return found?.of === search ? found.state : { ...nothingFound, running: true };
}
