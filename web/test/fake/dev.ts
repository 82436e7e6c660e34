// Serves the fake API beside the page, so that a browser can look at it without a logist: `npm run fake`, or
// `npm run fake:built` for the built page under the rules the server gives it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { getResponse } from 'msw';
import type { Plugin } from 'vite';
import { FakeWorld, handlersOf } from './handlers';

export function fakeApi(): Plugin {
  const handlers = handlersOf(new FakeWorld(new Date()));
  return {
    name: 'fake-api',
    configureServer: (server) => void server.middlewares.use(handle),
    configurePreviewServer: (server) => void server.middlewares.use(handle),
  };

  function handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) {
    if (!request.url || /^\/(ui(\/|$)|@|__)/.test(request.url)) next();
    else answer(request, response).catch(next);
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answered = await getResponse(
      handlers,
      new Request(`http://127.0.0.1${request.url ?? '/'}`, {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        body: chunks.length > 0 ? Buffer.concat(chunks) : null,
        signal: gone.signal,
      }),
    );
    response.writeHead(answered?.status ?? 404, Object.fromEntries(answered?.headers ?? []));
    if (answered?.body)
      Readable.fromWeb(answered.body as Parameters<typeof Readable.fromWeb>[0])
        .on('error', () => response.end())
        .pipe(response);
    else response.end();
  }
}
