/**
 * Files and folders held in memory, with the answers and errors of a system's file system: what stands below the
 * library in a browser.
 */

/** Content of a file: bytes in memory, or read piece by piece from elsewhere. */
export interface HeldContent {
  readonly size: number;
  /** Fills `target` with the bytes from `position` on, all of which are there. */
  read(target: Uint8Array, position: number): void;
}

/** Kinds of entries, as directory entries and status say them. */
class Kind {
  readonly name: string;
  readonly #folder: boolean;
  constructor(name: string, folder: boolean) {
    this.name = name;
    this.#folder = folder;
  }
  isFile(): boolean {
    return !this.#folder;
  }
  isDirectory(): boolean {
    return this.#folder;
  }
  isSymbolicLink(): boolean {
    return false;
  }
}

/** Status of a file or folder. */
export class HeldStatus extends Kind {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly uid = 0;
  constructor(name: string, node: HeldNode) {
    super(name, node instanceof HeldFolder);
    this.size = node instanceof HeldFile ? node.size : 0;
    this.mtimeMs = node.changed;
    this.ino = node.number;
  }
}

let nodes = 0;
let clock = 0;

/** A file or folder; `changed` counts changes, and is another number after each. */
abstract class HeldNode {
  readonly number = ++nodes;
  changed = ++clock;
  touch(): void {
    this.changed = ++clock;
  }
}

/** A folder. */
export class HeldFolder extends HeldNode {
  readonly entries = new Map<string, HeldFile | HeldFolder>();
}

/** A file, whose bytes come into memory when it is written. */
export class HeldFile extends HeldNode {
  #content: HeldContent | undefined;
  #bytes = new Uint8Array(0);
  #size = 0;

  constructor(content?: HeldContent | Uint8Array<ArrayBuffer>) {
    super();
    if (content instanceof Uint8Array) [this.#bytes, this.#size] = [content, content.length];
    else [this.#content, this.#size] = [content, content?.size ?? 0];
  }

  get size(): number {
    return this.#size;
  }

  /** @returns how many bytes there were */
  read(target: Uint8Array, position: number): number {
    const part = target.subarray(0, Math.max(0, Math.min(target.length, this.#size - position)));
    if (this.#content) this.#content.read(part, position);
    else part.set(this.#bytes.subarray(position, position + part.length));
    return part.length;
  }

  /** All bytes; those of a file that is not written to again need no copy. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#size);
    this.read(all, 0);
    return all;
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    this.resize(Math.max(this.#size, end));
    this.#bytes.set(bytes, position);
  }

  /** Cuts it, or lengthens it by zeros. */
  resize(size: number): void {
    if (this.#content) [this.#bytes, this.#content] = [this.bytes(), undefined];
    if (size > this.#bytes.length) {
      const more = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
      more.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = more;
    } else if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
    this.touch();
  }
}

/** Folder that relative paths begin in, and below which all files are. */
export const heldRoot = "/files";

const root = new HeldFolder();
root.entries.set("tmp", new HeldFolder());

/** An error as the system throws it. */
export function refusal(code: string, path: string): Error {
  const said: Readonly<Record<string, string>> = {
    ENOENT: "no such file or directory",
    EEXIST: "file already exists",
    ENOTDIR: "not a directory",
    EISDIR: "illegal operation on a directory",
    ENOTEMPTY: "directory not empty",
    EBADF: "bad file descriptor",
    EINVAL: "invalid argument",
  };
  return Object.assign(new Error(`${code}: ${said[code]}, '${path}'`), { code, path });
}

/** Names of a path from the root on. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${heldRoot}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names;
}

/** Path from the root without `.` and `..`. */
export const wholePath = (path: string): string => `/${namesOf(path).join("/")}`;

/** File or folder at a path; undefined where nothing is. */
export function nodeAt(path: string): HeldFile | HeldFolder | undefined {
  const names = namesOf(path);
  if (names.length === 0) return root;
  if (names[0] !== heldRoot.slice(1)) return undefined;
  let node: HeldFile | HeldFolder | undefined = root;
  for (const name of names.slice(1)) node = node instanceof HeldFolder ? node.entries.get(name) : undefined;
  return node;
}

/** The error of a path at which nothing is, or of which a part is no folder. */
export function missing(path: string): Error {
  const names = namesOf(path);
  const above = names.map((_, n) => nodeAt(`/${names.slice(0, n).join("/")}`));
  return refusal(above.some((node) => node instanceof HeldFile) ? "ENOTDIR" : "ENOENT", path);
}

/** The folder of a path, which must be there, and the name in it. */
export function placeOf(path: string): { readonly folder: HeldFolder; readonly name: string } {
  const names = namesOf(path);
  if (names.length < 2) throw refusal("EEXIST", path);
  const folder = nodeAt(`/${names.slice(0, -1).join("/")}`);
  if (folder === undefined) throw missing(path);
  if (!(folder instanceof HeldFolder)) throw refusal("ENOTDIR", path);
  return { folder, name: names.at(-1)! };
}

/** Puts a file or folder into its place; what was there is replaced. */
export function put<T extends HeldFile | HeldFolder>(path: string, node: T): T {
  const { folder, name } = placeOf(path);
  folder.entries.set(name, node);
  folder.touch();
  return node;
}

/** Names and kinds in a folder, in order; with `recursive` of all below it. */
export function entriesOf(path: string, folder: HeldFolder, recursive: boolean): (Kind & { parentPath: string })[] {
  return [...folder.entries].flatMap(([name, node]) => {
    const entry = Object.assign(new Kind(name, node instanceof HeldFolder), { parentPath: path });
    const below = recursive && node instanceof HeldFolder ? entriesOf(`${path}/${name}`, node, true) : [];
    return [entry, ...below];
  });
}
