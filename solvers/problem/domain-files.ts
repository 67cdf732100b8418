/** Files that the domain of a problem names, put into the problem, so that it is whole without them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { parseJson } from "../../engine/files/json-text.ts";
import { boundaryOf, readMesh } from "../mesh/index.ts";

/** Most bytes of a file: far more than the vertices that a polygon may have. */
const mostBytes = 2 ** 25;

/**
 * A domain in which GeoJSON that was given as a file is the object itself, and a mesh its boundary.
 *
 * @param folder - where relative paths begin
 * @throws OptionsError where there is no such file, and where the object is given beside it
 * @throws FormatError where the file is no JSON, or no mesh
 */
export function withFiles<T>(domain: T, folder: string): T {
  if (Array.isArray(domain)) return domain.map((part) => withFiles(part, folder)) as T;
  if (typeof domain !== "object" || domain === null || ArrayBuffer.isView(domain)) return domain;
  const record = domain as Readonly<Record<string, unknown>>;
  if (typeof record["mesh"] === "string")
    return { ...record, mesh: boundaryOf(readMesh(resolve(folder, record["mesh"]))) } as T;
  // The boundary of a mesh names no files.
  if ("facets" in record) return domain;
  if (record["shape"] !== "geojson") {
    const parts = Object.entries(record).map(([key, part]) => [key, withFiles(part, folder)] as const);
    return parts.every(([key, part]) => part === record[key]) ? domain : (Object.fromEntries(parts) as T);
  }
  const { file, ...rest } = record;
  if (file === undefined) return domain;
  if (typeof file !== "string")
    throw new OptionsError(
      `pde: the domain's "file" is ${JSON.stringify(file)}; give the path of a file`,
      "file",
      file,
    );
  if (rest["geojson"] !== undefined)
    throw new OptionsError('pde: the domain has "geojson" and "file"; keep one of them', "file", file);
  return { ...rest, geojson: read(resolve(folder, file), file) } as T;
}

/** Paths of the files that a domain names. */
export function filesNamed(domain: unknown, folder: string): readonly string[] {
  if (typeof domain !== "object" || domain === null || ArrayBuffer.isView(domain)) return [];
  const { shape, file, mesh } = domain as Readonly<Record<string, unknown>>;
  if (typeof mesh === "string") return [resolve(folder, mesh)];
  if (shape === "geojson") return typeof file === "string" ? [resolve(folder, file)] : [];
  return Object.values(domain).flatMap((part) => filesNamed(part, folder));
}

function read(path: string, written: string): unknown {
  let text: string;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > mostBytes)
      throw new OptionsError(
        `pde: the domain's file ${path} has ${bytes.length} bytes; give a simpler outline`,
        "file",
        path,
      );
    text = bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof OptionsError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const way = "paths begin at the problem's file, or at the working directory for problems in code";
    throw new OptionsError(`pde: the domain's file ${path} cannot be read (${why}); ${way}`, "file", written);
  }
  return parseJson(text, path, "GeoJSON");
}
