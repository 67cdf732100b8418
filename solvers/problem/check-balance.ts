/** Balance of Neumann data on the whole boundary with the source inside. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { BoundaryPoints } from "../domain/boundary.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { columnsOf, descended, type Values } from "./descent.ts";
import { boundaryPart } from "./place.ts";
import type { Probe } from "./probe.ts";
import type { Problem, ValueCondition } from "./problem.ts";

/** Points of one estimate of an integral, and estimates of each, of which their standard error is taken. */
const [count, repeats] = [2048, 8];
/** Share of what balances that may be missing, and standard errors: those of 8 estimates are rough ones themselves. */
const [tolerance, sure] = [1e-3, 6];
/** Times the largest value of the samples that may be found between them: above it the source is finer than they are. */
const between = 2;

/** Step of differences of coefficients, over the extent of an axis, and the error of a slope, over its size, that they may have. */
const [step, slopeError] = [1e-4, 1e-4];
/** Functions with a jump or a kink: slopes do not balance across it. */
const broken: readonly string[] = ["if", "sign", "abs", "min", "max", "heaviside", "relu"];

/**
 * By the divergence theorem the integral of div(A grad u) over the domain is that of n·A grad u over its boundary. Where an equation is
 * div(A grad u) = s with a symmetric A of the coordinates, and the conormal derivatives n·A grad u or periodic faces are all that is said on the boundary, both are known;
 * unless they agree there is no solution.
 *
 * @throws DomainError with both
 */
export function checkBalance(problem: Problem, probe: Probe): void {
  const { time, unknowns, trainable, observations, conditions } = problem;
  const [equation] = problem.equations;
  if (time !== undefined || problem.parameters || unknowns.length > 1 || Object.keys(trainable).length > 0) return;
  if (observations.length > 0 || conditions.length === 0) return;
  const slopes = conditions.filter((c): c is ValueCondition => c.kind === "neumann" || c.kind === "robin");
  if (conditions.some((c) => c.kind !== "periodic" && !slopes.includes(c))) return;
  const produced = productionOf(equation!, problem, probe);
  if (produced === undefined) return;
  if (produced.varies && slopes.length < conditions.length) return;
  const domain = domainOf(problem.domain);
  const inside = estimated((k) => insideOf(produced, domain, k));
  const outside = inside && estimated((k) => fluxOf(problem, slopes, domain, probe, produced, k));
  if (!(inside && outside) || isFiner(produced.values, domain)) return;
  const scale = Math.max(Math.abs(inside.value), Math.abs(outside.value));
  const gap = Math.abs(inside.value - outside.value);
  if (gap <= Math.max(tolerance * scale, sure * Math.hypot(inside.error, outside.error), 1e-9)) return;
  const show = (v: number) => Number(v.toPrecision(4));
  const what = produced.words === "lap(u)" ? "slopes" : "conormal slopes";
  throw new DomainError(
    `pde: there is no solution: the integral of ${produced.words} over the domain is ${show(inside.value)} by the equation, but the ${what} on ` +
      `the boundary make it ${show(outside.value)}; mend one of them, or give a value somewhere`,
    [inside.value, outside.value],
  );
}

/** An integral with the error of the measure over which it was taken. */
interface Integrated {
  readonly value: number;
  readonly error: number;
}

function insideOf(produced: Production, domain: Domain, k: number): Integrated {
  const value = mean(produced.values(domain.interior(count, rng(0).split(`balance ${k}`))));
  return { value: domain.volume * value, error: domain.volumeError * Math.abs(value) };
}

/** Whether a search from the largest of the samples finds what is much larger between them. */
function isFiner(values: Values, domain: Domain): boolean {
  const d = domain.dimension;
  const points = domain.interior(count, rng(0).split("balance 0"));
  const sizes = values(points).map(Math.abs);
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]!);
  const inverse: Values = (at) => {
    const inside = domain.contains(at);
    return values(at).map((v, k) => (inside[k] === 1 ? 1 / Math.abs(v) : Number.POSITIVE_INFINITY));
  };
  const found = order.slice(0, 3).map((i) => descended(inverse, points.slice(i * d, (i + 1) * d), domain));
  return found.some((place) => Math.abs(values(place)[0]!) > between * sizes[order[0]!]!);
}

/** What an equation says of div(A grad u). */
interface Production {
  readonly words: string;
  /** Whether A depends on the place. */
  readonly varies: boolean;
  /** div(A grad u) at points. */
  readonly values: Values;
  /** A at points, a column for each entry. */
  readonly matrix: (points: Float64Array) => readonly (readonly Float64Array[])[];
}

/** div(A grad u) by the equation, where it is that with an A of the coordinates, or a multiple of it, and nothing else of u; else nothing. */
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
  /** What stands before a derivative; before a mixed one it is twice the entry of A. */
  const coefficient = (...of: readonly number[]): Values => {
    const wanted = axes.map((_, k) => of.filter((axis) => axis === k).length).join();
    const one = withJets((order) => (order.join() === wanted ? 1 : 0));
    const share = of.length === 2 && of[0] !== of[1] ? 0.5 : 1;
    return (points) => difference(one(points), nothing(points)).map((v) => share * v);
  };
  const each = <T>(make: (axis: number) => T) => axes.map((_, k) => make(k));
  const second = each((j) => each((k) => coefficient(Math.min(j, k), Math.max(j, k))));
  const first = each((k) => coefficient(k));
  const at = probe.interior;
  const draw = drawn();
  const all = withJets((order) => draw(order.join()))(at);
  const [none, seconds, firsts] = [nothing(at), second.map((row) => row.map((f) => f(at))), first.map((f) => f(at))];
  const drawnAt = (...of: readonly number[]) => draw(axes.map((_, k) => of.filter((axis) => axis === k).length).join());
  const known = all.every((v, i) => {
    const terms = each((j) => [
      drawnAt(j) * firsts[j]![i]!,
      ...each((k) => drawnAt(j, k) * seconds[j]![k]![i]!),
    ]).flat();
    const scale = terms.reduce((sum, term) => sum + Math.abs(term), 1 + Math.abs(none[i]!));
    const sum = terms.reduce((sum, term) => sum + term, none[i]!);
    return close(v, sum, scale);
  });
  if (!known) return undefined;
  const matrixAt = seconds.map((row) => row.map((column) => column[0]!));
  const isConstant = seconds.every((row, j) => row.every((c, k) => c.every((v) => close(v, matrixAt[j]![k]!, 1))));
  // Derivatives are taken on each side of a jump alone.
  if (!isConstant && nodes.some((n) => n.kind === "call" && broken.includes(n.name))) return undefined;
  if (matrixAt.every((row) => row.every((v) => v === 0))) return undefined;
  const slope = (j: number, k: number): Float64Array => {
    const h = step * (bounds[k]![1] - bounds[k]![0]);
    const beside = (by: number) => second[j]![k]!(at.map((v, i) => (i % d === k ? v + by : v)));
    const [up, down, far, low] = [beside(h), beside(-h), beside(2 * h), beside(-2 * h)];
    return up.map((v, i) => (8 * (v - down[i]!) - (far[i]! - low[i]!)) / (12 * h));
  };
  const isDivergence = each((j) => {
    const slopes = each((k) => slope(j, k));
    return firsts[j]!.every((v, i) => {
      const sizes = each(
        (k) => Math.abs(slopes[k]![i]!) + Math.abs(seconds[j]![k]![i]!) / (bounds[k]![1] - bounds[k]![0]),
      );
      return Math.abs(v - sum(slopes.map((s) => s[i]!))) <= slopeError * sum(sizes);
    });
  });
  if (!isDivergence.every((is) => is)) return undefined;
  const isLaplacian = isConstant && matrixAt.every((row, j) => row.every((v, k) => close(v, j === k ? 1 : 0, 1)));
  return {
    words: isLaplacian ? "lap(u)" : "div(a*grad(u))",
    varies: !isConstant,
    values: (points) => nothing(points).map((v) => -v),
    matrix: (points) => second.map((row) => row.map((f) => f(points))),
  };
}

/** The same number for the same key. */
function drawn(): (key: string) => number {
  const known = new Map<string, number>();
  const random = rng(0).split("balance, derivatives");
  return (key) => {
    const value = known.get(key) ?? random.normal(1)[0]!;
    known.set(key, value);
    return value;
  };
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!);

const close = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-8 * scale;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** ∮ n·A grad u by the conditions; nothing where they do not tell it on all of the boundary. */
function fluxOf(
  problem: Problem,
  slopes: readonly ValueCondition[],
  domain: Domain,
  probe: Probe,
  produced: Production,
  k: number,
): Integrated | undefined {
  const parts = slopes.map((c) => {
    const random = rng(0).split(`balance ${k}, boundary`);
    const at = domain.boundary(count, random, boundaryPart(c.on, { ...problem, constants: probe.constants }));
    return { at, flux: conormalOf(c.residual, at, probe, domain.dimension, produced) };
  });
  const periodic = problem.conditions.flatMap((c) =>
    c.kind === "periodic" ? [domain.boundary(1, rng(0), { axis: c.on.axis, side: "both" }).measure] : [],
  );
  const all = domain.boundary(1, rng(0));
  const told = sum([...parts.map(({ at }) => at.measure), ...periodic]);
  const error = sum([all.measureError, ...parts.map(({ at }) => at.measureError)]);
  if (Math.abs(told - all.measure) > 1e-9 * all.measure + 4 * error) return undefined;
  const means = parts.map(({ at, flux }) => flux && sum([...flux.map((v, i) => at.weights[i]! * v)]));
  if (!means.every((v): v is number => v !== undefined)) return undefined;
  return {
    value: sum(parts.map(({ at }, i) => at.measure * means[i]!)),
    error: sum(parts.map(({ at }, i) => at.measureError * Math.abs(means[i]!))),
  };
}

/**
 * n·A grad u at points of the boundary by a condition that is linear in the gradient of u and has nothing else of u; nothing where it prescribes the slope in
 * another direction than along A n.
 */
function conormalOf(
  residual: Expression,
  at: BoundaryPoints,
  probe: Probe,
  d: number,
  { matrix }: Production,
): Float64Array | undefined {
  const nodes = [...nodesOf(residual)];
  const first = (order: readonly number[]) => order.reduce((a, b) => a + b, 0) === 1;
  if (nodes.some(({ kind }) => kind === "laplacian" || kind === "function" || kind === "elsewhere")) return undefined;
  if (nodes.some((n) => n.kind === "derivative" && !first(n.order))) return undefined;
  const { points, normals } = at;
  const n = points.length / d;
  const [coordinates, normal] = [columnsOf(points, d), columnsOf(normals, d)];
  const data = Object.fromEntries(normal.map((v, k) => [`normal${k}`, v]));
  const withGradient = (gradient: (k: number) => number) => {
    const derivative = (_: number, order: readonly number[]) => new Float64Array(n).fill(gradient(order.indexOf(1)));
    return evaluate(residual, columns(n, { coordinates, constants: probe.constants, data, derivative }));
  };
  const none = withGradient(() => 0);
  const along = normal.map((_, axis) =>
    difference(
      withGradient((k) => (k === axis ? 1 : 0)),
      none,
    ),
  );
  const drawn = Array.from(rng(0).split("balance, slopes").normal(d));
  const some = withGradient((k) => drawn[k]!);
  const entries = matrix(points);
  const flux = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const v = along.map((column) => column[i]!);
    const linear = sum(v.map((a, k) => a * drawn[k]!)) + none[i]!;
    const conormal = entries.map((row) => sum(row.map((entry, k) => entry[i]! * normal[k]![i]!)));
    const times = sum(conormal.map((a, k) => a * v[k]!)) / sum(v.map((a) => a * a));
    const sizes = [Math.hypot(...v), Math.hypot(...conormal)] as const;
    const isAlong = conormal.every((a, k) => close(a, times * v[k]!, sizes[1]));
    if (!(sizes[0] > 1e-12 && isAlong && close(some[i]!, linear, 1 + sizes[0] + Math.abs(none[i]!)))) return undefined;
    flux[i] = -times * none[i]!;
  }
  return flux.every(Number.isFinite) ? flux : undefined;
}

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Mean of several estimates with its standard error and that of the measure; nothing where one of them is missing or not finite. */
function estimated(one: (k: number) => Integrated | undefined): Integrated | undefined {
  const all = Array.from({ length: repeats }, (_, k) => one(k));
  if (!all.every((v): v is Integrated => v !== undefined && Number.isFinite(v.value))) return undefined;
  const value = sum(all.map((v) => v.value)) / repeats;
  const error = Math.sqrt(sum(all.map((v) => (v.value - value) ** 2)) / (repeats * (repeats - 1)));
  return { value, error: Math.hypot(error, sum(all.map((v) => v.error)) / repeats) };
}
