// What this browser keeps for a person: small, lost without harm, and the same in all tabs.
import { useSyncExternalStore } from 'react';

export interface Kept<T> {
  get: () => T;
  put: (value: T) => void;
  /** The value as it is now; draws again when it changes, also in another tab. */
  use: () => T;
}

/** `parse` makes a value of whatever stands there: nothing, or what an earlier version left. */
export function kept<T>(place: string, parse: (found: unknown) => T): Kept<T> {
  const listeners = new Set<() => void>();
  let value = parse(read(place));
  const tell = (next: T) => {
    value = next;
    for (const listener of listeners) listener();
  };
  addEventListener('storage', (event) => event.key === place && tell(parse(read(place))));
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get: () => value,
    put: (next) => {
      localStorage.setItem(place, JSON.stringify(next));
      tell(next);
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  };
}

function read(place: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null');
  } catch {
    return null;
  }
}
