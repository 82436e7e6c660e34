import { useQuery } from '@tanstack/react-query';
import { MessageSquareReply } from 'lucide-react';
import { get } from '../../../api/client';
import type { Described } from '../../../api/described';
import type { Attempt } from '../../../api/types';
import { copyText } from '../../../shared/copy';
import { Empty, ErrorState, Skeleton } from '../../../shared/States';
import css from './tabs.module.css';

/** What the agent answered at the end, and what the supervisor said about it. */
export function ResponseTab({ attempt, command }: { attempt: Attempt; command: boolean }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['response', attempt.id, attempt.status],
    queryFn: ({ signal }) =>
      get<Described<'AgentResponse'>>(`/attempts/${encodeURIComponent(attempt.id)}/response`, {}, signal),
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  if (data.action === null && data.raw === null && data.review === null) {
    const why = command
      ? 'A command answers with its exit code.'
      : attempt.status === 'running'
        ? 'The agent has not answered yet.'
        : 'The attempt ended without an answer.';
    return (
      <Empty icon={MessageSquareReply} title="No response">
        <p>{why}</p>
      </Empty>
    );
  }
  return (
    <div className={css.summary}>
      <section className={css.answer} aria-label="Worker">
        <h3>
          Worker <Action of={data.action} />
        </h3>
        {data.summary_for_supervisor && <p>{data.summary_for_supervisor}</p>}
        {data.evidence.length > 0 && (
          <ul>
            {data.evidence.map((path) => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        )}
      </section>
      {data.review && (
        <section className={css.answer} aria-label="Review">
          <h3>
            Review{data.review.agent && ` by ${data.review.agent}`} <Action of={data.review.action} />
          </h3>
          {data.review.summary && <p>{data.review.summary}</p>}
        </section>
      )}
      {data.raw !== null && (
        <details className={css.raw}>
          <summary>As the agent wrote it</summary>
          <button type="button" className="linkish" onClick={() => void copyText(data.raw ?? '', 'Response')}>
            Copy
          </button>
          <pre tabIndex={0}>{data.raw}</pre>
        </details>
      )}
    </div>
  );
}

const tones: Record<string, string> = { COMPLETED: 'ok', RETRY: 'ask', STUCK: 'fail' };

function Action({ of }: { of: string | null }) {
  if (of === null) return null;
  return (
    <span className={css.action} data-tone={tones[of] ?? 'idle'}>
      {of.toLowerCase()}
    </span>
  );
}
