import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { address, request } from '../../../api/client';
import type { Attempt } from '../../../api/types';
import { lineDiff } from '../../../diff/lineDiff';
import { Patch } from '../../../diff/PatchRows';
import { count } from '../../../format/text';
import { copyText } from '../../../shared/copy';
import { Empty, ErrorState, Skeleton } from '../../../shared/States';
import css from './tabs.module.css';

const promptQuery = (attempt: string, part: string) => ({
  queryKey: ['prompt', attempt, part],
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await request(address(`/attempts/${encodeURIComponent(attempt)}/prompt`, { part }), { signal })).text(),
});

/** A rough rule that holds for most models: four characters of English are a token. */
const charactersPerToken = 4;

export function PromptTab({ attempt, attempts, command }: { attempt: Attempt; attempts: Attempt[]; command: boolean }) {
  const [part, setPart] = useState('worker');
  const [changes, setChanges] = useState(false);
  const before = attempts[attempts.indexOf(attempt) - 1];
  const { data, error, refetch } = useQuery(promptQuery(attempt.id, part));
  const previous = useQuery({ ...promptQuery(before?.id ?? '', part), enabled: changes && before !== undefined });
  const diff = useMemo(
    () => (changes && data !== undefined && previous.data !== undefined ? lineDiff(previous.data, data) : null),
    [changes, data, previous.data],
  );

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton />;
  if (data === '')
    return (
      <Empty icon={MessageSquareText} title="No prompt">
        <p>{command ? 'A command has none.' : 'The attempt ended before a prompt was written.'}</p>
      </Empty>
    );
  return (
    <div className={css.fill}>
      <div className={css.parts}>
        {attempt.parts.includes('review') && (
          <Select
            aria-label="Whose prompt"
            data={['worker', 'review']}
            value={part}
            allowDeselect={false}
            onChange={(value) => setPart(value ?? 'worker')}
          />
        )}
        <span className="quiet">
          {command ? 'command' : `about ${count(Math.ceil(data.length / charactersPerToken))} tokens`} · {count(data.length)}{' '}
          characters
        </span>
        <span className="space" />
        {before && (
          <Button size="compact-xs" variant="default" aria-pressed={changes} onClick={() => setChanges(!changes)}>
            {changes ? 'Whole text' : `Changes from attempt ${before.number}`}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={() => void copyText(data, 'Prompt')}>
          Copy
        </Button>
      </div>
      {diff === null ? (
        <pre className={css.text} tabIndex={0}>
          {data}
        </pre>
      ) : diff === '' ? (
        <p className={css.nothing}>Both prompts are the same.</p>
      ) : (
        <div className={css.scroll}>
          <Patch patch={diff} hideSpace={false} />
        </div>
      )}
    </div>
  );
}
