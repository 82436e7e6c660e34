import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FileDiff as FileIcon } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Need } from '../api/types';
import { plural, shortCommit } from '../format/text';
import { Empty, ErrorState, Skeleton } from '../shared/States';
import { useUrl } from '../shared/url';
import { reviewOf, useReview } from './comments';
import { diffQuery, type Against, type DiffFile } from './diffApi';
import css from './diff.module.css';
import { Counts, FileDiff } from './FileDiff';
import { FileTree } from './FileTree';
import { useNoteOpened } from './opened';
import { useViewed } from './viewed';

interface Props {
  attempt: string;
  number: number;
  /** Every attempt's number of the step. */
  attempts: number[];
  against: Against;
  onAgainst: (against: Against) => void;
  /** What is being decided about these files now; null: nothing. */
  need: Need | null;
  /** Whether an agent would read remarks about lines. */
  heard: boolean;
}

/** A file with more changes starts folded: unfolding is one click, scrolling past it is not. */
const foldedLines = 600;

export function DiffViewer({ attempt, number, attempts, against, onAgainst, need, heard }: Props) {
  const { params, set } = useUrl();
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...diffQuery(attempt, against), placeholderData: (old) => old });
  const [folded, setFolded] = useState<Record<string, boolean>>({});
  const [tree, setTree] = useState(() => innerWidth > 1500);
  const hideSpace = params.get('space') === 'hidden';
  const review = useReview(need ? reviewOf(need) : '');
  useNoteOpened(need && data && !isPlaceholderData ? reviewOf(need) : null);
  const [isViewed, setViewed] = useViewed(attempt);
  const isOpen = (file: DiffFile) => !(folded[file.path] ?? (isViewed(file) || file.additions + file.deletions > foldedLines));
  const choices = [
    { value: 'input', label: 'its input' },
    { value: 'base', label: "the job's base" },
    ...(number > 1 ? [{ value: 'previous', label: 'the previous attempt' }] : []),
    ...attempts.filter((other) => other !== number).map((other) => ({ value: String(other), label: `attempt ${other}` })),
  ];

  const seen = data?.files.filter(isViewed).length ?? 0;
  return (
    <div className={css.viewer}>
      <div className={css.tools}>
        <span className="quiet">against</span>
        <Select
          aria-label="Compare with"
          data={choices}
          value={against}
          allowDeselect={false}
          comboboxProps={{ withinPortal: true }}
          onChange={(value) => onAgainst(value ?? 'input')}
          className={css.against}
        />
        {data && (
          <>
            <span className="quiet" title={`${shortCommit(data.from_commit)}..${shortCommit(data.to_commit)}`}>
              {plural(data.files.length, 'file')}
              {seen > 0 && ` · ${seen} viewed`}
            </span>
            <Counts {...data} />
          </>
        )}
        <span className="space" />
        {data && data.files.length > 1 && (
          <Button size="compact-xs" variant="default" aria-pressed={tree} onClick={() => setTree(!tree)}>
            {tree ? 'Hide files' : 'Show files'}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          aria-pressed={hideSpace}
          onClick={() => set({ space: hideSpace ? null : 'hidden' })}
        >
          {hideSpace ? 'Show white space' : 'Hide white space'}
        </Button>
      </div>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Skeleton />}
      {data?.files.length === 0 && (
        <Empty icon={FileIcon} title="No difference">
          <p>{against === 'input' ? 'The attempt changed no file.' : 'Both have the same files.'}</p>
        </Empty>
      )}
      {data && data.files.length > 0 && (
        <div className={isPlaceholderData ? `${css.body} stale` : css.body}>
          {tree && data.files.length > 1 && (
            <FileTree
              files={data.files}
              isViewed={isViewed}
              onPick={(file) => {
                setFolded((old) => ({ ...old, [file.path]: false }));
                requestAnimationFrame(() => document.getElementById(`file:${file.path}`)?.scrollIntoView({ block: 'start' }));
              }}
            />
          )}
          <div className={css.files}>
            {data.truncated && (
              <p className={css.note}>The list of files is not complete: there are too many. The commit has all of them.</p>
            )}
            {data.files.map((file) => (
              <FileDiff
                key={file.path}
                {...{ file, attempt, against, hideSpace }}
                review={need && heard ? review : null}
                open={isOpen(file)}
                viewed={isViewed(file)}
                onOpen={(open) => setFolded((old) => ({ ...old, [file.path]: !open }))}
                onViewed={(viewed) => {
                  setViewed(file, viewed);
                  setFolded((old) => ({ ...old, [file.path]: viewed }));
                }}
              />
            ))}
          </div>
        </div>
      )}
      {need && <SendBack need={need} heard={heard} comments={review.comments.length} />}
    </div>
  );
}

/** Where the remarks go: they are gathered here and sent by the decision, where the reason for it stands, too. */
function SendBack({ need, heard, comments }: { need: Need; heard: boolean; comments: number }) {
  const at = `/needs?need=${encodeURIComponent(need.id)}`;
  return (
    <p className={css.sendBack}>
      <span>
        {comments > 0 ? plural(comments, 'comment') : `Waits for your approval.${heard ? ' Comment on a line, or decide.' : ''}`}
      </span>
      {comments > 0 && (
        <Button component={Link} href={`${at}&decide=reject`} color="red" size="compact-sm">
          Send back with {plural(comments, 'comment')}…
        </Button>
      )}
      <Button component={Link} href={at} variant="default" size="compact-sm">
        Decide…
      </Button>
    </p>
  );
}
