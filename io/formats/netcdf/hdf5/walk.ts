/** The datasets of an HDF5 file with their attributes, in one walk through its groups. */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { typedAttributes } from "../../../storage/attributes.ts";
import { type Attributes, type AttributeValue, textOf } from "../../../storage/source.ts";
import {
  addressOf,
  type Dataset,
  type Group,
  type Hdf5File,
  type Hdf5Metadata,
  isDataset,
  isGroup,
  ownAddressOf,
  TYPE_CLASS,
} from "./file.ts";
import type { ChunkFilter } from "./filters.ts";
import { libraryOf } from "./library.ts";
import { dataTypeOf } from "./types.ts";

/** Groups within groups; HDF5 finds each by its path from the root, so that depth costs its square. */
export const MOST_DEPTH = 64;
const NON_COORDINATE = "_nc4_non_coord_";

/** A dataset as it lies in the file. */
export interface Entry {
  /** Its path from the root, without the first slash. */
  readonly name: string;
  readonly metadata: Hdf5Metadata;
  readonly stored: readonly number[];
  readonly attributes: Attributes;
  /** The name that it has as a dimension scale. */
  readonly scale: string | undefined;
  readonly dimensionId: number | undefined;
  readonly coordinateIds: readonly number[];
  /** Address of its header. */
  header(): number;
  /** The same; undefined where a link may have led to another file. */
  own(): number | undefined;
  /** Addresses of the scales that are attached to each dimension. */
  scales(): readonly (number | undefined)[];
  filters(): readonly ChunkFilter[];
  /** Itself in HDF5. */
  dataset(): Promise<Dataset>;
}

/** Contents of a file. */
export interface Contents {
  readonly entries: readonly Entry[];
  /** Attributes of the groups that have some, by path; the root is `""`. */
  readonly groups: ReadonlyMap<string, Attributes>;
  /** Names that lead to other files, and to which. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** The name under which a path is shown. */
export const visible = (path: string): string => path.replace(NON_COORDINATE, "").replace(/^\//, "");

function plain(value: unknown): AttributeValue | undefined {
  if (typeof value === "string") return value.replace(/(?<!\0)\0+$/, "");
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = Array.from(value as unknown as ArrayLike<number | bigint>, Number);
    return numbers.length === 1 ? numbers[0]! : numbers;
  }
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v === "string")) return value.length === 1 ? value[0]! : (value as string[]);
    if (value.every((v) => ["number", "bigint", "boolean"].includes(typeof v))) {
      const numbers = value.map(Number);
      return numbers.length === 1 ? numbers[0]! : numbers;
    }
  }
  return undefined;
}

/** The attributes of a dataset or group that are numbers or text. */
export function readAttributes(owner: Dataset | Group): Attributes {
  const out: [string, AttributeValue, string?][] = [];
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    const { type, shape } = attribute.metadata;
    if (name === "DIMENSION_LIST" || name === "REFERENCE_LIST") continue;
    if (type === TYPE_CLASS.vlen || type === TYPE_CLASS.reference || type === TYPE_CLASS.compound) continue;
    if (shape === null) {
      out.push([name, ""]);
      continue;
    }
    const value = plain(attribute.value);
    if (value !== undefined) out.push([name, value, dataTypeOf(attribute.metadata)]);
  }
  return typedAttributes(out);
}

/**
 * Walks all groups; each is listed once, so that groups that hold themselves or one another end.
 * @throws FormatError for groups nested too deep
 */
export function walkHdf5(file: Hdf5File, path: string): Contents {
  const { refused } = libraryOf(file, path);
  const entries: Entry[] = [];
  const groups = new Map<string, Attributes>();
  const elsewhere = new Map<string, string>();
  const seen = new Set<number>();
  const walk = (group: Group, prefix: string, depth: number): void => {
    const address = addressOf(group);
    if (seen.has(address)) return;
    seen.add(address);
    if (depth > MOST_DEPTH) {
      const what = `its groups are nested more than ${MOST_DEPTH} deep (${prefix.slice(0, 40)}…)`;
      throw new FormatError(path, "hdf5", what, "move what is needed up with `h5copy`");
    }
    const attributes = readAttributes(group);
    if (Object.keys(attributes).length > 0) groups.set(prefix.replace(/\/$/, ""), attributes);
    for (const key of group.keys()) {
      refused.length = 0;
      let item: unknown;
      try {
        item = group.get(key);
      } catch (error) {
        if (refused.length === 0) throw error;
      }
      if (refused.length > 0) elsewhere.set(visible(prefix + key), refused[0]!);
      else if (isGroup(item)) walk(item, `${prefix}${key}/`, depth + 1);
      else if (isDataset(item)) entries.push(datasetEntry(item, prefix + key, key, path));
    }
  };
  walk(file, "", 0);
  return { entries, groups, elsewhere };
}

function datasetEntry(dataset: Dataset, name: string, key: string, path: string): Entry {
  return {
    ...entryOf({ name, key, metadata: dataset.metadata, attributes: readAttributes(dataset) }),
    header: () => addressOf(dataset),
    own: () => ownAddressOf(dataset, path),
    scales: () => attachedScales(dataset),
    filters: () => dataset.filters,
    dataset: () => Promise.resolve(dataset),
  };
}

/** Roles of a dataset by its attributes. */
export function entryOf({
  name,
  key,
  metadata,
  attributes,
}: Pick<Entry, "name" | "metadata" | "attributes"> & { readonly key: string }) {
  const id = attributes._Netcdf4Dimid;
  const ids = attributes._Netcdf4Coordinates;
  return {
    ...{ name, metadata, attributes },
    stored: metadata.shape ?? [],
    scale: attributes.CLASS === "DIMENSION_SCALE" ? (textOf(attributes, "NAME") ?? key) : undefined,
    dimensionId: typeof id === "number" ? id : undefined,
    coordinateIds: typeof ids === "number" ? [ids] : ((ids ?? []) as readonly number[]),
  };
}

/** Its references are given by their addresses: HDF5 itself would search the whole file for each name. */
function attachedScales(dataset: Dataset): (number | undefined)[] {
  const list: unknown = dataset.attrs.DIMENSION_LIST?.value;
  if (!Array.isArray(list)) return [];
  return list.map((own: unknown) => {
    const bytes = Array.isArray(own) ? (own[0] as { ref_data?: Uint8Array } | undefined)?.ref_data : undefined;
    return bytes === undefined || bytes.length < 8 ? undefined : Number(Buffer.from(bytes).readBigUInt64LE(0));
  });
}
