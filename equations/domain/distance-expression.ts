/**
 * Expressions that vanish on a part of a boundary and are positive inside, for conditions that hold by construction.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { coordinate, number, plainCall } from "../expression/build.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import type { FunctionName } from "../expression/functions.ts";
import { nodesOf } from "../expression/tree.ts";
import { axisIndex, type BoundaryPart, sidesOf } from "./boundary.ts";
import type { Interval, ParsedDomain, Shape } from "./spec.ts";

const call = (name: FunctionName, ...args: readonly Expression[]) => plainCall(name, args);
const shifted = (axis: number, by: number): Expression =>
  by === 0 ? coordinate(axis) : call("sub", coordinate(axis), number(by));
const times = (factor: number, e: Expression): Expression => (factor === 1 ? e : call("mul", number(factor), e));
/** x − low, times scale. */
const above = (axis: number, low: number, scale: number) => times(scale, shifted(axis, low));
const below = (axis: number, high: number, scale: number) => times(scale, call("sub", number(high), coordinate(axis)));
const between = (axis: number, [low, high]: Interval, scale: number) =>
  times(scale, call("mul", shifted(axis, low), call("sub", number(high), coordinate(axis))));

/** Parts on which conditions can hold by construction. */
export type HeldPart = "boundary" | "initial" | Extract<BoundaryPart, { readonly axis: string | number }>;

/**
 * The distance expression of a part.
 *
 * - Box: Π 4(x−lo)(hi−x)/(hi−lo)² over its axes; a single face (x−lo)/(hi−lo) or (hi−x)/(hi−lo). A polynomial.
 * - The first moment, and both ends of time: the same linear or quadratic factor.
 * - Ball: 1 − |x−c|²/r², ellipse: 1 − (its quadratic form). Polynomials.
 * - Formula: the comparison itself, left − right, divided by its greatest value.
 * - Polygon, mesh, combination: none; the curvature of a polygon's function is unbounded at corners, where solutions
 *   are smoother, and with Rvachev's functions of a ring a heat equation's error was ten thousand times as large as
 *   with rows (research/solver-results.md).
 *
 * @throws DomainError for combinations, polygons and meshes, and for formulas with a kink inside
 */
export function distanceExpressionOf(
  { axes, shape, interval }: ParsedDomain,
  part: HeldPart,
  inside: (count: number, rng: Rng) => Float64Array,
): Expression {
  const time = axes.length - 1;
  if (part === "boundary") return normalised(shape, axes.length, inside);
  if (part === "initial") {
    if (!interval) throw new OptionsError('Domain.distanceExpression: "initial" needs a time axis', "part", part);
    return above(time, interval[0], 1 / (interval[1] - interval[0]));
  }
  const axis = axisIndex(axes, part.axis);
  const sides = sidesOf(part.side);
  const inTime = axis === time ? interval : undefined;
  if (!inTime && shape.kind !== "box")
    throw new DomainError(`Domain.distanceExpression: a ${shape.kind} has no flat face along ${axes[axis]}`, part);
  const [low, high] = inTime ?? (shape.kind === "box" ? [shape.low[axis]!, shape.high[axis]!] : [0, 1]);
  if (sides.length === 2) return between(axis, [low, high], 4 / (high - low) ** 2);
  return sides[0] === "low" ? above(axis, low, 1 / (high - low)) : below(axis, high, 1 / (high - low));
}

/** The function of the whole boundary in space, at most about 1. */
function normalised(shape: Shape, dimension: number, inside: (count: number, rng: Rng) => Float64Array): Expression {
  if (shape.kind === "box")
    return shape.low
      .map((l, k) => between(k, [l, shape.high[k]!], 4 / (shape.high[k]! - l) ** 2))
      .reduce((a, b) => call("mul", a, b));
  if (shape.kind === "ball") return times(2 / shape.radius, signed(shape));
  const raw = signed(shape);
  // Fixed points: the scale is part of the expression's definition.
  const points = inside(2048, rng(0).split("distance expression"));
  refuseKinks(shape, points, dimension);
  const values = evaluateAt(raw, points, dimension);
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const wrong = values.find((value) => !(value > 0));
  if (wrong !== undefined) {
    const hint = "give the conditions as residual rows on this shape";
    throw new DomainError(`Domain.distanceExpression: the function is ${wrong} at a point inside; ${hint}`, wrong);
  }
  return times(1 / largest, raw);
}

/** Share of the largest value of what stands under a root, or within |…|, below which it is taken to vanish inside. */
const smallShare = 0.02;

/** A formula with a kink inside gives a trial solution with a kink there. */
function refuseKinks(shape: Shape, points: Float64Array, dimension: number): void {
  if (shape.kind !== "level") return;
  for (const node of nodesOf(shape.value)) {
    if (node.kind !== "call" || !kinked.has(node.name)) continue;
    const [a, b] = node.args as [Expression, Expression];
    const turn = node.name === "min" || node.name === "max" ? call("sub", a, b) : a;
    const values = evaluateAt(turn, points, dimension);
    const [least, most] = values.reduce(([l, m], v) => [Math.min(l, v), Math.max(m, v)], [Infinity, -Infinity]);
    const size = Math.max(Math.abs(least), Math.abs(most));
    if (least > smallShare * size || most < -smallShare * size) continue;
    const way = "give the conditions as residual rows on this shape";
    throw new DomainError(`Domain.distanceExpression: "${shape.text}" has a kink inside (${node.name}); ${way}`, shape);
  }
}

/** Functions with a kink, a jump or no slope where what stands in them vanishes. */
const kinked: ReadonlySet<FunctionName> = new Set(["abs", "sign", "min", "max", "if", "sqrt", "log", "atan2"]);

/** Positive inside, negative outside, of first order at smooth points of the boundary. */
function signed(shape: Shape): Expression {
  switch (shape.kind) {
    case "ball": {
      const squares = shape.center.map((c, k) => call("square", shifted(k, c))).reduce((a, b) => call("add", a, b));
      return times(1 / (2 * shape.radius), call("sub", number(shape.radius ** 2), squares));
    }
    case "ellipse":
      return ellipse(shape);
    case "level":
      return shape.value;
    default:
      throw new DomainError(
        `Domain.distanceExpression: ${/^[aei]/.test(shape.kind) ? "an" : "a"} ${shape.kind} has no such function; give its conditions as residual rows`,
        shape,
      );
  }
}

function ellipse({ center, radii, angle }: Extract<Shape, { readonly kind: "ellipse" }>): Expression {
  const [x, y] = [shifted(0, center[0]), shifted(1, center[1])];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = angle === 0 ? x : call("add", times(cos, x), times(sin, y));
  const across = angle === 0 ? y : call("sub", times(cos, y), times(sin, x));
  const squares = call("add", call("square", times(1 / radii[0], along)), call("square", times(1 / radii[1], across)));
  return call("sub", number(1), squares);
}
