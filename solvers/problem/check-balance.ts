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

/** Step of differences of coefficients, over the extent of an axis, and the error of a slope, over its size, that they may have. */
const [step, slopeError] = [1e-4, 1e-4];
/** Functions with a jump or a kink: slopes do not balance across it. */
const broken: readonly string[] = ["if", "sign", "abs", "min", "max"];

/**
 * By the divergence theorem the integral of div(A grad u) over the domain is that of n·A grad u over its boundary. Where an equation is
 * div(A grad u) = s with a diagonal A that varies in space, as c·Δu = s is, and slopes or periodic faces are all that is said on the
 * boundary, both are known; unless they agree there is no solution.
 *
 * @throws DomainError with both
 */
export function checkBalance(problem: Problem, probe: Probe): void {
  const { time, unknowns, trainable, observations, conditions } = problem;
  const [equation] = problem.equations;
  if (time !== undefined || unknowns.length > 1 || Object.keys(trainable).length > 0) return;
  if (observations.length > 0 || conditions.length === 0) return;
  const slopes = conditions.filter((c): c is ValueCondition => c.kind === "neumann");
  if (conditions.some((c) => c.kind !== "periodic" && c.kind !== "neumann")) return;
  const produced = productionOf(equation!, problem, probe);
  if (produced === undefined) return;
  if (produced.varies && slopes.length < conditions.length) return;
  const domain = domainOf(problem.domain);
  const inside = estimated((k) => {
    const values = produced.values(domain.interior(count, rng(0).split(`balance ${k}`)));
    return domain.volume * mean(values);
  });
  const outside = estimated((k) => fluxOf(problem, slopes, domain, probe, produced, k));
  if (!(inside && outside)) return;
  const scale = Math.max(Math.abs(inside.value), Math.abs(outside.value));
  const gap = Math.abs(inside.value - outside.value);
  if (gap <= Math.max(tolerance * scale, 5 * Math.hypot(inside.error, outside.error), 1e-9)) return;
  const show = (v: number) => Number(v.toPrecision(4));
  throw new DomainError(
    `pde: there is no solution: the integral of ${produced.words} over the domain is ${show(inside.value)} by the equation, but the slopes on ` +
      `the boundary make it ${show(outside.value)}; mend one of them, or give a value somewhere`,
    [inside.value, outside.value],
  );
}

type Values = (points: Float64Array) => Float64Array;

/** What an equation says of div(A grad u). */
interface Production {
  readonly words: string;
  /** Whether A depends on the place. */
  readonly varies: boolean;
  /** div(A grad u) at points. */
  readonly values: Values;
  /** The diagonal of A at points, one column an axis. */
  readonly diagonal: (points: Float64Array) => readonly Float64Array[];
}

/** div(A grad u) by the equation, where it is that with a diagonal A of the coordinates, and nothing else of u; else nothing. */
function productionOf(equation: Expression, problem: Problem, probe: Probe): Production | undefined {
  const { axes, bounds } = problem;
  const source = problem.source?.[0];
  const d = axes.length;
  const nodes = [...nodesOf(equation)];
  const total = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);
  if (nodes.some((n) => n.kind === "function" || n.kind === "elsewhere")) return undefined;
  if (nodes.some((n) => n.kind === "derivative" && total(n.order) > 2)) return undefined;
  /** The values of the equation for given derivatives of u. */
  const withJets =
    (jet: (order: readonly number[]) => number): Values =>
    (points) => {
      const n = points.length / d;
      const derivative = (_: number, order: readonly number[]) => new Float64Array(n).fill(jet(order));
      const data = source ? { source0: probe.values(source, points) } : {};
      const { constants } = probe;
      return evaluate(equation, columns(n, { coordinates: columnsOf(points, d), constants, data, derivative }));
    };
  const nothing = withJets(() => 0);
  const coefficient = (axis: number, of: 1 | 2): Values => {
    const one = withJets((order) => (total(order) === of && order[axis] === of ? 1 : 0));
    return (points) => difference(one(points), nothing(points));
  };
  const each = <T>(make: (axis: number) => T) => axes.map((_, k) => make(k));
  const [second, first] = [each((k) => coefficient(k, 2)), each((k) => coefficient(k, 1))];
  const at = probe.interior;
  const drawn = new Map<string, number>();
  const random = rng(0).split("balance, derivatives");
  const draw = (order: readonly number[]) => {
    const key = order.join();
    if (!drawn.has(key)) drawn.set(key, random.normal(1)[0]!);
    return drawn.get(key)!;
  };
  const all = withJets(draw)(at);
  const [none, seconds, firsts] = [nothing(at), second.map((f) => f(at)), first.map((f) => f(at))];
  const pure = (axis: number, of: number) => draw(axes.map((_, k) => (k === axis ? of : 0)));
  const known = all.every((v, i) => {
    const terms = each((k) => pure(k, 2) * seconds[k]![i]! + pure(k, 1) * firsts[k]![i]!);
    const scale = terms.reduce((sum, term) => sum + Math.abs(term), 1 + Math.abs(none[i]!));
    return close(
      v,
      terms.reduce((sum, term) => sum + term, none[i]!),
      scale,
    );
  });
  if (!known) return undefined;
  const c = seconds[0]![0]!;
  const constant = seconds.every((column) => column.every((v) => close(v, c, 1 + Math.abs(c))));
  if (constant) {
    const still = firsts.every((column) => column.every((v) => close(v, 0, 1 + Math.abs(c))));
    if (c === 0 || !still) return undefined;
    const values: Values = (points) => nothing(points).map((v) => -v / c);
    return {
      words: "lap(u)",
      varies: false,
      values,
      diagonal: (p) => each(() => new Float64Array(p.length / d).fill(1)),
    };
  }
  if (nodes.some((n) => n.kind === "call" && broken.includes(n.name))) return undefined;
  const divergence = each((k) => {
    const h = step * (bounds[k]![1] - bounds[k]![0]);
    const beside = (by: number) => second[k]!(at.map((v, i) => (i % d === k ? v + by : v)));
    const [up, down, far, low] = [beside(h), beside(-h), beside(2 * h), beside(-2 * h)];
    return firsts[k]!.every((v, i) => {
      const slope = (8 * (up[i]! - down[i]!) - (far[i]! - low[i]!)) / (12 * h);
      const scale = Math.abs(slope) + Math.abs(seconds[k]![i]!) / (bounds[k]![1] - bounds[k]![0]);
      return Math.abs(v - slope) <= slopeError * scale;
    });
  });
  if (!divergence.every((is) => is)) return undefined;
  return {
    ...{ words: "div(a*grad(u))", varies: true, values: (points) => nothing(points).map((v) => -v) },
    diagonal: (points) => second.map((f) => f(points)),
  };
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!);

const close = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-8 * scale;

/** The coordinates of points, or of normals, one column an axis. */
const columnsOf = (rows: Float64Array, d: number): Float64Array[] =>
  Array.from({ length: d }, (_, k) => rows.filter((__, i) => i % d === k));

/** ∮ n·A grad u by the conditions; nothing where they do not tell it on all of the boundary. */
function fluxOf(
  problem: Problem,
  slopes: readonly ValueCondition[],
  domain: Domain,
  probe: Probe,
  produced: Production,
  k: number,
): number | undefined {
  const parts = slopes.map((c) => {
    const random = rng(0).split(`balance ${k}, boundary`);
    const at = domain.boundary(count, random, boundaryPart(c.on, { ...problem, constants: probe.constants }));
    const slope = slopeOf(c.residual, at, probe, domain.dimension);
    const across = acrossOf(produced, at, domain.dimension);
    return { at, slope: across && slope?.map((v, i) => v * across[i]!) };
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

/** n·A n at points of the boundary; nothing where A n is not along n, so that the slope across it does not tell the flux. */
function acrossOf({ diagonal }: Production, { points, normals }: BoundaryPoints, d: number): Float64Array | undefined {
  const [a, n] = [diagonal(points), columnsOf(normals, d)];
  const across = a[0]!.map((_, i) => n.reduce((sum, column, k) => sum + a[k]![i]! * column[i]! ** 2, 0));
  const along = n.every((column, k) =>
    column.every((v, i) => close(a[k]![i]! * v, across[i]! * v, Math.abs(across[i]!) + Math.abs(a[k]![i]!))),
  );
  return along && across.every(Number.isFinite) ? across : undefined;
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
