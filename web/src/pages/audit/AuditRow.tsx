import { Bot, ChevronRight, User } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AuditEntry } from '../../api/requests';
import { Time } from '../../shared/Time';
import { useUrl } from '../../shared/url';

const nouns: Record<string, string> = { job: 'job', workflow_run: 'run', budget: 'budget', task: 'step' };

/** `task.restep_requested` → `restep requested`; a verb that says too little alone keeps its noun: `run created`. */
function wordsOf(action: string): string {
  const [subject = '', verb = ''] = action.split('.');
  const noun = /^(created|raised|paused|aborted)$/.test(verb) ? `${nouns[subject] ?? subject} ` : '';
  return noun + verb.replaceAll('_', ' ');
}

export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { set } = useUrl();
  const [open, setOpen] = useState(false);
  const step = entry.task_id?.split('.').slice(2).join('.') ?? '';
  const human = entry.actor !== 'logist';
  const Who = human ? User : Bot;
  // The step as that run left it, with this event among its events.
  const round = `run-${entry.task_id?.split('.')[1] ?? ''}`;
  const query = step ? `?${new URLSearchParams({ round, step, tab: 'events', event: entry.id }).toString()}` : '';
  const there = `/jobs/${encodeURIComponent(entry.job_id)}${query}`;

  return (
    <div className={`audit-entry ${open ? 'audit-open' : ''}`} role="rowgroup">
      <div className="audit-row" role="row">
        <span role="cell">
          <button type="button" className="audit-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
            <ChevronRight size={14} aria-label={open ? 'Less' : 'More'} />
            <Time at={entry.at} absolute />
          </button>
        </span>
        <span role="cell" className={human ? 'audit-human' : 'audit-engine'}>
          <Who size={13} aria-label={human ? 'Person' : 'Logist'} />
          <button type="button" className="plain-link" title="Only this person" onClick={() => set({ actor: entry.actor })}>
            {entry.actor}
          </button>
        </span>
        <span role="cell" className="audit-action">
          {wordsOf(entry.action)}
        </span>
        <span role="cell" className="audit-object">
          <Link href={there}>
            {entry.job_id}
            {step && <span className="dim"> / {step}</span>}
          </Link>
        </span>
        <span role="cell" className="audit-why">
          {entry.reason}
        </span>
        <span role="cell" className="dim audit-detail">
          {entry.text}
        </span>
      </div>
      {open && (
        <div role="row">
          <dl className="audit-more-facts" role="cell">
            <dt>Event</dt>
            <dd className="mono">
              {entry.action} · {entry.id}
            </dd>
            {entry.run_id && (
              <>
                <dt>Run</dt>
                <dd className="mono">{entry.run_id}</dd>
              </>
            )}
            {entry.plan_hash && (
              <>
                <dt>Plan</dt>
                <dd className="mono">{entry.plan_hash}</dd>
              </>
            )}
            {Object.keys(entry.payload).length > 0 && (
              <>
                <dt>Data</dt>
                <dd>
                  <pre className="mono">{JSON.stringify(entry.payload, null, 2)}</pre>
                </dd>
              </>
            )}
          </dl>
        </div>
      )}
    </div>
  );
}
