import { address, get, request } from '../api/client';
import type { Described } from '../api/described';

export type LogFormat = 'text' | 'raw';

/** Byte offsets of line 0, `every`, 2 × `every` …; lines are counted from 0. */
export type LogIndex = Described<'LogIndex'>;

export interface LogPiece {
  from: number;
  bytes: Uint8Array;
  size: number;
  complete: boolean;
}

/** Where a log comes from: the API, or a test. */
export interface LogServer {
  index(signal?: AbortSignal): Promise<LogIndex>;
  read(from: number, limit: number, signal?: AbortSignal): Promise<LogPiece>;
}

const pathOf = (attempt: string) => `/attempts/${encodeURIComponent(attempt)}/log`;

/** Where the browser itself saves the whole log from, whatever its size. */
export const downloadOf = (attempt: string, part: string, format: LogFormat): string =>
  address(pathOf(attempt), { part, format, download: true });

export function logOf(attempt: string, part: string, format: LogFormat): LogServer {
  const path = pathOf(attempt);
  return {
    index: (signal) => get<LogIndex>(`${path}/index`, { part, format }, signal),
    read: async (from, limit, signal) => {
      const response = await request(address(path, { part, format, from, limit }), signal ? { signal } : {});
      const bytes = new Uint8Array(await response.arrayBuffer());
      return {
        from: Number(response.headers.get('X-Log-From') ?? from),
        bytes,
        size: Number(response.headers.get('X-Log-Size') ?? from + bytes.length),
        complete: response.headers.get('X-Log-Complete') === 'true',
      };
    },
  };
}

/** The whole log, piece by piece: what a search goes through. */
export async function* piecesOf(server: LogServer, from: number, signal?: AbortSignal): AsyncGenerator<LogPiece> {
  for (let next = from; ;) {
    const piece = await server.read(next, 1_048_576, signal);
    if (piece.bytes.length === 0) return;
    yield piece;
    next = piece.from + piece.bytes.length;
    if (next >= piece.size) return;
  }
}
