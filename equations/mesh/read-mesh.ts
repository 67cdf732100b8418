/** Files with meshes, by their endings. */

import { FormatError, OptionsError } from "../../engine/errors.ts";
import { readBounded } from "../../engine/files/read-bounded.ts";
import type { Buffer } from "../../engine/platform/bytes.ts";
import { extname } from "../../engine/platform/paths.ts";
import { readGmsh } from "./gmsh.ts";
import type { CellBlock, Mesh } from "./mesh.ts";

const readers: Readonly<Record<string, (bytes: Buffer, path: string) => Mesh>> = { ".msh": readGmsh, ".stl": readStl };

/** Most bytes of a file. */
const mostBytes = 2 ** 28;

/**
 * Reads a mesh.
 *
 * @throws OptionsError where there is no such file, where it is too large, and for endings that are not known
 * @throws FormatError with the line that is wrong
 */
export function readMesh(path: string): Mesh {
  const reader = readers[extname(path).toLowerCase()];
  if (!reader)
    throw new OptionsError(
      `pde: the mesh ${path} must end in ${Object.keys(readers).join(" or ")}; save it as one of them`,
      "mesh",
      path,
    );
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(path, mostBytes);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const way = "paths begin at the problem's file, or at the working directory for problems in code";
    throw new OptionsError(`pde: the mesh ${path} cannot be read (${why}); ${way}`, "mesh", path);
  }
  if (bytes === undefined)
    throw new OptionsError(`pde: the mesh ${path} has more than ${mostBytes} bytes; make it coarser`, "mesh", path);
  return reader(bytes, path);
}

/** Triangles by their corners, where equal corners become one point. */
class Surface {
  readonly points: number[][] = [];
  readonly triangles: number[][] = [];
  readonly groups: (string | undefined)[] = [];
  readonly #known = new Map<string, number>();

  corner(x: number, y: number, z: number): number {
    // −0 and 0 are the same place.
    const key = `${x + 0},${y + 0},${z + 0}`;
    const known = this.#known.get(key) ?? this.points.push([x + 0, y + 0, z + 0]) - 1;
    this.#known.set(key, known);
    return known;
  }

  /** Triangles without area because two corners are the same are left out. */
  add(corners: readonly number[], group: string | undefined): void {
    if (new Set(corners).size < 3) return;
    this.triangles.push([...corners]);
    this.groups.push(group);
  }

  mesh(path: string): Mesh {
    if (this.triangles.length === 0) throw new FormatError(path, "STL", "it has no triangles", "give a surface");
    const block: CellBlock = { shape: "triangle", points: this.triangles, groups: this.groups };
    return { points: this.points, blocks: [block], isSurface: true };
  }
}

/** @throws FormatError with the line, or what is wrong with the length of a binary file */
function readStl(bytes: Buffer, path: string): Mesh {
  const count = bytes.length >= 84 ? bytes.readUInt32LE(80) : 0;
  if (bytes.length >= 84 && bytes.length === 84 + 50 * count) return readBinaryStl(bytes, count, path);
  if (!/^\s*solid\b/.test(bytes.toString("latin1", 0, 80))) {
    const found = bytes.length < 84 ? `${bytes.length} bytes` : `${bytes.length} bytes for ${count} triangles`;
    const way = `binary STL has 84 + 50 for each${bytes.length < 84 ? "" : ` (${84 + 50 * count})`}, text begins with "solid"`;
    throw new FormatError(path, "STL", `it has ${found}`, way);
  }
  const surface = new Surface();
  let [name, corners]: [string | undefined, number[]] = [undefined, []];
  eachLine(bytes, ([word = "", ...rest], line) => {
    const wrong = (what: string) => new FormatError(path, "STL", `line ${line} ${what}`, "save the surface again");
    if (word === "solid") name = rest.join(" ") || undefined;
    else if (word === "vertex") corners.push(surface.corner(...coordinates(rest, wrong)));
    else if (word === "endloop") {
      if (corners.length !== 3) throw wrong(`ends a facet of ${corners.length} corners`);
      surface.add(corners, name);
      corners = [];
    } else if (!["facet", "outer", "endfacet", "endsolid", ""].includes(word))
      throw wrong(`begins with ${JSON.stringify(word)}`);
  });
  return surface.mesh(path);
}

function readBinaryStl(bytes: Buffer, count: number, path: string): Mesh {
  const surface = new Surface();
  for (let k = 0; k < count; k++) {
    const corners = [0, 1, 2].map((c) => {
      const at = 84 + 50 * k + 12 + 12 * c;
      const [x, y, z] = [0, 4, 8].map((by) => bytes.readFloatLE(at + by)) as [number, number, number];
      if (!Number.isFinite(x + y + z))
        throw new FormatError(
          path,
          "STL",
          `triangle ${k} has a corner at (${x}, ${y}, ${z})`,
          "save the surface again",
        );
      return surface.corner(x, y, z);
    });
    surface.add(corners, undefined);
  }
  return surface.mesh(path);
}

function eachLine(bytes: Buffer, visit: (words: readonly string[], line: number) => void): void {
  bytes
    .toString("utf8")
    .split("\n")
    .forEach((text, k) => {
      visit(text.trim().split(/\s+/), k + 1);
    });
}

function coordinates(words: readonly string[], wrong: (what: string) => FormatError): [number, number, number] {
  const numbers = words.map(Number);
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) throw wrong(`has the place "${words.join(" ")}"`);
  return numbers as [number, number, number];
}
