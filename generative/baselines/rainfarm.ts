/**
 * RainFARM (Rebora et al. 2006, doi:10.1175/JHM517.1; Terzago et al. 2018, doi:10.5194/nhess-18-2825-2018): a Gaussian field with
 * the power law of rain, its exponential, and areas that keep the means of the coarse field.
 */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { scaleBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { repeatUpsample } from "../../engine/numerics/grid.ts";
import { checkRain, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { sharedDoubles } from "../../engine/system/crew.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { gridOf, type RegridWeights, regrid, regridWeights } from "../../io/regrid/index.ts";
import { rapsd, spectralSlope } from "../../verification/scores/index.ts";
import type { MemberRange } from "../ensemble/ensemble.ts";
import { crew, worthThreads } from "./parts.ts";
import { neverThere, type TargetGrid } from "./target-grid.ts";

/** Options of a drawing. */
export interface RainfarmOptions {
  readonly slope: number;
  readonly seed: number;
  /** Rain below it becomes 0 before areas get their means. */
  readonly wetThreshold: number | undefined;
  readonly threads: number;
}

/**
 * β of the mean spectrum of all frames of a field, in the largest rectangle that is there at all times that are not wholly missing.
 *
 * @throws DomainError where it is too small, or dry
 */
export async function slopeOf(field: LazyField): Promise<number> {
  const [height, width] = field.shape.slice(-2) as [number, number];
  const plane = height * width;
  const there = (await neverThere(field)) ?? new Uint8Array(plane).fill(1);
  const { row, column, rows, columns } = largestRectangle(there, height, width);
  const [y, x] = field.dims.slice(-2) as [string, string];
  const part = field.isel({ [y]: [row, row + rows], [x]: [column, column + columns] });
  // A mean over frames of mean spectra: the sum of the spectra of slabs would weigh the same.
  const kept: Float32Array[] = [];
  const cells = rows * columns;
  for await (const { values } of part.slabs()) {
    for (let n = 0; n < values.length; n += cells) {
      const frame = Float32Array.from(values.subarray(n, n + cells));
      if (!frame.some(Number.isNaN) && frame.some((v) => v > 0)) kept.push(frame);
    }
  }
  if (kept.length === 0) {
    const way = "give `slope` (2 to 3 is usual for rain)";
    throw new DomainError(`${field.source}: no frame of ${field.name} is free of gaps and wet; ${way}`, 0);
  }
  const values = new Float32Array(kept.length * cells);
  for (const [n, frame] of kept.entries()) values.set(frame, n * cells);
  return fitRainSlope({ values, shape: [kept.length, rows, columns] });
}

/** Draws the members of one coarse frame. */
export interface Rainfarm {
  /** @param number - of the frame in its file: its noise belongs to it */
  draw(frame: Field, number: number, some: MemberRange): Promise<Float32Array>;
}

/** @throws ShapeError where areas of the two grids cannot be compared */
export function rainfarm(frame: Field, target: TargetGrid, options: RainfarmOptions): Rainfarm {
  const { slope, seed, wetThreshold, threads } = options;
  const [height, width] = target.plane.shape as [number, number];
  const means = target.factor === undefined ? areaMeans(frame, target.plane) : blockMeans(target.factor);
  const plane = height * width;
  /** Memory that no frame uses. */
  const free: Float64Array[] = [];
  let drawn = 0;
  return {
    async draw(coarse, number, { first, count }) {
      const at = free.findIndex((one) => one.length === count * plane);
      const noise = at < 0 ? sharedDoubles(count * plane, threads) : free.splice(at, 1)[0]!;
      const task = { kind: "members", slope, seed, frame: number, first, height, width, out: noise } as const;
      drawn += count * plane;
      await crew.share(task, count, drawn > worthThreads ? threads : 1);
      const out = new Float32Array(count * plane);
      const smooth = target.smooth(coarse).values;
      const conserve = means(coarse);
      for (let member = 0; member < count; member++) {
        const fine = noise.subarray(member * plane, (member + 1) * plane);
        times(fine, smooth);
        let rain = conserve(fine);
        if (wetThreshold !== undefined) {
          for (let i = 0; i < rain.length; i++) if (rain[i]! < wetThreshold) rain[i] = 0;
          rain = conserve(rain);
        }
        out.set(rain, member * plane);
      }
      free.push(noise);
      return out;
    },
  };
}

/** A loop of its own, which compiles to a shorter one than among other work. */
function times(fine: Float64Array, by: ArrayLike<number>): void {
  for (let i = 0; i < fine.length; i++) fine[i]! *= by[i]!;
}

/** Gives areas the means of a coarse frame, in place or not; missing cells have missing pixels. */
type Means = (coarse: Field) => (fine: Float64Array) => Float64Array;

function blockMeans(factor: number): Means {
  return (coarse) => {
    const [rows, columns] = coarse.shape as [number, number];
    const gaps = coarse.values.some(Number.isNaN);
    const filled = gaps ? coarse.values.map((v) => (Number.isNaN(v) ? 0 : v)) : coarse.values;
    checkRain("rainfarm: the coarse field", filled);
    const missing = gaps ? repeatUpsample(coarse.values, 1, rows, columns, factor) : undefined;
    const fill = (fine: Float64Array, gap: number) => {
      for (let i = 0; i < fine.length; i++) if (Number.isNaN(missing![i]!)) fine[i] = gap;
    };
    return (fine) => {
      if (missing) fill(fine, 0);
      scaleBlocks(fine, filled, columns, factor, Number.POSITIVE_INFINITY);
      if (missing) fill(fine, Number.NaN);
      return fine;
    };
  };
}

/** A cell's mean is right to this part of the largest one. */
const tolerance = 1e-4;
const mostRounds = 100;

/**
 * Area means on grids whose cells cut each other: every fine cell is scaled by the ratios of the coarse cells that it meets, each
 * by its share, again and again until all means are right. A nested grid is done at once.
 */
function areaMeans(frame: Field, plane: Field): Means {
  const down = weightsOf(plane, frame);
  const up = weightsOf(frame, plane);
  return (coarse) => (fine) => {
    let values = fine;
    let largest = 0;
    for (const v of coarse.values) if (v > largest) largest = v;
    for (let round = 0; round < mostRounds; round++) {
      const found = regrid(plane.with({ values, ...bare }), down, { minimumValid: 0 }).values;
      let off = 0;
      const ratio = Float64Array.from(coarse.values, (wanted, i) => {
        const has = found[i]!;
        // No fine cell lies in it, or all that do are dry for a neighbour's sake.
        if (Number.isNaN(has) || (has === 0 && wanted > 0)) return 1;
        off = Math.max(off, Math.abs(has - wanted));
        return has === 0 ? 0 : wanted / has;
      });
      if (off <= tolerance * largest) break;
      const by = regrid(frame.with({ values: ratio }), up, { minimumValid: 0.5 }).values;
      values = values.map((v, i) => v * by[i]!);
    }
    return values;
  };
}

/** Nothing of an attribute matters to sums. */
const bare = { attributes: {} } as const;

function weightsOf(from: Field, to: Field): RegridWeights {
  try {
    gridOf(from);
    gridOf(to);
  } catch (error) {
    const way = "bring the input onto a grid of rows and columns before (`monge convert --grid`), or take `factor`";
    throw new ShapeError(
      `rainfarm: field ${from.name}`,
      "grids of rows and columns, whose areas it keeps",
      (error as Error).message,
      way,
    );
  }
  return regridWeights(from, to, { method: "conservative" });
}

/**
 * The exponent β of rain's power |k|^−β, by least squares over the rings of its mean spectrum.
 *
 * @param rain - `[N, height, width]`, at least one field with rain, sides of at least 6
 * @throws DomainError for dry fields, gaps or sides that are too short; the message says the way out
 */
export function fitRainSlope(rain: ShapedArray): number {
  const [, height, width] = rain.shape as [number, number, number];
  if (!(height >= 6 && width >= 6)) {
    const way = "give `slope` (2 to 3 is usual for rain), or larger fields";
    throw new DomainError(
      `fitRainSlope: fields of ${height} x ${width} cells have too few wavenumbers; ${way}`,
      height,
    );
  }
  const power = rapsd(rain.values, height, width);
  if (!power.every((p) => p > 0)) throw new DomainError("fitRainSlope: the fields are dry; give `slope`", 0);
  return spectralSlope(power);
}

/** Rows [row, row + rows) and columns [column, column + columns). */
export interface Rectangle {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The rectangle of most pixels that are all there; the first of several, 0 × 0 where there is none.
 *
 * @param there - `[height, width]`, 0 where something is missing
 */
export function largestRectangle(there: Uint8Array, height: number, width: number): Rectangle {
  let best: Rectangle = { row: 0, column: 0, rows: 0, columns: 0 };
  // How many pixels up from a row are there.
  const above = new Int32Array(width + 1);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) above[x] = there[row * width + x] ? above[x]! + 1 : 0;
    // Columns whose heights rise from left to right; each rectangle ends where a lower column comes.
    const rising: { readonly from: number; readonly rows: number }[] = [];
    for (let x = 0; x <= width; x++) {
      let from = x;
      while (rising.length > 0 && rising.at(-1)!.rows >= above[x]!) {
        const last = rising.pop()!;
        from = last.from;
        const columns = x - from;
        if (last.rows * columns > best.rows * best.columns) {
          best = { row: row - last.rows + 1, column: from, rows: last.rows, columns };
        }
      }
      rising.push({ from, rows: above[x]! });
    }
  }
  return best;
}
