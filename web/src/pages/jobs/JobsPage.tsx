import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { countsQuery, jobsQuery, matchingJobs, type JobFilter } from '../../api/queries';
import { plural } from '../../format/text';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { toastProblem } from '../../shared/toasts';
import { useUrl } from '../../shared/url';
import { wordsOf } from './filter';
import { FirstUse } from './FirstUse';
import { JobsTable } from './JobsTable';
import { JobsToolbar } from './JobsToolbar';
import { SelectionBar } from './SelectionBar';
import './jobs.css';

export function JobsPage() {
  const { params, set } = useUrl();
  const q = params.get('q') ?? '';
  const sort = sortOf(params.get('sort'));
  const { wrong, filter } = useMemo(() => {
    const { wrong, ...words } = wordsOf(q);
    return { wrong, filter: { ...words, sort } };
  }, [q, sort]);
  const list = useInfiniteQuery(jobsQuery(filter));
  const counts = useQuery(countsQuery());
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = counts.data?.total ?? list.data?.pages[0]?.total ?? 0;
  const matching = list.data?.pages.at(-1)?.matching ?? rows.length;
  const selectAll = () =>
    matchingJobs(filter).then(
      (names) => setSelected(new Set(names)),
      (error: unknown) => toastProblem('Select all', error),
    );

  return (
    <div className="jobs">
      <h1 className="visually-hidden">Jobs</h1>
      <JobsToolbar
        q={q}
        sort={sort === 'updated' ? null : sort}
        counts={counts.data?.counts ?? {}}
        total={total}
        onChange={(change) => {
          // What is no longer looked at must not be acted on.
          setSelected(new Set());
          set(change);
        }}
      />
      {wrong.length > 0 && (
        <p className="jobs-problem" role="alert">
          <code>{wrong.join(' ')}</code> means nothing here, and is left out. States are needs, failed, running, pending, success
          …; since is a time such as 12h, 7d or 2026-11-20.
        </p>
      )}
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
      {list.isSuccess && rows.length === 0 && q !== '' && (
        <Empty icon={SearchX} title={`0 of ${plural(total, 'job')} match`}>
          <p>
            <code>{q}</code>
          </p>
          <Button variant="default" onClick={() => set({ q: null })}>
            Clear the filter
          </Button>
        </Empty>
      )}
      {list.isSuccess && rows.length === 0 && q === '' && <FirstUse />}
      {rows.length > 0 && (
        <JobsTable
          rows={rows}
          sort={sort}
          selected={selected}
          onSelect={setSelected}
          // Rows keep their place while they change; asking for the order again puts them in order.
          onSort={(next) => (next === sort ? void list.refetch() : set({ sort: next === 'updated' ? null : next }))}
          onRerun={(job) => set({ dialog: 'rerun', job }, { push: true })}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage()}
          dimmed={list.isError}
        />
      )}
      <SelectionBar
        selected={[...selected]}
        shown={rows.length}
        matching={matching}
        onSelectAll={() => void selectAll()}
        onClear={() => setSelected(new Set())}
      />
    </div>
  );
}

function sortOf(sort: string | null): JobFilter['sort'] {
  return sort === 'created' || sort === 'name' ? sort : 'updated';
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
