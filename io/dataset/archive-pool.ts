/** Open files, no more than a few at a time: the one that was not used for longest is closed first. */
import { FormatError } from "../../engine/errors.ts";
import type { OpenOptions } from "../formats/format.ts";
import { openGrid } from "../formats/open.ts";
import type { GridSource } from "../storage/source.ts";

interface Entry {
  readonly source: Promise<GridSource>;
  /** Readings under way; only idle files are closed. */
  users: number;
}

/** Files that keep what they have unpacked; archives are read one file after the other. */
const FULL = 1;

/** Opens files when they are needed and keeps up to `limit` of them open. */
export class FilePool {
  private readonly limit: number;
  private readonly options: OpenOptions;
  /** The least recently used first. */
  private readonly entries = new Map<string, Entry>();
  private closed = false;
  private readonly beside = new Set<string>();

  constructor(limit: number, options: OpenOptions = {}) {
    this.limit = limit;
    this.options = options;
  }

  /** How many files are open. */
  get size(): number {
    return this.entries.size;
  }

  /** What has been read beside the files that were opened: headers, masks, what links lead to. */
  get files(): readonly string[] {
    return [...this.beside];
  }

  /**
   * Does something with an open file.
   * @throws FormatError where it cannot be opened, or the pool has been closed
   */
  async use<T>(path: string, work: (source: GridSource) => Promise<T>): Promise<T> {
    if (this.closed) throw new FormatError(path, "dataset", "its dataset has been closed", "load before you close it");
    const entry = this.entries.get(path) ?? { source: openGrid(path, this.options), users: 0 };
    this.entries.delete(path);
    this.entries.set(path, entry);
    entry.users++;
    await this.release();
    try {
      const source = await entry.source;
      for (const one of source.files ?? []) this.beside.add(one);
      return await work(source);
    } catch (error) {
      await entry.source.catch(() => this.entries.delete(path));
      throw error;
    } finally {
      entry.users--;
      await this.trim(this.closed ? 0 : this.limit);
    }
  }

  /** Of all but the latest file only the handles stay: unpacked chunks would add up. */
  private async release(): Promise<void> {
    const idle = [...this.entries.values()].slice(0, -FULL);
    for (const { source, users } of idle) {
      if (users === 0) await source.then(({ release }) => release?.()).catch(() => undefined);
    }
  }

  /** Closes all files; readings under way still end. */
  close(): void {
    this.closed = true;
    void this.trim(0);
  }

  private async trim(limit: number): Promise<void> {
    for (const [path, { source, users }] of [...this.entries]) {
      if (this.entries.size <= limit) return;
      if (users > 0) continue;
      this.entries.delete(path);
      await source.then(
        (open) => open.close(),
        () => undefined,
      );
    }
  }
}
