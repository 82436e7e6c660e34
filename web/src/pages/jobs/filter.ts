// The words of the list's one field: `state:failed by:me since:7d export`. The same text stands in the address and in saved views.
import type { JobStatus } from '../../api/types';
import { sinceMoment } from '../../format/time';
import { views } from '../../shared/status';

export interface Words {
  status: JobStatus[];
  /** A name, or `me`. */
  by: string;
  /** `7d`, `12h`, or a date. */
  since: string;
  /** What is looked for in names and descriptions. */
  q: string;
  /** Words that say nothing a list could mean. */
  wrong: string[];
}

const states = new Map<string, JobStatus[]>([
  ...views.flatMap(({ statuses }) => statuses.map((one): [string, JobStatus[]] => [one.toLowerCase(), [one]])),
  ...views.map(({ id, statuses }): [string, JobStatus[]] => [id, statuses]),
  ['approval', ['APPROVAL_REQUIRED']],
]);

export function wordsOf(text: string): Words {
  const words: Words = { status: [], by: '', since: '', q: '', wrong: [] };
  const free: string[] = [];
  for (const token of tokensOf(text)) {
    const [, name, value = ''] = /^(state|by|since):(.*)$/i.exec(token) ?? [];
    const said = value.replace(/^"(.*)"$/, '$1');
    if (name === undefined) free.push(token);
    else if (said === '') continue;
    else if (name.toLowerCase() === 'by') words.by = said;
    else if (name.toLowerCase() === 'since' && sinceMoment(said, 0) !== null) words.since = said;
    else if (name.toLowerCase() === 'state' && said.split(',').every((state) => states.has(state.toLowerCase())))
      words.status.push(...said.split(',').flatMap((state) => states.get(state.toLowerCase()) ?? []));
    else words.wrong.push(token);
  }
  return { ...words, status: [...new Set(words.status)], q: free.join(' ') };
}

/** The text with this state instead of any it names; null takes them out. */
export function withState(text: string, state: string | null): string {
  const others = tokensOf(text).filter((token) => !/^state:/i.test(token));
  return [...(state === null ? [] : [`state:${state}`]), ...others].join(' ');
}

export interface Suggestion {
  /** The whole text, with its last word made whole. */
  text: string;
  word: string;
  means: string;
}

const known = [
  ...views.map(({ id, label }) => ({ word: `state:${id}`, means: label })),
  { word: 'state:approval', means: 'Waits for an approval' },
  { word: 'by:me', means: 'Runs that I asked for' },
  { word: 'since:1h', means: 'Changed within an hour' },
  { word: 'since:1d', means: 'Changed within a day' },
  { word: 'since:7d', means: 'Changed within a week' },
];

/** How the word that is being typed may go on. */
export function suggestionsFor(text: string): Suggestion[] {
  const last = /\S*$/.exec(text)?.[0] ?? '';
  const before = text.slice(0, text.length - last.length);
  return known
    .filter(({ word }) => word.startsWith(last.toLowerCase()) && word !== last && !tokensOf(before).includes(word))
    .map(({ word, means }) => ({ text: `${before}${word} `, word, means }));
}

/** Words apart; a quoted name stays one. */
const tokensOf = (text: string): string[] => text.match(/\w+:"[^"]*"|\S+/g) ?? [];
