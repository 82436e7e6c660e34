// A log of any length, of which only what is looked at is in memory: blocks of `every` lines, fetched by byte range,
// and the growing tail behind the last block.
import { LineReader } from './lines';
import type { LogIndex, LogPiece, LogServer } from './logServer';

const pieceBytes = 262_144;
const keptBlocks = 48;
const newLine = 10;

/** Lines that stand together, and the byte that each of them begins at. */
interface Block {
  lines: string[];
  starts: number[];
}

export class LogFile {
  readonly #server: LogServer;
  readonly #blocks = new Map<number, Block>();
  readonly #loading = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #every = 1000;
  #offsets = [0];
  #tail: Block = { lines: [], starts: [0] };
  #tailReader = new LineReader();
  #end = 0;
  #version = 0;
  #opened = false;
  #complete = false;
  #firstError: number | null = null;
  #stderr: LogIndex['stderr'] = null;

  constructor(server: LogServer) {
    this.#server = server;
  }

  /** Reads the index and the tail. Everything before the tail is fetched when it is looked at. */
  async open(signal?: AbortSignal): Promise<void> {
    const index = await this.#server.index(signal);
    this.#every = index.every;
    this.#offsets = index.offsets.length > 0 ? [...index.offsets] : [0];
    this.#firstError = index.first_error_line;
    this.#stderr = index.stderr;
    this.#end = this.#offsets.at(-1) ?? 0;
    this.#tail.starts = [this.#end];
    while (this.#end < index.size) if (!(await this.poll(signal))) break;
    // The bytes decide: an index may say "complete" before its last bytes were read.
    this.#complete ||= index.complete && this.#end >= index.size;
    this.#opened = true;
    this.#changed();
  }

  /** Asks once for what came after the last known byte; true when something came. */
  async poll(signal?: AbortSignal): Promise<boolean> {
    const before = this.#end;
    this.#take(await this.#server.read(before, pieceBytes, signal));
    return this.#end > before;
  }

  /** What only the server knows of lines that came since. */
  async refreshIndex(signal?: AbortSignal): Promise<void> {
    const { first_error_line, stderr } = await this.#server.index(signal);
    const same = first_error_line === this.#firstError && stderr?.length === this.#stderr?.length;
    this.#firstError = first_error_line;
    this.#stderr = stderr;
    if (!same) this.#changed();
  }

  get opened(): boolean {
    return this.#opened;
  }
  get complete(): boolean {
    return this.#complete;
  }
  get size(): number {
    return this.#end;
  }
  get firstError(): number | null {
    return this.#firstError;
  }
  /** Whether it is known which lines were printed to stderr, and some were. */
  get tellsStreams(): boolean {
    return (this.#stderr?.length ?? 0) > 0;
  }
  get lines(): number {
    return (this.#offsets.length - 1) * this.#every + this.#tail.lines.length + (this.#tailReader.rest === '' ? 0 : 1);
  }

  /** A line by its number from 0, or undefined while it is fetched. */
  line(number: number): string | undefined {
    const block = Math.floor(number / this.#every);
    const inBlock = number % this.#every;
    if (block < this.#offsets.length - 1) return this.#blocks.get(block)?.lines[inBlock];
    return this.#tail.lines[inBlock] ?? (inBlock === this.#tail.lines.length ? this.#tailReader.rest : undefined);
  }

  /** Whether the line began on stderr; false also while that is not known. */
  isError(number: number): boolean {
    const block = Math.floor(number / this.#every);
    const { starts = [] } = block < this.#offsets.length - 1 ? (this.#blocks.get(block) ?? {}) : this.#tail;
    const start = starts[number % this.#every];
    const ranges = this.#stderr ?? [];
    if (start === undefined) return false;
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.to ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return (ranges[low]?.from ?? Infinity) <= start;
  }

  /** The block's lines before this one that may have left a colour on, as far as they are known. */
  linesBefore(number: number): string[] {
    const start = number - (number % this.#every);
    return (this.#blocks.get(start / this.#every) ?? this.#tail).lines.slice(0, number - start);
  }

  /** Fetches what these lines need and gives up what is no longer looked at. */
  want(first: number, last: number): void {
    const lastBlock = Math.min(Math.floor(last / this.#every), this.#offsets.length - 2);
    const wanted = new Set<number>();
    for (let block = Math.max(0, Math.floor(first / this.#every)); block <= lastBlock; block++) wanted.add(block);
    for (const [block, loading] of this.#loading) {
      if (wanted.has(block)) continue;
      loading.abort();
      this.#loading.delete(block);
    }
    for (const block of wanted) if (!this.#blocks.has(block) && !this.#loading.has(block)) void this.#load(block);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** Changes whenever anything that can be read here changes. */
  readonly version = (): number => this.#version;

  async #load(block: number): Promise<void> {
    const loading = new AbortController();
    this.#loading.set(block, loading);
    try {
      const lines: string[] = [];
      const begin = this.#offsets[block] ?? 0;
      const starts = [begin];
      const reader = new LineReader();
      const end = this.#offsets[block + 1] ?? this.#end;
      for (let at = begin; at < end;) {
        const { bytes } = await this.#server.read(at, Math.min(pieceBytes, end - at), loading.signal);
        if (bytes.length === 0) return;
        const piece = bytes.subarray(0, end - at);
        for (const line of reader.push(piece)) lines.push(line);
        for (const next of lineStarts(piece)) starts.push(at + next);
        at += piece.length;
      }
      this.#keep(block, { lines, starts });
    } catch {
      // Given up or not reachable: the next look at these lines asks again.
    } finally {
      if (this.#loading.get(block) === loading) this.#loading.delete(block);
    }
  }

  #keep(block: number, kept: Block): void {
    this.#blocks.set(block, kept);
    const oldest = this.#blocks.keys().next().value;
    if (this.#blocks.size > keptBlocks && oldest !== undefined) this.#blocks.delete(oldest);
    this.#changed();
  }

  /** Takes exactly the bytes behind the last known one: an answer that came twice or out of order changes nothing. */
  #take(piece: LogPiece): void {
    const skip = this.#end - piece.from;
    const bytes = skip >= 0 ? piece.bytes.subarray(skip) : piece.bytes.subarray(0, 0);
    const { lines, starts } = this.#tail;
    for (const next of lineStarts(bytes)) {
      starts.push(this.#end + next);
      if ((starts.length - 1) % this.#every === 0) this.#offsets.push(this.#end + next);
    }
    for (const line of this.#tailReader.push(bytes)) lines.push(line);
    this.#end += bytes.length;
    const first = this.#offsets.length - 1 - Math.floor(lines.length / this.#every);
    for (let block = first; lines.length >= this.#every; block++)
      this.#keep(block, { lines: lines.splice(0, this.#every), starts: starts.splice(0, this.#every) });
    const complete = piece.complete && this.#end >= piece.size;
    if (bytes.length === 0 && complete === this.#complete) return;
    this.#complete = complete;
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Where lines begin behind the line ends in these bytes. */
function* lineStarts(bytes: Uint8Array): Generator<number> {
  for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, at + 1)) yield at + 1;
}
