import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Moon, Play, RotateCcw, Search, Sun, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { get } from '../api/client';
import { templatesQuery } from '../api/queries';
import type { JobList } from '../api/types';
import { Keys } from '../keyboard/HelpDialog';
import { keymap } from '../keyboard/keymap';
import { changeSettings } from '../settings/settings';
import { StatusIcon } from '../shared/Status';
import { places } from './places';
import './palette.css';

interface Entry {
  id: string;
  label: string;
  hint?: string | undefined;
  icon?: LucideIcon;
  status?: string;
  keys?: string | undefined;
  run: () => void;
}

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(text.trim());
  const list = useRef<HTMLUListElement>(null);
  const chosen = Math.min(at, entries.length - 1);

  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen]);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, entries.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter') choose(entries[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} size={600} padding={0} aria-label="Go to anything">
      <div className="palette-field">
        <Search size={16} aria-hidden />
        <input
          autoFocus
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder="Go to a job, a page, an action…"
          aria-label="Go to"
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={entries[chosen] ? `palette-${entries[chosen].id}` : undefined}
        />
        <Keys keys="Escape" />
      </div>
      <ul id="palette-list" className="palette-list" role="listbox" aria-label="Results" ref={list}>
        {entries.map((entry, index) => (
          <li
            key={entry.id}
            id={`palette-${entry.id}`}
            role="option"
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            {entry.status ? (
              <StatusIcon status={entry.status} />
            ) : (
              entry.icon && <entry.icon size={15} className="dim" aria-hidden />
            )}
            <span className={entry.status ? 'mono' : ''}>{entry.label}</span>
            <span className="palette-hint">{entry.hint}</span>
            {entry.keys && <Keys keys={entry.keys} />}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="palette-none">Nothing is called “{text}”.</p>}
    </Modal>
  );
}

function useEntries(text: string): Entry[] {
  const [, navigate] = useLocation();
  const [asked] = useDebouncedValue(text, 120);
  const jobs = useQuery({
    queryKey: ['palette', asked],
    queryFn: ({ signal }) => get<JobList>('/jobs', { q: asked, limit: 8 }, signal),
    placeholderData: keepPreviousData,
  });
  const templates = useQuery(templatesQuery());

  const fixed: Entry[] = [
    ...places.map(({ path, label, icon, go }) => ({
      id: path.slice(1),
      label,
      icon,
      keys: keymap.find((entry) => entry.id === go)?.keys[0],
      run: () => navigate(path),
    })),
    ...(templates.data ?? [])
      .filter((template) => template.problems.length === 0)
      .map((template) => ({
        id: `run-${template.id}`,
        label: `Run ${template.name}…`,
        hint: 'workflow',
        icon: Play,
        run: () => navigate(`/workflows?workflow=${encodeURIComponent(template.id)}&dialog=start`),
      })),
    { id: 'light', label: 'Light theme', icon: Sun, run: () => changeSettings({ theme: 'light' }) },
    { id: 'dark', label: 'Dark theme', icon: Moon, run: () => changeSettings({ theme: 'dark' }) },
    { id: 'system', label: 'Theme of the system', icon: RotateCcw, run: () => changeSettings({ theme: 'system' }) },
  ];
  const found = fixed.filter((entry) => entry.label.toLowerCase().includes(text.toLowerCase()));
  const rows = (jobs.data?.items ?? []).map((job) => ({
    id: `job-${job.job_id}`,
    label: job.job_id,
    hint: job.description ?? undefined,
    status: job.status,
    run: () => navigate(`/jobs/${job.job_id}`),
  }));
  return text === '' ? [...found.slice(0, places.length), ...rows, ...found.slice(places.length)] : [...rows, ...found];
}
