/** Warnings by a problem's text, its principal part and its observations, and of unknowns that may be 0. */
import { rng } from "../../engine/random/rng.ts";
import { significant } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { type Expression, evaluateAt, fewerPoints, isZero, nodesOf, zero } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { fieldsOf, linearForms, substitution } from "../../equations/problem/index.ts";
import type { Evaluable } from "../solution/evaluation.ts";

/** Points at which signs, and equations, are looked at. */
const [pointsOfSigns, pointsOfEquations] = [2048, 1024];
/**
 * Factor of an equation's residual, or of the others' errors in it, that it may have with an unknown at 0, and share of
 * the residual of u = 0.
 */
const [mostTimes, mostShare] = [3, 0.2];

/** The first warning of a problem's text that stays open with a solution. */
export async function openWarning(
  { warnings = [] }: Problem,
  solution: Pick<Evaluable, "problem" | "expressions">,
): Promise<string | undefined> {
  for (const { kind, text, where } of warnings) {
    if (kind === "undetermined" || kind === "singular") return text;
    if (kind === "flux" && (where === undefined || (await hasBothSigns(solution, where)))) return text;
  }
  return undefined;
}

async function hasBothSigns(
  solution: Pick<Evaluable, "problem" | "expressions">,
  formula: Expression,
): Promise<boolean> {
  const points = domainOf(solution.problem.domain).interior(pointsOfSigns, rng(0).split("passed"));
  return new Set((await solution.expressions([formula], points)).map((v) => (v > 0 ? 1 : -1))).size > 1;
}

/**
 * True where conditions and data leave it open that an unknown is 0, and each equation holds as well with 0 in its
 * place, as far as the others are known: then its error beside its size says nothing.
 *
 * @param error - relative error of all unknowns together, as estimated
 */
export async function mayBeZero(
  solution: Pick<Evaluable, "problem" | "expressions">,
  unknown: number,
  error: number,
): Promise<boolean> {
  const { problem } = solution;
  if (isPrescribed(problem, unknown)) return false;
  const points = domainOf(problem.domain).interior(
    fewerPoints(pointsOfEquations, problem.equations),
    rng(0).split("absent"),
  );
  const { length: n } = problem.equations;
  const residualWithout = async (isAbsent: (k: number) => boolean) => {
    const put = substitution(
      problem.unknowns.map((_, k) => (isAbsent(k) ? zero : undefined)),
      problem.axes.length,
    );
    return columnSizes(await solution.expressions(problem.equations.map(put), points), n);
  };
  const own = await residualWithout(() => false);
  const without = await residualWithout((k) => k === unknown);
  const ofZero = await residualWithout(() => true);
  return without.every(
    (v, i) =>
      v <= mostTimes * Math.max(own[i]!, error * ofZero[i]!) && (ofZero[i] === 0 || v <= mostShare * ofZero[i]!),
  );
}

/** True where a condition, an integral or an observation determines an unknown where all others are 0. */
function isPrescribed({ unknowns, axes, conditions, integrals, observations }: Problem, unknown: number): boolean {
  const put = substitution(
    unknowns.map(() => zero),
    axes.length,
  );
  const mentions = (e: Expression) => [...nodesOf(e)].some((node) => "unknown" in node && node.unknown === unknown);
  return (
    conditions.some((c) => c.kind !== "periodic" && mentions(c.residual) && !isZero(put(c.residual))) ||
    integrals.some(({ integrand, value }) => mentions(integrand) && !isZero(value)) ||
    observations.some(({ quantity }) => mentions(quantity))
  );
}

/** Root mean square of each of so many columns. */
const columnSizes = (rows: Float64Array, columns: number): number[] =>
  Array.from({ length: columns }, (_, k) =>
    Math.sqrt(rows.reduce((sum, v, i) => (i % columns === k ? sum + v * v : sum), 0) / (rows.length / columns)),
  );

/** Points at which coefficients are looked at, and how many of them count. */
const [places, counted] = [512, 4];
/** Rounding beside the largest value. */
const rounding = 1e-9;

/**
 * Why a linear problem of second order in one unknown is ill-posed (Hadamard), in words: it diffuses backward from its
 * start, or is hyperbolic, wholly or in part, with values on all of its boundary, or elliptic with two conditions on
 * one side. Undefined where it is not, and where that is not known.
 */
export function illPosed(problem: Problem): string | undefined {
  const { axes, time, conditions } = problem;
  const coefficient = principalPart(problem);
  if (coefficient === undefined) return undefined;
  const along = (...of: number[]) => coefficient(axes.map((_, axis) => of.filter((a) => a === axis).length));
  if (time === undefined) {
    if (axes.length !== 2) return undefined;
    const [a, b, c] = [along(0, 0), along(0, 1), along(1, 1)];
    const discriminant = a.map((v, i) => b[i]! ** 2 - 4 * v * c[i]!);
    if (isPositive(discriminant))
      return conditions.some(({ on }) => on === "boundary")
        ? "it is hyperbolic, at least in part, with values on all of its boundary: few such values have a solution, and small changes of them large effects; leave a side free that characteristics reach"
        : undefined;
    return discriminant.every((v) => v < 0) && hasCrowdedSide(conditions)
      ? "it is elliptic with two conditions on one side (Cauchy's problem): few have a solution, and small changes of them effects without bound; give one condition on each side"
      : undefined;
  }
  const isStarted = conditions.every(
    ({ kind, on }) => kind === "initial" || !(typeof on === "object" && "axis" in on && on.axis === time),
  );
  if (!isStarted || along(time, time).some((v) => v !== 0)) return undefined;
  const slope = along(time);
  const isBackward = axes.some(
    (_, axis) => axis !== time && isPositive(along(axis, axis).map((v, i) => v * slope[i]!)),
  );
  return isBackward
    ? `it diffuses backward in ${axes[time]}: what is fine at the start grows without bound, and few starts have a solution; check its sign`
    : undefined;
}

/** True where one side of a box has two conditions. */
function hasCrowdedSide(conditions: Problem["conditions"]): boolean {
  const sides = conditions.flatMap(({ kind, on }) => {
    if (kind === "periodic" || typeof on !== "object" || !("axis" in on)) return [];
    return on.side === "both" ? [`${on.axis} low`, `${on.axis} high`] : [`${on.axis} ${on.side}`];
  });
  return new Set(sides).size < sides.length;
}

function isPositive(values: Float64Array): boolean {
  const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return values.filter((v) => v > rounding * most).length >= counted;
}

/**
 * Coefficients by the order of derivatives, at points of the domain; undefined where they depend on the unknown or are
 * to be found, or where orders are above the second.
 */
function principalPart(problem: Problem): ((order: readonly number[]) => Float64Array) | undefined {
  const { axes, unknowns, equations, trainable, parameters } = problem;
  const isPlain = [...nodesOf(equations)].every(({ kind }) => !["elsewhere", "quadrature", "function"].includes(kind));
  if (!isPlain || unknowns.length > 1 || parameters || Object.keys(trainable).length > 0) return undefined;
  const [form] = linearForms(problem, equations, problem.constants);
  const terms = form!.terms.filter(({ order }) => order.some((n) => n > 0));
  const isLinear = (slope: Expression) => ![...nodesOf(slope)].some(({ kind }) => kind === "data");
  if (!terms.every(({ factor, order }) => isLinear(factor) && order.reduce((a, b) => a + b) <= 2)) return undefined;
  const points = domainOf(problem.domain).interior(places, rng(0).split("ill-posed"));
  return (order) => {
    const found = terms.find((term) => term.order.every((n, axis) => n === order[axis]));
    return found ? evaluateAt(found.factor, points, axes.length) : new Float64Array(places);
  };
}

/** Share of the time that may pass before the first observation. */
const soon = 0.02;

/**
 * The reason not to believe a solution at its start, in words: an unknown that diffuses has no initial condition, and
 * was first observed some time later (a backward heat equation: modes e^(−k²t) of the start are below any noise).
 * Undefined where that is not so.
 */
export function missingStart(problem: Problem): string | undefined {
  const { time, axes, bounds, observations, conditions, equations, unknowns, text } = problem;
  if (time === undefined || axes.length < 2 || observations.length === 0) return undefined;
  if (conditions.some((c) => c.kind === "periodic" && c.on.axis === time)) return undefined;
  const [start, end] = bounds[time]!;
  const moments = observations.flatMap(({ points }) => [...points].filter((_, i) => i % axes.length === time));
  const first = moments.reduce((a, b) => Math.min(a, b));
  if (first - start <= soon * (end - start)) return undefined;
  const initial = conditions.flatMap((c) => (c.kind === "initial" ? [...unknownsOf(c.residual)] : []));
  const own = unknowns.length - Object.keys(fieldsOf(text)).length;
  const k = unknowns.findIndex((_, u) => u < own && !initial.includes(u) && diffuses(equations, u, time));
  if (k < 0) return undefined;
  const when = significant(first, 3);
  return `${unknowns[k]} has no initial condition and is not observed before ${axes[time]} = ${when}: what diffuses leaves of its start is below any noise by then; give the start, or observations of it, or begin at ${axes[time]} = ${when}`;
}

const unknownsOf = (e: Expression): Set<number> =>
  new Set([...nodesOf(e)].flatMap((node) => (node.kind === "derivative" ? [node.unknown] : [])));

/** True where equations have the first derivative in time of an unknown, not the second, and second ones in space. */
function diffuses(equations: readonly Expression[], unknown: number, time: number): boolean {
  const nodes = equations.flatMap((e) => [...nodesOf(e)]);
  const orders = nodes.flatMap((node) => (node.kind === "derivative" && node.unknown === unknown ? [node.order] : []));
  const inTime = Math.max(0, ...orders.map((order) => order[time]!));
  const inSpace =
    nodes.some((node) => node.kind === "laplacian" && node.unknown === unknown) ||
    orders.some((order) => order.some((n, axis) => axis !== time && n >= 2));
  return inTime === 1 && inSpace;
}
