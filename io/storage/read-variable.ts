/** Reading a variable, or a slab of it, decoded, without ever holding more than a piece of it raw. */

import { allocateValues } from "./allocation-limit.ts";
import { allocate } from "./binary-file.ts";
import { decoderOf } from "./decode.ts";
import { elementSize } from "./number-types.ts";
import { type FieldValues, type GridSource, type Slab, sizeOf, type VariableInfo } from "./source.ts";

/** Stored values that are read at once, in bytes of float64. */
const PIECE_BYTES = 2 ** 23;
/** No single read grows beyond this, whatever the chunks. */
const MOST_BYTES = 2 ** 29;

/** Cuts a slab into pieces of whole chunks within the budget, one after the other in row-major order. */
function* pieces(slab: Slab, chunks: readonly number[] | undefined, axis = 0): Generator<Slab> {
  const { start, count } = slab;
  const row = sizeOf(count.slice(axis + 1)) * 8;
  if (axis >= count.length || count[axis]! * row <= PIECE_BYTES) {
    yield slab;
    return;
  }
  if (count[axis] === 1) {
    yield* pieces(slab, chunks, axis + 1);
    return;
  }
  const chunk = Math.min(chunks?.[axis] ?? 1, Math.max(1, Math.floor(MOST_BYTES / row)));
  const step = Math.max(chunk, Math.floor(PIECE_BYTES / row / chunk) * chunk);
  const end = start[axis]! + count[axis]!;
  for (let from = start[axis]!; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    const part = { start: start.with(axis, from), count: count.with(axis, to - from) };
    if (to - from === 1) yield* pieces(part, chunks, axis + 1);
    else yield part;
    from = to;
  }
}

/** Reads a slab, decodes it, and puts it into `out` from `offset` on; never more than a piece of it is held raw. */
export async function readDecoded(
  source: GridSource,
  variable: VariableInfo,
  slab: Slab,
  out: FieldValues,
  offset = 0,
): Promise<void> {
  const decoder = decoderOf(source.path, variable);
  if (sizeOf(slab.count) === 0) return;
  const own = out instanceof Float32Array ? "float32" : "float64";
  const size = elementSize(variable.dtype);
  let scratch: Uint8Array = new Uint8Array();
  let at = offset;
  for (const piece of pieces(slab, variable.chunks)) {
    const count = sizeOf(piece.count);
    if (variable.dtype !== own && scratch.length < count * size) scratch = allocate(count * size);
    // Numbers that need no other type are read where they are wanted, others piece after piece in the same memory.
    const into = variable.dtype === own ? bytesOf(out.subarray(at, at + count)) : scratch.subarray(0, count * size);
    const raw = await source.read(variable.name, variable.shape.length === 0 ? undefined : piece, into);
    decoder.decode(raw, out, at);
    at += count;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: FieldValues) => new Uint8Array(buffer, byteOffset, byteLength);

/** All of a variable, in float64. */
export async function readWhole(source: GridSource, variable: VariableInfo): Promise<Float64Array> {
  const out = allocateValues(sizeOf(variable.shape), true, [source.path], variable.name) as Float64Array;
  // Through the decoder's own type, so that float32 positions are those that float32 holds.
  const typed = decoderOf(source.path, variable).target === "float32" ? new Float32Array(out.length) : out;
  await readDecoded(source, variable, { start: variable.shape.map(() => 0), count: variable.shape }, typed);
  if (typed !== out) out.set(typed);
  return out;
}
