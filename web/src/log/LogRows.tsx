// Scrolls through any number of lines with a screenful of elements. The scroll bar's place says which line is looked at and
// where on the screen that line stands: at the top the first line's top, at the bottom the last line's end. That holds for
// wrapped lines too, whose heights nobody knows before they are drawn, and for logs taller than a browser can make an element.
import { useElementSize } from '@mantine/hooks';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { spansOf, type Style } from './ansi';
import type { LogFile } from './LogFile';
import { LogLine } from './LogLine';
import css from './log.module.css';

export const lineHeight = 18;
const tallest = 12_000_000;

export interface LogRowsHandle {
  show: (line: number) => void;
}

interface Props {
  file: LogFile;
  /** How many of its lines are shown: fewer than there are while it is paused. */
  lines: number;
  /** What stands above a line, by its number. */
  marks: ReadonlyMap<number, string>;
  wrap: boolean;
  follow: boolean;
  needle: string;
  current: number | null;
  marked: [first: number, last: number] | null;
  onNumber: (number: number, extend: boolean) => void;
  onFollow: (follow: boolean) => void;
  label: string;
  ref: Ref<LogRowsHandle>;
}

export function LogRows({ file, lines, marks, wrap, follow, needle, current, marked, onNumber, onFollow, label, ref }: Props) {
  const size = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const last = useRef({ top: 0, lines: 0 });
  const [top, setTop] = useState(0);
  const [widest, setWidest] = useState(0);

  const height = size.height || 400;
  const total = Math.min(lines * lineHeight + 12, tallest);
  const scrollable = Math.max(0, total - height);
  // Who follows is at the end, also in the moment before the browser has scrolled there.
  const place = scrollable === 0 ? 0 : follow ? 1 : Math.min(1, top / scrollable);
  const anchor = Math.min(Math.max(0, lines - 1), Math.floor(place * lines));
  const part = place * lines - anchor;
  const screenful = Math.ceil(height / lineHeight) + 4;
  const first = Math.max(0, anchor - Math.ceil(screenful * place) - 2);
  const end = Math.min(lines, anchor + Math.ceil(screenful * (1 - place)) + 2);

  useEffect(() => file.want(first, end - 1), [file, first, end]);

  useLayoutEffect(() => {
    const box = rows.current;
    const line = box?.children[anchor - first] as HTMLElement | undefined;
    if (!box || !line) return;
    const tall = line.offsetHeight || lineHeight;
    // A log that does not fill the screen starts at its top, wrapped or not.
    const offset = scrollable === 0 ? 0 : place * height - line.offsetTop - part * tall;
    box.style.transform = `translateY(${Math.round(offset)}px)`;
  });

  useLayoutEffect(() => {
    if (!follow || !scroller.current) return;
    scroller.current.scrollTop = scrollable;
    last.current = { top: scroller.current.scrollTop, lines };
  }, [follow, scrollable, lines]);

  useImperativeHandle(ref, () => ({
    show: (line) => {
      const box = scroller.current;
      if (!box || lines === 0) return;
      // A third from the top: what led to the line matters more than what came after it.
      const at = (line * lineHeight - height / 3) / Math.max(1, lines * lineHeight + 12 - height);
      box.scrollTop = Math.max(0, Math.min(1, at)) * scrollable;
      // Not only by the scroll event, which comes a frame later.
      setTop(box.scrollTop);
    },
  }));

  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    const up = box.scrollTop < last.current.top && lines === last.current.lines;
    // As the box is now: a banner that went makes it taller, which moves it, before its new height is known here.
    const room = box.scrollHeight - box.clientHeight;
    const bottom = box.scrollTop >= scrollable - lineHeight || (room > 0 && box.scrollTop >= room - lineHeight);
    last.current = { top: box.scrollTop, lines };
    setTop(box.scrollTop);
    if (up && !bottom) onFollow(false);
    else if (bottom && scrollable > 0) onFollow(true);
  };

  const shown = [];
  let style: Style = {};
  for (const before of file.linesBefore(first)) if (before.includes('\u001b')) style = spansOf(before, style).after;
  let longest = widest;
  for (let number = first; number < end; number++) {
    const text = file.line(number);
    const isMarked = marked !== null && number >= marked[0] && number <= marked[1];
    shown.push(
      <LogLine
        key={number}
        {...{ number, text, before: style, needle, wrap, onNumber }}
        stderr={file.isError(number)}
        mark={marks.get(number)}
        current={number === current}
        marked={isMarked}
      />,
    );
    if (text?.includes('\u001b')) style = spansOf(text, style).after;
    longest = Math.max(longest, Math.min(text?.length ?? 0, 8000));
  }
  if (longest > widest) setWidest(longest);

  return (
    <div
      ref={(box) => {
        scroller.current = box;
        size.ref(box);
      }}
      className={css.scroller}
      data-streams={file.tellsStreams || undefined}
      onScroll={onScroll}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={label}
    >
      <div style={{ height: Math.max(total, height), minWidth: wrap ? undefined : `calc(${widest}ch + 80px)` }}>
        <div className={css.window} style={{ height }}>
          <div ref={rows} className={css.rows}>
            {shown}
          </div>
        </div>
      </div>
    </div>
  );
}
