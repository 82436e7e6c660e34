import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { count, plural } from '../format/text';
import { fileDiffQuery, type Against, type DiffFile } from './diffApi';
import css from './diff.module.css';
import { hunksOf, withoutSpaceChanges, type Hunk, type Row } from './patch';

interface Props {
  file: DiffFile;
  attempt: string;
  against: Against;
  open: boolean;
  viewed: boolean;
  hideSpace: boolean;
  onOpen: (open: boolean) => void;
  onViewed: (viewed: boolean) => void;
}

export function FileDiff({ file, attempt, against, open, viewed, hideSpace, onOpen, onViewed }: Props) {
  return (
    <section className={css.file} id={`file:${file.path}`} aria-label={file.path}>
      <div className={css.fileHead}>
        <button
          type="button"
          className={css.twist}
          aria-expanded={open}
          aria-label={`${open ? 'Fold' : 'Unfold'} ${file.path}`}
          onClick={() => onOpen(!open)}
        >
          <ChevronRight size={14} data-open={open || undefined} />
        </button>
        <code className={css.path}>
          {file.old_path !== null && file.old_path !== file.path && <span className={css.quiet}>{file.old_path} → </span>}
          {file.path}
        </code>
        <span className={css.quiet}>{file.status}</span>
        <Counts {...file} />
        <span className={css.space} />
        <Checkbox label="Viewed" checked={viewed} onChange={(event) => onViewed(event.currentTarget.checked)} />
      </div>
      {open && <Content {...{ file, attempt, against, hideSpace }} />}
    </section>
  );
}

export function Counts({ additions, deletions }: { additions: number; deletions: number }) {
  return (
    <span className={css.counts}>
      <span className={css.plus}>+{count(additions)}</span> <span className={css.minus}>−{count(deletions)}</span>
    </span>
  );
}

function Content({ file, attempt, against, hideSpace }: Pick<Props, 'file' | 'attempt' | 'against' | 'hideSpace'>) {
  const [load, setLoad] = useState(false);
  const { data, error, isFetching } = useQuery({ ...fileDiffQuery(attempt, against, file.path), enabled: load });
  const patch = file.patch ?? data?.patch ?? null;

  if (file.status === 'binary') return <p className={css.note}>A binary file: its content is not shown.</p>;
  if (patch !== null && patch !== '') return <Patch patch={patch} hideSpace={hideSpace} />;
  if (file.too_large && !data) {
    return (
      <p className={css.note}>
        {plural(file.additions + file.deletions, 'changed line')}: too many to come with the others.{' '}
        <Button size="compact-xs" variant="default" loading={isFetching} onClick={() => setLoad(true)}>
          Load
        </Button>
        {error && <span role="alert"> {error.message}</span>}
      </p>
    );
  }
  if (data?.too_large) return <p className={css.note}>Too large for a page. The commit has it: use git.</p>;
  return (
    <p className={css.note}>{file.status === 'renamed' ? 'Renamed without a change.' : 'No line changed (its mode did).'}</p>
  );
}

const signs = { added: '+', removed: '−', context: ' ' } as const;

/** So many rows are drawn at once; the rest follows when it is asked for. */
const rowsAtOnce = 1500;

export function Patch({ patch, hideSpace }: { patch: string; hideSpace: boolean }) {
  const [limit, setLimit] = useState(rowsAtOnce);
  const hunks = useMemo(() => {
    const all = hunksOf(patch);
    return hideSpace ? all.map(withoutSpaceChanges) : all;
  }, [patch, hideSpace]);
  const total = hunks.reduce((sum, hunk) => sum + hunk.rows.length, 0);
  const ends = hunks.map((_, index) => hunks.slice(0, index + 1).reduce((sum, hunk) => sum + hunk.rows.length, 0));
  return (
    <div className={css.patch} tabIndex={0} role="group" aria-label="Changed lines">
      <div className={css.rows}>
        {hunks.map((hunk, index) => {
          const before = ends[index - 1] ?? 0;
          if (before >= limit) return null;
          return (
            <div key={index} className={css.hunk}>
              {isCut(hunk) && <div className={css.hunkHead}>⋯ {hunk.header}</div>}
              {hunk.rows.slice(0, limit - before).map((row, at) => (
                <RowLine key={at} row={row} />
              ))}
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

function RowLine({ row }: { row: Row }) {
  const [start, end] = row.changed ?? [0, 0];
  return (
    <div className={css.row} data-kind={row.kind}>
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
        {row.noNewline && <span className={css.quiet}> ⏎ no line end at the end of the file</span>}
      </span>
    </div>
  );
}
