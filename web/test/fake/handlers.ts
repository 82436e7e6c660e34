// The API of the contract over a small world, for tests and for looking at pages.
import { http, HttpResponse } from 'msw';
import type { JobDocument, JobRow } from '../../src/api/types';
import { attemptHandlers } from './attempts';
import { auditOf } from './audit';
import { detailHandlers } from './details';
import { documentOf, needsOf, rowOf } from './documents';
import { logHandlers } from './logs';
import { rerunHandlers } from './reruns';
import { specs } from './specs';
import { streamHandler } from './stream';
import { templatesOf } from './templates';

export class FakeWorld {
  readonly docs: JobDocument[];
  readonly rows: JobRow[];
  /** Every unsafe request that came in: what a test asks to know that nothing, or exactly this, was sent. */
  readonly requests: { method: string; path: string; body: unknown; ifMatch: string | null }[] = [];
  readonly now: Date;
  signedIn = true;

  constructor(now: Date) {
    this.now = now;
    const pairs = specs.map((spec) => ({ spec, doc: documentOf(spec, now) }));
    this.docs = pairs.map(({ doc }) => doc);
    this.rows = pairs.map(({ spec, doc }) => rowOf(spec, doc));
    for (const doc of this.docs) doc.needs = needsOf([doc]);
  }

  doc(id: unknown): JobDocument | undefined {
    return this.docs.find((doc) => doc.job_id === id);
  }
}

export const problem = (status: number, code: string, title: string, detail: string, fix: string[] = []) =>
  HttpResponse.json(
    { type: 'about:blank', title, status, detail, code, fix, errors: [] },
    {
      status,
      headers: { 'Content-Type': 'application/problem+json' },
    },
  );

export const unknownJob = (id: unknown) =>
  problem(404, 'LOG1006', 'Unknown job', `There is no job "${String(id)}".`, ['logist job list']);

export function handlersOf(world: FakeWorld) {
  return [
    http.all('*', async ({ request }) => {
      const path = new URL(request.url).pathname;
      if (request.method !== 'GET') {
        const text = await request.clone().text();
        const body: unknown = text === '' ? null : JSON.parse(text);
        world.requests.push({ method: request.method, path, body, ifMatch: request.headers.get('If-Match') });
      }
      if (path !== '/session' && !world.signedIn) return problem(401, 'LOG1050', 'Not signed in', 'The session is unknown.');
      return undefined;
    }),
    ...sessionHandlers(world),
    ...detailHandlers(world),
    ...logHandlers(world),
    ...rerunHandlers(world),
    ...jobHandlers(world),
    ...requestHandlers(world),
    ...attemptHandlers(world),
    streamHandler(world),
    http.get('*/workflow-templates', () => HttpResponse.json(templatesOf(world.now))),
    http.get('*/audit', ({ request }) => {
      const query = new URL(request.url).searchParams;
      const items = auditOf(world.now).filter(
        (entry) =>
          (!query.get('job_id') || entry.job_id === query.get('job_id')) &&
          (!query.get('actor') || entry.actor === query.get('actor')) &&
          (!query.get('since') || entry.at >= String(query.get('since'))),
      );
      return HttpResponse.json({ items, next_cursor: null });
    }),
  ];
}

function sessionHandlers(world: FakeWorld) {
  return [
    http.post('*/session', async ({ request }) => {
      const body = (await request.json()) as { code?: string; token?: string };
      world.signedIn = body.code === 'let-me-in' || body.token === 'secret';
      return world.signedIn
        ? new HttpResponse(null, { status: 204 })
        : problem(401, 'LOG1050', 'Not signed in', 'That token is not the one of this server.');
    }),
    http.delete('*/session', () => {
      world.signedIn = false;
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/me', ({ request }) => {
      const agents = [
        { name: 'claude', version: '2.1.0', found: true, login: 'ok' },
        { name: 'codex', version: '0.61.0', found: true, login: 'missing' },
        { name: 'gemini', version: null, found: false, login: 'unknown' },
      ];
      const me = {
        user: 'operator',
        version: '1.0.0',
        jobs_dir: '/home/operator/.logist/jobs',
        read_only: false,
        max_jobs: 2,
        started_at: new Date(world.now.getTime() - 7_200_000).toISOString(),
      };
      return HttpResponse.json(new URL(request.url).searchParams.get('agents') ? { ...me, agents } : me);
    }),
    http.get('*/health', () =>
      HttpResponse.json({ status: 'ok', version: '1.0.0', jobs: { total: world.rows.length, driven: 2, waiting_for_slot: 1 } }),
    ),
  ];
}

function jobHandlers(world: FakeWorld) {
  return [
    http.get('*/jobs', ({ request }) => {
      const query = new URL(request.url).searchParams;
      const statuses = query.getAll('status');
      const q = (query.get('q') ?? '').toLowerCase();
      const by = query.get('by') === 'me' ? 'operator' : query.get('by');
      const limit = Number(query.get('limit') ?? 100);
      const offset = Number(query.get('cursor') ?? 0);
      const counts: Record<string, number> = {};
      for (const { status } of world.rows) counts[status] = (counts[status] ?? 0) + 1;
      const sort = query.get('sort') ?? 'updated';
      const found = world.rows
        .filter(
          (row) =>
            (statuses.length === 0 || statuses.includes(row.status)) &&
            (!by || row.requested_by === by) &&
            (row.updated_at ?? '') >= (query.get('since') ?? '') &&
            `${row.job_id} ${row.description ?? ''}`.toLowerCase().includes(q),
        )
        .sort((a, b) =>
          sort === 'name'
            ? a.job_id.localeCompare(b.job_id)
            : sort === 'created'
              ? (b.created_at ?? '').localeCompare(a.created_at ?? '')
              : (b.updated_at ?? '').localeCompare(a.updated_at ?? ''),
        );
      return HttpResponse.json({
        schema: 'logist.jobs/v1',
        items: found.slice(offset, offset + limit),
        next_cursor: offset + limit < found.length ? String(offset + limit) : null,
        counts,
        total: world.rows.length,
        matching: found.length,
      });
    }),
    http.get('*/jobs/:id', ({ params }) => {
      const doc = world.doc(params.id);
      return doc ? HttpResponse.json(doc, { headers: { ETag: `"${doc.journal.seq}"` } }) : unknownJob(params.id);
    }),
    http.get('*/needs', () => HttpResponse.json({ items: needsOf(world.docs) })),
  ];
}

function requestHandlers(world: FakeWorld) {
  return [
    http.post('*/approvals/:task/:decision', ({ params, request }) => {
      const need = needsOf(world.docs).find((one) => one.task_id === params.task);
      if (!need) return problem(404, 'LOG1006', 'Unknown approval', `Nothing waits at "${String(params.task)}".`);
      if (request.headers.get('If-Match') !== need.etag) {
        return problem(412, 'LOG1048', 'Changed since', 'The input changed since you looked.');
      }
      return HttpResponse.json({
        schema: 'logist.result/v1',
        job_id: need.job_id,
        status: 'RUNNING',
        reason: null,
        seq: 42,
        next: [],
      });
    }),
    http.post('*/jobs/:id/:verb', ({ params }) => {
      const doc = world.doc(params.id);
      if (!doc) return unknownJob(params.id);
      return HttpResponse.json({
        schema: 'logist.result/v1',
        job_id: doc.job_id,
        status: doc.status,
        reason: null,
        seq: doc.journal.seq + 1,
        next: [],
      });
    }),
    http.post('*/workflow-runs', () =>
      HttpResponse.json({ id: 'fix-issue-2.1', job_id: 'fix-issue-2', number: 1, status: 'running' }, { status: 201 }),
    ),
  ];
}
