// A person's choices for this browser. Nothing here is the job's state: losing it loses no work.
import { useSyncExternalStore } from 'react';

export interface Settings {
  theme: 'system' | 'light' | 'dark' | 'contrast';
  density: 'compact' | 'comfortable';
  motion: 'system' | 'reduced';
  /** `local`, `UTC`, or an IANA name. */
  zone: string;
  hour12: boolean;
  relative: boolean;
  singleKeys: boolean;
  notify: boolean;
  /** Proposed when a workflow is started; empty leaves it to the workflow. */
  budgetUsd: string;
  /** Columns of the list of jobs; null: the usual ones. */
  columns: string[] | null;
}

export const defaults: Settings = {
  theme: 'system',
  density: 'compact',
  motion: 'system',
  zone: 'local',
  hour12: false,
  relative: true,
  singleKeys: true,
  notify: false,
  budgetUsd: '',
  columns: null,
};

const place = 'logist.settings';
const listeners = new Set<() => void>();
let current = read();

export function getSettings(): Settings {
  return current;
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change };
  localStorage.setItem(place, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, getSettings);
}

// Another tab's change arrives as a storage event, so all tabs look alike.
addEventListener('storage', (event) => {
  if (event.key !== place) return;
  current = read();
  for (const listener of listeners) listener();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): Settings {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Settings>) };
  } catch {
    return defaults;
  }
}
