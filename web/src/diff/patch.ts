// A unified diff of one file as rows to show.

export type RowKind = 'context' | 'added' | 'removed';

export interface Row {
  kind: RowKind;
  /** Line numbers before and after; null where the line does not exist there. */
  before: number | null;
  after: number | null;
  text: string;
  /** Where the line differs from the line it replaces. */
  changed: [start: number, end: number] | null;
  noNewline?: boolean;
}
export interface Hunk {
  header: string;
  rows: Row[];
}

const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

export function hunksOf(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let hunk: Hunk | undefined;
  let before = 0;
  let after = 0;
  for (const line of patch.split('\n')) {
    const start = header.exec(line);
    if (start) {
      before = Number(start[1]);
      after = Number(start[2]);
      hunk = { header: start[3] ?? '', rows: [] };
      hunks.push(hunk);
      continue;
    }
    // Before the first hunk stand the names, which the API gives by themselves.
    if (!hunk) continue;
    const text = line.slice(1);
    if (line.startsWith('+')) hunk.rows.push({ kind: 'added', before: null, after: after++, text, changed: null });
    else if (line.startsWith('-')) hunk.rows.push({ kind: 'removed', before: before++, after: null, text, changed: null });
    else if (line.startsWith(' ')) hunk.rows.push({ kind: 'context', before: before++, after: after++, text, changed: null });
    else if (line.startsWith('\\')) {
      const last = hunk.rows.at(-1);
      if (last) last.noNewline = true;
    }
  }
  for (const one of hunks) markChanges(one.rows);
  return hunks;
}

/** Replaced lines that differ only in white space, shown as one unchanged line. */
export function withoutSpaceChanges(hunk: Hunk): Hunk {
  const rows: Row[] = [];
  for (const block of blocksOf(hunk.rows)) {
    const pairs = block.removed.length === block.added.length;
    const same = (i: number) => bare(block.removed[i]?.text) === bare(block.added[i]?.text);
    if (!pairs || !block.removed.every((_, i) => same(i))) rows.push(...block.removed, ...block.added);
    else
      block.added.forEach((row, i) =>
        rows.push({ ...row, kind: 'context', before: block.removed[i]?.before ?? null, changed: null }),
      );
    rows.push(...block.context);
  }
  return { ...hunk, rows };
}

const bare = (text: string | undefined) => (text ?? '').replace(/\s+/g, '');

/** Runs of removed lines, then added lines, then context. */
function blocksOf(rows: Row[]): { removed: Row[]; added: Row[]; context: Row[] }[] {
  const blocks: { removed: Row[]; added: Row[]; context: Row[] }[] = [];
  let block = { removed: [] as Row[], added: [] as Row[], context: [] as Row[] };
  for (const row of rows) {
    const next = (row.kind !== 'context' && block.context.length > 0) || (row.kind === 'removed' && block.added.length > 0);
    if (next) {
      blocks.push(block);
      block = { removed: [], added: [], context: [] };
    }
    block[row.kind].push(row);
  }
  return [...blocks, block];
}

/** Marks what differs between a line and the one it replaces, when they have enough in common to be the same line. */
function markChanges(rows: Row[]): void {
  for (const { removed, added } of blocksOf(rows)) {
    if (removed.length !== added.length) continue;
    removed.forEach((old, i) => {
      const row = added[i];
      if (!row) return;
      const [a, b] = [old.text, row.text];
      const short = Math.min(a.length, b.length);
      let start = 0;
      while (start < short && a[start] === b[start]) start++;
      let end = 0;
      while (end < short - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
      if ((start + end) * 3 < short) return;
      old.changed = [start, a.length - end];
      row.changed = [start, b.length - end];
    });
  }
}
