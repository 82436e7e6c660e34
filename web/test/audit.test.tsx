import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../src/api/requests';
import { AuditPage } from '../src/pages/audit/AuditPage';
import { csvOf, exportAudit } from '../src/pages/audit/exports';
import { auditOf } from './fake/audit';
import { fakeServer } from './fake/server';
import { show } from './page';

const { server, world } = fakeServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  id: 'a.1',
  at: '2026-11-20T10:00:00Z',
  actor: 'operator',
  action: 'job.created',
  job_id: 'a',
  run_id: null,
  task_id: null,
  reason: null,
  text: '',
  plan_hash: null,
  payload: {},
  ...change,
});

describe('audit', () => {
  test('a person is chosen by a click, and the choice stands in the address', async () => {
    const { user } = show('/audit', <AuditPage />);
    await user.click((await screen.findAllByRole('button', { name: 'reviewer' }))[0] ?? document.body);
    expect(location.search).toBe('?actor=reviewer');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'operator' })).toBeNull());
    expect(screen.getAllByRole('button', { name: 'reviewer' }).length).toBe(2);
  });

  test('an entry opens to the plan and the data that were confirmed', async () => {
    const { user } = show('/audit?job_id=fix-login', <AuditPage />);
    await user.click(await screen.findByRole('button', { name: /More/ }));
    expect(screen.getByText('sha256:3f9c1a2b77d0')).toBeTruthy();
    expect(screen.getByText(/"selected_step_ids"/)).toBeTruthy();
  });

  test('an entry about a step leads to its event, in the run it belongs to; one about the job leads to the job', async () => {
    show('/audit?actor=reviewer', <AuditPage />);
    const step = await screen.findByRole('link', { name: 'add-export / merge' });
    expect(step.getAttribute('href')).toBe('/ui/jobs/add-export?round=run-1&step=merge&tab=events&event=add-export.35');
    show('/audit?job_id=api-v2', <AuditPage />);
    expect((await screen.findAllByRole('link', { name: 'api-v2' }))[0]?.getAttribute('href')).toBe('/ui/jobs/api-v2');
  });

  test('a filter without a match can be cleared', async () => {
    const { user } = show('/audit?actor=nobody', <AuditPage />);
    await user.click(await screen.findByRole('button', { name: 'Clear the filter' }));
    expect((await screen.findAllByRole('button', { name: 'operator' })).length).toBeGreaterThan(0);
    expect(location.search).toBe('');
  });

  test('an export holds every page of what the filter finds', async () => {
    const all = auditOf(world.now);
    server.use(
      http.get('*/audit', ({ request }) => {
        const at = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
        return HttpResponse.json({ items: all.slice(at, at + 4), next_cursor: at + 4 < all.length ? String(at + 4) : null });
      }),
    );
    const lines = (await exportAudit({ since: '', job_id: '', actor: '' }, 'jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).id)).toEqual(all.map(({ id }) => id));
  });

  test('a reason with quotes, commas and lines stays one cell, and none becomes a formula', () => {
    const [, first = '', ...rest] = csvOf([entry({ reason: 'a "b", c\nd' }), entry({ reason: '=HYPERLINK("x")' })]).split('\r\n');
    expect(first).toContain('"a ""b"", c\nd"');
    expect(rest[0]).toContain('"\'=HYPERLINK(""x"")"');
  });
});
