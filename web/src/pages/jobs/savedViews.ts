// Filters that someone gave a name, in this browser.
import { useSyncExternalStore } from 'react';

export interface SavedView {
  name: string;
  q: string;
  sort: string | null;
}

const place = 'logist.views';
const most = 20;
const listeners = new Set<() => void>();
let views = read();

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(subscribe, () => views);
}

/** Adds a view, or puts it in the place of the one that has this name. */
export function saveView(view: SavedView): void {
  const known = views.some(({ name }) => name === view.name);
  put(known ? views.map((one) => (one.name === view.name ? view : one)) : [...views, view].slice(-most));
}

export function renameView(name: string, to: string): void {
  put(views.filter((one) => one.name === name || one.name !== to).map((one) => (one.name === name ? { ...one, name: to } : one)));
}

export function deleteView(name: string): void {
  put(views.filter((one) => one.name !== name));
}

// Another tab's change arrives as a storage event.
addEventListener('storage', (event) => {
  if (event.key === place) put(read(), false);
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function put(next: SavedView[], keep = true): void {
  views = next;
  if (keep) localStorage.setItem(place, JSON.stringify(next));
  for (const listener of listeners) listener();
}

function read(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(kept: unknown): kept is SavedView {
  const view = kept as Partial<SavedView> | null;
  return typeof view?.name === 'string' && typeof view.q === 'string';
}
