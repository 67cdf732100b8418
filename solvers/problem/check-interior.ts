/**
 * Places inside of the domain at which an equation is singular: what is divided by is 0 there, or the highest derivative has the factor 0. A smooth solution may
 * exist there for special data only, or not be the only one. At the ends of axes, as in u_rr + u_r/r on [0, 1], slopes make up for it, and nothing is said.
 */
import { rng } from "../../engine/rng.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import { unrolled } from "../expression/quadrature.ts";
import { spaceAxes } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";
import { besidePoint, besideSurface, type Judgement, type Line, smoothAtEnd } from "./indicial.ts";
import { columnsOf, divisorsOf, looked, mostAxes, type Values, zerosOf } from "./infinite.ts";
import { substitution } from "./manufactured.ts";
import type { Probe } from "./probe.ts";
import type { Doubt, Problem } from "./problem.ts";

/** Distances from a place at which coefficients are looked at, over the width of the domain. */
const distances = [1e-4, 1e-6] as const;
/** Steps of differences: of a divisor, over that width, and of what is unknown. */
const [step, bend] = [1e-6, 1e-3];
/** Seeds of states about which an equation is linearised, where that is not linear: what it says of a place must not hang on them. */
const states = [1, 2];
/** The state 0. */
const still = 0;
/** Directions about a place. */
const around = 24;

/**
 * What is doubtful about places inside, at most one of each equation. Problems with one unknown are looked at, with derivatives up to the second, at the zeros of
 * divisors, and in one dimension at those of the factor of the highest derivative. By Fuchs' theory what is smooth at such a place leaves some numbers free; they are
 * compared with those that are prescribed (E. Coddington, N. Levinson 1955, chapter 4).
 */
export function doubtsInside(problem: Problem, probe: Probe): Doubt[] {
  const { axes } = problem;
  if (!canBeLookedAt(problem)) return [];
  const equation = equationOf(problem);
  const domain = domainOf(problem.domain);
  const about = isLinear(equation, probe, axes.length) ? [still] : states;
  for (const divisor of [
    ...divisorsOf(equation).map(formulaOf(probe, axes.length)),
    ...leading(equation, probe, axes),
  ]) {
    for (const place of zerosOf(divisor, domain.interior(looked, rng(0).split("singular inside")), domain)) {
      if (!(domain.signedDistance(place)[0]! < -2 * distances[0] * widthOf(domain))) continue;
      const all = about.map((state) => judged(problem, equation, probe, domain, divisor, place, state));
      const [one] = all;
      if (one && all.every((other) => other?.kind === one.kind && other.free === one.free))
        return [doubtOf(one, whereOf(problem, place))];
    }
  }
  return [];
}

/** Whether an equation of one unknown, with derivatives up to the second, can be looked at. */
function canBeLookedAt({ unknowns, axes, equations, parameters }: Problem): boolean {
  if (unknowns.length > 1 || axes.length > mostAxes || parameters) return false;
  return [...nodesOf(equations[0]!)].every(
    (n) =>
      n.kind !== "function" &&
      n.kind !== "elsewhere" &&
      (n.kind !== "derivative" || n.order.reduce((a, b) => a + b, 0) <= 2),
  );
}

const equationOf = ({ equations, axes, source }: Problem): Expression => {
  const sources = Object.fromEntries((source ?? []).map((e, i) => [`source${i}`, e]));
  return unrolled(substitution([], axes.length, sources)(equations[0]!));
};

/**
 * For how many conditions along a space axis of a box it stands that solutions are smooth at its ends, as at r = 0 for u_rr + u_r/r: an end where the coefficient of the
 * first derivative has no integral leaves as many numbers free as smooth solutions have there.
 */
export function regularity(problem: Problem, probe: Probe, axis: number): number {
  const domain = domainOf(problem.domain);
  if (!canBeLookedAt(problem) || !domain.isBox) return 0;
  const d = problem.axes.length;
  const equation = equationOf(problem);
  const width = domain.high[axis]! - domain.low[axis]!;
  const about = isLinear(equation, probe, d) ? [still] : states;
  const others = [0, 1, 2].map((k) => probe.interior.subarray(k * d, (k + 1) * d));
  const ends = [domain.low[axis]!, domain.high[axis]!].map((end, side) => {
    const inwards = new Float64Array(d);
    inwards[axis] = side === 0 ? 1 : -1;
    const smooth = about.flatMap((state) =>
      others.map((point) =>
        smoothAtEnd(
          distances.map((distance) => {
            const at = point.slice();
            at[axis] = end + inwards[axis]! * distance * width;
            const symbol = symbolOf(equation, probe, d, state);
            return { distance, inwards: [0, 1, 2].map((k) => symbol(at, inwards, k)[0]! / width ** k) };
          }),
        ),
      ),
    );
    return 2 - Math.max(...smooth);
  });
  return ends[0]! + ends[1]!;
}

const widthOf = ({ low, high }: Domain): number => Math.max(...high.map((h, k) => h - low[k]!));

const formulaOf =
  ({ constants }: Probe, d: number) =>
  (e: Expression): Values =>
  (at) =>
    evaluate(e, columns(at.length / d, { coordinates: columnsOf(at, d), constants }));

/** In one dimension the factor of the highest derivative: where it is 0 the equation is of lower order. */
function leading(equation: Expression, probe: Probe, axes: readonly string[]): Values[] {
  if (axes.length > 1) return [];
  const symbol = symbolOf(equation, probe, 1, still);
  const factors = [2, 1].map(
    (order): Values =>
      (at) =>
        symbol(at, new Float64Array(at.length).fill(1), order),
  );
  return factors.filter((factor) => factor(probe.interior).some((v) => v !== 0)).slice(0, 1);
}

/** c_k in c_k ∂^k/∂ν^k at points, for a direction at each. */
type SymbolOf = (points: Float64Array, directions: Float64Array, k: number) => Float64Array;

/** How an equation that is linearised about some state changes with the derivatives along directions. */
function symbolOf(equation: Expression, probe: Probe, d: number, state: number): SymbolOf {
  return (points, directions, k) => {
    const along = columnsOf(directions, d);
    return changeOf(
      equation,
      probe,
      d,
      state,
    )(points, (order) =>
      order.reduce((a, b) => a + b, 0) === k
        ? along[0]!.map((_, i) => order.reduce((product, n, axis) => product * along[axis]![i]! ** n, 1))
        : undefined,
    );
  };
}

const stateAt = (state: number, order: readonly number[]): number =>
  state === still ? 0 : rng(state).split(`inside ${order}`).normal(1)[0]!;

/** Whether two states change an equation by as much together as one after the other. */
function isLinear(equation: Expression, probe: Probe, d: number): boolean {
  const at = probe.interior;
  const [count, coordinates] = [at.length / d, columnsOf(at, d)];
  const [none, one, other, both] = [[], [1], [2], [1, 2]].map((of) => {
    const derivative = (_: number, order: readonly number[]) =>
      new Float64Array(count).fill(of.reduce((sum, state) => sum + stateAt(state, order), 0));
    return evaluate(equation, columns(count, { coordinates, constants: probe.constants, derivative }));
  });
  return none!.every((v, i) => {
    const sizes = [v, one![i]!, other![i]!, both![i]!].map(Math.abs);
    return Math.abs(both![i]! - one![i]! - other![i]! + v) <= 1e-10 * Math.max(...sizes);
  });
}

/** The change of the linearised equation with derivatives, nothing where they do not change. */
function changeOf(equation: Expression, probe: Probe, d: number, state: number) {
  return (points: Float64Array, jet: (order: readonly number[]) => Float64Array | undefined): Float64Array => {
    const count = points.length / d;
    const coordinates = columnsOf(points, d);
    const moved = (by: number) => {
      const derivative = (_: number, order: readonly number[]) => {
        const base = stateAt(state, order);
        const change = jet(order);
        return change ? change.map((v) => base + by * v) : new Float64Array(count).fill(base);
      };
      return evaluate(equation, columns(count, { coordinates, constants: probe.constants, derivative }));
    };
    const [up, down] = [moved(bend), moved(-bend)];
    return up.map((v, i) => (v - down[i]!) / (2 * bend));
  };
}

/** What a place does to solutions; nothing where all is well, or not known. */
function judged(
  problem: Problem,
  equation: Expression,
  probe: Probe,
  domain: Domain,
  divisor: Values,
  place: Float64Array,
  state: number,
): Judgement | undefined {
  const d = place.length;
  const width = widthOf(domain);
  const symbol = symbolOf(equation, probe, d, state);
  const normal = d === 1 ? Float64Array.of(1) : normalAt(divisor, place, width);
  if (normal) {
    const lines = distances.map((distance): Line => {
      const at = Float64Array.from(
        [-1, 1].flatMap((side) => Array.from(place, (v, k) => v + side * distance * width * normal[k]!)),
      );
      const in1 = (directions: Float64Array) =>
        [0, 1, 2].map((k) => symbol(at, directions, k).map((v) => v / width ** k));
      const across = Float64Array.from([...normal, ...normal]);
      const others = Array.from({ length: d === 1 ? 0 : 3 }, (_, k) => in1(unitVectors(2, d, k)));
      return { distance, across: in1(across), others };
    });
    return besideSurface(lines, prescribed(problem));
  }
  const open = openAxes(divisor, place, domain);
  if (open.length < 2) return undefined;
  const directions = unitVectors(around, d, 0, open);
  const shells = distances.map((distance) => {
    const radius = distance * width;
    const at = directions.map((v, i) => place[i % d]! + radius * v);
    const column = columnsOf(directions, d);
    /** L(r^ρ) r^(2−ρ). */
    const power = (rho: number) =>
      changeOf(
        equation,
        probe,
        d,
        state,
      )(at, (order) => {
        const axes = order.flatMap((n, axis) => new Array<number>(n).fill(axis));
        if (axes.some((axis) => !open.includes(axis))) return undefined;
        const [i, j] = axes;
        return column[0]!.map((_, k) => {
          if (i === undefined) return radius ** 2;
          if (j === undefined) return rho * radius * column[i]![k]!;
          return rho * ((i === j ? 1 : 0) + (rho - 2) * column[i]![k]! * column[j]![k]!);
        });
      });
    return {
      zeroth: power(0),
      first: power(1),
      second: power(2),
      leading: symbol(at, directions, 2),
      divisor: divisor(at),
    };
  });
  return besidePoint(shells, open.length);
}

/** Directions, of length 1, in the space of some axes. */
function unitVectors(count: number, d: number, k: number, open?: readonly number[]): Float64Array {
  const all = rng(0)
    .split(`inside, directions ${k}`)
    .normal(count * d)
    .map((v, i) => (open && !open.includes(i % d) ? 0 : v));
  return all.map((v, i) => {
    const from = i - (i % d);
    return v / Math.hypot(...all.subarray(from, from + d));
  });
}

/** Along which axes a function changes from 0. */
function openAxes(f: Values, place: Float64Array, domain: Domain): number[] {
  return Array.from(place.keys()).filter((k) => {
    const next = place.slice();
    next[k] = next[k]! + distances[0] * (domain.high[k]! - domain.low[k]!);
    return f(next)[0] !== 0;
  });
}

/** The normal of the line or surface on which a function vanishes; nothing where its gradients about a place have several directions. */
function normalAt(f: Values, place: Float64Array, width: number): Float64Array | undefined {
  const d = place.length;
  const at = unitVectors(around, d, 0).map((v, i) => place[i % d]! + distances[0] * width * v);
  const gradient = Array.from({ length: d }, (_, k) => {
    const beside = (by: number) => f(at.map((v, i) => (i % d === k ? v + by : v)));
    const [up, down] = [beside(step * width), beside(-step * width)];
    return up.map((v, i) => v - down[i]!);
  });
  const rows = Array.from({ length: around }, (_, i) => gradient.map((column) => column[i]!));
  const sizes = rows.map((row) => Math.hypot(...row));
  const size = Math.max(...sizes);
  const largest = rows[sizes.indexOf(size)]!;
  if (!(size > 0)) return undefined;
  const normal = Float64Array.from(largest, (v) => v / size);
  const isOne = rows.every((row) => {
    const along = row.reduce((sum, v, k) => sum + v * normal[k]!, 0);
    return Math.hypot(...row.map((v, k) => v - along * normal[k]!)) <= 0.02 * Math.hypot(...row);
  });
  return isOne ? normal : undefined;
}

/** Numbers that are prescribed in one dimension, integrals included; nothing where there are more, or that is not known. */
function prescribed(problem: Problem): number | undefined {
  if (problem.axes.length > 1) return problem.text.allow?.includes("missing-condition") ? Number.NaN : undefined;
  const ends = problem.conditions.map((c) => {
    if (c.kind === "periodic") return c.matched.length;
    if (c.on === "boundary") return 2 * spaceAxes(problem).length;
    return "axis" in c.on ? (c.on.side === "both" ? 2 : 1) : Number.NaN;
  });
  return ends.reduce((sum, n) => sum + n, problem.integrals.length);
}

const whereOf = ({ axes }: Problem, place: Float64Array): string =>
  axes.map((name, k) => `${name} = ${Number(place[k]!.toFixed(9))}`).join(", ");

function doubtOf({ kind, free, wanted }: Judgement, where: string): Doubt {
  const way = "solve on either side of the place, or leave a neighbourhood of it out of the domain";
  const numbers = (n: number) => (n === 1 ? "1 number" : `${n} numbers`);
  const why =
    free === undefined
      ? kind === "undetermined"
        ? "solutions that are smooth there are not the only bounded ones"
        : "it is not known whether any solution is smooth there"
      : `what is smooth there leaves ${free === 0 ? "no number" : numbers(free)} free across it, and ${wanted} ${wanted === 1 ? "is" : "are"} prescribed, so that ${kind === "undetermined" ? "there are several solutions" : "only special data have a solution"}`;
  return { kind, text: `equation 1 is singular at ${where}, inside of the domain: ${why}; ${way}` };
}
