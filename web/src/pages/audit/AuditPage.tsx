import { ActionIcon, Button, Menu, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, ScrollText, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { auditQuery, type AuditFilter } from '../../api/queries';
import { cli, plural } from '../../format/text';
import { copyText } from '../../shared/copy';
import { useKey } from '../../keyboard/keys';
import { Empty, ErrorState, Skeleton } from '../../shared/States';
import { toastProblem } from '../../shared/toasts';
import { useUrl } from '../../shared/url';
import { AuditRow } from './AuditRow';
import { download, exportAudit } from './exports';
import './audit.css';

const spans: Record<string, { label: string; hours: number }> = {
  '1h': { label: 'Last hour', hours: 1 },
  '1d': { label: 'Last day', hours: 24 },
  '7d': { label: 'Last 7 days', hours: 168 },
  '30d': { label: 'Last 30 days', hours: 720 },
};

/** Who asked for what, when, why, and what came of it. Nothing here can be changed. */
export function AuditPage() {
  const { params, set } = useUrl();
  const span = params.get('since') ?? '';
  const job = params.get('job_id') ?? '';
  const actor = params.get('actor') ?? '';
  const filter = useMemo((): AuditFilter => ({ since: startOf(span), job_id: job, actor }), [span, job, actor]);
  const list = useInfiniteQuery(auditQuery(filter));
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = span !== '' || job !== '' || actor !== '';
  const command = cli(['audit', 'list'], { since: span, json: true });
  useKey('copy.cli', () => void copyText(command, 'Command'));

  const save = (format: 'csv' | 'jsonl') =>
    exportAudit(filter, format).then(
      (text) => download(text, `audit.${format}`, format === 'csv' ? 'text/csv' : 'application/x-ndjson'),
      (error: unknown) => toastProblem('Export', error),
    );

  return (
    <div className="audit">
      <header className="page-head">
        <h1>Audit</h1>
        <p className="dim">What people asked for. Entries are only ever added.</p>
      </header>
      <div className="audit-filters">
        <Select
          aria-label="Since"
          w={140}
          data={[{ value: '', label: 'All time' }, ...Object.entries(spans).map(([value, { label }]) => ({ value, label }))]}
          value={span}
          allowDeselect={false}
          onChange={(value) => set({ since: value })}
        />
        <Exact label="Job" value={job} onChange={(value) => set({ job_id: value })} filterKey />
        <Exact label="Person" value={actor} onChange={(value) => set({ actor: value })} />
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<Download size={14} />} ml="auto">
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
            <Menu.Item onClick={() => void save('jsonl')}>JSON Lines</Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={() => void copyText(command, 'Command')}>Copy as CLI</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <NewEntries />
      {list.isPending && <Skeleton />}
      {list.isError && entries.length === 0 && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && (
        <Empty icon={ScrollText} title={filtered ? 'Nothing matches' : 'Nobody has asked for anything yet'}>
          {filtered && (
            <Button variant="default" onClick={() => set({ since: null, job_id: null, actor: null })}>
              Clear the filter
            </Button>
          )}
        </Empty>
      )}
      {entries.length > 0 && (
        <div className="audit-table" role="table" aria-label="Audit entries">
          <div className="audit-head" role="row">
            {['When', 'Who', 'What', 'On', 'Why', 'Detail'].map((word) => (
              <span key={word} role="columnheader">
                {word}
              </span>
            ))}
          </div>
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </div>
      )}
      {list.hasNextPage && (
        <div className="audit-more">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Older entries
          </Button>
        </div>
      )}
    </div>
  );
}

/** A filter that is applied when it is finished: each letter would be another question to the server. */
function Exact({ label, value, onChange, filterKey = false }: FieldProps) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  if (value !== given) {
    setGiven(value);
    setText(value);
  }
  const [field, setField] = useState<HTMLInputElement | null>(null);
  useKey('filter', () => field?.select(), filterKey);
  return (
    <TextInput
      ref={setField}
      aria-label={label}
      placeholder={label}
      w={160}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => onChange(text.trim())}
      onKeyDown={(event) => event.key === 'Enter' && onChange(text.trim())}
      rightSection={
        value === '' ? null : (
          <ActionIcon size="xs" aria-label={`Clear ${label.toLowerCase()}`} onClick={() => onChange('')}>
            <X size={12} />
          </ActionIcon>
        )
      }
    />
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  filterKey?: boolean;
}

function NewEntries() {
  const queries = useQueryClient();
  const news = useQuery({ queryKey: ['news', 'audit'], queryFn: () => 0, staleTime: Infinity, initialData: 0 });
  if (news.data === 0) return null;
  return (
    <div className="audit-more">
      <Button
        variant="light"
        onClick={() => {
          queries.setQueryData(['news', 'audit'], 0);
          void queries.resetQueries({ queryKey: ['audit'] });
        }}
      >
        {plural(news.data, 'new entry', 'new entries')} ↑
      </Button>
    </div>
  );
}

// To the minute, so that the same filter asks the same question for a while.
function startOf(span: string): string {
  const hours = spans[span]?.hours;
  if (hours === undefined) return '';
  return new Date(Math.floor(Date.now() / 60_000) * 60_000 - hours * 3_600_000).toISOString();
}
