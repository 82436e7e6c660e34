// Filters that someone gave a name, in this browser.
import { kept } from '../../shared/kept';

export interface SavedView {
  name: string;
  q: string;
  sort: string | null;
}

const most = 20;
const store = kept('logist.views', (found): readonly SavedView[] => (Array.isArray(found) ? found.filter(isView) : []));

export const useSavedViews = store.use;

/** Adds a view, or puts it in the place of the one that has this name. */
export function saveView(view: SavedView): void {
  const views = store.get();
  const known = views.some(({ name }) => name === view.name);
  store.put(known ? views.map((one) => (one.name === view.name ? view : one)) : [...views, view].slice(-most));
}

export function renameView(name: string, to: string): void {
  const others = store.get().filter((one) => one.name === name || one.name !== to);
  store.put(others.map((one) => (one.name === name ? { ...one, name: to } : one)));
}

export function deleteView(name: string): void {
  store.put(store.get().filter((one) => one.name !== name));
}

function isView(found: unknown): found is SavedView {
  const view = found as Partial<SavedView> | null;
  return typeof view?.name === 'string' && typeof view.q === 'string';
}
