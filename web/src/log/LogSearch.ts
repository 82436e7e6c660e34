// Search through a whole log, piece by piece, and on through what is appended to it later.
import { plain } from './ansi';
import { LineReader } from './lines';
import { piecesOf, type LogServer } from './logServer';

const keptMatches = 10_000;

export interface SearchState {
  /** Numbers of the lines that match, ascending; the first 10,000 are kept. */
  lines: number[];
  /** How many lines match in all. */
  count: number;
  searchedBytes: number;
  running: boolean;
}

export const nothingFound: SearchState = { lines: [], count: 0, searchedBytes: 0, running: false };

export class LogSearch {
  readonly #server: LogServer;
  readonly #needle: string;
  readonly #reader = new LineReader();
  readonly #lines: number[] = [];
  #count = 0;
  #line = 0;
  #at = 0;

  constructor(server: LogServer, needle: string) {
    this.#server = server;
    this.#needle = needle.toLowerCase();
  }

  /** Reads on from where it stopped to the log's present end, and tells after each piece. */
  async advance(tell: (state: SearchState) => void, signal: AbortSignal): Promise<void> {
    for await (const { from, bytes } of piecesOf(this.#server, this.#at, signal)) {
      for (const line of this.#reader.push(bytes)) this.#look(line);
      this.#at = from + bytes.length;
      tell(this.#state(true));
    }
    tell(this.#state(false));
  }

  #look(line: string): void {
    if (plain(line).toLowerCase().includes(this.#needle)) {
      this.#count += 1;
      if (this.#lines.length < keptMatches) this.#lines.push(this.#line);
    }
    this.#line += 1;
  }

  #state(running: boolean): SearchState {
    // A last line without a line end is looked at for show, but counted only once it is complete.
    const open = plain(this.#reader.rest).toLowerCase().includes(this.#needle) && this.#reader.rest !== '';
    const lines = open && this.#lines.length < keptMatches ? [...this.#lines, this.#line] : [...this.#lines];
    return { lines, count: this.#count + (open ? 1 : 0), searchedBytes: this.#at, running };
  }
}
