// Numbers, names and shell words for the eye.

/** `$3.10`, `$0.004`, and `–` for an unknown cost: unknown is not free. */
export function money(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return '–';
  return `$${usd !== 0 && Math.abs(usd) < 0.01 ? usd.toFixed(4).replace(/0+$/, '') : usd.toFixed(2)}`;
}

/** `41`, `9.0k`, `1.2M`. */
export function count(value: number): string {
  if (value < 1000) return String(value);
  if (value < 1_000_000) return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)}k`;
  return `${(value / 1_000_000).toFixed(1)}M`;
}

export function shortCommit(commit: string | null | undefined): string {
  return commit ? commit.slice(0, 7) : '–';
}

/** `1 job`, `3 jobs`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A word as a shell takes it: bare where nothing in it means something to a shell, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `logist job cancel fix-login --reason 'not needed'`: what the button does, for a terminal. Empty options are left out. */
export function cli(words: string[], options: Record<string, string | number | boolean | null | undefined> = {}): string {
  const parts = ['logist', ...words.map(shellWord)];
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false || value === '') continue;
    parts.push(value === true ? `--${name}` : `--${name} ${shellWord(String(value))}`);
  }
  return parts.join(' ');
}
