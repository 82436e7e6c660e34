import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { count, plural } from '../format/text';
import type { Review } from './comments';
import { fileDiffQuery, type Against, type DiffFile } from './diffApi';
import css from './diff.module.css';
import { Patch } from './PatchRows';

interface Props {
  file: DiffFile;
  attempt: string;
  against: Against;
  open: boolean;
  viewed: boolean;
  hideSpace: boolean;
  /** Where lines may be remarked upon; null: nothing is being decided about them. */
  review: Review | null;
  onOpen: (open: boolean) => void;
  onViewed: (viewed: boolean) => void;
}

export function FileDiff({ file, attempt, against, open, viewed, hideSpace, review, onOpen, onViewed }: Props) {
  const said = review?.comments.filter((one) => one.path === file.path).length ?? 0;
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
          {file.old_path !== null && file.old_path !== file.path && <span className="quiet">{file.old_path} → </span>}
          {file.path}
        </code>
        <span className="quiet">{file.status}</span>
        <Counts {...file} />
        {said > 0 && <span className={css.said}>{plural(said, 'comment')}</span>}
        <span className="space" />
        <Checkbox label="Viewed" checked={viewed} onChange={(event) => onViewed(event.currentTarget.checked)} />
      </div>
      {open && <Content {...{ file, attempt, against, hideSpace, review }} />}
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

type Shown = Pick<Props, 'file' | 'attempt' | 'against' | 'hideSpace' | 'review'>;

function Content({ file, attempt, against, hideSpace, review }: Shown) {
  const [load, setLoad] = useState(false);
  const { data, error, isFetching } = useQuery({ ...fileDiffQuery(attempt, against, file.path), enabled: load });
  const patch = file.patch ?? data?.patch ?? null;

  if (file.status === 'binary') return <p className={css.note}>A binary file: its content is not shown.</p>;
  if (patch !== null && patch !== '')
    return <Patch patch={patch} hideSpace={hideSpace} {...(review ? { about: { path: file.path, review } } : {})} />;
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
