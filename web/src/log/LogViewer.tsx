import { Button } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useKey } from '../keyboard/keys';
import { useUrl } from '../shared/url';
import { LogRows, type LogRowsHandle } from './LogRows';
import { LogSearchField, LogTools } from './LogTools';
import css from './log.module.css';
import { downloadOf } from './logServer';
import { useLog, useLogSearch } from './useLog';
import { usePause } from './usePause';

interface Props {
  attempt: string;
  part: string;
  /** `120` or `120-130`, counted from 1, as in the address. */
  line: string | null;
  onLine: (line: string | null) => void;
  /** What an empty log means here. */
  empty: string;
}

/** The address is written when someone stops typing: each change of it draws the whole page. */
const typingMs = 300;

export function LogViewer({ attempt, part, line, onLine, empty }: Props) {
  const { params, set } = useUrl();
  const format = params.get('log') === 'raw' ? 'raw' : 'text';
  const wrap = params.get('wrap') === '1';
  const { file, server, error, retry } = useLog(attempt, part, format);
  const { lines, marks, says: paused, toggle: pause } = usePause(file);
  const [follow, setFollow] = useState(line === null && !params.has('find'));
  const [seen, setSeen] = useState(0);
  const [needle, setNeedle] = useState(params.get('find') ?? '');
  const [match, setMatch] = useState(0);
  const rows = useRef<LogRowsHandle>(null);
  const found = useLogSearch(server, needle, file.size);
  const keepNeedle = useDebouncedCallback((find: string) => set({ find }), typingMs);
  const marked = rangeOf(line);
  const missed = lines - seen;

  // Counted from where following stopped, or from what was there when a line was linked to.
  if ((follow || seen === 0) && seen !== lines) setSeen(lines);
  const shownFirst = marked?.[0];
  useEffect(() => {
    if (file.opened && shownFirst !== undefined) rows.current?.show(shownFirst);
  }, [file, file.opened, shownFirst]);

  const stopAt = (target: number) => {
    setFollow(false);
    rows.current?.show(target);
  };
  const step = (by: number) => {
    if (found.lines.length === 0) return;
    const next = (match + by + found.lines.length) % found.lines.length;
    setMatch(next);
    stopAt(found.lines[next] ?? 0);
  };
  const firstMatch = found.lines[0];
  useEffect(() => {
    if (firstMatch !== undefined) rows.current?.show(firstMatch);
  }, [firstMatch, needle]);

  const toError = () => {
    if (file.firstError === null) return;
    stopAt(file.firstError);
    onLine(String(file.firstError + 1));
  };
  const toggleWrap = () => set({ wrap: wrap ? null : '1' });
  useKey('log.wrap', toggleWrap);
  useKey('log.follow', () => setFollow((on) => !on));
  useKey('log.error', toError);
  const pick = (number: number, extend: boolean) => {
    setFollow(false);
    onLine(extend && marked ? `${Math.min(marked[0], number) + 1}-${Math.max(marked[0], number) + 1}` : String(number + 1));
  };

  if (error && !file.opened) {
    return (
      <div className={css.empty} role="alert">
        <p>{error.message}</p>
        <Button variant="default" onClick={retry}>
          Retry
        </Button>
      </div>
    );
  }
  return (
    <section className={css.viewer} aria-label={`Log of ${part}`}>
      <div className={css.tools}>
        <LogSearchField
          {...{ needle, found, match }}
          onNeedle={(next) => {
            setNeedle(next);
            keepNeedle(next);
            setMatch(0);
            setFollow(false);
          }}
          onStep={step}
        />
        <span className="space" />
        {error && (
          <span className={css.away} role="status">
            Reconnecting …
          </span>
        )}
        <LogTools
          {...{ file, wrap, follow, format }}
          paused={paused !== null}
          download={downloadOf(attempt, part, format)}
          onError={toError}
          onWrap={toggleWrap}
          onFollow={() => setFollow(!follow)}
          onPause={pause}
          onFormat={() => set({ log: format === 'raw' ? null : 'raw' })}
        />
      </div>
      <div className={css.body}>
        {file.opened && lines === 0 ? (
          <div className={css.empty}>{file.complete ? empty : 'Nothing printed yet. What comes appears here.'}</div>
        ) : (
          <LogRows
            {...{ file, lines, marks, wrap, follow, needle, marked }}
            ref={rows}
            current={needle === '' ? null : (found.lines[match] ?? null)}
            onNumber={pick}
            onFollow={setFollow}
            label={`Log of ${part}`}
          />
        )}
        {!follow && missed > 0 && seen > 0 && (
          <Button className={css.news} size="compact-xs" radius="xl" onClick={() => setFollow(true)}>
            {missed.toLocaleString('en')} new {missed === 1 ? 'line' : 'lines'} ↓
          </Button>
        )}
      </div>
      {paused !== null && (
        <p className={css.paused}>
          <span role="status">{paused}</span>
          <Button size="compact-xs" variant="default" onClick={pause}>
            Go on
          </Button>
        </p>
      )}
    </section>
  );
}

function rangeOf(line: string | null): [number, number] | null {
  const match = /^(\d+)(?:-(\d+))?$/.exec(line ?? '');
  if (!match) return null;
  const first = Number(match[1]) - 1;
  return [first, match[2] ? Number(match[2]) - 1 : first];
}
