// Every key of the page, once: the listener, the help and the tooltips read this list. A key that could do harm only opens a dialog.

interface Entry {
  id: string;
  /** Alternatives. A blank means one after the other; `mod` is ⌘ on a Mac and Ctrl elsewhere. */
  keys: readonly string[];
  does: string;
  group: 'Everywhere' | 'Lists' | 'Job and step' | 'Log';
}

export const keymap = [
  { id: 'help', keys: ['?'], does: 'Show all keys', group: 'Everywhere' },
  { id: 'palette', keys: ['mod+k'], does: 'Go to anything', group: 'Everywhere' },
  { id: 'go.jobs', keys: ['g j'], does: 'Go to Jobs', group: 'Everywhere' },
  { id: 'go.needs', keys: ['g n'], does: 'Go to Needs you', group: 'Everywhere' },
  { id: 'go.workflows', keys: ['g w'], does: 'Go to Workflows', group: 'Everywhere' },
  { id: 'go.audit', keys: ['g a'], does: 'Go to Audit', group: 'Everywhere' },
  { id: 'go.settings', keys: ['g s'], does: 'Go to Settings', group: 'Everywhere' },
  { id: 'utc', keys: ['u'], does: 'Switch between UTC and local time', group: 'Everywhere' },
  { id: 'copy.cli', keys: ['y c'], does: 'Copy as command line', group: 'Everywhere' },
  { id: 'copy.link', keys: ['y l'], does: 'Copy a link to this view', group: 'Everywhere' },
  { id: 'back', keys: ['Escape'], does: 'Close, or go back', group: 'Everywhere' },
  { id: 'filter', keys: ['/'], does: 'Filter', group: 'Lists' },
  { id: 'next', keys: ['j', 'ArrowDown'], does: 'Next row', group: 'Lists' },
  { id: 'previous', keys: ['k', 'ArrowUp'], does: 'Previous row', group: 'Lists' },
  { id: 'select', keys: ['x'], does: 'Select', group: 'Lists' },
  { id: 'open', keys: ['Enter'], does: 'Open', group: 'Lists' },
  { id: 'approve', keys: ['a'], does: 'Look at the decision: approve', group: 'Lists' },
  { id: 'reject', keys: ['r'], does: 'Look at the decision: reject', group: 'Lists' },
  { id: 'rerun', keys: ['Shift+R'], does: 'Plan a re-run', group: 'Job and step' },
  { id: 'pause', keys: ['Shift+P'], does: 'Pause or resume', group: 'Job and step' },
  { id: 'problem.next', keys: ['n'], does: 'Next problem', group: 'Job and step' },
  { id: 'problem.previous', keys: ['p'], does: 'Previous problem', group: 'Job and step' },
  { id: 'upstream', keys: ['['], does: 'Select what it depends on', group: 'Job and step' },
  { id: 'downstream', keys: [']'], does: 'Select what depends on it', group: 'Job and step' },
  { id: 'tab', keys: ['1', '2', '3', '4', '5', '6', '7', '8'], does: 'Tab of the step', group: 'Job and step' },
  { id: 'attempt.previous', keys: [','], does: 'Previous attempt', group: 'Job and step' },
  { id: 'attempt.next', keys: ['.'], does: 'Next attempt', group: 'Job and step' },
  { id: 'confirm', keys: ['mod+Enter'], does: 'Confirm a dialog', group: 'Job and step' },
  { id: 'log.follow', keys: ['f'], does: 'Follow the log', group: 'Log' },
  { id: 'log.wrap', keys: ['w'], does: 'Wrap long lines', group: 'Log' },
  { id: 'log.error', keys: ['e'], does: 'First error', group: 'Log' },
] as const satisfies readonly Entry[];

export type KeyId = (typeof keymap)[number]['id'];

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
const signs: Record<string, string> = {
  mod: mac ? '⌘' : 'Ctrl',
  Shift: '⇧',
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
  Enter: '↵',
};

/** The key caps to draw for one alternative: `g j` → g, j; `mod+k` → ⌘, K. */
export function caps(keys: string): string[] {
  return keys
    .split(' ')
    .flatMap((stroke) => stroke.split('+').map((key) => signs[key] ?? (stroke.includes('+') ? key.toUpperCase() : key)));
}

/** `g j`, `Ctrl K`: for tooltips. */
export function keyHint(id: KeyId): string {
  const entry: Entry | undefined = keymap.find((one) => one.id === id);
  return caps(entry?.keys[0] ?? '').join(' ');
}
