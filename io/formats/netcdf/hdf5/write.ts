/**
 * NetCDF-4 as an HDF5 file that netCDF-C opens and appends to: h5wasm writes the structure, the chunks of the data are
 * written past it. The memory it takes does not grow with the data, but for coordinates along time.
 */

import { FormatError } from "../../../../engine/errors.ts";
import { writeFully } from "../../../../engine/files/write-fully.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { type FileHandle, open } from "../../../../engine/platform/files.ts";
import type { FieldTemplate } from "../../../field/field.ts";
import { elementSize } from "../../../storage/number-types.ts";
import { sizeOf } from "../../../storage/source.ts";
import { type StoredArray, toStored } from "../layout/encode.ts";
import { isInteger, type NetcdfOptions, type StoredType } from "../layout/options.ts";
import type { NetcdfPlan, PlannedAttribute, PlannedVariable } from "../layout/plan.ts";
import { type Box, boxStarts, type NetcdfSink, Restretcher, takeBox } from "../layout/sink.ts";
import {
  addressOf,
  changeHdf5,
  closeWritten,
  createHdf5,
  type Dataset,
  type Group,
  type Hdf5File,
  openHdf5,
  withoutTimestamps,
} from "./file.ts";
import {
  type ChunkEntry,
  endOfFile,
  moveEndOfFile,
  roomForStorage,
  type Storage,
  setStorage,
  storedChunk,
  writeChunkIndex,
} from "./write-chunks.ts";

const CHUNK_CELLS = 2 ** 20;
/** Cells of a chunk whose trailing dimensions hold the streamed one, as in a table of stations. */
const SERIES_CELLS = 2 ** 14;
const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable.";
const PROPERTIES = "version=2,writer=monge";
/** Bytes gathered before a write, and chunks in the hands of zlib's threads. */
const WRITE_BYTES = 2 ** 20;
const IN_FLIGHT = 4;
const CODES: Readonly<Record<StoredType, string>> = {
  int8: "<b",
  uint8: "<B",
  int16: "<h",
  uint16: "<H",
  int32: "<i",
  uint32: "<I",
  int64: "<q",
  uint64: "<Q",
  float32: "<f",
  float64: "<d",
};

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

function writeAttribute(owner: Dataset | Group, { name, type, value }: PlannedAttribute): void {
  if (type === "char") owner.create_attribute(name, value, [], `S${Math.max(1, Buffer.byteLength(value))}`);
  else if (type === "string") owner.create_attribute(name, [...value]);
  else owner.create_attribute(name, toStored(type, value), [value.length], CODES[type]);
}

/** Maps up to 4 MB of float32, tiles of 1024 x 1024 cells above; one step of every other dimension. */
function chunkOf(variable: PlannedVariable, plan: NetcdfPlan, options: NetcdfOptions): number[] {
  const dims = variable.dims.map((name) => plan.dims.find((d) => d.name === name)!);
  const asked = variable.kind === "data" ? options.chunks : undefined;
  const plane = dims.slice(-2).filter((d) => !d.streamed);
  const cells = sizeOf(plane.map((d) => d.size));
  const whole = cells <= CHUNK_CELLS;
  return dims.map((d, i) => {
    const series = Math.min(1024, Math.max(1, Math.floor(SERIES_CELLS / cells)));
    const natural = i < dims.length - 2 ? 1 : d.streamed ? series : whole ? d.size : 1024;
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
  const storageOf = (variable: PlannedVariable): Storage => {
    const size = elementSize(variable.dtype);
    const fill = bytesOf(variable.encode(Float64Array.of(Number.NaN)));
    return { level, shuffle: (options.shuffle ?? isInteger(variable.dtype)) && size > 1, size, fill };
  };
  const sizes = (variable: PlannedVariable, along: number): number[] =>
    variable.dims.map((name) => {
      const dim = plan.dims.find((d) => d.name === name)!;
      return dim.streamed ? along : dim.size;
    });
  const limits = (variable: PlannedVariable) =>
    variable.dims.map((name) => {
      const dim = plan.dims.find((d) => d.name === name)!;
      return dim.grows ? null : dim.size;
    });
  const streams: Stream[] = [];
  /** Values along time of coordinates, bounds and the like, until the end. */
  const series = new Map<PlannedVariable, StoredArray[]>();
  let handle: FileHandle | undefined;
  let end = 0;

  /** A dataset without cells, to be extended. */
  const createEmpty = (file: Hdf5File, variable: PlannedVariable, chunk: number[], isData: boolean): Dataset => {
    const shape = sizes(variable, 0);
    if (sizeOf(shape) > 0) shape[0] = 0;
    return file.create_dataset({
      name: variable.name,
      data: toStored(variable.dtype, []),
      shape,
      dtype: CODES[variable.dtype],
      maxshape: limits(variable),
      chunks: chunk,
      ...(isData ? { compression: "gzip" as const, compression_opts: [...roomForStorage] } : {}),
    });
  };

  const createVariable = (file: Hdf5File, variable: PlannedVariable, parts: readonly FieldTemplate[]): void => {
    const { name, dtype, dims } = variable;
    let dataset: Dataset;
    if (variable.kind === "data" && dims.length > 0) {
      const chunk = chunkOf(variable, plan, options);
      const axis = Math.max(0, dims.indexOf(plan.along ?? ""));
      // Without a streamed dimension everything comes at once and is one piece.
      const pieces = new Restretcher(axis, plan.along === undefined ? sizes(variable, 0)[axis]! : chunk[axis]!);
      dataset = createEmpty(file, variable, chunk, true);
      streams.push({ variable, chunk, axis, pieces, entries: [], steps: 0 });
    } else if (variable.streamed) {
      dataset = createEmpty(file, variable, chunkOf(variable, plan, options), false);
      series.set(variable, []);
    } else {
      const data = variable.encode(variable.take(parts));
      dataset = file.create_dataset({ name, data, shape: sizes(variable, 0), dtype: CODES[dtype] });
    }
    if (variable.kind === "scale") dataset.make_scale(name);
    else {
      dims.forEach((dim, i) => {
        dataset.attach_scale(i, `/${dim}`);
      });
    }
    for (const attribute of variable.attributes) writeAttribute(dataset, attribute);
  };

  const createStructure = (file: Hdf5File, parts: readonly FieldTemplate[]): Map<Stream, number> => {
    // What netCDF-C and h5netcdf say of themselves in every file, hidden by readers; it must be ASCII.
    file.create_attribute("_NCProperties", PROPERTIES, [], `A${PROPERTIES.length}`);
    for (const attribute of plan.attributes) writeAttribute(file, attribute);
    const scales = plan.variables.filter((v) => v.kind === "scale");
    for (const { name, size, streamed, grows } of plan.dims) {
      const own = scales.find((v) => v.name === name);
      if (own) createVariable(file, own, parts);
      else {
        const shape = [streamed ? 0 : size];
        const room = streamed ? { maxshape: [grows ? null : size], chunks: [grows ? 512 : size] } : {};
        const data = new Float32Array(shape[0]!);
        const scale = file.create_dataset({ name, data, shape, dtype: "<f", ...room });
        scale.make_scale(`${NO_VARIABLE}${String(size).padStart(10)}`);
      }
    }
    for (const variable of plan.variables) if (variable.kind !== "scale") createVariable(file, variable, parts);
    return new Map(streams.map((s) => [s, addressOf(file.get(s.variable.name) as Dataset)]));
  };

  let addresses = new Map<Stream, number>();
  const start = async (parts: readonly FieldTemplate[]): Promise<FileHandle> => {
    if (handle) return handle;
    const file = await createHdf5(temporary, path);
    try {
      addresses = withoutTimestamps(() => createStructure(file, parts));
    } catch (error) {
      closeQuietly(file);
      throw error;
    }
    withoutTimestamps(() => closeWritten(file, path));
    handle = await open(temporary, "r+");
    for (const [{ variable }, address] of addresses) {
      await setStorage(handle, address, storageOf(variable));
    }
    end = await endOfFile(handle);
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

  return {
    async append(parts, count) {
      const file = await start(parts);
      for (const stream of streams) {
        const { variable, pieces } = stream;
        const values = variable.take(parts);
        if (variable.dims.length > 0)
          for (const box of pieces.add(values, sizes(variable, count))) await writeBox(file, stream, box);
      }
      for (const [variable, list] of series) list.push(variable.encode(variable.take(parts)).slice());
    },
    async finish(total) {
      const file = handle ?? (await start([template]));
      for (const stream of streams) for (const box of stream.pieces.rest()) await writeBox(file, stream, box);
      await moveEndOfFile(file, end);
      const library = await changeHdf5(temporary);
      try {
        withoutTimestamps(() => extend(library, total));
      } catch (error) {
        closeQuietly(library);
        throw error;
      }
      withoutTimestamps(() => closeWritten(library, path));
      for (const [{ variable, chunk, entries }, address] of addresses) {
        await writeChunkIndex(file, address, entries, { chunk, elementSize: elementSize(variable.dtype) });
      }
      await this.release();
      await verify(
        temporary,
        path,
        streams.map(({ variable }) => [variable.name, sizes(variable, total)]),
      );
    },
    async release() {
      const open_ = handle;
      handle = undefined;
      await open_?.close();
    },
  };

  /** Gives every dataset its final size and writes what is along time. */
  function extend(file: Hdf5File, total: number): void {
    for (const { name, streamed } of plan.dims) {
      if (streamed && !plan.variables.some((v) => v.name === name)) (file.get(name) as Dataset).resize([total]);
    }
    for (const { variable } of streams) (file.get(variable.name) as Dataset).resize(sizes(variable, total));
    for (const [variable, list] of series) {
      const shape = sizes(variable, total);
      if (sizeOf(shape) === 0) continue;
      const dataset = file.get(variable.name) as Dataset;
      dataset.resize(shape);
      const axis = variable.dims.indexOf(plan.along!);
      const inner = sizeOf(shape) / shape[axis]!;
      let at = 0;
      for (const piece of list) {
        const steps = piece.length / inner;
        const ranges = shape.map((n, i): [number, number] => (i === axis ? [at, at + steps] : [0, n]));
        if (steps > 0) dataset.write_slice(ranges, piece);
        at += steps;
      }
    }
  }
}

/** A box of an array of which only a part, up to `to` along one axis, is meant: what lies beyond is missing. */
function cutShort(box: Box, axis: number, to: number): Box {
  const count = box.count.map((n, i) => Math.min(n, (i === axis ? to : box.shape[i]!) - box.start[i]!));
  const values = takeBox({ ...box, count });
  return { values, shape: count, start: count.map(() => 0), count: box.count };
}

const bytesOf = (values: StoredArray) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function closeQuietly(file: Hdf5File): void {
  try {
    file.close();
  } catch {
    // The reason for closing it is reported.
  }
}

/** Opens what was written and checks that every variable is there in full size, to its last cell. */
async function verify(
  temporary: string,
  path: string,
  expected: readonly (readonly [name: string, shape: readonly number[]])[],
): Promise<void> {
  const file = await openHdf5(temporary);
  try {
    for (const [name, shape] of expected) {
      const written = file.get(name) as Dataset | null;
      const found = written && "shape" in written ? written.shape : null;
      const last = shape.map((n): [number, number] => [n - 1, n]);
      if (String(found) === String(shape) && (sizeOf(shape) === 0 || written!.slice(last) !== null)) continue;
      throw new FormatError(path, "netcdf4", `variable ${name} did not reach the file`, "check the free disk space");
    }
  } finally {
    file.close();
  }
}
