import { memo, type CSSProperties, type MouseEvent } from 'react';
import { spansOf, type Style } from './ansi';
import css from './log.module.css';

/** A longer line is cut where it is shown; the download has all of it. */
const shownCharacters = 8000;

interface Props {
  number: number;
  text: string | undefined;
  stderr: boolean;
  /** What stands above it where a pause ended. */
  mark: string | undefined;
  before: Style;
  needle: string;
  current: boolean;
  marked: boolean;
  wrap: boolean;
  onNumber: (number: number, extend: boolean) => void;
}

export const LogLine = memo(function LogLine(props: Props) {
  const { number, text, stderr, mark, before, needle, current, marked, wrap, onNumber } = props;
  const cut = text !== undefined && text.length > shownCharacters;
  const { spans } = spansOf(cut ? text.slice(0, shownCharacters) : (text ?? ''), before);
  const pick = (event: MouseEvent) => {
    event.preventDefault();
    onNumber(number, event.shiftKey);
  };
  const line = (
    <div className={css.line} data-line={number} data-marked={marked || undefined} data-current={current || undefined}>
      <a className={css.number} href={`?line=${number + 1}`} onClick={pick} tabIndex={-1} aria-label={`Line ${number + 1}`}>
        {number + 1}
      </a>
      <span className={css.stream} title={stderr ? 'Printed to stderr' : undefined}>
        {stderr && 'err'}
      </span>
      <span className={wrap ? css.wrapped : css.text}>
        {text === undefined ? <span className={css.waiting} /> : null}
        {spans.map((span, index) => (
          <span key={index} style={cssOf(span.style)}>
            {needle === '' ? span.text : highlighted(span.text, needle)}
          </span>
        ))}
        {cut && (
          <span className={css.cut}>… {(text.length - shownCharacters).toLocaleString('en')} more characters: download</span>
        )}
      </span>
    </div>
  );
  if (mark === undefined) return line;
  return (
    <div>
      <p className={css.mark}>{mark}</p>
      {line}
    </div>
  );
});

function highlighted(text: string, needle: string) {
  const lower = text.toLowerCase();
  const pieces = [];
  let at = 0;
  for (let found = lower.indexOf(needle); found >= 0; found = lower.indexOf(needle, at)) {
    pieces.push(text.slice(at, found), <mark key={found}>{text.slice(found, found + needle.length)}</mark>);
    at = found + needle.length;
  }
  return [...pieces, text.slice(at)];
}

function cssOf(style: Style): CSSProperties {
  return {
    color: style.color,
    background: style.background,
    fontWeight: style.bold ? 650 : undefined,
    opacity: style.dim ? 0.7 : undefined,
    fontStyle: style.italic ? 'italic' : undefined,
    textDecoration: style.underline ? 'underline' : undefined,
  };
}
