/** A few points of a problem's domain and boundary at which checks evaluate; always the same ones. */
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import type { BoundaryPoints } from "../domain/boundary.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columnsAt, columnsOf, type Expression, evaluate, evaluateAt } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { boundaryPart, placeKey } from "./place.ts";
import type { Place, Problem } from "./problem.ts";

const COUNT = 64;

/**
 * Points and the evaluation at them. Checks see the true values of constants, where there are any, else the guesses.
 */
export class Probe {
  readonly constants: Readonly<Record<string, number>>;
  readonly interior: Float64Array;
  readonly #problem: Problem;
  readonly #domain: Domain;
  readonly #places = new Map<string, BoundaryPoints>();

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#domain = domainOf(problem.domain);
    this.constants = { ...problem.trainable, ...problem.constants };
    this.interior = this.#domain.interior(COUNT, rng(0).split("problem check"));
  }

  /** Points of a place, with normals. */
  on(place: Place): BoundaryPoints {
    const key = placeKey(place);
    const known = this.#places.get(key);
    if (known) return known;
    const random = rng(0).split("problem check, boundary");
    const points = this.#domain.boundary(
      COUNT,
      random,
      boundaryPart(place, { ...this.#problem, constants: this.constants }),
    );
    this.#places.set(key, points);
    return points;
  }

  /** Values of an expression without unknowns. */
  values(e: Expression, points: Float64Array): Float64Array {
    return evaluateAt(e, points, this.#problem.axes.length, this.constants);
  }

  /** Values, and at each point the greatest magnitude that occurs on the way to it, as a scale of rounding. */
  scaled(e: Expression, { points, normals }: { readonly points: Float64Array; readonly normals?: Float64Array }) {
    const d = this.#problem.axes.length;
    const count = points.length / d;
    const along = normals ? columnsOf(normals, d) : [];
    const data = Object.fromEntries(along.map((column, k) => [`normal${k}`, column]));
    const memo = new Map<Expression, Float64Array>();
    const values = evaluate(e, columnsAt(points, d, { constants: this.constants, data }), memo);
    const scale = new Float64Array(count);
    // What is not finite lies in a branch that is not taken.
    for (const v of memo.values())
      for (let i = 0; i < count; i++) if (Number.isFinite(v[i])) scale[i] = Math.max(scale[i]!, Math.abs(v[i]!));
    return { values, scale };
  }

  /**
   * True for each of the points of a part of the boundary (or of the first or last moment) that also belong to `place`.
   */
  within(place: Place, points: Float64Array, inTime: boolean): boolean[] {
    const { axes, bounds } = this.#problem;
    const d = axes.length;
    const sign =
      typeof place === "object" && "where" in place && !inTime ? this.values(place.where, points) : undefined;
    return Array.from({ length: points.length / d }, (_, i) => {
      const point = points.subarray(i * d, (i + 1) * d);
      if (typeof place === "object" && "axis" in place) {
        const [low, high] = bounds[place.axis]!;
        const near = (bound: number) => Math.abs(point[place.axis]! - bound) <= 1e-12 * (high - low);
        return (place.side !== "high" && near(low)) || (place.side !== "low" && near(high));
      }
      if (inTime) return false;
      if (place === "boundary") return true;
      return sign !== undefined && sign[i]! > 0;
    });
  }

  /** `x = 0.5, y = 0` for messages. */
  show(points: Float64Array, index: number): string {
    const { axes } = this.#problem;
    return axes.map((name, k) => `${name} = ${numberText(points[index * axes.length + k]!, 6)}`).join(", ");
  }
}

/** Points from the least of which a descent begins, and dimensions above which it finds nothing. */
const count = 1024;
export const mostAxes = 4;
/** Roots and logarithms of one formula that are looked at. */
const mostFormulas = 32;

/** Values at points [n, axes]. */
export type Values = (points: Float64Array) => Float64Array;

/** The place near a point where |f| is least, by steps along the axes that become shorter. */
export function descended(f: Values, start: Float64Array, { low, high }: Pick<Domain, "low" | "high">): Float64Array {
  let at = start;
  let value = Math.abs(f(at)[0]!);
  const widths = high.map((h, k) => h - low[k]!);
  for (let step = 0.1; step > 1e-11 && value > 0; ) {
    let moved = false;
    for (let k = 0; k < widths.length; k++) {
      for (const sign of [1, -1]) {
        const next = at.slice();
        next[k] = Math.min(high[k]!, Math.max(low[k]!, at[k]! + sign * step * widths[k]!));
        const found = Math.abs(f(next)[0]!);
        if (!(found < value)) continue;
        [at, value, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  return at;
}

/** Places where the argument of a root or a logarithm is least, and below 0: there the formula has no value. */
export function belowZero(formula: Expression, valuesOf: (e: Expression) => Values, domain: Domain): Float64Array[] {
  if (domain.dimension > mostAxes) return [];
  const inner = [...nodesOf(formula)].flatMap((e) => {
    if (e.kind !== "call") return [];
    const [a, b] = e.args;
    const isRoot = e.name === "pow" && b!.kind === "number" && !Number.isInteger(b!.value);
    return e.name === "sqrt" || e.name === "log" || isRoot ? [valuesOf(a!)] : [];
  });
  if (inner.length === 0) return [];
  const points = domain.interior(count, rng(0).split("singular"));
  const d = domain.dimension;
  return inner.slice(0, mostFormulas).flatMap((f) => {
    const values = f(points);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    // Above 0 everywhere, so that what is least is nearest to 0.
    const floor = least - 10 * (most - least) - 1e-300;
    const start = values.indexOf(least);
    const above: Values = (at) =>
      domain.contains(at)[0] === 1 ? f(at).map((v) => v - floor) : Float64Array.of(Number.POSITIVE_INFINITY);
    const place = start < 0 ? points.slice(0, d) : descended(above, points.slice(start * d, (start + 1) * d), domain);
    return f(place)[0]! < -1e-9 * (most - least) ? [place] : [];
  });
}
