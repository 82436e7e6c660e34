// Who may look: a cookie that the server sets. The page sees only whether it holds.
import { useSyncExternalStore } from 'react';
import { onUnauthorized, post, remove } from '../api/client';

export type Session = 'in' | 'out' | 'entering';

const listeners = new Set<() => void>();
// Reading before the code is traded would be refused and show the form for a moment.
let session: Session = codeOfLink() === null ? 'in' : 'entering';

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** Trades the one-time code of the link for the cookie, and takes the code out of the address and the history at once. */
export async function enterByLink(): Promise<void> {
  const code = codeOfLink();
  if (code === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  // A code that was used already is no harm while the cookie holds: the first read tells.
  await post('/session', { code }).catch(() => undefined);
  put('in');
}

export async function enterByToken(token: string): Promise<void> {
  await post('/session', { token });
  put('in');
}

export async function leave(): Promise<void> {
  await remove('/session');
  put('out');
}

onUnauthorized(() => put('out'));

function codeOfLink(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('code');
}

function put(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}
