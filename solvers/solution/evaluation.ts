/** Errors of any solution, and its values on a grid. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { type Domain, gridPoints, inPeriod } from "../../equations/domain/index.ts";
import { type Expression, evaluateAt, partial, unit, unrolled } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { substitution } from "../../equations/problem/index.ts";

/** Something with values at points. */
export interface Evaluable {
  readonly problem: Problem;
  readonly domain: Domain;
  /** [n, axes] to [n, unknowns] */
  evaluate(points: Float64Array): Promise<Float64Array>;
  /** [n, axes] to [n, expressions] */
  expressions(expressions: readonly Expression[], points: Float64Array): Promise<Float64Array>;
}

/** Points [n, axes], row-major, or one list of coordinates for each. */
export type Points = Float64Array | readonly (readonly number[])[];

/** Treatment of points outside of the domain. */
export interface AtPoints {
  /** "extrapolated": what the network makes of them, which no equation has a part in. @defaultValue "NaN" */
  readonly outside?: "NaN" | "extrapolated";
}

/**
 * Values with NaN for those outside of the domain, unless they are asked for; of periodic axes all places are inside.
 */
export function inDomain(
  {
    domain,
    around = [],
  }: { readonly domain: Domain; readonly around?: readonly { readonly axis: number }[] | undefined },
  points: Float64Array,
  values: Float64Array,
  { outside = "NaN" }: AtPoints,
): Float64Array {
  if (outside === "extrapolated" || points.length === 0) return values;
  const inside = domain.contains(inPeriod(points, domain, around));
  const width = values.length / inside.length;
  return inside.every((v) => v === 1)
    ? values
    : values.map((v, i) => (inside[Math.floor(i / width)] === 1 ? v : Number.NaN));
}

/** Errors against the exact solution or a reference. */
export interface Errors {
  /** √(∫(u − v)² / ∫v²) over all unknowns. */
  readonly relativeL2: number;
  /** Largest |u − v| on the test points. */
  readonly maxError: number;
  /** Relative L² of every unknown of which the test set knows values other than 0. */
  readonly perUnknown: Readonly<Record<string, number>>;
  /**
   * Relative L² of every quantity that the problem asks for; absent where there is none, or the problem gives no exact
   * solution.
   */
  readonly perQuantity?: Readonly<Record<string, number>>;
  /** Number of test points. */
  readonly points: number;
  /**
   * Number of test points at which the solution has no value, since it ended before; they are left out. Absent where
   * there is none.
   */
  readonly absent?: number;
}

/**
 * Errors on a test set, or where there is none at 65 536 Sobol points with the exact solution.
 *
 * @throws OptionsError where there is neither
 */
export async function errorsOf(solution: Evaluable, given?: TestSet): Promise<Errors> {
  const { unknowns } = solution.problem;
  const whole = given ?? exactTest(solution);
  const values = await solution.evaluate(whole.points);
  const width = unknowns.length;
  const absent = new Set(
    Array.from(values.keys())
      .filter((i) => Number.isNaN(values[i]))
      .map((i) => Math.floor(i / width)),
  );
  const test: TestSet =
    absent.size === 0
      ? whole
      : {
          ...whole,
          known: Uint8Array.from(values, (_, i) => (absent.has(Math.floor(i / width)) ? 0 : (whole.known?.[i] ?? 1))),
        };
  const perQuantity = absent.size === 0 ? await quantityErrors(solution, test) : undefined;
  const known = (i: number) => test.known?.[i] !== 0;
  const isKnown = (unknown: number) =>
    test.values.some((v, i) => i % unknowns.length === unknown && known(i) && v !== 0);
  return {
    relativeL2: relativeL2(test, values),
    maxError: values.reduce((m, v, i) => (known(i) ? Math.max(m, Math.abs(v - test.values[i]!)) : m), 0),
    perUnknown: Object.fromEntries(
      unknowns.flatMap((name, k) => (isKnown(k) ? [[name, relativeL2(test, values, k)] as const] : [])),
    ),
    ...(perQuantity && { perQuantity }),
    points: test.points.length / solution.domain.dimension,
    ...(absent.size > 0 && { absent: absent.size }),
  };
}

/**
 * Relative L² of what is asked for, against the same of the exact solution; NaN where one of them is not finite, left
 * out where the true one is 0.
 */
async function quantityErrors(
  solution: Evaluable,
  { points, weights }: TestSet,
): Promise<Record<string, number> | undefined> {
  const { problem } = solution;
  const n = problem.quantities.length;
  const truth = n > 0 ? exactQuantities(problem, points) : undefined;
  if (truth === undefined) return undefined;
  const found = await solution.expressions(quantityList(problem), points);
  const sum = (k: number, f: (i: number) => number) => {
    let all = 0;
    for (let i = k; i < truth.length; i += n) all += (weights?.[(i - k) / n] ?? 1) * f(i) ** 2;
    return all;
  };
  return Object.fromEntries(
    problem.quantities.flatMap(({ name }, k) => {
      const size = sum(k, (i) => truth[i]!);
      return size === 0 ? [] : [[name, Math.sqrt(sum(k, (i) => found[i]! - truth[i]!) / size)] as const];
    }),
  );
}

/** A list of each problem, always the same one, by which compiled programs are known. */
function listOf(make: (problem: Problem) => readonly Expression[]) {
  const lists = new WeakMap<Problem, readonly Expression[]>();
  return (problem: Problem): readonly Expression[] => {
    const list = lists.get(problem) ?? make(problem);
    lists.set(problem, list);
    return list;
  };
}

/** The quantities of a problem. */
export const quantityList = listOf(({ quantities }) => quantities.map(({ quantity }) => quantity));
/** The unknowns of a problem themselves. */
export const unknownsOf = listOf(({ unknowns, axes }) => unknowns.map((_, k) => partial(k, unit(axes.length, -1))));

/**
 * The quantities of a problem's exact solution.
 *
 * @param points - [n, axes], row-major
 * @returns [n, quantities], row-major; undefined where no exact solution is given, or a constant of which the true
 *   value is not
 */
export function exactQuantities(problem: Problem, points: Float64Array): Float64Array | undefined {
  const { exact, quantities, axes, constants, trainable } = problem;
  if (exact === undefined || Object.keys(trainable).some((name) => !Object.hasOwn(constants, name))) return undefined;
  const put = substitution(exact, axes.length);
  const columns = quantities.map(({ quantity }) => evaluateAt(unrolled(put(quantity)), points, axes.length, constants));
  const n = quantities.length;
  return Float64Array.from(
    { length: n * (points.length / axes.length) },
    (_, i) => columns[i % n]![Math.floor(i / n)]!,
  );
}

function exactTest({ problem, domain }: Evaluable): TestSet {
  const { exact, unknowns, constants, name } = problem;
  if (!exact) {
    const message = `errors: "${name}" has no exact solution; give points with true values`;
    throw new OptionsError(message, "test", undefined);
  }
  const d = domain.dimension;
  const points = domain.interior(2 ** 16, rng(0).split("errors"));
  const columns = exact.map((e) => evaluateAt(e, points, d, constants));
  const values = new Float64Array((points.length / d) * unknowns.length);
  columns.forEach((column, k) => {
    column.forEach((v, i) => {
      values[i * unknowns.length + k] = v;
    });
  });
  return { points, values, unknowns: unknowns.length };
}

/** A solution on a grid; arrays are row-major over `axes`, the last fastest. */
export interface GridSolution {
  /** Names of the coordinates. */
  readonly axes: readonly string[];
  /** Positions along each axis. */
  readonly shape: readonly number[];
  /** One list of positions per axis. */
  readonly coordinates: readonly Float64Array[];
  /** [count, axes] */
  readonly points: Float64Array;
  /** By unknown, [count]. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** By quantity that the problem asks for, [count]. */
  readonly quantities: Readonly<Record<string, Float64Array>>;
}

/**
 * Values on a grid over the bounding box, NaN outside the domain.
 *
 * @throws OptionsError where an axis has fewer than two points
 */
export async function gridOf(solution: Evaluable, counts: Readonly<Record<string, number>>): Promise<GridSolution> {
  const { problem, domain } = solution;
  const { axes } = problem;
  const shape = axes.map((axis) => {
    const n = counts[axis];
    if (!(n !== undefined && Number.isInteger(n) && n >= 2)) {
      throw new OptionsError(`onGrid: ${axis} has ${n} points, expected a whole number ≥ 2`, axis, n);
    }
    return n;
  });
  const coordinates = shape.map((n, k) => {
    const [low, high] = [domain.low[k]!, domain.high[k]!];
    return Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  });
  const points = gridPoints(domain.low, domain.high, shape);
  return { shape, coordinates, ...(await valuesAt(solution, points)) };
}

/** Unknowns and quantities at points [n, axes] by name, NaN outside the domain. */
export async function valuesAt(
  solution: Evaluable,
  points: Float64Array,
): Promise<Pick<GridSolution, "axes" | "points" | "values" | "quantities">> {
  const { axes, unknowns, quantities: asked } = solution.problem;
  const count = points.length / axes.length;
  const columns = (names: readonly string[], all: Float64Array) =>
    Object.fromEntries(
      names.map((name, j) => [name, Float64Array.from({ length: count }, (_, i) => all[i * names.length + j]!)]),
    );
  const values = columns(unknowns, await solution.evaluate(points));
  const names = asked.map(({ name }) => name);
  const quantities = columns(names, await solution.expressions(quantityList(solution.problem), points));
  return { axes, points, values, quantities };
}

/** Points with true values. */
export interface TestSet {
  /** Row-major `[n, axes]`. */
  readonly points: Float64Array;
  /** True values, row-major `[n, unknowns]`. */
  readonly values: Float64Array;
  /** Number of unknowns. `@defaultValue 1` */
  readonly unknowns?: number;
  /** One for each of the n points: Σ w f is the integral of f over the domain, up to a factor. Absent: all equal. */
  readonly weights?: Float64Array;
  /** 1 where a value `[n, unknowns]` is known, else 0. Absent: all known. */
  readonly known?: Uint8Array;
}

/**
 * Relative L² error √(Σ w (prediction − value)² / Σ w value²) over the known values of all unknowns, or of one.
 *
 * @param prediction `[n, unknowns]` as the test set's values
 * @param unknown index of the one unknown to evaluate
 * @throws ShapeError where the prediction has another length
 * @throws DomainError where a prediction is not finite, or all true values are zero
 */
export function relativeL2(test: TestSet, prediction: ArrayLike<number>, unknown?: number): number {
  const { values, weights, known, unknowns = 1 } = test;
  if (prediction.length !== values.length) {
    throw new ShapeError(
      "relativeL2: prediction",
      [values.length],
      [prediction.length],
      "one value a point and unknown",
    );
  }
  let [error, size] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (known?.[i] === 0 || (unknown !== undefined && i % unknowns !== unknown)) continue;
    const p = prediction[i]!;
    if (!Number.isFinite(p)) {
      throw new DomainError(`relativeL2: prediction ${i} is ${p}; evaluate at the points of the test set`, p);
    }
    const w = weights ? weights[Math.floor(i / unknowns)]! : 1;
    error += w * (p - values[i]!) ** 2;
    size += w * values[i]! ** 2;
  }
  if (!(size > 0))
    throw new DomainError("relativeL2: the true values are all zero, so no error is relative to them", size);
  return Math.sqrt(error / size);
}
