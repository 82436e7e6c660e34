import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Filter, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { JobFilter } from '../../api/queries';
import type { JobStatus } from '../../api/types';
import { Keys } from '../../keyboard/HelpDialog';
import { useKey } from '../../keyboard/keys';
import { countOf, views } from '../../shared/status';

const typingMs = 200;

interface Props {
  filter: JobFilter;
  counts: Partial<Record<JobStatus, number>>;
  total: number;
  onChange: (change: Record<string, string | string[] | null>) => void;
}

export function JobsToolbar({ filter, counts, total, onChange }: Props) {
  const isView = (statuses: JobStatus[]) =>
    statuses.length === filter.status.length && statuses.every((one) => filter.status.includes(one));
  return (
    <div className="toolbar">
      <div className="chips" role="group" aria-label="Show">
        <Chip label="All" n={total} active={filter.status.length === 0} onClick={() => onChange({ status: null })} />
        {views.map(({ id, label, statuses, tone }) => {
          const n = countOf(counts, statuses);
          const active = isView(statuses);
          // Nothing to see there, and not being looked at: one word less to read.
          if (n === 0 && !active) return null;
          return <Chip key={id} label={label} n={n} tone={tone} active={active} onClick={() => onChange({ status: statuses })} />;
        })}
      </div>
      <FilterField q={filter.q} onChange={(q) => onChange({ q })} />
      <Link href="/workflows" className="toolbar-new">
        <Plus size={14} aria-hidden /> New job
      </Link>
    </div>
  );
}

function Chip({
  label,
  n,
  tone,
  active,
  onClick,
}: {
  label: string;
  n: number;
  tone?: string;
  active: boolean;
  onClick: () => void;
}) {
  return (
    <button type="button" className="chip" aria-pressed={active} onClick={onClick}>
      {label} <b className={n > 0 && tone ? `tone-${tone}` : 'dim'}>{n}</b>
    </button>
  );
}

function FilterField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  // What this field asked for last. Another value in the address came from Back or a link, and replaces what is typed here.
  const [asked, setAsked] = useState(q);
  if (q !== asked) {
    setAsked(q);
    setText(q);
  }
  const ask = (value: string) => {
    setAsked(value);
    onChange(value);
  };
  const typed = useDebouncedCallback(ask, typingMs);
  useKey('filter', () => field.current?.select());
  const change = (value: string, now = false) => {
    setText(value);
    if (now) ask(value);
    else typed(value);
  };
  return (
    <TextInput
      ref={field}
      className="toolbar-filter"
      aria-label="Filter jobs by name or description"
      placeholder="Filter by name or description"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') ask(text);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      leftSection={<Filter size={13} />}
      rightSectionWidth={28}
      rightSection={
        text === '' ? <Keys keys="/" /> : <CloseButton size="xs" aria-label="Clear the filter" onClick={() => change('', true)} />
      }
    />
  );
}
