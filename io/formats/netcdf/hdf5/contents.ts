/**
 * Contents of an HDF5 file from its bytes: groups, datasets and attributes as netCDF-C, h5py and monge write them. HDF5 itself, 4 MB
 * of WebAssembly, is started only for what is not understood here.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { typedAttributes } from "../../../storage/attributes.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";
import type { Attributes, AttributeValue } from "../../../storage/source.ts";
import { type Dataset, type Hdf5Metadata, TYPE_CLASS } from "./file.ts";
import { addressing, MESSAGE, type Message, readMessages, rootOf, Unknown, unsigned } from "./headers.ts";
import { fractalHeap, treeRecords } from "./heaps.ts";
import { chunkShape } from "./layout.ts";
import {
  attributeValue,
  firstReferences,
  parseAttribute,
  parseDataspace,
  parseFilters,
  parseType,
  type StoredAttribute,
  textIn,
} from "./messages.ts";
import { dataTypeOf } from "./types.ts";
import { type Contents, type Entry, entryOf, MOST_DEPTH } from "./walk.ts";

/** A name within a group, and the address of what it names. */
interface Link {
  readonly name: string;
  readonly target: number;
  readonly order: number;
}

/** Order of creation where it is indexed, else that of the bytes of names. */
function inOrder<T extends { readonly name: string; readonly order: number }>(list: T[], isIndexed: boolean): T[] {
  return list.sort((a, b) =>
    isIndexed ? a.order - b.order : Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
}

/**
 * Everything that a file holds.
 *
 * @param open - a dataset through HDF5, by its path
 * @returns undefined where something in it is not known here, or damaged
 */
export function readContents(file: BinaryFile, open: (path: string) => Promise<Dataset>): Contents | undefined {
  try {
    return contentsOf(file, open);
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError || error instanceof FormatError) return undefined;
    throw error;
  }
}

function contentsOf(file: BinaryFile, open: (path: string) => Promise<Dataset>): Contents {
  const where = addressing(file);
  const entries: Entry[] = [];
  const groups = new Map<string, Attributes>();
  const seen = new Set<number>();

  const attributesOf = (messages: readonly Message[], isIndexed: boolean) => {
    const info = one(messages, MESSAGE.attributes);
    const stored: (StoredAttribute & { readonly order: number })[] = messages
      .filter((m) => m.type === MESSAGE.attribute)
      .map((m) => ({ ...parseAttribute(known(m)), order: m.order }));
    if (info !== undefined) {
      if (info[0] !== 0) throw new Unknown();
      const at = info[1]! & 1 ? 4 : 2;
      const heap = unsigned(info, at, 8);
      if (heap !== undefined) {
        const object = fractalHeap(file, heap);
        for (const record of treeRecords(file, unsigned(info, at + 8, 8)!, 8)) {
          if (record[8] !== 0) throw new Unknown();
          stored.push({ ...parseAttribute(object(record.subarray(0, 8))), order: record.readUInt32LE(9) });
        }
      }
    }
    const values: [string, AttributeValue, string?][] = [];
    let scales: readonly (number | undefined)[] = [];
    for (const attribute of inOrder(stored, isIndexed)) {
      const { name, type } = attribute;
      if (name === "DIMENSION_LIST") scales = firstReferences(file, where, attribute);
      if (name === "DIMENSION_LIST" || name === "REFERENCE_LIST") continue;
      if ([TYPE_CLASS.vlen, TYPE_CLASS.reference, TYPE_CLASS.compound].includes(type.type)) continue;
      const value = attributeValue(file, where, attribute);
      if (value !== undefined) values.push([name, value, dataTypeOf(type as Hdf5Metadata)]);
    }
    return { attributes: typedAttributes(values), scales };
  };

  const datasetOf = (messages: readonly Message[], address: number, name: string, key: string, isIndexed: boolean) => {
    const { shape, most } = parseDataspace(needed(messages, MESSAGE.dataspace));
    const type = parseType(needed(messages, MESSAGE.datatype));
    const filters = one(messages, MESSAGE.filters);
    const isOutside = messages.some((m) => m.type === MESSAGE.external);
    const metadata: Hdf5Metadata = {
      ...type,
      shape: shape as number[] | null,
      maxshape: shape && (most as number[]),
      chunks: chunkShape(needed(messages, MESSAGE.layout)),
    };
    if (isOutside || dataTypeOf(metadata) === "other") throw new Unknown();
    const list = filters === undefined ? [] : parseFilters(filters);
    const { attributes, scales } = attributesOf(messages, isIndexed);
    entries.push({
      ...entryOf({ name, key, metadata, attributes }),
      header: () => address,
      own: () => address,
      scales: () => scales,
      filters: () => list,
      dataset: () => open(`/${name}`),
    });
  };

  const walk = (address: number, prefix: string, depth: number, messages: readonly Message[]): void => {
    if (seen.has(address)) return;
    seen.add(address);
    if (depth > MOST_DEPTH) throw new Unknown();
    const { attributes } = attributesOf(messages, attributesIndexed(address));
    if (Object.keys(attributes).length > 0) groups.set(prefix.replace(/\/$/, ""), attributes);
    for (const { name, target } of linksOf(messages)) {
      if (name === "" || name === "." || name.includes("/")) throw new Unknown();
      const own = readMessages(file, where, target);
      const has = (type: number) => own.some((m) => m.type === type);
      if (has(MESSAGE.symbols) || has(MESSAGE.links)) walk(target, `${prefix}${name}/`, depth + 1, own);
      else if (has(MESSAGE.layout)) datasetOf(own, target, prefix + name, name, attributesIndexed(target));
      else if (!has(MESSAGE.datatype) || has(MESSAGE.dataspace)) throw new Unknown();
    }
  };

  /** True if the attributes of the object at an address have an index in the order of their creation. */
  const attributesIndexed = (address: number): boolean => {
    const head = file.bytes(where.base + address, 6);
    return head.toString("latin1", 0, 4) === "OHDR" && (head[5]! & 8) !== 0;
  };

  const linksOf = (messages: readonly Message[]): Link[] => {
    const symbols = one(messages, MESSAGE.symbols);
    if (symbols !== undefined) return symbolsOf(unsigned(symbols, 0, 8)!, unsigned(symbols, 8, 8)!);
    const info = needed(messages, MESSAGE.links);
    if (info[0] !== 0) throw new Unknown();
    const links = messages.filter((m) => m.type === MESSAGE.link).map((m) => parseLink(known(m)));
    const at = info[1]! & 1 ? 10 : 2;
    const heap = unsigned(info, at, 8);
    if (heap !== undefined) {
      const object = fractalHeap(file, heap);
      for (const record of treeRecords(file, unsigned(info, at + 8, 8)!, 5)) {
        links.push(parseLink(object(record.subarray(4, 11))));
      }
    }
    return inOrder(links, (info[1]! & 2) !== 0);
  };

  /** Names of an older group: a version 1 B-tree of tables, and a heap of their texts (III.A.1, III.B to III.D). */
  const symbolsOf = (tree: number, heap: number): Link[] => {
    const head = file.bytes(heap, 32);
    if (head.toString("latin1", 0, 4) !== "HEAP" || head[4] !== 0) throw new Unknown();
    const texts = file.bytes(unsigned(head, 24, 8)!, unsigned(head, 8, 8)!);
    const links: Link[] = [];
    const visited = new Set<number>();
    const visit = (at: number, level: number | undefined): void => {
      if (visited.has(at)) throw new Unknown();
      visited.add(at);
      const node = file.bytes(at, 8);
      const count = node.readUInt16LE(6);
      if (node.toString("latin1", 0, 4) === "SNOD" && node[4] === 1 && (level ?? 0) === -1) {
        const table = file.bytes(at + 8, 40 * count);
        for (let from = 0; from < table.length; from += 40) {
          const [name, target] = [unsigned(table, from, 8)!, unsigned(table, from + 8, 8)];
          if (name >= texts.length || table.readUInt32LE(from + 16) > 1 || target === undefined) throw new Unknown();
          links.push({ name: textIn(texts.subarray(name)), target, order: 0 });
        }
        return;
      }
      const own = node[5]!;
      const fits = node.toString("latin1", 0, 4) === "TREE" && node[4] === 0 && (level === undefined || own === level);
      if (!fits) throw new Unknown();
      const body = file.bytes(at + 24, 16 * count + 8);
      for (let i = 0; i < count; i++) visit(unsigned(body, 16 * i + 8, 8)!, own - 1);
    };
    visit(tree, undefined);
    return inOrder(links, false);
  };

  const root = rootOf(file, where);
  walk(root, "", 0, readMessages(file, where, root));
  return { entries, groups, elsewhere: new Map() };
}

/** The body of the message of a type; undefined where there is none. */
function one(messages: readonly Message[], type: number): Buffer | undefined {
  const found = messages.find((m) => m.type === type);
  return found && known(found);
}

function needed(messages: readonly Message[], type: number): Buffer {
  const found = one(messages, type);
  if (found === undefined) throw new Unknown();
  return found;
}

/** The body of a message that stands where it belongs. */
function known({ isShared, body }: Message): Buffer {
  if (isShared) throw new Unknown();
  return body;
}

/** A hard link (IV.A.2.g). @throws Unknown for others, which may lead anywhere */
function parseLink(body: Buffer): Link {
  const flags = body[1]!;
  let at = 2;
  if (body[0] !== 1 || (flags & 8 && body[at++] !== 0)) throw new Unknown();
  const order = flags & 4 ? unsigned(body, at, 8)! : 0;
  if (flags & 4) at += 8;
  if (flags & 16) at++;
  const width = 1 << (flags & 3);
  if (width === 8) throw new Unknown();
  const from = at + width;
  const end = from + body.readUIntLE(at, width);
  const target = unsigned(body, end, 8);
  if (target === undefined) throw new Unknown();
  return { name: textIn(body.subarray(from, end)), target, order };
}
