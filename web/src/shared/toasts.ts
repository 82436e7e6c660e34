// Short answers to what someone did. They are read out by the live region, not by themselves.
import { useSyncExternalStore } from 'react';
import { ApiProblem } from '../api/client';
import { announce } from './announce';

export interface Toast {
  id: number;
  tone: 'ok' | 'fail' | 'info';
  text: string;
  detail?: string | undefined;
  link?: { href: string; label: string } | undefined;
}

const most = 4;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let lastId = 0;

export function toast(tone: Toast['tone'], text: string, more: Pick<Toast, 'detail' | 'link'> = {}): void {
  lastId += 1;
  put([...toasts.slice(1 - most), { id: lastId, tone, text, ...more }]);
  announce(more.detail ? `${text}. ${more.detail}` : text);
}

/** Says why a request was refused, with the way out the server names. */
export function toastProblem(doing: string, error: unknown): void {
  const problem = error instanceof ApiProblem ? error : null;
  const fix = problem?.fix[0] ? ` Try: ${problem.fix[0]}` : '';
  toast('fail', `${doing} failed`, { detail: `${problem?.message ?? String(error)}${fix}` });
}

export function dismiss(id: number): void {
  put(toasts.filter((one) => one.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function put(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
