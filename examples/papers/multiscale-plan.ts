/** Options and sizes of the multi-scale distance between images. */
import { checkWhole } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { type GroundCost, type GroundCostOptions, groundCost } from "../../wasserstein/measure/ground-cost.ts";
import { type Cloud, cloudPoints } from "../../wasserstein/measure/measure.ts";

/** Options of {@link multiscaleWasserstein}. */
export interface MultiscaleOptions extends GroundCostOptions {
  /** Sides of the square blocks whose means are compared; each divides height and width. @defaultValue [1, 2, 4, 8] */
  readonly scales?: readonly number[];
  /**
   * `perImage`: the pixels of each image, averaged over images; blind to place. `pooled`: all pixels of the batch as one
   * sample, so that images can trade mass. A function: each image is one point, projected on the unit directions that it gives for the
   * dimension of a point and the scale, one a row, and sorted along the batch (the released WassDiff code, arXiv 2410.00381); blind to
   * which image belongs to which condition.
   *
   * @defaultValue "perImage"
   */
  readonly reduce?: "perImage" | "pooled" | ((dim: number, scale: number) => Cloud);
  /**
   * Applied after the block means: `log1p` is sign(x)·log(1 + |x|), which tames heavy tails and takes negative
   * predictions. @defaultValue "none"
   */
  readonly transform?: "none" | "log1p";
}

type MultiscaleReduce = NonNullable<MultiscaleOptions["reduce"]>;

/** One scale, resolved. */
export interface ScalePlan {
  readonly scale: number;
  readonly weight: number;
  readonly height: number;
  readonly width: number;
  /** Row-major [count, dim]; undefined for `perImage` and `pooled`. */
  readonly directions: Float64Array | undefined;
  readonly count: number;
}

export interface MultiscalePlan {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly reduce: MultiscaleReduce;
  readonly log: boolean;
  readonly cost: GroundCost;
  readonly scales: readonly ScalePlan[];
}

/**
 * @param shape - [batch, height, width] or [batch, height, width, 1]
 * @throws OptionsError, ShapeError, DomainError where options do not fit the images
 */
export function multiscalePlan(where: string, shape: readonly number[], options: MultiscaleOptions): MultiscalePlan {
  const { scales = [1, 2, 4, 8], reduce = "perImage", transform = "none" } = options;
  const [batch, height, width, channels = 1] = shape as [number, number, number, number?];
  if ((shape.length !== 3 && shape.length !== 4) || channels !== 1 || shape.some((n) => n < 1)) {
    throw new ShapeError(where, "[batch, height, width] or [batch, height, width, 1]", shape);
  }
  if (typeof reduce !== "function" && reduce !== "perImage" && reduce !== "pooled") {
    const way = "or a function that gives directions, for instance (dim) => sampleDirections(64, dim, { rng: rng(1) })";
    throw new OptionsError(`${where}: reduce is ${reduce}, expected perImage, pooled ${way}`, "reduce", reduce);
  }
  if (transform !== "none" && transform !== "log1p") {
    throw new OptionsError(`${where}: transform is ${transform}, expected none or log1p`, "transform", transform);
  }
  if (scales.length === 0) throw new OptionsError(`${where}: scales are empty, give at least [1]`, "scales", scales);
  for (const k of scales) {
    checkWhole(where, { scales: k });
    if (height % k === 0 && width % k === 0) continue;
    throw new ShapeError(
      `${where}: scale ${k}`,
      `a divisor of ${height} and ${width}`,
      [k],
      "choose other scales or crop",
    );
  }
  const plans = scales.map((scale): ScalePlan => {
    const [h, w] = [height / scale, width / scale];
    const bundle = typeof reduce === "function" ? reduce(h * w, scale) : undefined;
    if (bundle && bundle.dim !== h * w)
      throw new ShapeError(`${where}: directions at scale ${scale}`, [bundle.count, h * w], [bundle.count, bundle.dim]);
    return {
      scale,
      weight: 1 / scales.length,
      height: h,
      width: w,
      directions: bundle && cloudPoints(`${where}: directions`, bundle),
      count: bundle?.count ?? 0,
    };
  });
  return { batch, height, width, reduce, log: transform === "log1p", cost: groundCost(where, options), scales: plans };
}
