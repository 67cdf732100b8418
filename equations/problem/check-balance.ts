/** Balance of Neumann data on the whole boundary with the source inside. */
import { DomainError } from "../../engine/errors.ts";
import { mean } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import { significant } from "../../engine/text/number.ts";
import type { BoundaryPoints } from "../domain/boundary.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columnsOf, type Expression } from "../expression/expression.ts";
import { atState, isSymbolic, linearForms } from "./linear-form.ts";
import { boundaryPart } from "./place.ts";
import { descended, type Probe, type Values } from "./probe.ts";
import type { Problem, ValueCondition } from "./problem.ts";

/** Points of one estimate of an integral, and estimates of each, of which their standard error is taken. */
const [count, repeats] = [2048, 8];
/** Share of what balances that may be missing, and standard errors: those of 8 estimates are rough ones themselves. */
const [tolerance, sure] = [1e-3, 6];
/**
 * Times the largest value of the samples that may be found between them: above it the source is finer than they are.
 */
const between = 2;

/**
 * By the divergence theorem the integral of lap(u) over the domain is that of the normal derivative over its boundary.
 * Where an equation is c lap(u) = s, and normal derivatives or periodic faces are all that is said on the boundary,
 * both are known; unless they agree there is no solution.
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
  const laplacian = laplacianOf(equation!, problem, probe);
  if (laplacian === undefined) return;
  const domain = domainOf(problem.domain);
  const inside = estimated((k) => insideOf(laplacian, domain, k));
  const outside = inside && estimated((k) => fluxOf(problem, slopes, domain, probe, k));
  if (!(inside && outside) || isFiner(laplacian, domain)) return;
  const scale = Math.max(Math.abs(inside.value), Math.abs(outside.value));
  const gap = Math.abs(inside.value - outside.value);
  if (gap <= Math.max(tolerance * scale, sure * Math.hypot(inside.error, outside.error), 1e-9)) return;
  const show = (v: number) => significant(v, 4);
  throw new DomainError(
    `pde: there is no solution: the integral of lap(u) over the domain is ${show(inside.value)} by the equation, but the slopes on ` +
      `the boundary make it ${show(outside.value)}; correct one of them, or give a value somewhere`,
    [inside.value, outside.value],
  );
}

/** An integral with the error of the measure over which it was taken. */
interface Integrated {
  readonly value: number;
  readonly error: number;
}

function insideOf(laplacian: Values, domain: Domain, k: number): Integrated {
  const value = mean(laplacian(domain.interior(count, rng(0).split(`balance ${k}`))));
  return { value: domain.volume * value, error: domain.volumeError * Math.abs(value) };
}

/** True where a search from the largest of the samples finds what is much larger between them. */
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

/**
 * The form of a formula that is linear in derivatives of this kind and has nothing else of the unknowns; undefined of
 * another one.
 */
function formOf(e: Expression, problem: Problem, probe: Probe, isOfKind: (order: readonly number[]) => boolean) {
  if (!isSymbolic(e)) return undefined;
  const [form] = linearForms(problem, [e], probe.constants);
  return form!.linear && form!.terms.every(({ order }) => isOfKind(order)) ? form : undefined;
}

/** lap(u) by an equation c lap(u) = s with a constant c; undefined where it is another one. */
function laplacianOf(equation: Expression, problem: Problem, probe: Probe): Values | undefined {
  const d = problem.axes.length;
  const form = formOf(equation, problem, probe, (order) => order.includes(2) && sum(order) === 2);
  if (form?.terms.length !== d) return undefined;
  const factors = form.terms.map(({ factor }) => probe.values(factor, probe.interior));
  const [first] = factors[0]!;
  if (!factors.every((values) => values.every((v) => close(v, first!, Math.abs(first!))))) return undefined;
  return first === 0 ? undefined : (points) => atState(form.residual, form, points, d, 0).map((v) => -v / first!);
}

const close = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-8 * scale;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** ∮ u_n by the conditions; undefined where they do not give it on all of the boundary. */
function fluxOf(
  problem: Problem,
  slopes: readonly ValueCondition[],
  domain: Domain,
  probe: Probe,
  k: number,
): Integrated | undefined {
  const parts = slopes.map((c) => {
    const random = rng(0).split(`balance ${k}, boundary`);
    const at = domain.boundary(count, random, boundaryPart(c.on, { ...problem, constants: probe.constants }));
    return { at, flux: slopeOf(c.residual, at, problem, probe) };
  });
  const periodic = problem.conditions.flatMap((c) =>
    c.kind === "periodic" ? [domain.boundary(1, rng(0), { axis: c.on.axis, side: "both" }).measure] : [],
  );
  const all = domain.boundary(1, rng(0));
  const covered = sum([...parts.map(({ at }) => at.measure), ...periodic]);
  const error = sum([all.measureError, ...parts.map(({ at }) => at.measureError)]);
  if (Math.abs(covered - all.measure) > 1e-9 * all.measure + 4 * error) return undefined;
  const means = parts.map(({ at, flux }) => flux && sum([...flux.map((v, i) => at.weights[i]! * v)]));
  if (!means.every((v): v is number => v !== undefined)) return undefined;
  return {
    value: sum(parts.map(({ at }, i) => at.measure * means[i]!)),
    error: sum(parts.map(({ at }, i) => at.measureError * Math.abs(means[i]!))),
  };
}

/**
 * u_n at points of the boundary by a condition that is linear in it and has nothing else of u; undefined where it is
 * another one.
 */
function slopeOf(residual: Expression, at: BoundaryPoints, problem: Problem, probe: Probe): Float64Array | undefined {
  const d = problem.axes.length;
  const form = formOf(residual, problem, probe, (order) => sum(order) === 1);
  if (!form) return undefined;
  const normal = columnsOf(at.normals, d);
  const data = Object.fromEntries(normal.map((v, k) => [`normal${k}`, v]));
  const valuesOf = (e: Expression) => atState(e, form, at.points, d, 0, data);
  const none = valuesOf(form.residual);
  const slopes: Float64Array[] = normal.map((column) => new Float64Array(column.length));
  for (const { order, factor } of form.terms) slopes[order.indexOf(1)] = valuesOf(factor);
  const along = none.map((_, i) => sum(normal.map((column, k) => column[i]! * slopes[k]![i]!)));
  const isAlong = slopes.every((values, k) =>
    values.every((v, i) => along[i] !== 0 && close(v, along[i]! * normal[k]![i]!, Math.abs(along[i]!))),
  );
  const flux = none.map((v, i) => -v / along[i]!);
  return isAlong && flux.every(Number.isFinite) ? flux : undefined;
}

/**
 * Mean of several estimates with its standard error and that of the measure; undefined where one of them is missing or
 * not finite.
 */
function estimated(one: (k: number) => Integrated | undefined): Integrated | undefined {
  const all = Array.from({ length: repeats }, (_, k) => one(k));
  if (!all.every((v): v is Integrated => v !== undefined && Number.isFinite(v.value))) return undefined;
  const value = sum(all.map((v) => v.value)) / repeats;
  const error = Math.sqrt(sum(all.map((v) => (v.value - value) ** 2)) / (repeats * (repeats - 1)));
  return { value, error: Math.hypot(error, sum(all.map((v) => v.error)) / repeats) };
}
