/**
 * Sources that make a chosen function the solution (the method of manufactured solutions), exactly and symbolically.
 */
import { OptionsError } from "../../engine/errors.ts";
import { call, isZero, total, unit, zero } from "../expression/build.ts";
import { derivativesOfExpression, differentiate } from "../expression/differentiate.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import { movedTo, rewritten } from "../expression/quadrature.ts";
import { nodesOf, share } from "../expression/tree.ts";
import type { Problem } from "./problem.ts";

/**
 * Puts formulas in the place of the unknowns; several expressions share their work, and an unknown without a formula
 * stays.
 *
 * @param solution a formula in coordinates and constants for each unknown
 * @param data formulas for data leaves; the others stay
 * @param dimension number of axes
 */
export function substitution(
  solution: readonly (Expression | undefined)[],
  dimension: number,
  data: Readonly<Record<string, Expression>> = {},
): (expression: Expression) => Expression {
  const derivatives = solution.map((formula) => formula && derivativesOfExpression(formula, dimension));
  const memo = new Map<Expression, Expression>();
  const made = (e: Expression, args: readonly Expression[]): Expression | undefined => {
    if (e.kind === "data") return data[e.name];
    const derivative = "unknown" in e ? derivatives[e.unknown] : undefined;
    if (derivative === undefined) return undefined;
    if (e.kind === "derivative") return derivative(e.order);
    if (e.kind === "laplacian") return total(e.axes.map((axis) => derivative(unit(dimension, axis, 2))));
    return e.kind === "elsewhere" ? movedTo(derivative(e.order), args) : undefined;
  };
  return (expression) => rewritten(expression, made, memo);
}

/**
 * The source of every equation, for residuals that are linear in their data "source0", "source1", …: with R = A + B s,
 * s = −A/B where the solution is put in. Equations without a source have the source 0.
 *
 * @throws OptionsError where a source does not appear linearly, or in no equation at all
 */
export function sourcesOf(
  equations: readonly Expression[],
  solution: readonly Expression[],
  dimension: number,
): Expression[] {
  const appears = (e: Expression, name: string) => [...nodesOf(e)].some((n) => n.kind === "data" && n.name === name);
  if (!equations.some((e, i) => appears(e, `source${i}`))) {
    const way = 'write it into the equation, as in -lap(u) = source; a solution without one is called "exact"';
    throw new OptionsError(`pde: "manufactured" derives a source, but no equation has one; ${way}`, "manufactured");
  }
  const sources = equations.map((equation, i) => {
    const name = `source${i}`;
    if (!appears(equation, name)) return zero;
    const slope = differentiate(equation, { data: name }, dimension);
    if (isZero(slope) || appears(slope, name)) {
      const message = `pde: the source of equation ${i + 1} must stand in it linearly, as in left = source`;
      throw new OptionsError(message, "equations", i);
    }
    const put = substitution(solution, dimension, { [name]: zero });
    const [a, b] = [put(equation), put(slope)];
    return b.kind === "number"
      ? call("mul", { kind: "number", value: -1 / b.value }, a)
      : call("neg", call("div", a, b));
  });
  return share(sources);
}

/** Values of a problem's sources at points [n, axes], by their names among the data. */
export const sourcesAt = ({ source = [], axes, constants }: Problem, points: Float64Array) =>
  Object.fromEntries(source.map((e, i) => [`source${i}`, evaluateAt(e, points, axes.length, constants)]));
