/**
 * NetCDF-4 as an HDF5 file that netCDF-C opens and appends to: chunks of the data as they come, then the rest of the structure, and the
 * superblock last. The memory it takes does not grow with the data, but for coordinates along time.
 */

import { writeFully } from "../../../../engine/files/write-fully.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { type FileHandle, open } from "../../../../engine/platform/files.ts";
import type { FieldTemplate, FieldValues } from "../../../field/field.ts";
import { elementSize } from "../../../storage/number-types.ts";
import { sizeOf } from "../../../storage/source.ts";
import type { StoredArray } from "../layout/encode.ts";
import { isInteger, type NetcdfOptions, type StoredType } from "../layout/options.ts";
import type { NetcdfPlan, PlannedAttribute, PlannedVariable } from "../layout/plan.ts";
import { type Box, boxStarts, type NetcdfSink, Restretcher, takeBox } from "../layout/sink.ts";
import { MESSAGE } from "./headers.ts";
import { type ChunkEntry, chunkIndex, type Storage, storedChunk } from "./write-chunks.ts";
import {
  attributeInfo,
  chunked,
  contiguous,
  dimensionList,
  filled,
  filtered,
  groupParts,
  headerBytes,
  type Part,
  plannedAttribute,
  properties,
  scaleAttributes,
  spaceBytes,
  superblock,
  typeBytes,
  WrittenHeap,
} from "./write-headers.ts";

const CHUNK_CELLS = 2 ** 20;
/** Cells of a chunk of several steps: chunks of small maps, or of a table of stations, cost more than what they hold. */
const SERIES_CELLS = 2 ** 14;
/** Steps of a chunk of a dimension that grows without a variable of its own. */
const BARE_STEPS = 512;
const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable.";
const PROPERTIES = "version=2,writer=monge";
/** Bytes gathered before a write, and chunks in the hands of zlib's threads. */
const WRITE_BYTES = 2 ** 20;
const IN_FLIGHT = 4;
/** Of the superblock. */
const FIRST_BYTE = 96;

/** A dataset as the end of the file describes it. */
interface Written {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly limits: readonly (number | null)[];
  /** Its layout, filters and fill value. */
  readonly storage: readonly Part[];
  /** The name that it has as a scale, or the dimensions that it lies on. */
  readonly scale: string | undefined;
  readonly dims: readonly string[];
  readonly attributes: readonly PlannedAttribute[];
}

/** A data variable on its way: where its header is, what its chunks look like, and those that are written. */
interface Stream {
  readonly variable: PlannedVariable;
  readonly chunk: readonly number[];
  /** Index of the streamed dimension; 0 where there is none, and all arrives at once. */
  readonly axis: number;
  readonly pieces: Restretcher;
  readonly entries: ChunkEntry[];
  /** Steps written so far. */
  steps: number;
}

/**
 * Maps up to 4 MB of float32, tiles of 1024 x 1024 cells above; one step of every other dimension, several of small maps along time,
 * but of integers, which are refused with the stretch that brings what they cannot hold.
 */
function chunkOf(variable: PlannedVariable, plan: NetcdfPlan, options: NetcdfOptions): number[] {
  const dims = variable.dims.map((name) => plan.dims.find((d) => d.name === name)!);
  const asked = variable.kind === "data" ? options.chunks : undefined;
  const plane = dims.slice(-2).filter((d) => !d.streamed);
  const cells = sizeOf(plane.map((d) => d.size));
  // Steps wait in memory until a chunk is full, those of all members.
  const step = sizeOf(dims.filter((d) => !d.streamed).map((d) => d.size));
  const series = Math.min(1024, Math.max(1, Math.floor(Math.min(SERIES_CELLS / cells, CHUNK_CELLS / step))));
  const whole = cells <= CHUNK_CELLS;
  return dims.map((d, i) => {
    const isLeading = i < dims.length - 2;
    const steps = isLeading && isInteger(variable.dtype) ? 1 : series;
    const natural = d.streamed ? steps : isLeading ? 1 : whole ? d.size : 1024;
    const size = asked?.[d.name] ?? natural;
    return d.grows ? size : Math.max(1, Math.min(d.size, size));
  });
}

/**
 * Begins a NetCDF-4 file.
 *
 * @param temporary - where to write
 * @param path - for messages
 * @param template - gives what is not along time, should no stretch come
 */
export function openHdf5Sink(
  temporary: string,
  path: string,
  plan: NetcdfPlan,
  template: FieldTemplate,
  options: NetcdfOptions,
): NetcdfSink {
  const level = options.compression ?? 4;
  const storageOf = ({ dtype, kind }: PlannedVariable): Storage => {
    const size = elementSize(dtype);
    // Series of coordinates are short.
    if (kind !== "data") return { level: 0, shuffle: false, size };
    return { level, shuffle: (options.shuffle ?? isInteger(dtype)) && size > 1, size };
  };
  const dimOf = (name: string) => plan.dims.find((d) => d.name === name)!;
  const sizes = (variable: PlannedVariable, along: number): number[] =>
    variable.dims.map((name) => (dimOf(name).streamed ? along : dimOf(name).size));
  const streamOf = (variable: PlannedVariable): Stream => {
    const chunk = chunkOf(variable, plan, options);
    const axis = Math.max(0, variable.dims.indexOf(plan.along ?? ""));
    // Without a streamed dimension everything comes at once and is one piece.
    const pieces = new Restretcher(axis, plan.along === undefined ? sizes(variable, 0)[axis]! : chunk[axis]!);
    return { variable, chunk, axis, pieces, entries: [], steps: 0 };
  };
  const isStream = ({ kind, dims }: PlannedVariable) => kind === "data" && dims.length > 0;
  const streams = plan.variables.filter(isStream).map(streamOf);
  /** Coordinates along time, bounds and the like, whose values wait for the end. */
  const series = new Map<PlannedVariable, FieldValues[]>();
  for (const one of plan.variables) if (one.streamed && !isStream(one)) series.set(one, []);
  /** Values that do not come along time. */
  const fixed = new Map<PlannedVariable, Uint8Array>();
  let handle: FileHandle | undefined;
  let end = FIRST_BYTE;

  const start = async (parts: readonly FieldTemplate[]): Promise<FileHandle> => {
    if (handle) return handle;
    for (const one of [plan, ...plan.variables].flatMap(({ attributes }) => attributes)) {
      plannedAttribute(one, new WrittenHeap([]), path);
    }
    for (const one of plan.variables) {
      if (!one.streamed && !isStream(one)) fixed.set(one, bytesOf(one.encode(one.take(parts)).slice()));
    }
    handle = await open(temporary, "w");
    return handle;
  };

  /** Writes the chunks of a box as wide as the dataset, compressed a few at a time and kept in order. */
  const writeBox = async (file: FileHandle, stream: Stream, box: Box): Promise<void> => {
    const { variable, chunk, axis, entries } = stream;
    const storage = storageOf(variable);
    const queue: { readonly start: number[]; readonly bytes: Promise<Uint8Array> }[] = [];
    let gathered: Uint8Array[] = [];
    let waiting = 0;
    const flush = async () => {
      const at = end;
      end += waiting;
      const bytes = gathered.length === 1 ? gathered[0]! : Buffer.concat(gathered, waiting);
      gathered = [];
      waiting = 0;
      writeFully(file.fd, bytes, at);
    };
    const finishFirst = async () => {
      const { start: position, bytes } = queue.shift()!;
      const stored = await bytes;
      entries.push({ start: position, address: end + waiting, bytes: stored.length });
      gathered.push(stored);
      waiting += stored.length;
      if (waiting >= WRITE_BYTES) await flush();
    };
    try {
      for (const offset of boxStarts(box.count, chunk)) {
        const from = box.start.map((n, i) => n + offset[i]!);
        // A box may end within a chunk along the streamed dimension, before the array of values does.
        const shape = box.shape.map((n, i) => (i === axis ? box.start[i]! + box.count[i]! : n));
        const inside = { ...box, start: from, count: chunk };
        const part = takeBox(shape[axis] === box.shape[axis] ? inside : cutShort(inside, axis, shape[axis]!));
        const bytes = storedChunk(bytesOf(variable.encode(part)), storage);
        bytes.catch(() => {});
        queue.push({ start: offset.map((n, i) => (i === axis ? n + stream.steps : n)), bytes });
        if (queue.length >= IN_FLIGHT) await finishFirst();
      }
      while (queue.length > 0) await finishFirst();
      if (waiting > 0) await flush();
    } finally {
      await Promise.allSettled(queue.map((q) => q.bytes));
    }
    stream.steps += box.count[axis]!;
  };

  /** Puts bytes behind what there is, at a multiple of 8. @returns their address */
  const put = (file: FileHandle, bytes: Uint8Array): number => {
    const at = Math.ceil(end / 8) * 8;
    writeFully(file.fd, bytes, at);
    end = at + bytes.length;
    return at;
  };

  /** Writes all values that are not written yet. @returns every dataset, scales first */
  const writeRest = async (file: FileHandle, total: number): Promise<Written[]> => {
    const described = ({ variable, chunk, entries }: Stream): Written => {
      const { size, level: own, shuffle } = storageOf(variable);
      const at = Math.ceil(end / 8) * 8;
      const index = entries.length > 0 ? chunkIndex(entries, chunk, size, at) : undefined;
      if (index) put(file, index.bytes);
      const fill = variable.kind === "data" ? bytesOf(variable.encode(Float64Array.of(Number.NaN))) : undefined;
      const storage = [filled(true, fill), chunked(index?.root, chunk, size), ...filtered(own, shuffle, size)];
      return { ...common(variable), storage };
    };
    const common = (variable: PlannedVariable) => ({
      ...{ name: variable.name, dtype: variable.dtype, dims: variable.dims, attributes: variable.attributes },
      shape: sizes(variable, total),
      limits: variable.dims.map((name) => (dimOf(name).grows ? null : dimOf(name).size)),
      scale: variable.kind === "scale" ? variable.name : undefined,
    });
    const written = new Map<PlannedVariable, Written>();
    for (const stream of streams) {
      for (const box of stream.pieces.rest()) await writeBox(file, stream, box);
    }
    for (const stream of streams) written.set(stream.variable, described(stream));
    for (const [variable, list] of series) {
      const stream = streamOf(variable);
      const inner = sizeOf(sizes(variable, 1));
      for (const values of list) {
        const shape = sizes(variable, values.length / inner);
        for (const box of stream.pieces.add(values, shape)) await writeBox(file, stream, box);
      }
      for (const box of stream.pieces.rest()) await writeBox(file, stream, box);
      written.set(variable, described(stream));
    }
    for (const [variable, bytes] of fixed) {
      const storage = [filled(false), contiguous(put(file, bytes), bytes.length)];
      written.set(variable, { ...common(variable), storage });
    }
    const bare = ({ name, size, streamed, grows }: NetcdfPlan["dims"][number]): Written => ({
      ...{ name, dtype: "float32", dims: [], attributes: [], shape: [streamed ? total : size] },
      limits: [grows ? null : size],
      scale: `${NO_VARIABLE}${String(size).padStart(10)}`,
      storage: streamed
        ? [filled(true), chunked(undefined, [grows ? BARE_STEPS : size], 4)]
        : [filled(false), contiguous(undefined, 4 * size)],
    });
    const scaleOf = (name: string) => plan.variables.find((v) => v.kind === "scale" && v.name === name);
    const scales = plan.dims.map((dim) => written.get(scaleOf(dim.name)!) ?? bare(dim));
    return [...scales, ...plan.variables.filter((v) => v.kind !== "scale").map((v) => written.get(v)!)];
  };

  /** Headers of all datasets and the root, and the heap, by the addresses that they have. */
  const structure = (datasets: readonly Written[], addresses: readonly number[], heaps: readonly number[]) => {
    const heap = new WrittenHeap(heaps);
    const addressOf = (name: string) => addresses[datasets.findIndex((d) => d.name === name)] ?? 0;
    const withAttributes = (parts: readonly Part[], attributes: readonly Part[]) =>
      headerBytes([...parts, attributeInfo(attributes.length), ...attributes]);
    const attached = (scale: Written) =>
      datasets.flatMap(({ name, dims, scale: own }) =>
        own === undefined
          ? dims.flatMap((dim, axis) => (dim === scale.name ? [[addressOf(name), axis] as const] : []))
          : [],
      );
    const headers = datasets.map((one) => {
      const { dtype, shape, limits, storage, scale, dims, attributes } = one;
      const isFixed = limits.every((limit, i) => limit === shape[i]);
      return withAttributes(
        [
          { type: MESSAGE.dataspace, body: spaceBytes(shape, isFixed ? undefined : limits) },
          { type: MESSAGE.datatype, body: typeBytes(dtype), isConstant: true },
          ...storage,
        ],
        [
          ...(scale !== undefined ? scaleAttributes(scale, attached(one)) : []),
          ...(scale === undefined && dims.length > 0 ? [dimensionList(dims.map(addressOf), heap)] : []),
          ...attributes.map((attribute) => plannedAttribute(attribute, heap, path)),
        ],
      );
    });
    const root = withAttributes(groupParts(datasets.map(({ name }) => [name, addressOf(name)])), [
      properties(PROPERTIES),
      ...plan.attributes.map((attribute) => plannedAttribute(attribute, heap, path)),
    ]);
    return { headers, root, heaps: heap.collections() };
  };

  return {
    async append(parts, count) {
      const file = await start(parts);
      for (const stream of streams) {
        const { variable, pieces } = stream;
        const values = variable.take(parts);
        for (const box of pieces.add(values, sizes(variable, count))) await writeBox(file, stream, box);
      }
      for (const [variable, list] of series) list.push(variable.take(parts).slice());
    },
    async finish(total) {
      const file = handle ?? (await start([template]));
      const datasets = await writeRest(file, total);
      // Addresses follow from lengths, which do not depend on them.
      const draft = structure(datasets, [], []);
      let next = Math.ceil(end / 8) * 8;
      const place = (bytes: Uint8Array) => {
        const at = next;
        next = Math.ceil((next + bytes.length) / 8) * 8;
        return at;
      };
      const heaps = draft.heaps.map(place);
      const addresses = draft.headers.map(place);
      const root = place(draft.root);
      const final = structure(datasets, addresses, heaps);
      for (const bytes of [...final.heaps, ...final.headers, final.root]) put(file, bytes);
      writeFully(file.fd, superblock(root, end), 0);
    },
    async release() {
      const open_ = handle;
      handle = undefined;
      await open_?.close();
    },
  };
}

/** A box of an array of which only a part, up to `to` along one axis, is meant: what lies beyond is missing. */
function cutShort(box: Box, axis: number, to: number): Box {
  const count = box.count.map((n, i) => Math.min(n, (i === axis ? to : box.shape[i]!) - box.start[i]!));
  const values = takeBox({ ...box, count });
  return { values, shape: count, start: count.map(() => 0), count: box.count };
}

const bytesOf = (values: StoredArray) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
