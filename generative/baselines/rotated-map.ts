/**
 * Dependence between variables brought to the observed one: the rotations of multivariate bias correction in n dimensions
 * (MBCn; Cannon 2018, doi:10.1007/s00382-017-3580-6, section 3.2, after Pitié et al. 2007).
 */
import { applyDeltaMap, fitDeltaMap } from "./delta-map.ts";

/** Samples of N variables, an array each; those of one sample are values of the same times, without gaps. */
export interface JointSamples {
  readonly observed: readonly Float64Array[];
  /** The model over the history, each variable brought to the observed distribution. */
  readonly history: readonly Float64Array[];
  /** The model's values that are to be corrected, each variable by quantile delta mapping. */
  readonly projected: readonly Float64Array[];
}

/**
 * The projected values in the order that the observed dependence gives them: standardised variables are rotated, each
 * coordinate is mapped by quantile delta mapping and rotated back; at last every variable has its own values again, put
 * into the order of the outcome. So each variable keeps its distribution, and the order of one among the others changes.
 *
 * @param rotations - rows of orthogonal [N, N] matrices, one after the other
 * @param quantiles - nodes of each map
 * @returns the projected variables
 */
export function reordered(
  { observed, history, projected }: JointSamples,
  rotations: Float64Array,
  quantiles: number,
): readonly Float64Array[] {
  const n = observed.length;
  const truth = observed.map(standardised);
  let [was, is]: [Axes, Axes] = [history.map(standardised), projected.map(standardised)];
  for (let at = 0; at < rotations.length; at += n * n) {
    const rotation = rotations.subarray(at, at + n * n);
    const [o, h, p] = [truth, was, is].map((sample) => turned(sample, rotation, n)) as [Axes, Axes, Axes];
    const options = { kind: "additive", quantiles, threshold: 0 } as const;
    const maps = o.map((values, k) => ({
      history: fitDeltaMap({ observed: values, history: h[k]! }, options),
      projected: fitDeltaMap({ observed: values, history: h[k]!, projected: p[k]! }, options),
    }));
    const mapped = (axes: Axes, name: "history" | "projected") =>
      axes.map((values, k) => values.map((v) => applyDeltaMap(maps[k]![name], v)));
    was = turned(mapped(h, "history"), transposed(rotation, n), n);
    is = turned(mapped(p, "projected"), transposed(rotation, n), n);
  }
  return projected.map((values, k) => inOrderOf(values, is[k]!));
}

type Axes = readonly Float64Array[];

/** Mean 0 and variance 1; a constant becomes 0. */
function standardised(values: Float64Array): Float64Array {
  let [mean, square] = [0, 0];
  for (const v of values) mean += v / values.length;
  for (const v of values) square += (v - mean) ** 2 / values.length;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  return values.map((v) => (v - mean) * scale);
}

/** Coordinates along the rows of a matrix. */
function turned(axes: Axes, matrix: Float64Array, n: number): Axes {
  return axes.map((_, row) =>
    axes[0]!.map((_, i) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += matrix[row * n + k]! * axes[k]![i]!;
      return sum;
    }),
  );
}

const transposed = (matrix: Float64Array, n: number): Float64Array =>
  matrix.map((_, i) => matrix[(i % n) * n + Math.floor(i / n)]!);

/** The values, the smallest where the other list has its smallest, and so on; equal ones of it keep their order. */
function inOrderOf(values: Float64Array, other: Float64Array): Float64Array {
  const order = Uint32Array.from(other.keys()).sort((a, b) => other[a]! - other[b]! || a - b);
  const sorted = values.slice().sort();
  const out = new Float64Array(values.length);
  for (const [rank, i] of order.entries()) out[i] = sorted[rank]!;
  return out;
}
