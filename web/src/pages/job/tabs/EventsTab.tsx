import { useQuery } from '@tanstack/react-query';
import { Activity, Bot, UserRound } from 'lucide-react';
import { eventsQuery } from '../../../api/queries';
import type { Attempt, Phase } from '../../../api/types';
import { Empty, ErrorState, Skeleton } from '../../../shared/States';
import { Time } from '../../../shared/Time';
import css from './tabs.module.css';

interface Props {
  step: Phase;
  attempt: Attempt | null;
  /** The event that someone came to see. */
  shown: string | null;
}

const intoView = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'center' });

/** What happened to the step. Events that belong to no attempt (a gate, a reset) stand with every attempt. */
export function EventsTab({ step, attempt, shown }: Props) {
  const { data, error, refetch } = useQuery(eventsQuery({ task_id: step.task_id }));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  const events = data.filter(
    (event) => event.id === shown || event.attempt === null || attempt === null || event.attempt === attempt.number,
  );
  if (events.length === 0) return <Empty icon={Activity} title="No events yet" />;
  return (
    <ol className={css.events}>
      {events.map((event) => (
        <li
          key={event.id}
          {...(event.id === shown ? { ref: intoView, 'aria-current': true } : {})}
          data-human={event.producer_role === 'human' || undefined}
        >
          {event.producer_role === 'human' ? (
            <UserRound size={14} aria-label="A person" />
          ) : (
            <Bot size={14} aria-label="Logist" />
          )}
          <Time at={event.created_at} absolute />
          <code>{event.event_type}</code>
          <span>
            {event.text}
            {event.producer_role === 'human' && (
              <span className="quiet">
                {' '}
                by {event.actor}
                {event.reason && `: ${event.reason}`}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
