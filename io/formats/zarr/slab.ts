/** Writing a block of values into the chunks of one Zarr array. */
import { DomainError, FormatError } from "../../../engine/errors.ts";
import type { FieldValues } from "../../field/field.ts";
import { copyBox, indexOf, positionsBetween, stridesOf } from "../../storage/box.ts";
import { type RawArray, sizeOf } from "../../storage/source.ts";
import { numberOf, type ZarrArray } from "./metadata.ts";
import type { ChunkData, ChunkStore } from "./store.ts";

/** Place of the block. */
export interface Target {
  /** The store and the variable, for messages. */
  readonly path: string;
  readonly name: string;
  readonly array: ZarrArray;
  readonly chunks: ChunkStore;
}

const MAKERS: Readonly<Record<string, (n: number) => ChunkData>> = {
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n),
};

/** Stands for missing values: the variable's `_FillValue`, or the array's own where that means it (version 2). */
function missingOf({ array }: Target): number {
  const named = numberOf(array.attributes._FillValue, array.dtype);
  return named ?? (array.version === 2 ? array.fill : undefined) ?? Number.NaN;
}

function checkTarget({ path, name, array }: Target): void {
  const { scale_factor: scale, add_offset: offset } = array.attributes;
  const sharded = (array.document.codecs as readonly { name?: unknown }[] | undefined)?.some(
    (codec) => codec.name === "sharding_indexed",
  );
  const unfit = sharded
    ? "it is sharded"
    : scale !== undefined || offset !== undefined
      ? "it is packed (scale_factor, add_offset)"
      : Object.hasOwn(MAKERS, array.dtype) && array.special === undefined
        ? undefined
        : `it is of type ${array.dtype}`;
  if (unfit === undefined) return;
  const message = `variable ${name} cannot be written into: ${unfit}`;
  throw new FormatError(path, "zarr", message, "write a new store (`writeZarr`)");
}

/**
 * Writes values at a place of the array. Chunks that are covered whole, up to the end of the array, are written without
 * looking; of others the rest is kept.
 *
 * @param start - first position along each dimension.
 * @param values - row-major over `count`; NaN becomes the fill value.
 */
export async function writeSlab(
  target: Target,
  start: readonly number[],
  count: readonly number[],
  values: FieldValues,
): Promise<void> {
  checkTarget(target);
  const { array, chunks: store } = target;
  const { chunks, shape } = array;
  if (sizeOf(count) === 0) return;
  const words = stored(target, values) as RawArray;
  const first = start.map((n, i) => Math.floor(n / chunks[i]!));
  const last = start.map((n, i) => Math.floor((n + count[i]! - 1) / chunks[i]!));
  const [inner, outer] = [stridesOf(chunks), stridesOf(count)];
  for (const at of positionsBetween(first, last)) {
    const origin = at.map((k, i) => k * chunks[i]!);
    const from = origin.map((n, i) => Math.max(n, start[i]!));
    const had = from.map((n, i) => Math.min(origin[i]! + chunks[i]!, start[i]! + count[i]!) - n);
    const whole = had.every((n, i) => n === Math.min(chunks[i]!, shape[i]! - origin[i]!));
    const data = MAKERS[array.dtype]!(sizeOf(chunks));
    const into = { words: data as RawArray, offset: 0, strides: inner };
    if (whole) fillWith(data, array.fill ?? 0);
    else {
      // Read row-major whatever the order of its chunks.
      const { data: old, stride } = await store.read(at);
      copyBox({ words: old as RawArray, offset: 0, strides: stride }, into, chunks, 1);
    }
    const [offset, place] = [start, origin].map((base, k) =>
      indexOf(
        from.map((n, i) => n - base[i]!),
        k === 0 ? outer : inner,
      ),
    ) as [number, number];
    copyBox({ words, offset, strides: outer }, { ...into, offset: place }, had, 1);
    await store.write(at, data);
  }
}

function fillWith(data: ChunkData, fill: number): void {
  if (data instanceof BigInt64Array) data.fill(Number.isSafeInteger(fill) ? BigInt(fill) : 0n);
  else data.fill(fill);
}

/** Values in the type of the array; they themselves where nothing is to be changed. */
function stored(target: Target, values: FieldValues): ChunkData {
  const { array, name, path } = target;
  const missing = missingOf(target);
  const isFloat = array.dtype.startsWith("float");
  const own = values instanceof Float32Array ? "float32" : "float64";
  if (array.dtype === own && Number.isNaN(missing)) return values;
  const out = MAKERS[array.dtype]!(values.length);
  for (let i = 0; i < values.length; i++) {
    const v = Number.isNaN(values[i]!) ? missing : values[i]!;
    if (!isFloat && !Number.isSafeInteger(v)) {
      throw new DomainError(`${path}: variable ${name} holds whole numbers; ${v} is none`, v);
    }
    if (out instanceof BigInt64Array) out[i] = BigInt(v);
    else out[i] = v;
  }
  return out;
}
