// Reads, as react-query options: one key per address, so that the live stream knows what to patch.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { sinceMoment } from '../format/time';
import { get } from './client';
import type { AuditPage, Health, Me, StartedRun, Template } from './requests';
import type { Attempt, JobDocument, JobEvent, JobList, JobStatus, Need, Task } from './types';

export interface JobFilter {
  status: JobStatus[];
  by: string;
  since: string;
  q: string;
  sort: 'updated' | 'created' | 'name';
}
export interface AuditFilter {
  since: string;
  job_id: string;
  actor: string;
}

export const pageSize = 100;

/** The filter as the server knows it: it is told moments, as "a week ago" is another one each time. */
const jobsAsked = ({ since, ...filter }: JobFilter) => ({ ...filter, since: sinceMoment(since, Date.now()) });

/** Every job that the filter lets through, by name: what "all that match" means at this moment. */
export async function matchingJobs(filter: JobFilter): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page: JobList = await get<JobList>('/jobs', { ...jobsAsked(filter), limit: 1000, cursor });
    names.push(...page.items.map((row) => row.job_id));
    cursor = page.next_cursor;
    if (cursor === null) return names;
  }
}

export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ['jobs', filter],
    queryFn: async ({ pageParam, signal, client }) => {
      const page = await get<JobList>('/jobs', { ...jobsAsked(filter), limit: pageSize, cursor: pageParam }, signal);
      client.setQueryData(countsQuery().queryKey, { counts: page.counts, total: page.total });
      return page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    // The stream keeps the rows true; reading them again would put them in another order under someone's eyes.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** How many jobs are in which state: what badges and the title show. */
export const countsQuery = () =>
  queryOptions({
    queryKey: ['counts'],
    queryFn: async ({ signal }) => {
      const { counts, total } = await get<JobList>('/jobs', { limit: 1 }, signal);
      return { counts, total };
    },
  });

export const jobQuery = (job: string) =>
  queryOptions({
    queryKey: ['job', job],
    queryFn: ({ signal }) => get<JobDocument>(`/jobs/${encodeURIComponent(job)}`, {}, signal),
  });

/** What a list says of the job: also of one that cannot be read. */
export const rowQuery = (job: string) =>
  queryOptions({
    queryKey: ['row', job],
    queryFn: async ({ signal }) => {
      const { items } = await get<JobList>('/jobs', { q: job, limit: 1000 }, signal);
      return items.find((row) => row.job_id === job) ?? null;
    },
  });

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: ['run', run],
    queryFn: ({ signal }) => get<StartedRun>(`/workflow-runs/${encodeURIComponent(run)}`, {}, signal),
  });

export const tasksQuery = (run: string) =>
  queryOptions({ queryKey: ['tasks', run], queryFn: ({ signal }) => get<Task[]>('/tasks', { run_id: run }, signal) });

export const attemptsQuery = (task: string) =>
  queryOptions({
    queryKey: ['attempts', task],
    queryFn: ({ signal }) => get<Attempt[]>(`/tasks/${encodeURIComponent(task)}/attempts`, {}, signal),
  });

export const eventsQuery = (filter: { job_id?: string; run_id?: string; task_id?: string }) =>
  queryOptions({
    queryKey: ['events', filter],
    queryFn: ({ signal }) => get<JobEvent[]>('/events', { ...filter, limit: 500 }, signal),
  });

export const needsQuery = () =>
  queryOptions({
    queryKey: ['needs'],
    queryFn: async ({ signal }) => (await get<{ items: Need[] }>('/needs', {}, signal)).items,
  });

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) => get<AuditPage>('/audit', { ...filter, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });

export const templatesQuery = () =>
  queryOptions({ queryKey: ['templates'], queryFn: ({ signal }) => get<Template[]>('/workflow-templates', {}, signal) });

export const meQuery = () =>
  queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>('/me', {}, signal), staleTime: Infinity });

/** Looking for agents starts their programs: only when asked. */
export const agentsQuery = () =>
  queryOptions({ queryKey: ['agents'], queryFn: ({ signal }) => get<Me>('/me', { agents: true }, signal), enabled: false });

export const healthQuery = () =>
  queryOptions({ queryKey: ['health'], queryFn: ({ signal }) => get<Health>('/health', {}, signal) });
