/** Files with meshes, by their endings. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { readGmsh } from "./gmsh.ts";
import type { Mesh } from "./mesh.ts";
import { readObj, readStl } from "./surface-files.ts";

const readers: Readonly<Record<string, (bytes: Buffer, path: string) => Mesh>> = {
  ...{ ".msh": readGmsh, ".stl": readStl, ".obj": readObj },
};

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
    throw new OptionsError(`pde: the mesh ${path} must end in ${Object.keys(readers).join(", ")}`, "mesh", path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const way = "paths begin at the problem's file, or at the working directory for problems in code";
    throw new OptionsError(`pde: the mesh ${path} cannot be read (${why}); ${way}`, "mesh", path);
  }
  if (bytes.length > mostBytes)
    throw new OptionsError(`pde: the mesh ${path} has ${bytes.length} bytes; make it coarser`, "mesh", path);
  return reader(bytes, path);
}
