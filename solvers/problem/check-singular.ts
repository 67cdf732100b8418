/** Sources that are infinite somewhere, so that their square has no integral: least squares then has nothing to minimise. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/rng.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { call, zero } from "../expression/build.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import { unrolled } from "../expression/quadrature.ts";
import { nodesOf } from "../expression/tree.ts";
import { substitution } from "./manufactured.ts";
import type { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/** Points at which divisors are looked at. */
const looked = 1024;
/** Points on each shell about a place where a divisor vanishes. */
const onShell = 64;
/** Dimensions above which a search for zeros sees nothing. */
const most = 4;
/** Divisors of one equation that are looked at. */
const mostDivisors = 32;

/**
 * Looks at what the equations are for u = 0, near the zeros of their divisors: where the mean square over a ball does not fall with
 * the ball, the square has no integral. Coefficients of unknowns may be singular, as u_r/r is.
 *
 * @throws DomainError that names the place
 */
export function checkSingular(problem: Problem, probe: Probe): void {
  const d = problem.axes.length;
  if (d > most) return;
  const data = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution(
    problem.unknowns.map(() => zero),
    d,
    data,
  );
  const domain = domainOf(problem.domain);
  let points: Float64Array | undefined;
  for (const [i, equation] of problem.equations.entries()) {
    if ([...nodesOf(equation)].some(({ kind }) => kind === "function")) continue;
    const source = unrolled(put(equation));
    for (const divisor of divisorsOf(source)) {
      points ??= domain.interior(looked, rng(0).split("singular"));
      const value = (e: Expression) => (at: Float64Array) => evaluateAt(e, at, d, probe.constants);
      for (const place of zerosOf(value(divisor), points, domain)) {
        const size = shells(value(source), place, domain);
        if (size === undefined) continue;
        const where = probe.show(
          place.map((v) => Math.round(v * 1e9) / 1e9),
          0,
        );
        const found = `it reaches ${size.largest.toPrecision(2)} at a distance of ${size.distance.toPrecision(2)}`;
        const way =
          "leave a neighbourhood of the place out of the domain, or multiply the equation by what vanishes there";
        throw new DomainError(
          `pde: the source of equation ${i + 1} is not square integrable near ${where}: ${found}; ${way}`,
          size.largest,
        );
      }
    }
  }
}

/** What is divided by, as expressions of the coordinates. */
function divisorsOf(source: Expression): Expression[] {
  const found: Expression[] = [];
  for (const node of nodesOf(source)) {
    if (node.kind !== "call") continue;
    const [a, b] = node.args;
    if (node.name === "div") found.push(b!);
    if (node.name === "pow" && b!.kind === "number" && b!.value < 0) found.push(a!);
    if (node.name === "tan") found.push(call("cos", a!));
  }
  const varies = (e: Expression) => [...nodesOf(e)].some(({ kind }) => kind === "coordinate");
  return found.filter(varies).slice(0, mostDivisors);
}

type Values = (points: Float64Array) => Float64Array;

/** Places in the domain at which a function vanishes: between two signs, and where its size is least. */
function zerosOf(f: Values, points: Float64Array, domain: Domain): Float64Array[] {
  const d = domain.dimension;
  const values = f(points);
  const sizes = Array.from(values, Math.abs).sort((a, b) => a - b);
  const typical = sizes[sizes.length >> 1]!;
  const row = (i: number) => points.slice(i * d, (i + 1) * d);
  const order = Array.from(values.keys())
    .filter((i) => Number.isFinite(values[i]!))
    .sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!));
  const plus = order.find((i) => values[i]! > 0);
  const minus = order.find((i) => values[i]! < 0);
  const crossing = plus !== undefined && minus !== undefined ? [bisected(f, row(plus), row(minus))] : [];
  const least = order.slice(0, 3).map((i) => descended(f, row(i), domain));
  const vanishes = (p: Float64Array) => Math.abs(f(p)[0]!) <= 1e-9 * typical;
  return [...crossing, ...least].filter((p) => vanishes(p) && domain.contains(p)[0] === 1);
}

/** The place between two points of different sign. */
function bisected(f: Values, plus: Float64Array, minus: Float64Array): Float64Array {
  let [a, b] = [plus, minus];
  for (let k = 0; k < 60; k++) {
    const middle = a.map((v, j) => (v + b[j]!) / 2);
    if (f(middle)[0]! > 0) a = middle;
    else b = middle;
  }
  return a;
}

/** Where |f| is least near a point, by steps along the axes that become shorter. */
function descended(f: Values, start: Float64Array, domain: Domain): Float64Array {
  let at = start;
  let value = Math.abs(f(at)[0]!);
  const widths = domain.high.map((h, k) => h - domain.low[k]!);
  for (let step = 0.1; step > 1e-11 && value > 0; ) {
    let moved = false;
    for (let k = 0; k < widths.length; k++) {
      for (const sign of [1, -1]) {
        const next = at.slice();
        const to = at[k]! + sign * step * widths[k]!;
        next[k] = Math.min(domain.high[k]!, Math.max(domain.low[k]!, to));
        const found = Math.abs(f(next)[0]!);
        if (!(found < value)) continue;
        [at, value, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  return at;
}

/** Whether the mean square of f over a ball times its volume stays as large while the ball shrinks by a thousand. */
function shells(
  f: Values,
  place: Float64Array,
  domain: Domain,
): { readonly largest: number; readonly distance: number } | undefined {
  const d = domain.dimension;
  const width = Math.max(...domain.high.map((h, k) => h - domain.low[k]!));
  const directions = rng(0)
    .split("shells")
    .normal(onShell * d);
  const at = (distance: number) => {
    const around = new Float64Array(onShell * d);
    for (let i = 0; i < onShell; i++) {
      const length = Math.hypot(...directions.subarray(i * d, (i + 1) * d));
      for (let k = 0; k < d; k++) around[i * d + k] = place[k]! + (distance * directions[i * d + k]!) / length;
    }
    const inside = domain.contains(around);
    const values = f(around).filter((v, i) => inside[i] === 1 && Number.isFinite(v));
    const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return { largest, integral: distance ** d * values.reduce((sum, v) => sum + v * v, 0) };
  };
  const [far, near] = [1e-3 * width, 1e-6 * width];
  const [outer, inner] = [at(far), at(near)];
  const falls = inner.integral <= 0.1 * outer.integral;
  return falls || outer.largest === 0 ? undefined : { largest: inner.largest, distance: near };
}
