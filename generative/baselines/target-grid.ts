/** The grid of the result of a baseline, and how a coarse frame gets there. */
import { OptionsError } from "../../engine/errors.ts";
import { repeatUpsample } from "../../engine/numerics/grid.ts";
import { LazyField } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { gridOf, type RegridGrid, refine, regrid, regridWeights } from "../../io/regrid/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { asMaps } from "../data/coarse-source.ts";
import { fillGaps } from "../model/gaps.ts";

/** A fine grid for coarse frames of one grid. */
export interface TargetGrid {
  /** A field of (y, x) that lies on it; its values say nothing. */
  readonly plane: Field;
  /** Divides cells of the coarse grid into factor × factor. */
  readonly factor: number | undefined;
  /** Frames, (y, x) last, by bilinear interpolation, held constant from the outer centres to the edges of the coarse grid. */
  smooth(frames: Field): Field;
  /** The value of the coarse cell that holds each pixel. */
  cells(frames: Field): ArrayLike<number>;
}

/** Most cells of a map. */
const MOST_CELLS = 2 ** 29;

/** Every coarse cell divided. @throws OptionsError for a factor that makes too large a map */
export function dividedGrid(frame: Field, factor: number): TargetGrid {
  const smooth = (one: Field): Field => refine(one, factor);
  const [height, width] = frame.shape as [number, number];
  if (height * width * factor ** 2 > MOST_CELLS) {
    const most = Math.floor(Math.sqrt(MOST_CELLS / (height * width)));
    const text = `downscale: factor is ${factor}; expected at most ${most} on ${height} x ${width} cells; take a part of them`;
    throw new OptionsError(text, "factor", factor);
  }
  const cells = ({ values }: Field) => repeatUpsample(values, values.length / (height * width), height, width, factor);
  return { plane: smooth(frame), factor, smooth: (one) => overGaps(one, smooth, cells), cells };
}

/** The frames' own, as that of stations. */
export const sameGrid = (frame: Field): TargetGrid => ({
  ...{ plane: frame, factor: 1 },
  smooth: (one) => one,
  cells: (one) => one.values,
});

/** A grid of its own, with the weights made once. */
export function givenGrid(frame: Field, target: Field | RegridGrid): TargetGrid {
  const rule = { method: "bilinear", border: "clamp" } as const;
  const weights = regridWeights(frame, target, rule);
  const nearest = regridWeights(frame, target, { method: "nearest" });
  const cells = (one: Field) => regrid(one, nearest).values;
  return {
    plane: regrid(frame, target, rule),
    factor: undefined,
    smooth: (one) => overGaps(one, (filled) => regrid(filled, weights), cells),
    cells,
  };
}

/** Interpolates as if gaps held what is beside them, and leaves the pixels of missing cells missing, but no others. */
function overGaps(frames: Field, smooth: (frames: Field) => Field, cells: (frames: Field) => ArrayLike<number>): Field {
  if (!hasGaps(frames.values)) return smooth(frames);
  const [height, width] = frames.shape.slice(-2) as [number, number];
  const filled = new Float32Array(frames.values.length);
  for (let at = 0; at < filled.length; at += height * width)
    filled.set(fillGaps(Float32Array.from(frames.values.subarray(at, at + height * width)), height, width), at);
  const fine = smooth(frames.with({ values: filled }));
  const own = cells(frames);
  return fine.with({ values: fine.values.map((v, i) => (Number.isNaN(own[i]!) ? Number.NaN : v)) });
}

function hasGaps(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) return true;
  return false;
}

/** The grid of a template and its first map, whose coordinates travel. */
export async function templateOf(
  given: Field | LazyField | RegridGrid,
): Promise<{ readonly target: Field | RegridGrid; readonly field: LazyField | undefined }> {
  if (!(given instanceof Field) && !(given instanceof LazyField)) return { target: given, field: undefined };
  const field = asMaps("grid", given, undefined, true);
  gridOf(field);
  const first = Object.fromEntries(field.dims.slice(0, -2).map((dim) => [dim, 0]));
  const { name, dims, shape, coordinates, gridMapping } = field.isel(first);
  const values = new Float32Array(sizeOf(shape));
  return { target: new Field({ name, dims, shape, values, coordinates, gridMapping }), field };
}

/** 0 for pixels that a field misses at all times, else 1; undefined where it misses none so. */
export async function neverThere(field: LazyField): Promise<Uint8Array | undefined> {
  const plane = sizeOf(field.shape.slice(-2));
  const there = new Uint8Array(plane);
  let left = plane;
  for await (const { values } of field.slabs()) {
    for (const [i, v] of values.entries()) {
      if (there[i % plane] || Number.isNaN(v)) continue;
      there[i % plane] = 1;
      left--;
    }
    if (left === 0) return undefined;
  }
  return there;
}
