/** Files held in memory as a file system of Emscripten: HDF5 reads and writes them where they are, nothing is copied. */
import { HeldFile, HeldFolder, heldRoot, nodeAt, placeOf, put } from "../../../../engine/platform/held-files.ts";

interface Node {
  readonly name: string;
  readonly parent: Node;
  readonly id: number;
  node_ops: unknown;
  stream_ops: unknown;
}
interface Stream {
  readonly node: Node;
  position: number;
}
/** The parts of Emscripten's `FS` that are used. */
interface FileSystem {
  readonly ErrnoError: new (code: number) => Error;
  createNode(parent: Node | null, name: string, mode: number, device: number): Node;
  isDir(mode: number): boolean;
  mkdir(path: string): void;
  mount(type: unknown, options: object, path: string): void;
  chdir(path: string): void;
}

const [folderMode, fileMode] = [0o40777, 0o100666];
/** Numbers of errors in Emscripten. */
const [noEntry, notPermitted, invalid] = [44, 63, 28];

/** Makes the files visible under their own paths, and relative ones with them. */
export function mountHeldFiles(files: FileSystem): void {
  const pathOf = (node: Node): string => (node.parent === node ? heldRoot : `${pathOf(node.parent)}/${node.name}`);
  const fail = (code: number): never => {
    throw new files.ErrnoError(code);
  };
  const heldAt = (node: Node) => nodeAt(pathOf(node)) ?? fail(noEntry);
  const fileAt = (node: Node): HeldFile => {
    const held = heldAt(node);
    return held instanceof HeldFile ? held : fail(notPermitted);
  };
  const create = (parent: Node | null, name: string, mode: number): Node => {
    const node = files.createNode(parent, name, mode, 0);
    node.node_ops = nodes;
    node.stream_ops = streams;
    return node;
  };
  const nodes = {
    getattr(node: Node) {
      const held = heldAt(node);
      const size = held instanceof HeldFile ? held.size : 4096;
      const now = new Date(0);
      return {
        ...{ dev: 1, ino: node.id, mode: held instanceof HeldFolder ? folderMode : fileMode, nlink: 1 },
        ...{ uid: 0, gid: 0, rdev: 0, size, atime: now, mtime: now, ctime: now },
        ...{ blksize: 4096, blocks: Math.ceil(size / 4096) },
      };
    },
    setattr(node: Node, { size }: { readonly size?: number }) {
      if (size !== undefined) fileAt(node).resize(size);
    },
    lookup(parent: Node, name: string): Node {
      const held = nodeAt(`${pathOf(parent)}/${name}`) ?? fail(noEntry);
      return create(parent, name, held instanceof HeldFolder ? folderMode : fileMode);
    },
    mknod(parent: Node, name: string, mode: number): Node {
      put(`${pathOf(parent)}/${name}`, files.isDir(mode) ? new HeldFolder() : new HeldFile());
      return create(parent, name, mode);
    },
    unlink(parent: Node, name: string) {
      placeOf(`${pathOf(parent)}/${name}`).folder.entries.delete(name);
    },
    readdir(node: Node): string[] {
      const held = heldAt(node);
      return held instanceof HeldFolder ? [".", "..", ...held.entries.keys()] : fail(notPermitted);
    },
  };
  const streams = {
    read: ({ node }: Stream, into: Uint8Array, offset: number, length: number, position: number) =>
      fileAt(node).read(new Uint8Array(into.buffer, into.byteOffset + offset, length), position),
    write({ node }: Stream, bytes: Uint8Array, offset: number, length: number, position: number) {
      fileAt(node).write(new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length), position);
      return length;
    },
    llseek(stream: Stream, offset: number, whence: number) {
      const from = [0, stream.position, fileAt(stream.node).size][whence] ?? 0;
      return from + offset < 0 ? fail(invalid) : from + offset;
    },
  };
  files.mkdir(heldRoot);
  files.mount({ mount: () => create(null, "/", folderMode) }, {}, heldRoot);
  files.chdir(heldRoot);
}
