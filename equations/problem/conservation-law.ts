/**
 * Conservation laws in the text of a problem: Q(w)_t + F(w)_x + G(w)_y = S, as Euler's equations and shallow water are
 * written.
 */
import { call, data, number, partial, total, unit, zero } from "../expression/build.ts";
import { derivativesOfExpression, differentiate } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import { type Differentiated, nameOfDerivative, parseEquation } from "../expression/parse.ts";
import { rewritten } from "../expression/quadrature.ts";
import { spaceAxes } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";
import { equationList } from "./equations.ts";
import { scopeOf } from "./names.ts";
import type { Problem } from "./problem.ts";

/**
 * A system of conservation laws, one for each evolving unknown. Formulas have unknowns and their first slopes as
 * derivatives that have not been put in, and coordinates and constants.
 */
export interface ConservationLaw {
  /** Unknowns with an evolution, by index. */
  readonly evolving: readonly number[];
  /** Unknowns that an equation without derivatives gives as formulas of the others, such as a pressure. */
  readonly given: readonly { readonly unknown: number; readonly value: Expression }[];
  /** Q, one for each system. */
  readonly conserved: readonly Expression[];
  /** F, G, …, [axes of space][equations]; slopes along the axis alone. */
  readonly fluxes: readonly (readonly Expression[])[];
  /** S, one for each system. */
  readonly sources: readonly Expression[];
}

/** Nodes that neither fluxes nor sources may have. */
const foreign: readonly Expression["kind"][] = ["laplacian", "elsewhere", "quadrature", "abscissa", "function", "data"];

/**
 * The conservation law that a problem's text says, or undefined where it says another thing: an equation of which a
 * product with a slope is no divergence, constants to be found, unknowns at other points.
 */
export function conservationLaw(problem: Problem): ConservationLaw | undefined {
  const { time, axes, unknowns, text, trainable, source, parameters } = problem;
  if (time === undefined || parameters || source || Object.keys(trainable).length > 0 || text.complex) return undefined;
  const texts = equationList(text);
  if (texts.length !== unknowns.length) return undefined;
  const scope = scopeOf(problem);
  const space = spaceAxes(problem);
  const parts = texts.map((one) => {
    if (typeof one !== "string") return undefined;
    const differentiated: Differentiated[] = [];
    const [left, right] = parseEquation(one, scope, { unknowns: true, differentiated, divergences: true });
    return divergencesOf(call("sub", left, right), differentiated, axes.length);
  });
  if (!parts.every((part) => part !== undefined)) return undefined;
  const equations = parts.filter(({ of }) => of.some((e) => e !== undefined));
  if (equations.length === 0 || equations.some(({ of }) => of[time] === undefined)) return undefined;
  const moves = (k: number) => equations.some(({ of }) => appears(of[time]!, k));
  const given: { unknown: number; value: Expression }[] = [];
  for (const { rest } of parts.filter((part) => !equations.includes(part))) {
    // What no system changes in time is given by the equation, as a pressure by an equation of state.
    const unknown = [...unknowns.keys()]
      .filter((k) => appears(rest, k) && !given.some((one) => one.unknown === k))
      .sort((a, b) => Number(moves(a)) - Number(moves(b)))
      .find((k) => isFree(slopeOf(rest, k, axes.length)));
    if (unknown === undefined) return undefined;
    const value = call("div", call("neg", withoutUnknown(rest, unknown)), slopeOf(rest, unknown, axes.length));
    given.push({ unknown, value });
  }
  const evolving = unknowns.flatMap((_, k) => (given.some(({ unknown }) => unknown === k) ? [] : [k]));
  const put = puttingIn(given);
  const system: ConservationLaw = {
    evolving,
    given,
    conserved: equations.map(({ of }) => put(of[time]!)),
    fluxes: space.map((axis) => equations.map(({ of }) => put(of[axis] ?? zero))),
    sources: equations.map(({ rest }) => put(call("neg", rest))),
  };
  const isOf = (e: Expression, slopes: (order: readonly number[]) => boolean) =>
    [...nodesOf(e)].every(
      (n) =>
        !foreign.includes(n.kind) &&
        (n.kind !== "derivative" ||
          (evolving.includes(n.unknown) && (n.order.every((o) => o === 0) || slopes(n.order)))),
    );
  const none = () => false;
  const along = (axis: number) => (order: readonly number[]) => order.every((o, k) => o === (k === axis ? 1 : 0));
  const isWhole =
    [...system.conserved, ...system.sources].every((e) => isOf(e, none)) &&
    system.conserved.every((e) => ![...nodesOf(e)].some((n) => n.kind === "coordinate")) &&
    system.fluxes.every((row, k) => row.every((e) => isOf(e, along(space[k]!))));
  return isWhole ? system : undefined;
}

/** The formula that an equation differentiates along each axis, and the rest of it. */
interface Divergences {
  /** By axis; undefined where there is none. */
  readonly of: readonly (Expression | undefined)[];
  readonly rest: Expression;
}

/** A residual as Σ_k ∂_k(of_k) + rest; undefined where a factor of a derivative keeps it from being one. */
function divergencesOf(
  written: Expression,
  differentiated: readonly Differentiated[],
  dimension: number,
): Divergences | undefined {
  const leaves = new Map<string, Differentiated>(differentiated.map((one, k) => [nameOfDerivative(k), one]));
  const names = new Map<string, Expression>();
  const leaf = (of: Expression, axis: number): Expression => {
    const key = `slope ${JSON.stringify(of)} ${axis}`;
    if (!leaves.has(key)) leaves.set(key, { of, axis });
    const known = names.get(key) ?? data(key);
    names.set(key, known);
    return known;
  };
  // Derivatives of unknowns, as u_x and u_xx, are those of u and of u_x.
  const residual = rewritten(written, (e) => {
    if (e.kind === "laplacian")
      return total(e.axes.map((axis) => leaf(partial(e.unknown, unit(dimension, axis)), axis)));
    if (e.kind !== "derivative" || e.order.every((o) => o === 0)) return undefined;
    const axis = e.order.findIndex((o) => o > 0);
    return leaf(
      partial(
        e.unknown,
        e.order.map((o, k) => (k === axis ? o - 1 : o)),
      ),
      axis,
    );
  });
  const of: (Expression | undefined)[] = Array.from({ length: dimension });
  let rest = residual;
  for (const [name, { of: inner, axis }] of leaves) {
    const factor = differentiate(residual, { data: name }, dimension);
    if (factor.kind === "number" && factor.value === 0) continue;
    const flux = fluxOf(factor, inner, axis);
    if (flux === undefined) return undefined;
    of[axis] = of[axis] === undefined ? flux : call("add", of[axis], flux);
    // a(x) u_x = (a u)_x − a_x u
    const turned = isFree(factor)
      ? call("mul", derivativesOfExpression(factor, dimension)(unit(dimension, axis)), inner)
      : zero;
    rest = call(
      "sub",
      rewritten(rest, (e) => (e.kind === "data" && e.name === name ? zero : undefined)),
      turned,
    );
  }
  return { of, rest };
}

/** Nodes of a Gauss–Legendre rule for the integral of a factor of u u_x: exact for polynomials of u up to degree 15. */
const nodes = [
  [0.0198550717512319, 0.0506142681451881],
  [0.1016667612931866, 0.1111905172266872],
  [0.2372337950418355, 0.1568533229389436],
  [0.4082826787521751, 0.181341891689181],
  [0.5917173212478249, 0.181341891689181],
  [0.7627662049581645, 0.1568533229389436],
  [0.8983332387068134, 0.1111905172266872],
  [0.9801449282487681, 0.0506142681451881],
] as const;

/**
 * A flux with the slope factor · ∂(inner): factor · inner where it has no unknown, ∫ factor du where inner is u and it
 * has no other unknown.
 */
function fluxOf(factor: Expression, inner: Expression, axis: number): Expression | undefined {
  if (isFree(factor)) return call("mul", factor, inner);
  if (inner.kind !== "derivative" || inner.order.some((o) => o > 0)) return undefined;
  const strangers = [...nodesOf(factor)].some(
    (n) =>
      foreign.includes(n.kind) ||
      (n.kind === "coordinate" && n.axis === axis) ||
      (n.kind === "derivative" && (n.unknown !== inner.unknown || n.order.some((o) => o > 0))),
  );
  if (strangers) return undefined;
  const means = nodes.map(([x, weight]) =>
    call(
      "mul",
      number(weight),
      rewritten(factor, (e) => (e.kind === "derivative" ? call("mul", number(x), e) : undefined)),
    ),
  );
  return call("mul", inner, total(means));
}

/** True for formulas of coordinates and constants. */
const isFree = (e: Expression): boolean =>
  ![...nodesOf(e)].some(({ kind }) => foreign.includes(kind) || kind === "derivative");

/** True for formulas with an unknown in them. */
const appears = (e: Expression, unknown: number): boolean =>
  [...nodesOf(e)].some((n) => n.kind === "derivative" && n.unknown === unknown);

/** The slope of a formula by an unknown. */
function slopeOf(e: Expression, unknown: number, dimension: number): Expression {
  const name = `unknown ${unknown}`;
  const leaf = data(name);
  const open = rewritten(e, (n) => (n.kind === "derivative" && n.unknown === unknown ? leaf : undefined));
  return differentiate(open, { data: name }, dimension);
}

/** A formula where an unknown is 0. */
const withoutUnknown = (e: Expression, unknown: number): Expression =>
  rewritten(e, (n) => (n.kind === "derivative" && n.unknown === unknown ? zero : undefined));

/** Puts the formulas of given unknowns in their place, those of later ones first. */
function puttingIn(given: ConservationLaw["given"]): (e: Expression) => Expression {
  return (e) =>
    given.reduceRight(
      (of, { unknown, value }) =>
        rewritten(of, (n) =>
          n.kind === "derivative" && n.unknown === unknown && n.order.every((o) => o === 0) ? value : undefined,
        ),
      e,
    );
}
