/** Solutions that are given by functions of their own, not by a network: values and derivatives at any point. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Domain } from "../domain/domain.ts";
import { type Algebra, columns, type Expression, evaluate, evaluateAt } from "../expression/expression.ts";
import { BaseSolution } from "./base-solution.ts";
import { type AtPoints, inDomain } from "./evaluation.ts";

/** A problem solved by a classical method; it has the methods of a `Solution`, without a network. */
export abstract class ExplicitSolution extends BaseSolution {
  /** A derivative of an unknown at points `[n, axes]` of the domain, row-major. */
  protected abstract derivative(unknown: number, order: readonly number[], points: Float64Array): Float64Array;
  /** The functions in words. */
  protected abstract readonly space: string;

  async expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    options: AtPoints = {},
  ): Promise<Float64Array> {
    const { problem, domain } = this;
    const d = problem.axes.length;
    checkPoints(points, problem.axes);
    const count = points.length / d;
    const around = problem.conditions.flatMap((c) => (c.kind === "periodic" ? [c.on] : []));
    const inside = inPeriod(points, domain, new Set(around.map(({ axis }) => axis)));
    const coordinates = problem.axes.map((_, k) => Float64Array.from({ length: count }, (_p, i) => inside[i * d + k]!));
    const known = new Map<string, Float64Array>();
    const derivative = (unknown: number, order: readonly number[]) => {
      const key = `${unknown}:${order}`;
      const values = known.get(key) ?? this.derivative(unknown, order, inside);
      known.set(key, values);
      return values;
    };
    const { constants, source = [] } = problem;
    const data = Object.fromEntries(source.map((s, k) => [`source${k}`, evaluateAt(s, inside, d, constants)]));
    const algebra: Algebra<Float64Array> = {
      ...columns(count, { coordinates, constants, derivative, data }),
      elsewhere: (unknown, order, at) => {
        const places = Float64Array.from({ length: count * d }, (_, i) => at[i % d]![Math.floor(i / d)]!);
        return this.derivative(unknown, order, places);
      },
    };
    const memo = new Map<Expression, Float64Array>();
    const values = expressions.map((one) => evaluate(one, algebra, memo));
    const n = expressions.length;
    const rows = Float64Array.from({ length: n * count }, (_, i) => values[i % n]![Math.floor(i / n)]!);
    return inDomain({ domain, around }, points, rows, options);
  }

  /** As `Solution.residual`. */
  residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.expressions(this.problem.equations, points, options);
  }

  /** @throws OptionsError always: these functions are no ONNX model */
  async toOnnx(): Promise<Uint8Array> {
    const way = "write a grid of it, or solve with a network or random features";
    throw new OptionsError(`toOnnx: ${this.space} are no network; ${way}`, "onnx");
  }

  /** Nothing is held: for the likeness with other solutions. */
  async dispose(): Promise<void> {}
}

function checkPoints(points: Float64Array, axes: readonly string[]): void {
  if (points.length % axes.length !== 0)
    throw new ShapeError("evaluate: points", `[n, ${axes.length}]`, [points.length], `rows hold ${axes.join(", ")}`);
  const bad = points.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new DomainError(`evaluate: coordinate ${bad} is ${points[bad]}; give finite points`, points[bad]);
}

/** Points with the coordinates of periodic axes moved into the domain. */
function inPeriod(
  points: Float64Array,
  { dimension: d, low, high }: Domain,
  periodic: ReadonlySet<number>,
): Float64Array {
  if (periodic.size === 0) return points;
  return points.map((x, i) => {
    const [from, to] = [low[i % d]!, high[i % d]!];
    return !periodic.has(i % d) || (x >= from && x <= to) ? x : x - (to - from) * Math.floor((x - from) / (to - from));
  });
}
