/** Files and folders of a page or a worker: those of `held-files.ts`, by the names that Node has for what is done with them. */
import { Buffer } from "./bytes.browser.ts";
import {
  entriesOf,
  HeldFile,
  HeldFolder,
  HeldStatus,
  missing,
  nodeAt,
  placeOf,
  put,
  refusal,
  wholePath,
} from "./held-files.ts";
import { basename } from "./paths.browser.ts";

export type Stats = HeldStatus;
export type Dir = ReturnType<typeof opendirSync>;
export type FileHandle = Awaited<ReturnType<typeof open>>;

interface Opened {
  readonly path: string;
  readonly file: HeldFile | HeldFolder;
}

const opened = new Map<number, Opened>();
let descriptors = 2;

function fileOf(descriptor: number): HeldFile {
  const found = opened.get(descriptor);
  if (found === undefined) throw refusal("EBADF", String(descriptor));
  if (found.file instanceof HeldFolder) throw refusal("EISDIR", found.path);
  return found.file;
}

function there(path: string): HeldFile | HeldFolder {
  const node = nodeAt(path);
  if (node === undefined) throw missing(path);
  return node;
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

export const existsSync = (path: string): boolean => nodeAt(path) !== undefined;

interface StatusOptions {
  readonly throwIfNoEntry?: boolean;
  readonly bigint?: boolean;
}

export function statSync(path: string, { throwIfNoEntry = true, bigint = false }: StatusOptions = {}) {
  const node = nodeAt(path);
  if (node === undefined && !throwIfNoEntry) return undefined;
  const status = new HeldStatus(basename(path), there(path));
  if (!bigint) return status;
  const changed = BigInt(status.mtimeMs);
  return Object.assign(status, { size: BigInt(status.size), mtimeNs: changed, ctimeNs: changed });
}
export const lstatSync = statSync;
export const fstatSync = (descriptor: number): HeldStatus => new HeldStatus("", fileOf(descriptor));

/** A page does not know how much memory is free: as much as a number can say. */
export const statfsSync = (_folder: string) => ({ bavail: 2 ** 40, blocks: 2 ** 40, bsize: 1024 });

function realPath(path: string): string {
  there(path);
  return wholePath(path);
}
export const realpathSync = Object.assign(realPath, { native: realPath });

export function readlinkSync(path: string): string {
  there(path);
  throw refusal("EINVAL", path);
}

export function openSync(path: string, flags = "r", _mode?: number): number {
  let file = nodeAt(path);
  if (file !== undefined && flags.includes("x")) throw refusal("EEXIST", path);
  if (file instanceof HeldFolder && flags !== "r") throw refusal("EISDIR", path);
  if (flags.startsWith("r")) file = there(path);
  else if (file === undefined) file = put(path, new HeldFile());
  else if (flags.startsWith("w")) (file as HeldFile).resize(0);
  opened.set(++descriptors, { path, file });
  return descriptors;
}

export function closeSync(descriptor: number): void {
  if (!opened.delete(descriptor)) throw refusal("EBADF", String(descriptor));
}

export function readSync(descriptor: number, into: Uint8Array, offset = 0, length = into.length, position = 0): number {
  return fileOf(descriptor).read(into.subarray(offset, offset + length), position);
}

export function writeSync(
  descriptor: number,
  bytes: Uint8Array,
  offset = 0,
  length = bytes.length,
  position = fileOf(descriptor).size,
): number {
  fileOf(descriptor).write(bytes.subarray(offset, offset + length), position);
  return length;
}

/** Memory needs no flushing. */
export function fsyncSync(_descriptor: number): void {}

export function readFileSync(path: string): Buffer;
export function readFileSync(path: string, encoding: "utf8" | "latin1"): string;
export function readFileSync(path: string, encoding?: "utf8" | "latin1"): Buffer | string {
  const file = there(path);
  if (file instanceof HeldFolder) throw refusal("EISDIR", path);
  const bytes = Buffer.from(file.bytes().buffer);
  return encoding === undefined ? bytes : bytes.toString(encoding);
}

type Content = string | Uint8Array | Iterable<Uint8Array>;

export function writeFileSync(path: string, content: Content, { flag = "w" }: { readonly flag?: string } = {}): void {
  const descriptor = openSync(path, flag);
  const pieces = typeof content === "string" || content instanceof Uint8Array ? [bytesOf(content)] : content;
  for (const piece of pieces) writeSync(descriptor, piece);
  closeSync(descriptor);
}
export const appendFileSync = (path: string, content: string | Uint8Array): void =>
  writeFileSync(path, content, { flag: "a" });

export function mkdirSync(path: string, { recursive = false }: { readonly recursive?: boolean } = {}): void {
  const here = nodeAt(path);
  if (here instanceof HeldFolder && recursive) return;
  if (here !== undefined) throw refusal("EEXIST", path);
  if (recursive) mkdirSync(`${wholePath(path)}/..`, { recursive });
  put(path, new HeldFolder());
}

export function rmSync(
  path: string,
  { recursive = false, force = false }: { readonly recursive?: boolean; readonly force?: boolean } = {},
): void {
  const isGone = nodeAt(path) === undefined && (missing(path) as NodeJS.ErrnoException).code === "ENOENT";
  if (isGone && force) return;
  if (there(path) instanceof HeldFolder && !recursive) throw refusal("EISDIR", path);
  remove(path);
}

export const unlinkSync = (path: string): void => rmSync(path);

export function rmdirSync(path: string): void {
  const node = there(path);
  if (!(node instanceof HeldFolder)) throw refusal("ENOTDIR", path);
  if (node.entries.size > 0) throw refusal("ENOTEMPTY", path);
  remove(path);
}

function remove(path: string): void {
  const { folder, name } = placeOf(path);
  folder.entries.delete(name);
  folder.touch();
}

export function renameSync(from: string, to: string): void {
  const [node, target] = [there(from), nodeAt(to)];
  if (target instanceof HeldFolder && !(node instanceof HeldFolder)) throw refusal("EISDIR", to);
  if (target instanceof HeldFolder && target.entries.size > 0) throw refusal("ENOTEMPTY", to);
  if (target instanceof HeldFile && node instanceof HeldFolder) throw refusal("ENOTDIR", to);
  put(to, node);
  if (wholePath(from) !== wholePath(to)) remove(from);
}

export function linkSync(from: string, to: string): void {
  if (existsSync(to)) throw refusal("EEXIST", to);
  put(to, there(from));
}

export const utimesSync = (path: string): void => there(path).touch();

type Entry = ReturnType<typeof entriesOf>[number];
interface ListOptions {
  readonly withFileTypes?: boolean;
  readonly recursive?: boolean;
  readonly encoding?: "utf8";
}

export function readdirSync(path: string, options: ListOptions & { readonly withFileTypes: true }): Entry[];
export function readdirSync(path: string, options?: ListOptions): string[];
export function readdirSync(path: string, { withFileTypes, recursive = false }: ListOptions = {}): Entry[] | string[] {
  const node = there(path);
  if (!(node instanceof HeldFolder)) throw refusal("ENOTDIR", path);
  const entries = entriesOf(path, node, recursive);
  return withFileTypes
    ? entries
    : entries.map(({ name, parentPath }) => `${parentPath}/${name}`.slice(path.length + 1));
}

export function opendirSync(path: string) {
  const entries = readdirSync(path, { withFileTypes: true });
  return { readSync: () => entries.shift() ?? null, closeSync() {} };
}

/** The functions above as promises. */
const later =
  <A extends readonly unknown[], R>(now: (...args: A) => R) =>
  async (...args: A): Promise<R> =>
    now(...args);

export const mkdir = later(mkdirSync);
export const readdir = later(readdirSync);
export const readFile = later(readFileSync);
export const rename = later(renameSync);
export const rm = later(rmSync);
export const rmdir = later(rmdirSync);
export const writeFile = later(writeFileSync);

export async function open(path: string, flags = "r") {
  const fd = openSync(path, flags);
  return {
    fd,
    async read(into: Uint8Array, offset: number, length: number, position: number) {
      return { bytesRead: readSync(fd, into, offset, length, position), buffer: into };
    },
    stat: async () => fstatSync(fd),
    async sync() {},
    close: async () => closeSync(fd),
  };
}

/** A file as a source of `pipeline`. */
export function createReadStream(path: string, { start = 0, end = Number.POSITIVE_INFINITY } = {}) {
  const file = there(path);
  if (file instanceof HeldFolder) throw refusal("EISDIR", path);
  const bytes = new Uint8Array(Math.max(0, Math.min(end + 1, file.size) - start));
  file.read(bytes, start);
  return [bytes];
}

/** A file as the end of `pipeline`. */
export function createWriteStream(path: string, { flags = "w" } = {}) {
  const descriptor = openSync(path, flags);
  return { write: (bytes: Uint8Array) => void writeSync(descriptor, bytes), end: () => closeSync(descriptor) };
}
