/** A few points of a problem's domain and boundary at which checks evaluate; always the same ones. */
import { rng } from "../../engine/random/rng.ts";
import type { BoundaryPoints } from "../domain/boundary.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columns, type Expression, evaluate, evaluateAt } from "../expression/expression.ts";
import { boundaryPart, placeKey } from "./place.ts";
import type { Place, Problem } from "./problem.ts";

const COUNT = 64;

/** Points and the evaluation at them. Checks see the true values of constants, where there are any, else the guesses. */
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
    const column = (of: Float64Array, k: number) => Float64Array.from({ length: count }, (_, i) => of[i * d + k]!);
    const axes = Array.from({ length: d }, (_, k) => k);
    const data = normals ? Object.fromEntries(axes.map((k) => [`normal${k}`, column(normals, k)])) : {};
    const memo = new Map<Expression, Float64Array>();
    const coordinates = axes.map((k) => column(points, k));
    const values = evaluate(e, columns(count, { coordinates, constants: this.constants, data }), memo);
    const scale = new Float64Array(count);
    // What is not finite lies in a branch that is not taken.
    for (const v of memo.values())
      for (let i = 0; i < count; i++) if (Number.isFinite(v[i])) scale[i] = Math.max(scale[i]!, Math.abs(v[i]!));
    return { values, scale };
  }

  /** True for each of the points of a part of the boundary (or of the first or last moment) that also belong to `place`. */
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
    return axes.map((name, k) => `${name} = ${Number(points[index * axes.length + k]!.toPrecision(6))}`).join(", ");
  }
}
