import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { countsQuery, jobsQuery, type JobFilter } from '../../api/queries';
import type { JobStatus } from '../../api/types';
import { plural } from '../../format/text';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { useUrl } from '../../shared/url';
import { FirstUse } from './FirstUse';
import { JobsTable } from './JobsTable';
import { JobsToolbar } from './JobsToolbar';
import { SelectionBar } from './SelectionBar';
import './jobs.css';

export function JobsPage() {
  const { params, set } = useUrl();
  const filter = useMemo(() => filterOf(params), [params]);
  const list = useInfiniteQuery(jobsQuery(filter));
  const counts = useQuery(countsQuery());
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = counts.data?.total ?? list.data?.pages[0]?.total ?? 0;
  const filtered = filter.q !== '' || filter.status.length > 0;
  const clear = () => set({ q: null, status: null });

  return (
    <div className="jobs">
      <h1 className="visually-hidden">Jobs</h1>
      <JobsToolbar filter={filter} counts={counts.data?.counts ?? {}} total={total} onChange={set} />
      <NewJobs />
      {list.isPending && <Skeleton rows={12} />}
      {list.isError && rows.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isError && rows.length > 0 && (
        <p className="jobs-problem" role="alert">
          {list.error.message} What you see is from before.
          <Button variant="subtle" size="compact-xs" onClick={() => void list.refetch()}>
            Retry
          </Button>
        </p>
      )}
      {list.isSuccess && rows.length === 0 && filtered && (
        <Empty icon={SearchX} title={`0 of ${plural(total, 'job')} match`}>
          <Button variant="default" onClick={clear}>
            Clear the filter
          </Button>
        </Empty>
      )}
      {list.isSuccess && rows.length === 0 && !filtered && <FirstUse />}
      {rows.length > 0 && (
        <JobsTable
          rows={rows}
          sort={filter.sort}
          selected={selected}
          onSelect={setSelected}
          // Rows keep their place while they change; asking for the order again puts them in order.
          onSort={(sort) => (sort === filter.sort ? void list.refetch() : set({ sort: sort === 'updated' ? null : sort }))}
          onRerun={(job) => set({ dialog: 'rerun', job }, { push: true })}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
          dimmed={list.isError}
        />
      )}
      <SelectionBar rows={rows.filter((row) => selected.has(row.job_id))} onClear={() => setSelected(new Set())} />
    </div>
  );
}

function filterOf(params: URLSearchParams): JobFilter {
  const sort = params.get('sort');
  return {
    status: params.getAll('status') as JobStatus[],
    q: params.get('q') ?? '',
    sort: sort === 'created' || sort === 'name' ? sort : 'updated',
  };
}

/** New rows wait here until they are asked for: they never push away the row that someone reads. */
function NewJobs() {
  const queries = useQueryClient();
  const news = useQuery({
    queryKey: ['news', 'jobs'],
    queryFn: () => [] as string[],
    staleTime: Infinity,
    initialData: [] as string[],
  });
  const show = () => {
    queries.setQueryData(['news', 'jobs'], []);
    void queries.resetQueries({ queryKey: ['jobs'] });
  };
  if (news.data.length === 0) return null;
  return (
    <button type="button" className="jobs-news" onClick={show}>
      {plural(news.data.length, 'new job')} ↑
    </button>
  );
}
