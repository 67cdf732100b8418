/** Chunks kept in memory after they were unpacked, the least recently used dropped first. */

/** Bytes that are kept at least. */
const LEAST = 64 * 2 ** 20;
/** Bytes that are kept at most, so that a file of any chunking is read in bounded memory. */
const MOST = 128 * 2 ** 20;

/** One cache serves all variables of a file. */
export class ChunkCache {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #limit: number | undefined;
  #budget: number;
  #bytes = 0;

  /** @param limit - bytes to keep. By default 64 MiB, or as much as {@link make} room was asked for, up to 128 MiB. */
  constructor(limit?: number) {
    this.#limit = limit;
    this.#budget = limit ?? LEAST;
  }

  /** Makes room for chunks that are asked for in turn, such as those that one step along time crosses. */
  make(room: number): void {
    if (this.#limit === undefined && room <= MOST) this.#budget = Math.max(this.#budget, room);
  }

  /** True if so many bytes can be kept at once. */
  holds(bytes: number): boolean {
    return bytes <= this.#budget;
  }

  get(key: string): Uint8Array | undefined {
    const found = this.#kept.get(key);
    if (found !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, found);
    }
    return found;
  }

  add(key: string, chunk: Uint8Array): void {
    if (chunk.length > this.#budget || this.#kept.has(key)) return;
    this.#kept.set(key, chunk);
    this.#bytes += chunk.length;
    for (const [oldest, bytes] of this.#kept) {
      if (this.#bytes <= this.#budget) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
