/** Arguments of the functions on grids, checked and brought into the form they work with. */

import { anything, flag, type OptionChecks, positive, real, whole } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { GroundCostOptions } from "../measure/ground-cost.ts";
import { balancedMasses, checkedWeights, massOf } from "../measure/measure.ts";
import { checkEntropy, lengthCheck, type SinkhornOptions } from "../sinkhorn/input.ts";
import { type Axis, axisCosts, checkShape, checkSphere, type GridAxes, gridAxes, meanLatitude } from "./axes.ts";
import { type PlacedSide, placed } from "./box.ts";
import { costRange, type GridSettings } from "./solve.ts";

/** Mass on the cells of a grid: rain in a cell is its depth times its area. A `Field` without missing values is one. */
export interface GridMass {
  /** Mass of each cell, row-major, ≥ 0. Masked cells may hold anything. */
  readonly values: ArrayLike<number>;
  /**
   * Size of each axis, one to three of them, slowest first. Axes of size 1 do not count where the other measure lacks them: a time of
   * a field may be compared with a time of an ensemble, one member of it at a time.
   */
  readonly shape: readonly number[];
  /** 0 or false where there is no cell. @defaultValue all cells are */
  readonly mask?: ArrayLike<number | boolean>;
}

/**
 * Options of `gridTransport` and its relatives. Lengths are in the unit of `spacing`; costs are Σ over the axes of
 * |Δ|^p, with p = 2 unless stated.
 */
export interface GridTransportOptions
  extends GridAxes,
    Pick<GroundCostOptions, "p">,
    Pick<SinkhornOptions, "normalize" | "maxIterations" | "blur" | "reach"> {
  /**
   * Bound on the L1 error of the marginals, a share of the mass: what is missing is moved between any two places, so
   * that it adds to `value` by half of it times the square of the field's size. @defaultValue 1e-5
   */
  readonly tolerance?: number;
  /** Strength of the entropy, > 0, in the unit of length^p. @defaultValue 0.05 standard deviations of the costs between cells */
  readonly epsilon?: number;
}

/** Checks of {@link GridTransportOptions}. */
export const gridChecks: OptionChecks<GridTransportOptions> = {
  ...{ tolerance: real(0), epsilon: positive(), blur: lengthCheck, reach: lengthCheck, maxIterations: whole() },
  ...{ p: real(1), normalize: flag },
  ...{ spacing: anything, coordinates: anything, periodic: anything, sphere: anything },
};

/** One measure, its given total, and the cells that exist. */
export interface GridSupport {
  readonly side: PlacedSide;
  /** Sum of the mass before it was scaled; 1 where it was not. */
  readonly total: number;
  readonly mask: ArrayLike<number | boolean> | undefined;
}

export interface PreparedGrid {
  readonly where: string;
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  readonly x: GridSupport;
  readonly y: GridSupport;
  readonly p: number;
  readonly rho: number;
  readonly settings: GridSettings;
  readonly options: GridTransportOptions;
}

/** Checks everything before any work. @throws OptionsError, DomainError, ShapeError */
export function prepareGrid(where: string, a: GridMass, b: GridMass, options: GridTransportOptions): PreparedGrid {
  const { p = 2, reach, sphere } = options;
  checkEntropy(where, options);
  const shape = sharedShape(where, a.shape, b.shape);
  if (sphere !== undefined) checkSphere(where, shape, sphere);
  const [left, right] = masses(where, a, b, options);
  const middle =
    sphere === undefined
      ? 0
      : (sphere.trueLatitude ?? meanLatitude(sphere.latitude, shape.at(-1)!, left.values, right.values));
  const axes = gridAxes(where, shape, options, middle);
  const support = ({ values, total }: Masses, { mask }: GridMass): GridSupport => ({
    side: placed(values, shape, axes),
    total,
    mask,
  });
  const [x, y] = [support(left, a), support(right, b)];
  const rho = reach === undefined ? Number.POSITIVE_INFINITY : p * reach ** p;
  const range = costRange({ x: x.side, y: y.side, p, rho });
  return { where, shape, axes, x, y, p, rho, settings: settingsOf(where, axes, p, range, options), options };
}

/** The shape that both have, without axes of size 1 where one has others than the other or more than three. */
function sharedShape(where: string, a: readonly number[], b: readonly number[]): readonly number[] {
  const same = (x: readonly number[], y: readonly number[]) => x.length === y.length && x.every((n, k) => n === y[k]);
  const squeezed = (shape: readonly number[]) => (shape.every((n) => n === 1) ? [1] : shape.filter((n) => n !== 1));
  const [x, y] = same(a, b) && a.length <= 3 ? [a, b] : [squeezed(a), squeezed(b)];
  if (!same(x, y)) {
    const way = "both fields lie on one grid: regrid one, or take one time and member of it (`isel`)";
    throw new ShapeError(`${where}: shape of y`, a, b, way);
  }
  checkShape(where, x);
  return x;
}

interface Masses {
  readonly values: Float64Array;
  readonly total: number;
}

function masses(where: string, a: GridMass, b: GridMass, { reach, normalize }: GridTransportOptions): [Masses, Masses] {
  const count = a.shape.reduce((product, n) => product * n, 1);
  const [left, right] = [masked(`${where}: x`, a, count), masked(`${where}: y`, b, count)];
  if (reach === undefined) {
    const [x, y] = balancedMasses(where, left, count, right, count, { normalize: normalize === true });
    return [
      { values: x.weights!, total: x.total },
      { values: y.weights!, total: y.total },
    ];
  }
  const free = (name: string, values: Float64Array): Masses => {
    const { weights, total } = massOf(`${where}: ${name}`, values, count);
    return normalize ? { values: weights!, total } : { values: checkedWeights(name, values, count), total: 1 };
  };
  return [free("x", left), free("y", right)];
}

function masked(where: string, { values, mask }: GridMass, count: number): Float64Array {
  if (values.length !== count) throw new ShapeError(`${where}.values`, [count], [values.length], "one value a cell");
  if (mask !== undefined && mask.length !== count) throw new ShapeError(`${where}.mask`, [count], [mask.length]);
  return Float64Array.from({ length: count }, (_, i) => {
    if (mask !== undefined && !mask[i]) return 0;
    const value = values[i]!;
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    const expected = "a finite mass ≥ 0; leave cells without a value out by `mask`";
    throw new DomainError(`${where}.values[${i}] is ${value}, expected ${expected}`, value);
  });
}

function settingsOf(
  where: string,
  axes: readonly Axis[],
  p: number,
  range: number,
  options: GridTransportOptions,
): GridSettings {
  const { blur, tolerance = 1e-5, maxIterations = 2000 } = options;
  const epsilon = options.epsilon ?? (blur === undefined ? usualEpsilon(axes, p) : p * blur ** p);
  if (!(Number.isFinite(range) && range / epsilon < 1e12)) {
    const limit = (range * 1e-12).toPrecision(2);
    const message = `${where}: epsilon is ${epsilon}, below the rounding of costs that differ by ${range}`;
    throw new DomainError(`${message}; take at least ${limit}`, epsilon);
  }
  return { epsilon, tolerance, maxIterations };
}

/** 0.05 standard deviations of the costs between two cells drawn at random. */
function usualEpsilon(axes: readonly Axis[], p: number): number {
  let variance = 0;
  for (const axis of axes) {
    const costs = axisCosts(axis, axis, p);
    const mean = costs.reduce((s, c) => s + c, 0) / costs.length;
    variance += costs.reduce((s, c) => s + (c - mean) ** 2, 0) / costs.length;
  }
  return variance > 0 ? 0.05 * Math.sqrt(variance) : 1;
}
