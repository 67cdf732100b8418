/** Writing a block of values into the chunks of one Zarr array. */
import { DomainError, FormatError } from "../../../engine/errors.ts";
import type { FieldValues } from "../../field/field.ts";
import { positionsBetween, stridesOf } from "../../storage/box.ts";
import { sizeOf } from "../../storage/source.ts";
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
  const put = setter(target, values);
  const rank = chunks.length;
  const first = start.map((n, i) => Math.floor(n / chunks[i]!));
  const last = start.map((n, i) => Math.floor((n + count[i]! - 1) / chunks[i]!));
  const [inner, outer] = [stridesOf(chunks), stridesOf(count)];
  for (const at of positionsBetween(first, last)) {
    const from = at.map((k, i) => Math.max(k * chunks[i]!, start[i]!));
    const to = at.map((k, i) => Math.min((k + 1) * chunks[i]!, start[i]! + count[i]!));
    const whole = at.every((k, i) => from[i] === k * chunks[i]! && to[i] === Math.min((k + 1) * chunks[i]!, shape[i]!));
    const data = MAKERS[array.dtype]!(sizeOf(chunks));
    if (whole) fillWith(data, array.fill ?? 0);
    else {
      // Read row-major whatever the order of its chunks.
      const old = await store.read(at);
      const index = (i: number) =>
        inner.reduce((sum, step, axis) => sum + (Math.floor(i / step) % chunks[axis]!) * old.stride[axis]!, 0);
      for (let i = 0; i < data.length; i++) data[i] = old.data[index(i)]!;
    }
    const visit = (axis: number, source: number, place: number): void => {
      if (axis === rank) {
        put(data, place, source);
        return;
      }
      for (let i = from[axis]!; i < to[axis]!; i++) {
        visit(
          axis + 1,
          source + (i - start[axis]!) * outer[axis]!,
          place + (i - at[axis]! * chunks[axis]!) * inner[axis]!,
        );
      }
    };
    visit(0, 0, 0);
    await store.write(at, data);
  }
}

function fillWith(data: ChunkData, fill: number): void {
  if (data instanceof BigInt64Array) data.fill(Number.isSafeInteger(fill) ? BigInt(fill) : 0n);
  else data.fill(fill);
}

/** Puts the i-th value at a place of a chunk, in its type. */
function setter(target: Target, values: FieldValues): (data: ChunkData, place: number, i: number) => void {
  const { array, name } = target;
  const missing = missingOf(target);
  if (array.dtype.startsWith("float")) {
    return (data, place, i) => {
      const v = values[i]!;
      (data as Float64Array)[place] = Number.isNaN(v) ? missing : v;
    };
  }
  return (data, place, i) => {
    const v = Number.isNaN(values[i]!) ? missing : values[i]!;
    if (!Number.isSafeInteger(v)) {
      throw new DomainError(`${target.path}: variable ${name} holds whole numbers; ${v} is none`, v);
    }
    if (data instanceof BigInt64Array) data[place] = BigInt(v);
    else data[place] = v;
  };
}
