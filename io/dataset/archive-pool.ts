/** Open files, no more than a few at a time: the one that was not used for longest is closed first. */

import { FormatError } from "../../engine/errors.ts";
import { changedWhileRead, contentStamp } from "../../engine/files/watch.ts";
import { statSync } from "../../engine/platform/files.ts";
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

/** Files that are kept open. */
const LIMIT = 16;

/** Opens files when they are needed and keeps some of them open. */
export class FilePool {
  private readonly options: OpenOptions;
  /** The least recently used first. */
  private readonly entries = new Map<string, Entry>();
  /** Of files, as they were when they were opened first. */
  private readonly stamps = new Map<string, string>();
  /** Asked of folders, which are read file by file, closed ones included. */
  private readonly folders = new Set<GridSource>();
  private closed = false;
  private readonly beside = new Set<string>();

  constructor(options: OpenOptions = {}) {
    this.options = options;
  }

  /** Files that were read beside those that were opened: headers, masks, what links lead to. */
  get files(): readonly string[] {
    return [...this.beside];
  }

  /**
   * Does something with an open file.
   * @throws FormatError where it cannot be opened, or the pool has been closed
   */
  async use<T>(path: string, work: (source: GridSource) => Promise<T>): Promise<T> {
    if (this.closed) throw new FormatError(path, "dataset", "its dataset has been closed", "load before you close it");
    this.checkFile(path);
    const entry = this.entries.get(path) ?? { source: this.open(path), users: 0 };
    this.entries.delete(path);
    this.entries.set(path, entry);
    entry.users++;
    await this.release();
    try {
      const source = await entry.source;
      for (const one of source.files ?? []) this.beside.add(one);
      const found = await work(source);
      this.checkFile(path);
      return found;
    } catch (error) {
      await entry.source.catch(() => this.entries.delete(path));
      throw error;
    } finally {
      entry.users--;
      await this.trim(this.closed ? 0 : LIMIT);
    }
  }

  private async open(path: string): Promise<GridSource> {
    const source = await openGrid(path, this.options);
    if (source.changed) this.folders.add(source);
    return source;
  }

  /** @throws FormatError where a file is not as it was when it was opened first */
  private checkFile(path: string): void {
    // A missing file is reported by its own opening.
    if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) return;
    const now = contentStamp(path);
    const known = this.stamps.get(path);
    if (known === undefined && now !== undefined) this.stamps.set(path, now);
    else if (now !== undefined && now !== known) throw changedWhileRead(path, "archive");
  }

  /** @throws FormatError where what was read so far has been written to since */
  check(): void {
    for (const path of this.stamps.keys()) this.checkFile(path);
    for (const source of this.folders) {
      const path = source.changed?.();
      if (path !== undefined) throw changedWhileRead(path, "zarr");
    }
  }

  /** Notices about the parts that were read. */
  notices(): readonly string[] {
    return [...this.folders].flatMap((source) => source.notices?.() ?? []);
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
