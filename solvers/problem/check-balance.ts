/** Slopes on the whole boundary must balance what the equation produces inside. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/rng.ts";
import type { BoundaryPoints } from "../domain/boundary.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { boundaryPart } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Problem, ValueCondition } from "./problem.ts";

/** Points of one estimate of an integral, and estimates of each, of which their standard error is taken. */
const [count, repeats] = [2048, 6];
/** Share of what balances that may be missing. */
const tolerance = 1e-3;

/**
 * By the divergence theorem the integral of Δu over the domain is that of ∂u/∂n over its boundary. Where an equation is c·Δu = s, and
 * slopes or periodic faces are all that is said on the boundary, both are known; unless they agree there is no solution.
 *
 * @throws DomainError with both
 */
export function checkBalance(problem: Problem, probe: Probe): void {
  const { time, unknowns, trainable, observations, conditions, axes } = problem;
  const [equation] = problem.equations;
  if (time !== undefined || unknowns.length > 1 || Object.keys(trainable).length > 0) return;
  if (observations.length > 0 || conditions.length === 0) return;
  const slopes = conditions.filter((c): c is ValueCondition => c.kind === "neumann");
  if (conditions.some((c) => c.kind !== "periodic" && c.kind !== "neumann")) return;
  const produced = productionOf(equation!, problem.source?.[0], probe, axes.length);
  if (produced === undefined) return;
  const domain = domainOf(problem.domain);
  const inside = estimated((k) => {
    const values = produced(domain.interior(count, rng(0).split(`balance ${k}`)));
    return domain.volume * mean(values);
  });
  const outside = estimated((k) => fluxOf(problem, slopes, domain, probe, k));
  if (!(inside && outside)) return;
  const scale = Math.max(Math.abs(inside.value), Math.abs(outside.value));
  const gap = Math.abs(inside.value - outside.value);
  if (gap <= Math.max(tolerance * scale, 5 * Math.hypot(inside.error, outside.error), 1e-9)) return;
  const show = (v: number) => Number(v.toPrecision(4));
  throw new DomainError(
    `pde: there is no solution: the integral of lap(u) over the domain is ${show(inside.value)} by the equation, but the slopes on ` +
      `the boundary make it ${show(outside.value)}; mend one of them, or give a value somewhere`,
    [inside.value, outside.value],
  );
}

type Values = (points: Float64Array) => Float64Array;

/** Δu by the equation, where it is c·Δu = s with a number c; else nothing. */
function productionOf(
  equation: Expression,
  source: Expression | undefined,
  probe: Probe,
  d: number,
): Values | undefined {
  const nodes = [...nodesOf(equation)];
  const pure = (order: readonly number[]) => order.includes(2) && order.reduce((a, b) => a + b, 0) === 2;
  if (nodes.some((n) => n.kind === "function" || (n.kind === "derivative" && !pure(n.order)))) return undefined;
  /** The values of the equation with a given pure second derivative along one axis, and none along the others. */
  const withSecond =
    (axis: number, by: number): Values =>
    (points) => {
      const n = points.length / d;
      const derivative = (_: number, order: readonly number[]) =>
        new Float64Array(n).fill(order.indexOf(2) === axis ? by : 0);
      const data = source ? { source0: probe.values(source, points) } : {};
      const { constants } = probe;
      return evaluate(equation, columns(n, { coordinates: columnsOf(points, d), constants, data, derivative }));
    };
  const nothing = withSecond(0, 0);
  const none = nothing(probe.interior);
  const factors = Array.from({ length: d }, (_, axis) => {
    const [one, two] = [withSecond(axis, 1)(probe.interior), withSecond(axis, 2)(probe.interior)];
    const linear = none.every((v, i) => close(two[i]! - v, 2 * (one[i]! - v), 1 + Math.abs(v)));
    return linear ? none.map((v, i) => one[i]! - v) : new Float64Array(1);
  }).flatMap((all) => [...all]);
  const c = factors[0]!;
  if (c === 0 || !factors.every((v) => close(v, c, 1 + Math.abs(c)))) return undefined;
  return (at) => nothing(at).map((v) => -v / c);
}

const close = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-8 * scale;

/** The coordinates of points, or of normals, one column an axis. */
const columnsOf = (rows: Float64Array, d: number): Float64Array[] =>
  Array.from({ length: d }, (_, k) => rows.filter((__, i) => i % d === k));

/** ∮ ∂u/∂n by the conditions; nothing where they do not tell it on all of the boundary. */
function fluxOf(
  problem: Problem,
  slopes: readonly ValueCondition[],
  domain: Domain,
  probe: Probe,
  k: number,
): number | undefined {
  const parts = slopes.map((c) => {
    const random = rng(0).split(`balance ${k}, boundary`);
    const at = domain.boundary(count, random, boundaryPart(c.on, { ...problem, constants: probe.constants }));
    return { at, slope: slopeOf(c.residual, at, probe, domain.dimension) };
  });
  const periodic = problem.conditions.flatMap((c) =>
    c.kind === "periodic" ? [domain.boundary(1, rng(0), { axis: c.on.axis, side: "both" }).measure] : [],
  );
  const all = domain.boundary(1, rng(0)).measure;
  const told = [...parts.map(({ at }) => at.measure), ...periodic].reduce((a, b) => a + b, 0);
  const error = parts.reduce((sum, { at }) => sum + at.measureError, 0);
  if (Math.abs(told - all) > 1e-9 * all + 4 * error) return undefined;
  let flux = 0;
  for (const { at, slope } of parts) {
    if (slope === undefined) return undefined;
    flux += at.measure * slope.reduce((sum, v, i) => sum + at.weights[i]! * v, 0);
  }
  return flux;
}

/** ∂u/∂n at points of the boundary by a condition of the kind a·u_n = g; else nothing. */
function slopeOf(residual: Expression, at: BoundaryPoints, probe: Probe, d: number): Float64Array | undefined {
  const nodes = [...nodesOf(residual)];
  const first = (order: readonly number[]) => order.reduce((a, b) => a + b, 0) === 1;
  if (nodes.some((n) => n.kind === "laplacian" || n.kind === "function")) return undefined;
  if (nodes.some((n) => n.kind === "derivative" && !first(n.order))) return undefined;
  const { points, normals } = at;
  const n = points.length / d;
  const axes = Array.from({ length: d }, (_, k) => k);
  const [coordinates, normal] = [columnsOf(points, d), columnsOf(normals, d)];
  const data = Object.fromEntries(normal.map((v, k) => [`normal${k}`, v]));
  const withGradient = (gradient: (i: number, k: number) => number) => {
    const derivative = (_: number, order: readonly number[]) =>
      Float64Array.from({ length: n }, (__, i) => gradient(i, order.indexOf(1)));
    return evaluate(residual, columns(n, { coordinates, constants: probe.constants, data, derivative }));
  };
  const none = withGradient(() => 0);
  const [one, two] = [1, 2].map((s) => withGradient((i, k) => s * normal[k]![i]!));
  const across = (i: number) => axes.reduce((sum, k) => sum + normal[k]![i]!, 0);
  const along = withGradient((i, k) => 1 - across(i) * normal[k]![i]!);
  const known = none.every((v, i) => {
    const a = one![i]! - v;
    const scale = 1 + Math.abs(a) + Math.abs(v);
    return Math.abs(a) > 1e-12 && close(two![i]! - v, 2 * a, scale) && close(along[i]!, v, scale);
  });
  return known ? none.map((v, i) => -v / (one![i]! - v)) : undefined;
}

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Mean of several estimates with its standard error; nothing where one of them is missing or not finite. */
function estimated(one: (k: number) => number | undefined) {
  const all = Array.from({ length: repeats }, (_, k) => one(k));
  if (!all.every((v): v is number => v !== undefined && Number.isFinite(v))) return undefined;
  const value = all.reduce((sum, v) => sum + v, 0) / repeats;
  const error = Math.sqrt(all.reduce((sum, v) => sum + (v - value) ** 2, 0) / (repeats * (repeats - 1)));
  return { value, error };
}
