/** The nodes of a Zarr store on disk: groups and arrays by path, from consolidated metadata or from the folders. */

import { FormatError } from "../../../engine/errors.ts";
import { existsSync, readdirSync, readFileSync, statSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import { LeadsOut, stayWithin } from "../../storage/within.ts";
import { isObject, type JsonObject, parseLoose } from "./json.ts";
import { MetadataError, readArray2, readArray3, type ZarrArray, type ZarrVersion } from "./metadata.ts";

/** A store as its metadata describe it. */
export interface ZarrTree {
  readonly version: ZarrVersion;
  /** Attributes of the root group. */
  readonly attributes: JsonObject;
  /** Arrays by path from the root, `""` for a root that is an array itself. */
  readonly arrays: ReadonlyMap<string, ZarrArray>;
}

/** Deeper folders are not searched for groups. */
const MAX_DEPTH = 16;
/** Longer metadata are refused before they are read into memory. */
const MAX_METADATA_BYTES = 64 * 2 ** 20;

/** The version of the store in a folder, or undefined where there is none. */
export function zarrVersion(folder: string): ZarrVersion | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const has = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() ?? false;
  if (has("zarr.json")) return 3;
  return [".zgroup", ".zarray", ".zmetadata"].some(has) ? 2 : undefined;
}

/** A metadata document; undefined where it is not there. @throws MetadataError if it is no JSON object. */
function document(path: string, shown: string, within: string | undefined): JsonObject | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return undefined;
  if (within !== undefined) {
    try {
      stayWithin(within)(path);
    } catch (cause) {
      if (!(cause instanceof LeadsOut)) throw cause;
      throw new MetadataError(cause.message, { cause });
    }
  }
  if (found.size > MAX_METADATA_BYTES) throw new MetadataError(`${shown} has ${found.size} bytes; expected JSON`);
  let value: unknown;
  try {
    value = parseLoose(readFileSync(path, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    const why = cause instanceof RangeError ? "one of its texts is too long" : (cause as Error).message;
    throw new MetadataError(`${shown} is not JSON that can be read (${why})`, { cause });
  }
  if (!isObject(value)) throw new MetadataError(`${shown} holds no JSON object`);
  return value;
}

type Arrays = Map<string, ZarrArray>;

/** Adds an array; the path comes to what its metadata lack. */
function add(arrays: Arrays, path: string, read: () => ZarrArray): Arrays {
  try {
    return arrays.set(path, read());
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
    throw new MetadataError(`array ${path || "at the root"}: ${error.message}`, { cause: error });
  }
}

const isSafe = (path: string) => path.split("/").every((part) => part !== "" && part !== "." && part !== "..");

function consolidated2(metadata: unknown): ZarrTree {
  if (!isObject(metadata)) throw new MetadataError('.zmetadata has no object "metadata"');
  const attributesOf = (path: string) => {
    const found = metadata[path === "" ? ".zattrs" : `${path}/.zattrs`];
    return isObject(found) ? found : {};
  };
  const arrays = new Map<string, ZarrArray>();
  for (const [key, value] of Object.entries(metadata)) {
    const path = key.replace(/\/?\.zarray$/, "");
    if (path === key) continue;
    if ((path !== "" && !isSafe(path)) || !isObject(value)) {
      throw new MetadataError(`.zmetadata holds an unfit entry ${JSON.stringify(key)}`);
    }
    add(arrays, path, () => readArray2(value, attributesOf(path)));
  }
  return { version: 2, attributes: attributesOf(""), arrays };
}

function consolidated3(metadata: JsonObject, attributes: JsonObject): ZarrTree {
  const arrays = new Map<string, ZarrArray>();
  for (const [path, value] of Object.entries(metadata)) {
    if (!isSafe(path) || !isObject(value)) {
      throw new MetadataError(`consolidated_metadata holds an unfit entry ${JSON.stringify(path)}`);
    }
    if (value.node_type === "array") add(arrays, path, () => readArray3(value));
    else if (value.node_type !== "group") {
      throw new MetadataError(`node_type of ${path} is ${JSON.stringify(value.node_type)}; expected array or group`);
    }
  }
  return { version: 3, attributes, arrays };
}

/** Looks for arrays in the folders below a group, but for those that are known. */
function walk(
  root: string,
  version: ZarrVersion,
  arrays: Map<string, ZarrArray>,
  within: string | undefined,
  known: ReadonlySet<string> = new Set(),
  group = "",
  depth = 0,
): void {
  if (depth > MAX_DEPTH) throw new MetadataError(`its groups are nested more than ${MAX_DEPTH} deep`);
  const names = readdirSync(join(root, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
  for (const name of names) {
    const path = group === "" ? name : `${group}/${name}`;
    if (known.has(path)) continue;
    const folder = join(root, path);
    if (version === 3) {
      const meta = document(join(folder, "zarr.json"), `${path}/zarr.json`, within);
      if (meta?.node_type === "array") add(arrays, path, () => readArray3(meta));
      else if (meta) walk(root, version, arrays, within, known, path, depth + 1);
      continue;
    }
    const meta = document(join(folder, ".zarray"), `${path}/.zarray`, within);
    if (meta) {
      const attributes = document(join(folder, ".zattrs"), `${path}/.zattrs`, within) ?? {};
      add(arrays, path, () => readArray2(meta, attributes));
    } else if (existsSync(join(folder, ".zgroup"))) walk(root, version, arrays, within, known, path, depth + 1);
  }
}

/**
 * Reads all metadata of a store, none of which may really lie outside of `within`; consolidated metadata are taken
 * where they are there, as xarray does.
 * @throws MetadataError if they are broken, saying where.
 */
export function readTree(folder: string, version: ZarrVersion, within?: string): ZarrTree {
  const arrays = new Map<string, ZarrArray>();
  if (version === 3) {
    const meta = document(join(folder, "zarr.json"), "zarr.json", within)!;
    if (meta.zarr_format !== 3)
      throw new MetadataError(`zarr_format is ${JSON.stringify(meta.zarr_format)}; expected 3`);
    const attributes = isObject(meta.attributes) ? meta.attributes : {};
    if (meta.node_type === "array") return { version, attributes, arrays: add(arrays, "", () => readArray3(meta)) };
    if (meta.node_type !== "group") {
      throw new MetadataError(`node_type is ${JSON.stringify(meta.node_type)}; expected "group" or "array"`);
    }
    const kept = meta.consolidated_metadata;
    if (isObject(kept) && isObject(kept.metadata)) return consolidated3(kept.metadata, attributes);
    walk(folder, version, arrays, within);
    return { version, attributes, arrays };
  }
  const kept = document(join(folder, ".zmetadata"), ".zmetadata", within);
  if (kept) return consolidated2(kept.metadata);
  const attributes = document(join(folder, ".zattrs"), ".zattrs", within) ?? {};
  const own = document(join(folder, ".zarray"), ".zarray", within);
  if (own) return { version, attributes, arrays: add(arrays, "", () => readArray2(own, attributes)) };
  document(join(folder, ".zgroup"), ".zgroup", within);
  walk(folder, version, arrays, within);
  return { version, attributes, arrays };
}

/** JSON with its keys in order. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

/**
 * Contradictions between the metadata of single arrays and those that the root keeps of all (consolidated), in words:
 * other contents, and arrays that only one of them names. Readers take those of the root.
 *
 * @param within - as for {@link readTree}
 * @param ofInterest - whether the contents of an array's metadata are compared. @defaultValue all are
 * @throws FormatError where they cannot be read
 */
export function zarrContradictions(
  folder: string,
  within: string | undefined,
  ofInterest: (name: string) => boolean = () => true,
): string[] {
  try {
    const of = (name: string) => document(join(folder, name), name, within);
    const version = zarrVersion(folder) ?? 3;
    const kept = version === 2 ? of(".zmetadata") : of("zarr.json")?.consolidated_metadata;
    if (!isObject(kept) || !isObject(kept.metadata)) return [];
    const list = Object.entries(kept.metadata);
    const isOf = (key: string) => key.replace(/(^|\/)\.z(array|attrs|group)$/, "");
    const compared = list.flatMap(([key, there]) => {
      const name = isOf(key);
      // Of the root its attributes are kept twice, in version 2.
      if (name === "" ? key !== ".zattrs" : !ofInterest(name)) return [];
      if (!isSafe(key)) throw new MetadataError(`consolidated metadata hold an unfit entry ${JSON.stringify(key)}`);
      const file = name === key ? `${key}/zarr.json` : key;
      const own = of(file);
      if (ordered(own) === ordered(there)) return [];
      return [`${file} ${own ? "differs from" : "is missing, which is in"} the metadata that the store keeps of all`];
    });
    const keys = new Set(list.map(([key]) => key));
    const names = [...new Set([...keys].map(isOf))].filter((name) => name !== "" && isSafe(name));
    // Of version 2 an array has two documents, of which one can be left out.
    const attributes = names.map((name) => `${name}/.zattrs`).filter((file) => version === 2 && !keys.has(file));
    const isArray = ([key, there]: [string, unknown]) =>
      version === 2 ? key.endsWith("/.zarray") : isObject(there) && there.node_type === "array";
    const known = new Set(list.filter(isArray).map(([key]) => isOf(key)));
    const others = new Map<string, ZarrArray>();
    walk(folder, version, others, within, known);
    const left = [...others.keys()]
      .map((name) => `${name}/${version === 2 ? ".zarray" : "zarr.json"}`)
      .concat(attributes.filter((file) => ofInterest(isOf(file)) && existsSync(join(folder, file))))
      .map((file) => `${file} is not in the metadata that the store keeps of all`);
    return [...left, ...compared];
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
    throw new FormatError(folder, "zarr", error.message, "fetch or copy it again", { cause: error });
  }
}
