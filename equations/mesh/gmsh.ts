/**
 * Meshes of Gmsh, versions 2 and 4.1, as text or binary: https://gmsh.info/doc/texinfo/gmsh.html#MSH-file-format. Both
 * versions have the same numbers in the same order as text and as bytes, so that one reader takes both.
 */

import { FormatError } from "../../engine/errors.ts";
import type { Buffer } from "../../engine/platform/bytes.ts";
import { type CellShape, type Mesh, shapes } from "./mesh.ts";

/** Kinds of elements by number: the shape of their corners, which come first, and how many nodes they have. */
const kinds: Readonly<Record<number, readonly [shape: CellShape | "point", nodes: number]>> = {
  ...{ 1: ["line", 2], 2: ["triangle", 3], 3: ["quadrilateral", 4], 4: ["tetrahedron", 4], 5: ["hexahedron", 8] },
  ...{ 6: ["prism", 6], 7: ["pyramid", 5], 8: ["line", 3], 9: ["triangle", 6], 10: ["quadrilateral", 9] },
  ...{ 11: ["tetrahedron", 10], 12: ["hexahedron", 27], 13: ["prism", 18], 14: ["pyramid", 14], 15: ["point", 1] },
  ...{ 16: ["quadrilateral", 8], 17: ["hexahedron", 20], 18: ["prism", 15], 19: ["pyramid", 13] },
};

/** Numbers of a file one after the other. */
interface Numbers {
  /** "int" and "size" are whole; "size" has eight bytes. */
  next(type: "int" | "size" | "double"): number;
  /** Bytes that have not been read. */
  left(): number;
  /** A complaint about what was read last. */
  wrong(what: string, way?: string): FormatError;
}

/** Contents of the sections. */
interface Sections {
  readonly points: number[][];
  /** Index of a point by the number that the file gives it. */
  readonly numberOf: Map<number, number>;
  /** Physical groups of entities, by "dimension:tag", of version 4. */
  readonly entities: Map<string, number>;
  /** Names by "dimension:tag". */
  readonly names: Map<string, string>;
  readonly cells: Map<CellShape, { readonly points: number[][]; readonly groups: (string | undefined)[] }>;
}

/** @throws FormatError with the line, or the byte in binary files */
export function readGmsh(bytes: Buffer, path: string): Mesh {
  const cursor = new Cursor(bytes, path);
  if (cursor.line() !== "$MeshFormat") throw cursor.wrong("does not begin with $MeshFormat", "give a file of Gmsh");
  const [version = "", binary, size] = cursor.line().split(/\s+/);
  const major = Number(version.split(".")[0]);
  if (!(major === 2 || version === "4.1"))
    throw cursor.wrong(`has version ${version}`, "save it as version 4.1 or 2.2: gmsh FILE -save -format msh41");
  if (binary === "1") {
    if (size !== "8") throw cursor.wrong(`has numbers of ${size} bytes`, "save it with those of 8");
    cursor.binary();
  }
  const found: Sections = {
    ...{ points: [], numberOf: new Map(), entities: new Map(), names: new Map(), cells: new Map() },
  };
  for (let title = cursor.title(); title !== undefined; title = cursor.title()) {
    if (title === "$PhysicalNames") readNames(cursor, found);
    else if (title === "$Entities") readEntities(cursor, found);
    else if (title === "$Nodes") (major === 2 ? readNodes2 : readNodes4)(cursor, found);
    else if (title === "$Elements") (major === 2 ? readElements2 : readElements4)(cursor, found, binary === "1");
    cursor.endOf(title);
  }
  const blocks = [...found.cells].map(([shape, block]) => ({ shape, ...block }));
  if (found.points.length === 0 || blocks.length === 0)
    throw cursor.wrong("has no nodes or no elements", "give a mesh that was made: gmsh FILE.geo -2");
  return { points: found.points, blocks };
}

function readNames(cursor: Cursor, { names }: Sections): void {
  for (let k = cursor.count(); k > 0; k--) {
    const match = /^\s*(\d+)\s+(\d+)\s+"(.*)"\s*$/.exec(cursor.line());
    if (!match) throw cursor.wrong('is no physical name, such as 1 7 "wall"');
    names.set(`${match[1]}:${match[2]}`, match[3]!);
  }
}

function readEntities(numbers: Numbers, { entities }: Sections): void {
  const counts = [0, 1, 2, 3].map(() => numbers.next("size"));
  counts.forEach((count, dimension) => {
    for (let k = 0; k < count; k++) {
      const tag = numbers.next("int");
      for (let q = 0; q < (dimension === 0 ? 3 : 6); q++) numbers.next("double");
      for (let groups = countOf(numbers, "size"), q = 0; q < groups; q++) {
        const group = numbers.next("int");
        if (q === 0) entities.set(`${dimension}:${tag}`, group);
      }
      if (dimension > 0) for (let q = countOf(numbers, "size"); q > 0; q--) numbers.next("int");
    }
  });
}

function addPoint(numbers: Numbers, { points, numberOf }: Sections, tag: number): void {
  numberOf.set(tag, points.length);
  const point = [0, 1, 2].map(() => numbers.next("double"));
  if (!point.every(Number.isFinite)) throw numbers.wrong(`has the node ${tag} at (${point.join(", ")})`);
  points.push(point);
}

function readNodes2(cursor: Cursor, found: Sections): void {
  for (let k = cursor.count(); k > 0; k--) addPoint(cursor, found, cursor.next("int"));
}

function readNodes4(numbers: Numbers, found: Sections): void {
  const blocks = numbers.next("size");
  for (let q = 0; q < 3; q++) numbers.next("size");
  for (let b = 0; b < blocks; b++) {
    const dimension = numbers.next("int");
    numbers.next("int");
    const parametric = numbers.next("int");
    const tags = Array.from({ length: countOf(numbers, "size") }, () => numbers.next("size"));
    for (const tag of tags) {
      addPoint(numbers, found, tag);
      for (let q = 0; q < (parametric === 1 ? dimension : 0); q++) numbers.next("double");
    }
  }
}

/** A count of numbers that follow: there are no more than bytes, so that a broken one makes no long list. */
function countOf(numbers: Numbers, type: "int" | "size"): number {
  const count = numbers.next(type);
  if (Number.isInteger(count) && count >= 0 && count <= numbers.left()) return count;
  throw numbers.wrong(`has the count ${count}, and ${numbers.left()} bytes follow`);
}

function kindOf(numbers: Numbers, number: number): readonly [CellShape | "point", number] {
  const kind = kinds[number];
  if (!kind) throw numbers.wrong(`has an element of type ${number}`, "save it with elements of order 1 or 2");
  return kind;
}

function addCell(
  numbers: Numbers,
  { cells, numberOf, names }: Sections,
  [shape, count]: readonly [CellShape | "point", number],
  { type, group }: { readonly type: "int" | "size"; readonly group: number | undefined },
): void {
  const nodes = Array.from({ length: count }, () => {
    const tag = numbers.next(type);
    const index = numberOf.get(tag);
    if (index === undefined) throw numbers.wrong(`has an element with the node ${tag}, which is none of $Nodes`);
    return index;
  });
  if (shape === "point") return;
  const { corners, dimension } = shapes[shape];
  const block = cells.get(shape) ?? { points: [], groups: [] };
  cells.set(shape, block);
  block.points.push(nodes.slice(0, corners));
  block.groups.push(
    group === undefined || group === 0 ? undefined : (names.get(`${dimension}:${group}`) ?? `${group}`),
  );
}

function readElements2(numbers: Cursor, found: Sections, binary: boolean): void {
  for (let left = numbers.count(); left > 0; ) {
    if (!binary) numbers.next("int");
    const kind = kindOf(numbers, numbers.next("int"));
    const several = binary ? countOf(numbers, "int") : 1;
    const tags = countOf(numbers, "int");
    for (let k = 0; k < several; k++, left--) {
      if (binary) numbers.next("int");
      const own = Array.from({ length: tags }, () => numbers.next("int"));
      addCell(numbers, found, kind, { type: "int", group: own[0] });
    }
  }
}

function readElements4(numbers: Numbers, found: Sections): void {
  const blocks = numbers.next("size");
  for (let q = 0; q < 3; q++) numbers.next("size");
  for (let b = 0; b < blocks; b++) {
    const [dimension, tag] = [numbers.next("int"), numbers.next("int")];
    const kind = kindOf(numbers, numbers.next("int"));
    const group = found.entities.get(`${dimension}:${tag}`);
    for (let k = countOf(numbers, "size"); k > 0; k--) {
      numbers.next("size");
      addCell(numbers, found, kind, { type: "size", group });
    }
  }
}

/** A place in a file, which is read as lines, and as numbers in words or bytes. */
class Cursor implements Numbers {
  readonly #bytes: Buffer;
  readonly #path: string;
  #at = 0;
  #lines = 1;
  #isBinary = false;
  #big = false;

  constructor(bytes: Buffer, path: string) {
    this.#bytes = bytes;
    this.#path = path;
  }

  wrong(what: string, way = "save the mesh again"): FormatError {
    const place = this.#isBinary ? `byte ${this.#at}` : `line ${Math.max(1, this.#lines - 1)}`;
    return new FormatError(this.#path, "Gmsh", `${place} ${what}`, way);
  }

  /** The rest of the line. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    const text = this.#bytes.toString("utf8", this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#bytes.length : end + 1;
    this.#lines++;
    return text.trim();
  }

  /** A count that stands in a line of its own, in binary files as well. */
  count(): number {
    const text = this.line();
    if (!/^\d{1,8}$/.test(text)) throw this.wrong(`has ${JSON.stringify(text)} where a count is expected`);
    return Number(text);
  }

  /** The next line that begins a section; undefined at the end. */
  title(): string | undefined {
    while (this.#at < this.#bytes.length) {
      const line = this.line();
      if (line.startsWith("$") && !line.startsWith("$End")) return line;
    }
    return undefined;
  }

  /** Goes behind the end of a section, over what is not read. */
  endOf(title: string): void {
    const end = this.#bytes.indexOf(`$End${title.slice(1)}`, this.#at);
    if (end < 0) throw this.wrong(`: the section ${title} has no end`, "the file is cut off: copy it again");
    for (let k = this.#at; k < end; k++) if (this.#bytes[k] === 10) this.#lines++;
    this.#at = end;
    this.line();
  }

  /** Numbers are bytes from here on; the first is 1, and gives their order. */
  binary(): void {
    this.#isBinary = true;
    if (this.#at + 4 > this.#bytes.length) throw this.wrong("ends there", "the file is cut off: copy it again");
    this.#big = this.#bytes.readInt32LE(this.#at) !== 1;
    this.#at += 4;
  }

  left(): number {
    return this.#bytes.length - this.#at;
  }

  next(type: "int" | "size" | "double"): number {
    return this.#isBinary ? this.#fromBytes(type) : this.#word();
  }

  #fromBytes(type: "int" | "size" | "double"): number {
    const [bytes, at, big] = [this.#bytes, this.#at, this.#big];
    const width = type === "int" ? 4 : 8;
    if (at + width > bytes.length) throw this.wrong("ends there", "the file is cut off: copy it again");
    this.#at += width;
    if (type === "int") return big ? bytes.readInt32BE(at) : bytes.readInt32LE(at);
    if (type === "double") return big ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at);
    return Number(big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  }

  #word(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && bytes[at]! <= 32) if (bytes[at++] === 10) this.#lines++;
    const from = at;
    while (at < bytes.length && bytes[at]! > 32) at++;
    this.#at = at;
    const text = bytes.toString("latin1", from, at);
    const value = Number(text);
    if (text === "" || Number.isNaN(value)) {
      this.#lines++;
      throw this.wrong(`has ${JSON.stringify(text)} where a number is expected`);
    }
    return value;
  }
}
