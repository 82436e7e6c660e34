import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { ArrowDown, ArrowDownToLine, ArrowUp, CircleAlert, Download, Search, WrapText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { keyHint } from '../keyboard/keymap';
import { useKey } from '../keyboard/keys';
import { LogRows, type LogRowsHandle } from './LogRows';
import css from './log.module.css';
import { downloadOf, type LogFormat } from './logServer';
import { useLog, useLogSearch } from './useLog';

interface Props {
  attempt: string;
  part: string;
  /** `120` or `120-130`, counted from 1, as in the address. */
  line: string | null;
  onLine: (line: string | null) => void;
  /** What an empty log means here. */
  empty: string;
}

export function LogViewer({ attempt, part, line, onLine, empty }: Props) {
  const [format, setFormat] = useState<LogFormat>('text');
  const { file, server, error, retry } = useLog(attempt, part, format);
  const [wrap, setWrap] = useState(false);
  const [follow, setFollow] = useState(line === null);
  const [seen, setSeen] = useState(0);
  const [needle, setNeedle] = useState('');
  const [match, setMatch] = useState(0);
  const rows = useRef<LogRowsHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const found = useLogSearch(server, needle, file.size);
  const marked = rangeOf(line);
  const missed = file.lines - seen;

  // Counted from where following stopped, or from what was there when a line was linked to.
  if ((follow || seen === 0) && seen !== file.lines) setSeen(file.lines);
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
  useKey('log.wrap', () => setWrap((on) => !on));
  useKey('log.follow', () => setFollow((on) => !on));
  useKey('log.error', toError);
  // A browser's own search sees only the lines that are drawn.
  useKey('filter', () => field.current?.focus());
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
        <TextInput
          ref={field}
          className={css.search}
          aria-label="Search the log"
          placeholder={`Search (${keyHint('filter')})`}
          leftSection={<Search size={13} />}
          value={needle}
          onChange={(event) => {
            setNeedle(event.currentTarget.value.toLowerCase());
            setMatch(0);
            setFollow(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
            if (event.key === 'Escape' && needle !== '') {
              event.stopPropagation();
              setNeedle('');
            }
          }}
        />
        {needle !== '' && (
          <>
            <span className={css.count} role="status">
              {matchText(found.count, found.lines.length > 0 ? match + 1 : 0, found.running)}
            </span>
            <Tool label="Previous match (⇧Enter)" icon={<ArrowUp size={14} />} onClick={() => step(-1)} />
            <Tool label="Next match (Enter)" icon={<ArrowDown size={14} />} onClick={() => step(1)} />
          </>
        )}
        <span className={css.space} />
        {error && (
          <span className={css.away} role="status">
            Reconnecting …
          </span>
        )}
        <span className={css.count}>
          {file.lines.toLocaleString('en')} lines{file.complete ? '' : ' · live'}
        </span>
        <Tool
          label={`First error (${keyHint('log.error')})`}
          icon={<CircleAlert size={14} />}
          onClick={toError}
          disabled={file.firstError === null}
        />
        <Tool
          label={`Wrap lines (${keyHint('log.wrap')})`}
          icon={<WrapText size={14} />}
          onClick={() => setWrap(!wrap)}
          pressed={wrap}
        />
        <Tool
          label={`Follow (${keyHint('log.follow')})`}
          icon={<ArrowDownToLine size={14} />}
          onClick={() => setFollow(!follow)}
          pressed={follow}
        />
        <Button
          size="compact-xs"
          variant="default"
          title="What the agent printed, before it was made readable"
          aria-pressed={format === 'raw'}
          onClick={() => setFormat(format === 'raw' ? 'text' : 'raw')}
        >
          {format === 'raw' ? 'Raw' : 'Readable'}
        </Button>
        <Tooltip label="Download">
          <ActionIcon
            component="a"
            href={downloadOf(attempt, part, format)}
            download
            size={24}
            aria-label="Download"
            className={css.tool}
          >
            <Download size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={css.body}>
        {file.opened && file.lines === 0 ? (
          <div className={css.empty}>{file.complete ? empty : 'Nothing printed yet. What comes appears here.'}</div>
        ) : (
          <LogRows
            {...{ file, wrap, follow, needle, marked }}
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
    </section>
  );
}

function Tool(props: { label: string; icon: React.ReactNode; onClick: () => void; pressed?: boolean; disabled?: boolean }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        size={24}
        aria-label={props.label}
        aria-pressed={props.pressed}
        data-pressed={props.pressed ? true : undefined}
        className={css.tool}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
      >
        {props.icon}
      </ActionIcon>
    </Tooltip>
  );
}

function rangeOf(line: string | null): [number, number] | null {
  const match = /^(\d+)(?:-(\d+))?$/.exec(line ?? '');
  if (!match) return null;
  const first = Number(match[1]) - 1;
  return [first, match[2] ? Number(match[2]) - 1 : first];
}

function matchText(count: number, current: number, running: boolean): string {
  if (running && count === 0) return 'searching …';
  return count === 0 ? 'no match' : `${current} of ${count.toLocaleString('en')}${running ? '+' : ''}`;
}
