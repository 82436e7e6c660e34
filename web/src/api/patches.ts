// Lets changes of the stream appear: in place, together, and at most ten times a second.
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { get } from './client';
import type { JobChange, JobDocument, JobEvent, JobList, JobRow } from './types';

const flushMs = 100;
const refreshMs = 1000;
const refreshLimit = 100;

/** Events after which another set of things may wait for a person. */
const touchesNeeds = /^(approval|budget|job|workflow_run)\.|^task\.(failed|resolved|waiting|restep_requested|succeeded)$/;

export class Patches {
  private readonly queries: QueryClient;
  private readonly onEvents: (events: JobEvent[]) => void;
  private readonly pending = new Map<string, JobChange>();
  private readonly toRefresh = new Set<string>();
  private needs = false;
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private resetTimer: ReturnType<typeof setTimeout> | undefined;
  private resetAgain = false;

  constructor(queries: QueryClient, onEvents: (events: JobEvent[]) => void) {
    this.queries = queries;
    this.onEvents = onEvents;
  }

  add(change: JobChange): void {
    const before = this.pending.get(change.job_id);
    this.pending.set(change.job_id, { ...change, events: [...(before?.events ?? []), ...change.events] });
    this.flushTimer ??= setTimeout(() => this.flush(), flushMs);
  }

  /** Reads what changed lately, in place: for a tab that slept in the background and may have heard nothing. */
  catchUp(): void {
    this.needs = true;
    clearTimeout(this.refreshTimer);
    void this.refresh(refreshLimit);
  }

  /** Reads everything again, silently: what is shown stays until the new answer is there. A server in trouble may ask for it a
   * thousand times a second; it is asked back once a second at most. */
  reset(): void {
    if (this.resetTimer !== undefined) {
      this.resetAgain = true;
      return;
    }
    this.stop();
    this.pending.clear();
    this.toRefresh.clear();
    void this.queries.invalidateQueries();
    this.resetTimer = setTimeout(() => {
      this.resetTimer = undefined;
      if (this.resetAgain) this.reset();
    }, refreshMs);
  }

  stop(): void {
    clearTimeout(this.flushTimer);
    clearTimeout(this.refreshTimer);
    clearTimeout(this.resetTimer);
    this.flushTimer = this.refreshTimer = this.resetTimer = undefined;
    this.resetAgain = false;
  }

  private flush(): void {
    this.flushTimer = undefined;
    const changes = new Map(this.pending);
    this.pending.clear();
    const events = [...changes.values()].flatMap((change) => change.events);

    patchRows(this.queries, (row) => {
      const change = changes.get(row.job_id);
      return change && (change.updated_at ?? '') >= (row.updated_at ?? '') ? { ...row, ...summaryOf(change) } : row;
    });
    for (const change of changes.values()) {
      const { status, reason, current_phase, updated_at } = change;
      this.queries.setQueryData<JobDocument>(['job', change.job_id], (old) =>
        old && change.seq > old.journal.seq ? { ...old, status, reason, current_phase, updated_at } : old,
      );
      this.toRefresh.add(change.job_id);
    }
    noteNews(this.queries, events);
    this.needs ||= events.some((event) => touchesNeeds.test(event.event_type));
    this.refreshTimer ??= setTimeout(() => void this.refresh(), refreshMs);
    this.onEvents(events);
  }

  /** The stream tells the summary only; the rest of what changed is read, at most once a second. */
  private async refresh(atLeast = 10): Promise<void> {
    this.refreshTimer = undefined;
    const jobs = new Set(this.toRefresh);
    this.toRefresh.clear();
    void this.queries.invalidateQueries({ predicate: ({ queryKey }) => belongsTo(jobs, queryKey) });
    if (this.needs) void this.queries.invalidateQueries({ queryKey: ['needs'] });
    this.needs = false;

    // The jobs that changed are the newest ones, whatever a list's own filter and order are.
    const recent = await get<JobList>('/jobs', { sort: 'updated', limit: Math.min(refreshLimit, jobs.size + atLeast) }).catch(
      () => null,
    );
    if (!recent) return;
    this.queries.setQueryData(['counts'], { counts: recent.counts, total: recent.total });
    const rows = new Map(recent.items.map((row) => [row.job_id, row]));
    patchRows(this.queries, (row) => {
      const read = rows.get(row.job_id);
      return read && (read.updated_at ?? '') >= (row.updated_at ?? '') ? read : row;
    });
  }
}

function summaryOf({ status, reason, current_phase, steps_done, steps_total, cost_usd, updated_at, why }: JobChange) {
  return { status, reason, current_phase, steps_done, steps_total, cost_usd, updated_at, why };
}

/** Rows keep their place, and a row that did not change keeps its identity, so that nothing else is drawn again. */
function patchRows(queries: QueryClient, change: (row: JobRow) => JobRow): void {
  queries.setQueriesData<InfiniteData<JobList>>({ queryKey: ['jobs'] }, (list) => {
    if (!list) return list;
    const pages = list.pages.map((page) => {
      const items = page.items.map(change);
      return items.every((row, index) => row === page.items[index]) ? page : { ...page, items };
    });
    return pages.every((page, index) => page === list.pages[index]) ? list : { ...list, pages };
  });
}

/** New jobs and new requests are counted, never pushed between rows that someone reads. */
function noteNews(queries: QueryClient, events: JobEvent[]): void {
  const created = events.filter((event) => event.event_type === 'job.created').map((event) => event.job_id);
  if (created.length > 0) queries.setQueryData<string[]>(['news', 'jobs'], (old = []) => [...new Set([...old, ...created])]);
  const asked = events.filter((event) => event.producer_role === 'human').length;
  if (asked > 0) queries.setQueryData<number>(['news', 'audit'], (old = 0) => old + asked);
}

function belongsTo(jobs: Set<string>, [kind, of]: readonly unknown[]): boolean {
  if (kind === 'job') return jobs.has(String(of));
  // A run is `job.2`, a task `job.2.step`.
  if (kind === 'tasks' || kind === 'attempts' || kind === 'run') return jobs.has(String(of).split('.')[0] ?? '');
  if (kind === 'events') return Object.values(of as Record<string, string>).some((id) => jobs.has(id.split('.')[0] ?? ''));
  return false;
}
