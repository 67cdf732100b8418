/**
 * HDF5 in WebAssembly. Where HDF5 fails, h5wasm throws through its own frames and keeps
 * what they held: handles, files, memory. A library that has failed often, or stopped, is therefore left to the files
 * that are open in it and replaced by a new one; when the last of them is closed, its memory is given back.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { requireMemory } from "../../../../engine/numerics/wasm-code.ts";
import { closeSync } from "../../../../engine/platform/files.ts";
import { devNull } from "../../../../engine/platform/machine.ts";
import { dirname, resolve } from "../../../../engine/platform/paths.ts";
import { canRenew, type H5wasm, loadHdf5, pluginFolder } from "./hdf5-package.ts";
import { guardHeaps, type ReadingFileSystem } from "./heap-guard.ts";

export type Dataset = H5wasm.Dataset;
export type Group = H5wasm.Group;
export type Hdf5File = H5wasm.File;
export type Hdf5Metadata = H5wasm.Metadata;

/** So many failures may lose about 1 MiB each. */
const MOST_FAILURES = 256;
/** WebAssembly has 2 GiB at most. */
const MOST_BYTES = 2 ** 30;
/** `O_CREAT | O_EXCL` in Emscripten: HDF5's text of an error goes through a new temporary file. */
const NEW_FILE = 64 | 128;
const NOT_PERMITTED = 2;

/** Streams of Emscripten's file system, and the files they stand for. */
interface Stream {
  readonly fd: number;
  readonly nfd?: number;
}
interface Files extends ReadingFileSystem {
  streams: (Stream | undefined | null)[];
  open(path: string, flags: number, mode?: number): Stream;
  close(stream: Stream): void;
}

/** One HDF5 library with memory of its own. */
export class Hdf5Library {
  readonly h5: typeof H5wasm;
  /** Names of files outside of the one that was opened, which HDF5 wanted to follow and was not let to. */
  readonly refused: string[] = [];
  /** Names of such files that it was let to follow. */
  readonly led = new Set<string>();
  readonly #allowed = new Map<string, number>();
  readonly #files: Files;
  #failures = 0;
  #retired = false;
  #message: Stream | undefined;

  /** True if files may lead to other files. */
  readonly followed: boolean;

  constructor(h5: typeof H5wasm, followed: boolean) {
    this.h5 = h5;
    this.followed = followed;
    this.#files = h5.FS as unknown as Files;
    const { Module } = h5;
    Module.activate_throwing_error_handler();
    // What lies in the folder of the machine's own plugins is no WebAssembly.
    while (Module.get_plugin_search_paths().length > 0) Module.remove_plugin_search_path(0);
    Module.insert_plugin_search_path(pluginFolder, 0);
    guardHeaps(this.#files);
    const open = this.#files.open.bind(this.#files);
    this.#files.open = (path, flags, mode) => {
      if ((flags & NEW_FILE) === NEW_FILE && path.startsWith("/tmp/tmpfile_")) {
        this.#failures++;
        // h5wasm throws before it closes this one.
        if (this.#message) this.#files.close(this.#message);
        this.#message = open(devNull, 2, mode);
        return this.#message;
      }
      if (!this.#allowed.has(resolve(path)) && path !== pluginFolder && dirname(path) !== pluginFolder) {
        if (followed) {
          this.led.add(resolve(path));
          return open(path, flags, mode);
        }
        this.refused.push(path);
        throw Object.assign(new Error("not followed"), { name: "ErrnoError", errno: NOT_PERMITTED });
      }
      return open(path, flags, mode);
    };
    Module.onAbort = () => this.stop();
  }

  /** True if new files should go to a new library. */
  get worn(): boolean {
    return this.#failures >= MOST_FAILURES || this.#memory > MOST_BYTES;
  }

  get #memory(): number {
    return this.h5.Module.HEAPU8.length;
  }

  /** It can no longer be trusted: an assertion in it failed, or it left its memory. */
  stop(): void {
    this.#failures = Number.POSITIVE_INFINITY;
  }

  /** True if it has been stopped. */
  get stopped(): boolean {
    return this.#failures === Number.POSITIVE_INFINITY;
  }

  /** Looks at what was thrown: errors of WebAssembly itself stop the library. */
  note(error: unknown): void {
    const deep = error instanceof RangeError && /call stack/.test(error.message);
    if (deep || error instanceof WebAssembly.RuntimeError) this.stop();
  }

  /**
   * Opens a file; its `close` is noted by the library.
   * @returns undefined where HDF5 throws or h5wasm returns a hollow object
   */
  open(name: string, make: (File: typeof H5wasm.File) => H5wasm.File): H5wasm.File | undefined {
    const path = resolve(name);
    this.#allowed.set(path, (this.#allowed.get(path) ?? 0) + 1);
    let file: H5wasm.File | undefined;
    try {
      file = make(this.h5.File);
    } catch (error) {
      this.note(error);
    }
    if (file === undefined || file.file_id < 0n) {
      this.#forget(path);
      return undefined;
    }
    const close = file.close.bind(file);
    let open = true;
    file.close = () => {
      try {
        return this.stopped ? -1 : close();
      } finally {
        if (open) this.#forget(path);
        open = false;
      }
    };
    return file;
  }

  #forget(path: string): void {
    const users = this.#allowed.get(path)! - 1;
    if (users > 0) this.#allowed.set(path, users);
    else this.#allowed.delete(path);
    if (this.#retired) this.#empty();
  }

  /** Takes no more files; what it holds is given back with the last one. */
  retire(): void {
    this.#retired = true;
    this.#empty();
  }

  #empty(): void {
    if (this.#allowed.size > 0) return;
    for (const stream of this.#files.streams) {
      if (stream && stream.fd > 2 && stream.nfd !== undefined) closeSync(stream.nfd);
    }
    this.#files.streams = [];
    libraries.delete(this.h5.Dataset);
    libraries.delete(this.h5.Group);
    libraries.delete(this.h5.File);
    // The loader keeps every module for good: without these the memory of this one is out of its reach.
    for (const held of [this.h5.FS, this.h5.Module] as unknown as Record<string, unknown>[]) {
      for (const key of Object.keys(held)) Reflect.deleteProperty(held, key);
    }
  }
}

/** By the classes of their objects. */
const libraries = new Map<unknown, Hdf5Library>();
/** The one that takes files now, for files that are not followed and for those that are. */
const current: { guarded?: Promise<Hdf5Library>; followed?: Promise<Hdf5Library> } = {};

async function load(followed: boolean): Promise<Hdf5Library> {
  requireMemory("HDF5");
  const h5 = await loadHdf5();
  const library = new Hdf5Library(h5, followed);
  for (const own of [h5.Dataset, h5.Group, h5.File]) libraries.set(own, library);
  return library;
}

/** The library for the next file. @param followed - whether the file may lead to other files */
export async function hdf5Library(followed: boolean): Promise<Hdf5Library> {
  const key = followed ? "followed" : "guarded";
  current[key] ??= load(followed);
  const library = await current[key];
  if (!library.worn || !canRenew) return library;
  // Another caller may have replaced it meanwhile.
  if ((await current[key]) === library) {
    current[key] = load(followed);
    library.retire();
  }
  return hdf5Library(followed);
}

/** The library of an open object. @throws FormatError where it has been stopped */
export function libraryOf(object: H5wasm.Dataset | H5wasm.Group, path: string): Hdf5Library {
  const library = libraries.get(object.constructor);
  if (library !== undefined && !library.stopped) return library;
  const why = "the HDF5 library stopped over damaged data while this file was open in it";
  throw new FormatError(path, "hdf5", why, "open the file again");
}
