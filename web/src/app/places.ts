import { Inbox, ListTree, ScrollText, Settings, Workflow, type LucideIcon } from 'lucide-react';
import type { KeyId } from '../keyboard/keymap';

/** The places of the rail, in its order. */
export const places: { path: string; label: string; icon: LucideIcon; go: KeyId }[] = [
  { path: '/jobs', label: 'Jobs', icon: ListTree, go: 'go.jobs' },
  { path: '/needs', label: 'Needs you', icon: Inbox, go: 'go.needs' },
  { path: '/workflows', label: 'Workflows', icon: Workflow, go: 'go.workflows' },
  { path: '/audit', label: 'Audit', icon: ScrollText, go: 'go.audit' },
  { path: '/settings', label: 'Settings', icon: Settings, go: 'go.settings' },
];
