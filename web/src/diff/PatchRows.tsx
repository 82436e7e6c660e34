import { Button } from '@mantine/core';
import { MessageSquarePlus } from 'lucide-react';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { plural } from '../format/text';
import { CommentBox } from './CommentBox';
import type { Comment, Review } from './comments';
import css from './patchRows.module.css';
import { hunksOf, withoutSpaceChanges, type Hunk, type Row } from './patch';

const signs = { added: '+', removed: '−', context: ' ' } as const;

/** So many rows are drawn at once; the rest follows when it is asked for. */
const rowsAtOnce = 1500;

interface Props {
  patch: string;
  hideSpace: boolean;
  /** Where it may be remarked upon. */
  about?: { path: string; review: Review };
}

export function Patch({ patch, hideSpace, about }: Props) {
  const [limit, setLimit] = useState(rowsAtOnce);
  const hunks = useMemo(() => {
    const all = hunksOf(patch);
    return hideSpace ? all.map(withoutSpaceChanges) : all;
  }, [patch, hideSpace]);
  const total = hunks.reduce((sum, hunk) => sum + hunk.rows.length, 0);
  const ends = hunks.map((_, index) => hunks.slice(0, index + 1).reduce((sum, hunk) => sum + hunk.rows.length, 0));
  return (
    <div
      className={css.patch}
      tabIndex={0}
      role="group"
      aria-label={about ? 'Changed lines. Arrow keys go from line to line, Enter comments.' : 'Changed lines'}
      onKeyDown={about && moveAmongLines}
    >
      <div className={css.rows}>
        {hunks.map((hunk, index) => {
          const before = ends[index - 1] ?? 0;
          if (before >= limit) return null;
          return (
            <div key={index} className={css.hunk}>
              {isCut(hunk) && <div className={css.hunkHead}>⋯ {hunk.header}</div>}
              {hunk.rows
                .slice(0, limit - before)
                .map((row, at) => (about ? <TalkedRow key={at} row={row} {...about} /> : <RowLine key={at} row={row} />))}
            </div>
          );
        })}
      </div>
      {total > limit && (
        <Button className={css.more} size="compact-xs" variant="default" onClick={() => setLimit(limit + 4 * rowsAtOnce)}>
          Show {plural(total - limit, 'more line')}
        </Button>
      )}
    </div>
  );
}

/** Whether something stands before it that is not shown. */
function isCut({ rows: [first] }: Hunk): boolean {
  return (first?.before ?? first?.after) !== 1;
}

/** Thousands of lines would make a Tab order that nobody can leave: the group is one stop, arrows go on inside. */
function moveAmongLines(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (event.target instanceof HTMLElement && event.target.closest('textarea')) return;
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-talk]')];
  const at = lines.findIndex((line) => line === document.activeElement);
  const next = lines[event.key === 'ArrowDown' ? at + 1 : Math.max(0, at - 1)];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

function TalkedRow({ row, path, review }: { row: Row; path: string; review: Review }) {
  const [editing, setEditing] = useState(false);
  const side = row.after === null ? 'before' : 'after';
  const line = row.after ?? row.before ?? 0;
  const said = review.comments.find((one) => one.path === path && one.side === side && one.line === line);
  const comment: Comment = said ?? { path, side, line, code: row.text, text: '' };
  return (
    <>
      <RowLine
        row={row}
        talk={{ label: `Comment on ${side === 'before' ? 'removed ' : ''}line ${line}`, onClick: () => setEditing(true) }}
      />
      {(said ?? editing) && (
        <CommentBox {...{ comment, editing }} onEdit={setEditing} onPut={review.put} onRemove={() => review.remove(comment)} />
      )}
    </>
  );
}

function RowLine({ row, talk }: { row: Row; talk?: { label: string; onClick: () => void } }) {
  const [start, end] = row.changed ?? [0, 0];
  return (
    <div className={css.row} data-kind={row.kind}>
      {talk && (
        <button type="button" className={css.talk} data-talk tabIndex={-1} aria-label={talk.label} onClick={talk.onClick}>
          <MessageSquarePlus size={13} aria-hidden />
        </button>
      )}
      <span className={css.number}>{row.before ?? ''}</span>
      <span className={css.number}>{row.after ?? ''}</span>
      <span className={css.sign} aria-hidden>
        {signs[row.kind]}
      </span>
      <span className={css.text}>
        {row.kind !== 'context' && <span className="visually-hidden">{row.kind} </span>}
        {row.changed && end > start ? (
          <>
            {row.text.slice(0, start)}
            <mark>{row.text.slice(start, end)}</mark>
            {row.text.slice(end)}
          </>
        ) : (
          row.text
        )}
        {row.noNewline && <span className="quiet"> ⏎ no line end at the end of the file</span>}
      </span>
    </div>
  );
}
