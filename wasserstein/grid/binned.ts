/** Transport between large clouds in one to three dimensions by way of a grid: memory of the points and the grid alone. */
import { checkOptions, whole } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { balancedMasses, type Cloud, checkSameSpace, cloudPoints, explicitWeights } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { gridTransport } from "./grid-transport.ts";
import { type GridTransportOptions, gridChecks } from "./input.ts";

const usualCells = [4096, 256, 48];
const mostCells = 2 ** 24;

/**
 * W₂² between two clouds of any size in up to three dimensions, bracketed. Each point's mass is shared among the
 * corners of its cell in such parts that it keeps its mean place, and the two fields are compared by
 * {@link gridTransport}, with the certified bracket [l, u]. With V the mean square distance the mass of x and y was
 * spread over, by coupling the parts independently given the points: W₂² ≥ l − V_x − V_y. The other way round, with m
 * the root mean square over the corners of how far the mean of what they got is from them, W₂² ≤ u + 2√u (m_x + m_y) +
 * V_x + V_y + 2 m_x m_y; or (√u + √V_x + √V_y)² where that is less.
 *
 * O(n + m) for the points, O(cells^(dim + 1)) a pass. Halving the side of the cells quarters what they add to the
 * bracket, as long as cells hold many points; what entropy adds falls with `blur`.
 *
 * @param options - cells, entropy and stopping rule
 * @throws ShapeError where dimensions differ or are above three
 * @throws DomainError as {@link gridTransport}; OptionsError for an option out of range
 */
export function binnedTransport(
  x: Cloud,
  y: Cloud,
  options: Pick<GridTransportOptions, "epsilon" | "tolerance" | "maxIterations" | "normalize"> & {
    /**
     * Cells along the longest side of the box around both clouds, ≥ 2. @defaultValue 4096, 256 and 48 in one, two and
     * three dimensions
     */
    readonly cells?: number;
    /** ε as a length, ε = 2 blur². @defaultValue the side of a cell */
    readonly blur?: number;
  } = {},
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** ⟨P, C⟩ of the plan between the cells: an estimate of W₂². */
  readonly value: number;
  /** The exact W₂² between the two clouds themselves lies between these, converged or not. */
  readonly bounds: readonly [number, number];
  /** Root mean square distance of the mass of x, and of y, from where it was when it is on the grid. */
  readonly rounding: readonly [number, number];
  /** Strength of the entropy that was used, length². */
  readonly epsilon: number;
  /** L1 error of the marginals between the two fields. */
  readonly marginalError: number;
  /** Passes over the grid. */
  readonly iterations: number;
  /** True if `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Cells along each axis. */
  readonly shape: readonly number[];
  /** Side of a cell. */
  readonly spacing: number;
  /** Mean displacement of the mass of each point, that of its cell, [count, dim]. */
  displacement(): { readonly x: Float64Array; readonly y: Float64Array };
  /** An estimate by the plan between the cells: −2 · weight · displacement of each point. */
  gradient(): TransportGradient<Float64Array, undefined>;
} {
  const where = "binnedTransport";
  const { epsilon: ofEpsilon, blur: ofBlur, maxIterations, tolerance, normalize: ofNormalize } = gridChecks;
  checkOptions(where, options, {
    cells: whole(2),
    epsilon: ofEpsilon,
    blur: ofBlur,
    maxIterations,
    tolerance,
    normalize: ofNormalize,
  });
  checkSameSpace(where, x, y);
  const { dim } = x;
  if (!(dim >= 1 && dim <= 3)) {
    throw new ShapeError(`${where}: dim`, "1 to 3", [dim], "in more dimensions a grid is of no use; take slicedPlan");
  }
  const { cells = usualCells[dim - 1]!, blur, epsilon, normalize = false, ...rest } = options;
  const points = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)] as const;
  const masses = balancedMasses(where, x.weights, x.count, y.weights, y.count, { normalize });
  const grid = gridAround(points, dim, cells);
  const size = grid.shape.reduce((product, n) => product * n, 1);
  if (size > mostCells) {
    throw new OptionsError(`${where}: cells is ${cells}, which makes ${size}; expected at most 2^24`, "cells", cells);
  }
  const sides = [x, y].map(({ count }, k) => binned(points[k]!, explicitWeights(masses[k]!, count), grid, dim, size));
  const [a, b] = sides.map(({ values }) => ({ values, shape: grid.shape })) as [Field, Field];
  const result = gridTransport(a, b, {
    spacing: grid.spacing,
    ...(epsilon === undefined ? { blur: blur ?? grid.spacing } : { epsilon }),
    ...(epsilon !== undefined && blur !== undefined && { blur }),
    ...rest,
    normalize: true,
  });
  const { iterations, marginalError, converged } = result;
  const [v, w] = [sides[0]!.spread, sides[1]!.spread];
  const [r, s] = [sides[0]!.offset, sides[1]!.offset];
  const rounding = [Math.sqrt(v), Math.sqrt(w)] as const;
  const displacement = () => {
    const moved = result.displacement();
    const ofPoints = (axes: readonly Float64Array[], of: Float64Array) => {
      const out = new Float64Array(of.length);
      eachCorner(of, grid, dim, (point, cell, part) => {
        for (let c = 0; c < dim; c++) out[point * dim + c]! += part * axes[c]![cell]!;
      });
      return out;
    };
    return { x: ofPoints(moved.x, points[0]), y: ofPoints(moved.y, points[1]) };
  };
  return printingFields(where, {
    value: result.linearCost,
    get bounds() {
      const [low, high] = result.bounds;
      const root = Math.sqrt(high);
      const above = Math.min(high + 2 * root * (r + s) + v + w + 2 * r * s, (root + rounding[0] + rounding[1]) ** 2);
      return [Math.max(0, low - v - w), above] as const;
    },
    rounding,
    epsilon: result.epsilon,
    marginalError,
    iterations,
    converged,
    shape: grid.shape,
    spacing: grid.spacing,
    displacement,
    gradient() {
      const moved = displacement();
      const slope = (of: Float64Array, k: 0 | 1, { count }: Cloud) => {
        const weights = explicitWeights(masses[k], count);
        return of.map((d, at) => -2 * weights[Math.floor(at / dim)]! * d);
      };
      return { x: slope(moved.x, 0, x), y: slope(moved.y, 1, y), xWeights: undefined, yWeights: undefined };
    },
  });
}

interface Field {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

interface Grid {
  readonly low: Float64Array;
  readonly spacing: number;
  readonly shape: readonly number[];
}

/** The box around all points, with corners of cells of one side on its walls. */
function gridAround(clouds: readonly Float64Array[], dim: number, cells: number): Grid {
  const low = new Float64Array(dim).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(dim).fill(Number.NEGATIVE_INFINITY);
  for (const points of clouds) {
    for (let k = 0; k < points.length; k++) {
      const c = k % dim;
      if (points[k]! < low[c]!) low[c] = points[k]!;
      if (points[k]! > high[c]!) high[c] = points[k]!;
    }
  }
  const widest = low.reduce((most, v, c) => Math.max(most, high[c]! - v), 0);
  const spacing = widest > 0 ? widest / (cells - 1) : 1;
  const shape = Array.from(low, (v, c) => Math.max(2, Math.ceil((high[c]! - v) / spacing - 1e-9) + 1));
  return { low, spacing, shape };
}

/** The corners of each point's cell and the part of its mass that each gets: products of 1 − distance/side along the axes. */
function eachCorner(
  points: Float64Array,
  { low, spacing, shape }: Grid,
  dim: number,
  visit: (point: number, cell: number, part: number) => void,
): void {
  const first = new Int32Array(dim);
  const rest = new Float64Array(dim);
  for (let k = 0; k < points.length / dim; k++) {
    for (let c = 0; c < dim; c++) {
      const at = (points[k * dim + c]! - low[c]!) / spacing;
      first[c] = Math.max(0, Math.min(shape[c]! - 2, Math.floor(at)));
      rest[c] = at - first[c]!;
    }
    for (let corner = 0; corner < 1 << dim; corner++) {
      let [cell, part] = [0, 1];
      for (let c = 0; c < dim; c++) {
        const up = (corner >> c) & 1;
        cell = cell * shape[c]! + first[c]! + up;
        part *= up ? rest[c]! : 1 - rest[c]!;
      }
      if (part > 0) visit(k, cell, part);
    }
  }
}

function binned(points: Float64Array, weights: Float64Array, grid: Grid, dim: number, size: number) {
  const { low, spacing, shape } = grid;
  const values = new Float64Array(size);
  const offsets = new Float64Array(size * dim);
  let spread = 0;
  const at = new Int32Array(dim);
  eachCorner(points, grid, dim, (point, cell, part) => {
    const mass = part * weights[point]!;
    values[cell]! += mass;
    for (let c = dim - 1, left = cell; c >= 0; c--) {
      at[c] = left % shape[c]!;
      left = (left - at[c]!) / shape[c]!;
      const off = points[point * dim + c]! - low[c]! - at[c]! * spacing;
      offsets[cell * dim + c]! += mass * off;
      spread += mass * off * off;
    }
  });
  let offset = 0;
  for (let cell = 0; cell < size; cell++) {
    if (values[cell]! === 0) continue;
    for (let c = 0; c < dim; c++) offset += offsets[cell * dim + c]! ** 2 / values[cell]!;
  }
  return { values, spread, offset: Math.sqrt(offset) };
}
