// A log of any length, of which only what is looked at is in memory: blocks of `every` lines, fetched by byte range,
// and the growing tail behind the last block.
import { LineReader } from './lines';
import type { LogPiece, LogServer } from './logServer';

const pieceBytes = 262_144;
const keptBlocks = 48;
const newLine = 10;

export class LogFile {
  readonly #server: LogServer;
  readonly #blocks = new Map<number, string[]>();
  readonly #loading = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  #every = 1000;
  #offsets = [0];
  #tail: string[] = [];
  #tailReader = new LineReader();
  #end = 0;
  #version = 0;
  #opened = false;
  #complete = false;
  #firstError: number | null = null;

  constructor(server: LogServer) {
    this.#server = server;
  }

  /** Reads the index and the tail. Everything before the tail is fetched when it is looked at. */
  async open(signal?: AbortSignal): Promise<void> {
    const index = await this.#server.index(signal);
    this.#every = index.every;
    this.#offsets = index.offsets.length > 0 ? [...index.offsets] : [0];
    this.#firstError = index.first_error_line;
    this.#end = this.#offsets.at(-1) ?? 0;
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

  async refreshFirstError(signal?: AbortSignal): Promise<void> {
    if (this.#firstError !== null) return;
    this.#firstError = (await this.#server.index(signal)).first_error_line;
    if (this.#firstError !== null) this.#changed();
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
  get lines(): number {
    return (this.#offsets.length - 1) * this.#every + this.#tail.length + (this.#tailReader.rest === '' ? 0 : 1);
  }

  /** A line by its number from 0, or undefined while it is fetched. */
  line(number: number): string | undefined {
    const block = Math.floor(number / this.#every);
    const inBlock = number % this.#every;
    if (block < this.#offsets.length - 1) return this.#blocks.get(block)?.[inBlock];
    return this.#tail[inBlock] ?? (inBlock === this.#tail.length ? this.#tailReader.rest : undefined);
  }

  /** The block's lines before this one that may have left a colour on, as far as they are known. */
  linesBefore(number: number): string[] {
    const start = number - (number % this.#every);
    return (this.#blocks.get(start / this.#every) ?? this.#tail).slice(0, number - start);
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
      const reader = new LineReader();
      const end = this.#offsets[block + 1] ?? this.#end;
      for (let at = this.#offsets[block] ?? 0; at < end;) {
        const { bytes } = await this.#server.read(at, Math.min(pieceBytes, end - at), loading.signal);
        if (bytes.length === 0) return;
        const piece = bytes.subarray(0, end - at);
        for (const line of reader.push(piece)) lines.push(line);
        at += piece.length;
      }
      this.#keep(block, lines);
    } catch {
      // Given up or not reachable: the next look at these lines asks again.
    } finally {
      if (this.#loading.get(block) === loading) this.#loading.delete(block);
    }
  }

  #keep(block: number, lines: string[]): void {
    this.#blocks.set(block, lines);
    const oldest = this.#blocks.keys().next().value;
    if (this.#blocks.size > keptBlocks && oldest !== undefined) this.#blocks.delete(oldest);
    this.#changed();
  }

  /** Takes exactly the bytes behind the last known one: an answer that came twice or out of order changes nothing. */
  #take(piece: LogPiece): void {
    const skip = this.#end - piece.from;
    const bytes = skip >= 0 ? piece.bytes.subarray(skip) : piece.bytes.subarray(0, 0);
    let lines = this.#tail.length;
    for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, at + 1)) {
      lines += 1;
      if (lines % this.#every === 0) this.#offsets.push(this.#end + at + 1);
    }
    for (const line of this.#tailReader.push(bytes)) this.#tail.push(line);
    this.#end += bytes.length;
    const first = this.#offsets.length - 1 - Math.floor(this.#tail.length / this.#every);
    for (let block = first; this.#tail.length >= this.#every; block++) this.#keep(block, this.#tail.splice(0, this.#every));
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
