import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { countsQuery, needsQuery } from '../api/queries';
import { keyHint } from '../keyboard/keymap';
import { countOf, views } from '../shared/status';
import { Mark } from './Mark';
import { places } from './places';

export function Rail() {
  const [path] = useLocation();
  const needs = useQuery(needsQuery());
  const counts = useQuery(countsQuery());
  const running = counts.data ? countOf(counts.data.counts, views.find((view) => view.id === 'running')?.statuses ?? []) : 0;
  const badges: Record<string, { n: number; tone: string; words: string }> = {
    '/needs': { n: needs.data?.length ?? 0, tone: 'ask', words: 'waiting for you' },
    '/jobs': { n: running, tone: 'run', words: 'running' },
  };

  return (
    <nav className="rail" aria-label="Places">
      <Link href="/jobs" className="rail-home" aria-label="Runs Center, all jobs">
        <Mark />
        <span>Runs Center</span>
      </Link>
      {places.map(({ path: to, label, icon: Icon, go }) => {
        const badge = badges[to];
        return (
          <Link
            key={to}
            href={to}
            className="rail-place"
            title={`${label} (${keyHint(go)})`}
            aria-current={path.startsWith(to) ? 'page' : undefined}
          >
            <Icon size={17} strokeWidth={1.9} aria-hidden />
            <span className="rail-label">{label}</span>
            {badge && badge.n > 0 && (
              <span className={`rail-badge rail-badge-${badge.tone}`}>
                {badge.n}
                <span className="visually-hidden"> {badge.words}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
