/** Files that were dropped on a page, and those that tasks made, in a folder of their own that goes with the server. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type TemporaryFolder, temporaryFolder } from "../engine/files/temporary.ts";
import { HttpError } from "./http-error.ts";

/** A file that the page may name. */
export interface StoredFile {
  readonly id: string;
  /** As the user calls it. */
  readonly name: string;
  readonly path: string;
}

/** Endings of grids that are one file. */
const endings = [
  ".nc",
  ".nc3",
  ".nc4",
  ".cdf",
  ".h5",
  ".hdf5",
  ".hdf",
  ".tif",
  ".tiff",
  ".grib",
  ".grib2",
  ".grb",
  ".grb2",
];

/** Most files of one session. */
const mostFiles = 100;

/** The files of one server. */
export class FileStore {
  readonly #folder: TemporaryFolder = temporaryFolder("monge-serve");
  readonly #files = new Map<string, StoredFile>();
  /** Most bytes of a file that is dropped, as it comes and as it is unpacked. */
  readonly limit: number;

  /** @throws OptionsError where there is no folder for temporary files */
  constructor(limit: number) {
    this.limit = limit;
  }

  get folder(): string {
    return this.#folder.path;
  }

  get files(): readonly StoredFile[] {
    return [...this.#files.values()];
  }

  /**
   * Takes a file in.
   *
   * @param given - its name; nothing but its ending becomes part of a path
   * @param length - as announced; what comes is counted as well
   * @throws HttpError 413 above the limit, 415 for an ending that is no grid's
   */
  async receive(given: string, length: number, body: Readable): Promise<StoredFile> {
    const name = basename(given.replaceAll("\\", "/")).slice(0, 200);
    const ending = extname(name).toLowerCase();
    if (!endings.includes(ending)) {
      throw new HttpError(
        415,
        `${name || "this file"} ends in none of ${endings.join(", ")}: drop a NetCDF, GeoTIFF or GRIB file`,
      );
    }
    const limit = this.limit;
    const larger = `${name} is larger than ${Math.floor(limit / 1e6)} MB; start with a larger --limit`;
    if (length > limit) throw new HttpError(413, larger);
    if (this.#files.size >= mostFiles) throw new HttpError(429, `${mostFiles} files are kept; start monge serve anew`);
    const id = randomBytes(8).toString("hex");
    const path = join(this.folder, `${id}${ending}`);
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        done(bytes > limit ? new HttpError(413, larger) : null, chunk);
      },
    });
    try {
      await pipeline(body, counted, createWriteStream(path));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const received = { id, name, path };
    this.#files.set(id, received);
    return received;
  }

  /** Takes a file in that a task made, in its own folder. */
  adopt(made: StoredFile): void {
    this.#files.set(made.id, made);
  }

  /** @throws HttpError 404 */
  get(id: string): StoredFile {
    const found = this.#files.get(id);
    if (found === undefined) throw new HttpError(404, "there is no such file; drop it again");
    return found;
  }

  /** Removes a file. */
  async drop({ id, path }: StoredFile): Promise<void> {
    this.#files.delete(id);
    await rm(path, { force: true });
  }

  /** Removes everything. */
  close(): void {
    this.#folder.remove();
  }
}
