/** The last bytes of what a program writes, as long as it writes: each byte is moved twice at the most. */
export class Tail {
  readonly #most: number;
  #kept: Buffer = Buffer.alloc(0);
  #length = 0;
  #isCut = false;

  /** @param most the number of bytes that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: Buffer): void {
    if (chunk.length > this.#most) this.#isCut = true;
    const piece = chunk.subarray(Math.max(0, chunk.length - this.#most));
    if (this.#kept.length === 0) this.#kept = Buffer.alloc(2 * this.#most);
    if (this.#length + piece.length > this.#kept.length) this.#drop();
    piece.copy(this.#kept, this.#length);
    this.#length += piece.length;
  }

  /** The text, with `…` in front where its beginning is missing. */
  get text(): string {
    const start = Math.max(0, this.#length - this.#most);
    const isCut = this.#isCut || start > 0;
    const text = this.#kept.toString('utf8', isCut ? this.#characterFrom(start) : start, this.#length);
    return isCut ? `…${text}` : text;
  }

  /** Leaves the bytes that {@link text} needs at the most. */
  #drop(): void {
    const start = Math.max(0, this.#length - this.#most);
    if (start > 0) this.#isCut = true;
    this.#kept.copyWithin(0, start, this.#length);
    this.#length -= start;
  }

  /** The place of the first byte that begins a character (RFC 3629, section 3). */
  #characterFrom(start: number): number {
    let at = start;
    while (at < this.#length && at < start + 3 && ((this.#kept[at] ?? 0) & 0xc0) === 0x80) at += 1;
    return at;
  }
}
