// The live stream as the page uses it: state for the dot, changes into what is shown, news for the voice and the desktop.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import { startLive, type LiveState } from '../api/live';
import { Patches } from '../api/patches';
import type { JobEvent } from '../api/types';
import { notify } from '../settings/notify';
import { announce } from '../shared/announce';

export const LiveContext = createContext<LiveState>({ phase: 'connecting', since: 0, heard: null });

export const useLive = () => useContext(LiveContext);

/** Listens while the session holds. */
export function useLiveStream(): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>(() => ({ phase: 'connecting', since: Date.now(), heard: null }));
  useEffect(() => {
    const stop = new AbortController();
    const patches = new Patches(queries, tell);
    // A beat changes nothing that is shown while the stream is live.
    const show = (next: LiveState) => setState((old) => (old.phase === 'live' && next.phase === 'live' ? old : next));
    startLive({ state: show, change: (change) => patches.add(change), reset: () => patches.reset() }, stop.signal);
    document.addEventListener('visibilitychange', () => !document.hidden && patches.catchUp(), { signal: stop.signal });
    return () => {
      stop.abort();
      patches.stop();
    };
  }, [queries]);
  return state;
}

const worthSaying: Record<string, string> = {
  'task.failed': 'failed',
  'approval.requested': 'waits for approval',
  'job.halted': 'needs you',
  'budget.reached': 'reached its budget',
  'workflow_run.finished': 'finished',
  'job.canceled': 'was canceled',
};

function tell(events: JobEvent[]): void {
  for (const { event_type, job_id, task_id } of events) {
    const words = worthSaying[event_type];
    if (!words) continue;
    const step = task_id?.split('.').slice(2).join('.');
    const text = `${step ? `${step} of ${job_id}` : job_id} ${words}`;
    announce(text);
    const human = event_type === 'approval.requested' || event_type === 'job.halted' || event_type === 'budget.reached';
    if (human) notify(text, job_id);
  }
}
