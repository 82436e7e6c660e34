// The one place that talks HTTP to the server. The session is a cookie; the page never keeps a token.
import type { Described } from './described';

/** The job moved since the plan was made (409); what is otherwise out of date is a 412. */
const planChanged = 'LOG1045';
/** Files of the job are not as Logist wrote them (500). Asking again does not help; a command does. */
const damagedData = 'LOG1071';

/** A refusal of the server (RFC 9457), or of the network (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fix: string[];
  readonly errors: ProblemBody['errors'];

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail ?? body.title ?? `The server answered ${status}.`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = body.code ?? '';
    this.title = body.title ?? 'Request refused';
    this.fix = body.fix ?? [];
    this.errors = body.errors ?? [];
  }

  /** What was looked at has changed since (stale ETag, or a plan that no longer holds). */
  get stale(): boolean {
    return this.status === 412 || this.code === planChanged;
  }

  get damaged(): boolean {
    return this.code === damagedData;
  }
}

type ProblemBody = Described<'Problem'>;

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** `path?query`, leaving out what is not given; a list repeats its key. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export interface PostOptions {
  /** The same key and body give the same answer, so a repeated click or a lost answer does nothing twice. */
  idempotencyKey?: string;
  ifMatch?: string;
}

const unauthorized = new EventTarget();

/** Tells when the server no longer knows this session. Returns what ends the subscription. */
export function onUnauthorized(listener: () => void): () => void {
  unauthorized.addEventListener('401', listener);
  return () => unauthorized.removeEventListener('401', listener);
}

/** fetch that throws ApiProblem for everything but success. For answers that are not JSON (logs) use it directly. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new URL(path, location.origin), { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(0, { title: 'No connection', detail: 'The server did not answer.', fix: ['logist serve'] });
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== '/session') unauthorized.dispatchEvent(new Event('401'));
  throw new ApiProblem(response.status, await problemOf(response));
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const response = await request(address(path, query), signal ? { signal } : {});
  return (await response.json()) as T;
}

/** Like get, with the ETag that a later change must name. */
export async function getTagged<T>(path: string, signal?: AbortSignal): Promise<{ value: T; etag: string | null }> {
  const response = await request(path, signal ? { signal } : {});
  return { value: (await response.json()) as T, etag: response.headers.get('ETag') };
}

export async function post<T>(path: string, body: unknown = {}, options: PostOptions = {}): Promise<T> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Idempotency-Key': options.idempotencyKey ?? newKey(),
  };
  if (options.ifMatch !== undefined) headers['If-Match'] = options.ifMatch;
  const response = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** crypto.randomUUID exists in secure contexts only; `serve --host` may be read over plain http. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function remove(path: string): Promise<void> {
  await request(path, { method: 'DELETE', headers: { 'Content-Type': 'application/json' } });
}

async function problemOf(response: Response): Promise<Partial<ProblemBody>> {
  if (!response.headers.get('Content-Type')?.includes('json')) return {};
  try {
    return (await response.json()) as Partial<ProblemBody>;
  } catch {
    return {};
  }
}
