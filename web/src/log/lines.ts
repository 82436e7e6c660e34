// Lines out of bytes that arrive in pieces. A piece may end inside a line, and inside a character.

export class LineReader {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #rest = '';

  /** The lines that these bytes complete, without their line ends. */
  push(bytes: Uint8Array): string[] {
    // `stream` keeps a character's first bytes until its last ones come.
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  /** The beginning of a line whose end has not come yet. */
  get rest(): string {
    return this.#rest;
  }
}
