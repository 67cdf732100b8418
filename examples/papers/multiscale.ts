/** Wasserstein distances between batches of images on several scales. */
import { ShapeError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { lineGradient } from "../../wasserstein/line/wasserstein1d.ts";
import { checkRange, checkValues } from "../../wasserstein/measure/measure.ts";
import type { TransportGradient, TransportResult } from "../../wasserstein/measure/result.ts";
import { blockMeans, blockMeansAdjoint, signedLog } from "./block-means.ts";
import { type MultiscaleOptions, type MultiscalePlan, multiscalePlan, type ScalePlan } from "./multiscale-plan.ts";

/**
 * Mean over scales k of W_p^p between block means of x and y on scale k, in the sense of `reduce` (a function:
 * arXiv 2410.00381 as released). Units of the (transformed) values to the power p.
 *
 * @param options - scales, and the pixels that count
 * @returns the mean over scales of the distance on each.
 * @throws ShapeError where shapes differ, or a scale does not divide the sides
 * @throws DomainError where a pixel that counts is not finite
 * @throws OptionsError where an option is out of range
 */
export function multiscaleWasserstein(
  x: ShapedArray,
  y: ShapedArray,
  options: MultiscaleOptions & {
    /**
     * 1 where pixels count, 0 elsewhere (there the images may hold NaN): the shape of the images, or [height, width] for
     * all. Block means are over the pixels that count, and a block counts where at least half of its pixels do; in
     * `batch` blocks that do not count are 0. @defaultValue all
     */
    readonly mask?: ArrayLike<number | boolean>;
  } = {},
): TransportResult<TransportGradient<Float64Array | undefined, undefined> & { readonly x: Float64Array }> & {
  /** The distance on each scale, unweighted. */
  readonly perScale: readonly number[];
} {
  const where = "multiscaleWasserstein";
  const plan = multiscalePlan(where, x.shape, options);
  const pixels = plan.batch * plan.height * plan.width;
  const mask = maskOf(where, options.mask, plan);
  const images = [x, y].map(({ values, shape }, k) => {
    const name = `${where}: ${k === 0 ? "x" : "y"}`;
    const fits = shape.slice(0, 3).every((n, axis) => n === x.shape[axis]) && shape.length >= 3;
    if (!fits) throw new ShapeError(name, x.shape, shape, "one shape for both");
    if (values.length !== pixels) throw new ShapeError(`${name}.values`, [pixels], [values.length]);
    // What the mask hides may be anything, NaN included.
    const clean = Float64Array.from(values, (v, i) => (mask === undefined || mask[i] === 1 ? v : 0));
    checkValues(name, clean);
    return clean;
  });
  const gradient = new Float64Array(pixels);
  let value = 0;
  const perScale = plan.scales.map((scale) => {
    const [a, b] = images.map((v) => blockMeans(v, mask, plan, scale.scale)) as [Blocks, Blocks];
    const [u, v] = plan.log ? [signedLog(a.values), signedLog(b.values)] : [a.values, b.values];
    checkRange("multiscaleWasserstein: a mean of blocks", u, v);
    const part = compare(u, v, a.mask, plan, scale);
    if (plan.log) for (let i = 0; i < u.length; i++) part.gradient[i]! /= 1 + Math.abs(a.values[i]!);
    blockMeansAdjoint(part.gradient, scale.weight, mask, plan, scale.scale, gradient);
    value += scale.weight * part.value;
    return part.value;
  });
  checkRange("multiscaleWasserstein: the distance", value, gradient);
  return printingFields("multiscaleWasserstein", {
    value,
    perScale,
    gradient: () => ({ x: gradient, y: undefined, xWeights: undefined, yWeights: undefined }),
  });
}

/** Options of {@link multiscaleWasserstein}. */
export type MultiscaleHostOptions = NonNullable<Parameters<typeof multiscaleWasserstein>[2]>;

type Blocks = ReturnType<typeof blockMeans>;

interface Part {
  readonly value: number;
  readonly gradient: Float64Array;
}

function compare(
  u: Float64Array,
  v: Float64Array,
  mask: Uint8Array | undefined,
  plan: MultiscalePlan,
  scale: ScalePlan,
): Part {
  const area = scale.height * scale.width;
  const { batch, reduce } = plan;
  if (reduce === "perImage") return byRows(u, v, mask, batch, area, plan);
  if (reduce === "pooled") return byRows(u, v, mask, 1, batch * area, plan);
  return sliced(u, v, area, plan, scale);
}

function byRows(
  u: Float64Array,
  v: Float64Array,
  mask: Uint8Array | undefined,
  rows: number,
  length: number,
  plan: MultiscalePlan,
): Part {
  const gradient = new Float64Array(u.length);
  const counted = Array.from({ length: rows }, (_, r) => r).filter(
    (r) => mask === undefined || mask.subarray(r * length, (r + 1) * length).includes(1),
  );
  let sum = 0;
  for (const r of counted) {
    const [from, to] = [r * length, (r + 1) * length];
    const part = lineGradient(u.subarray(from, to), v.subarray(from, to), {
      ...costOptions(plan),
      ...(mask && { mask: mask.subarray(from, to) }),
    });
    sum += part.value;
    for (let i = 0; i < length; i++) gradient[from + i] = part.x[i]! / counted.length;
  }
  return { value: sum / Math.max(1, counted.length), gradient };
}

/** Mean over directions of the distance between projected images of `dim` pixels. */
function sliced(
  u: Float64Array,
  v: Float64Array,
  dim: number,
  plan: MultiscalePlan,
  { directions, count }: ScalePlan,
): Part {
  const points = u.length / dim;
  const gradient = new Float64Array(u.length);
  const project = (values: Float64Array, l: number) =>
    Float64Array.from({ length: points }, (_, r) => {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += directions![l * dim + k]! * values[r * dim + k]!;
      return sum;
    });
  let sum = 0;
  for (let l = 0; l < count; l++) {
    const part = lineGradient(project(u, l), project(v, l), costOptions(plan));
    sum += part.value / count;
    for (let r = 0; r < points; r++) {
      const pull = part.x[r]! / count;
      if (pull === 0) continue;
      for (let k = 0; k < dim; k++) gradient[r * dim + k]! += pull * directions![l * dim + k]!;
    }
  }
  return { value: sum, gradient };
}

function costOptions({ cost }: MultiscalePlan) {
  return { p: cost.p, ...(cost.huber !== undefined && { huber: cost.huber }) };
}

function maskOf(
  where: string,
  mask: ArrayLike<number | boolean> | undefined,
  { batch, height, width }: MultiscalePlan,
): Uint8Array | undefined {
  if (mask === undefined) return undefined;
  const area = height * width;
  if (mask.length !== area && mask.length !== batch * area) {
    const hint = `one value a pixel of the batch, or ${area} for all images`;
    throw new ShapeError(`${where}: mask`, [batch * area], [mask.length], hint);
  }
  return Uint8Array.from({ length: batch * area }, (_, i) => (mask[i % mask.length] ? 1 : 0));
}
