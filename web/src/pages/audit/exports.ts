import { get } from '../../api/client';
import { pageSize, type AuditFilter } from '../../api/queries';
import type { AuditEntry, AuditPage } from '../../api/requests';

const columns = ['id', 'at', 'actor', 'action', 'job_id', 'run_id', 'task_id', 'reason', 'text', 'plan_hash'] as const;

/** Everything that the filter finds, not only what the page has read so far. */
export async function exportAudit(filter: AuditFilter, format: 'csv' | 'jsonl'): Promise<string> {
  const entries: AuditEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: AuditPage = await get<AuditPage>('/audit', { ...filter, limit: pageSize, cursor });
    entries.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return format === 'csv' ? csvOf(entries) : entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

export function csvOf(entries: AuditEntry[]): string {
  return [columns.join(','), ...entries.map((entry) => columns.map((column) => cell(entry[column])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

// A reason is free text: quoted as CSV wants it, and never begun with a sign that a spreadsheet takes for a formula.
function cell(value: string | null): string {
  if (value === null) return '';
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function download(text: string, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
