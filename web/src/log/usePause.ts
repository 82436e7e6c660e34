// A log that is held still: what comes meanwhile is read, counted, and shown when it goes on, behind a mark that says so.
import { useState } from 'react';
import { plural } from '../format/text';
import { duration, moment } from '../format/time';
import { useSettings } from '../settings/settings';
import type { LogFile } from './LogFile';

const noMarks: ReadonlyMap<number, string> = new Map();

export interface Pause {
  /** How many lines are shown. */
  lines: number;
  marks: ReadonlyMap<number, string>;
  /** What the pause says of itself; null: it is not paused. */
  says: string | null;
  toggle: () => void;
}

export function usePause(file: LogFile): Pause {
  const style = useSettings();
  const [held, setHeld] = useState<{ of: LogFile; lines: number; at: number } | null>(null);
  const [marks, setMarks] = useState({ of: file, by: noMarks });
  // Another attempt's log was never paused.
  const pause = held?.of === file ? held : null;
  const more = pause === null ? 0 : file.lines - pause.lines;

  const toggle = () => {
    const now = Date.now();
    if (pause === null) {
      setHeld({ of: file, lines: file.lines, at: now });
      return;
    }
    setHeld(null);
    if (more === 0) return;
    const text = `Paused for ${duration(now - pause.at)} · ${plural(more, 'line')} held back`;
    setMarks((old) => ({ of: file, by: new Map(old.of === file ? old.by : noMarks).set(pause.lines, text) }));
  };
  const since = pause === null ? '' : moment(new Date(pause.at).toISOString(), pause.at, style);
  return {
    lines: pause?.lines ?? file.lines,
    marks: marks.of === file ? marks.by : noMarks,
    says: pause === null ? null : `Paused at ${since} · ${plural(more, 'line')} held back`,
    toggle,
  };
}
