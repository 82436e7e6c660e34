// Everything that is shown is in the address: a copied link shows the same to someone else.
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

type Change = Record<string, string | readonly string[] | null>;

/** The query of the address, and how to change it. A change replaces the entry unless `push` says that Back should undo it. */
export function useUrl() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const params = useMemo(() => new URLSearchParams(search), [search]);
  const set = useCallback(
    (change: Change, { push = false } = {}) => navigate(`${pathOf()}${searchWith(change)}`, { replace: !push }),
    [navigate],
  );
  return { params, set };
}

/** `?…` of the address as it is now with some entries changed; two changes in one moment add up. */
export function searchWith(change: Change, from = location.search): string {
  const next = new URLSearchParams(from);
  for (const [name, value] of Object.entries(change)) {
    next.delete(name);
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) if (one !== '') next.append(name, one);
  }
  const text = next.toString();
  return text === '' ? '' : `?${text}`;
}

/** The path below /ui, as routes know it. */
function pathOf(): string {
  return location.pathname.replace(/^\/ui/, '') || '/';
}
