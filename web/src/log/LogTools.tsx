import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { ArrowDown, ArrowDownToLine, ArrowUp, CircleAlert, Download, Pause, Play, Search, WrapText } from 'lucide-react';
import { useRef } from 'react';
import { keyHint } from '../keyboard/keymap';
import { useKey } from '../keyboard/keys';
import type { SearchState } from './LogSearch';
import type { LogFile } from './LogFile';
import type { LogFormat } from './logServer';
import css from './log.module.css';

interface SearchProps {
  needle: string;
  found: SearchState;
  /** Which match is looked at, counted from 0. */
  match: number;
  onNeedle: (needle: string) => void;
  onStep: (by: 1 | -1) => void;
}

export function LogSearchField({ needle, found, match, onNeedle, onStep }: SearchProps) {
  const field = useRef<HTMLInputElement>(null);
  // A browser's own search sees only the lines that are drawn.
  useKey('filter', () => field.current?.focus());
  return (
    <>
      <TextInput
        ref={field}
        className={css.search}
        aria-label="Search the log"
        placeholder={`Search (${keyHint('filter')})`}
        leftSection={<Search size={13} />}
        value={needle}
        onChange={(event) => onNeedle(event.currentTarget.value.toLowerCase())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape' && needle !== '') {
            event.stopPropagation();
            onNeedle('');
          }
        }}
      />
      {needle !== '' && (
        <>
          <span className={css.count} role="status">
            {matchText(found.count, found.lines.length > 0 ? match + 1 : 0, found.running)}
          </span>
          <Tool label="Previous match (⇧Enter)" icon={<ArrowUp size={14} />} onClick={() => onStep(-1)} />
          <Tool label="Next match (Enter)" icon={<ArrowDown size={14} />} onClick={() => onStep(1)} />
        </>
      )}
    </>
  );
}

interface Props {
  file: LogFile;
  wrap: boolean;
  follow: boolean;
  paused: boolean;
  format: LogFormat;
  download: string;
  onError: () => void;
  onWrap: () => void;
  onFollow: () => void;
  onPause: () => void;
  onFormat: () => void;
}

export function LogTools({ file, wrap, follow, paused, format, download, ...on }: Props) {
  return (
    <>
      <span className={css.count}>
        {file.lines.toLocaleString('en')} lines{file.complete ? '' : ' · live'}
      </span>
      <Tool
        label={`First error (${keyHint('log.error')})`}
        icon={<CircleAlert size={14} />}
        onClick={on.onError}
        disabled={file.firstError === null}
      />
      <Tool label={`Wrap lines (${keyHint('log.wrap')})`} icon={<WrapText size={14} />} onClick={on.onWrap} pressed={wrap} />
      {(!file.complete || paused) && (
        <Tool
          label={paused ? 'Go on' : 'Pause'}
          icon={paused ? <Play size={14} /> : <Pause size={14} />}
          onClick={on.onPause}
          pressed={paused}
        />
      )}
      <Tool
        label={`Follow (${keyHint('log.follow')})`}
        icon={<ArrowDownToLine size={14} />}
        onClick={on.onFollow}
        pressed={follow}
      />
      <Button
        size="compact-xs"
        variant="default"
        title="What the agent printed, before it was made readable"
        aria-pressed={format === 'raw'}
        onClick={on.onFormat}
      >
        {format === 'raw' ? 'Raw' : 'Readable'}
      </Button>
      <Tooltip label="Download">
        <ActionIcon component="a" href={download} download size={24} aria-label="Download" className={css.tool}>
          <Download size={14} />
        </ActionIcon>
      </Tooltip>
    </>
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

function matchText(count: number, current: number, running: boolean): string {
  if (running && count === 0) return 'searching …';
  return count === 0 ? 'no match' : `${current} of ${count.toLocaleString('en')}${running ? '+' : ''}`;
}
