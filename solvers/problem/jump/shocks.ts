/**
 * Conservation laws without viscosity whose solution breaks: where characteristics cross, what is smooth ends, and of the jumps that follow the text does not say how fast
 * they are (P. Lax 1973, Hyperbolic Systems of Conservation Laws, chapter 1).
 */
import { columns, type Expression, evaluate } from "../../expression/expression.ts";
import { spaceAxes } from "../../expression/scope.ts";
import { nodesOf } from "../../expression/tree.ts";
import { substitution } from "../manufactured.ts";
import type { Probe } from "../probe.ts";
import type { Doubt, Problem, ValueCondition } from "../problem.ts";

/** Characteristics from the start, steps of time (Runge and Kutta's), after each of which one comes in through a face, and those between two values in a corner. */
const [fan, steps, between] = [128, 96, 32];
/** Distance by which neighbours must have passed one another, over the width of the domain: above rounding. */
const passed = 1e-9;
/** Values of slopes at which an equation is looked at. */
const slopes = [-1.3, 0.7, 2.1];

/** c and s in u_t + c u_x = s. */
type Law = (x: Float64Array, t: number, u: Float64Array) => readonly [speed: Float64Array, source: Float64Array];

/** A point that moves with the speed of its characteristic, from a moment on. */
interface Carried {
  readonly from: number;
  readonly at: number;
  readonly value: number;
}

/**
 * Follows the characteristics of one quasilinear equation of first order, in one axis and time, from the start and from faces through which they come in. Linear ones,
 * those of potentials (u_t + u_x²/2 = 0), and systems are not looked at.
 *
 * @returns a doubt where two neighbours meet before the end
 */
export function doubtsOfShocks(problem: Problem, probe: Probe): Doubt[] {
  const [space, ...others] = spaceAxes(problem);
  const { time, axes, bounds, unknowns } = problem;
  if (space === undefined || others.length > 0 || time === undefined || axes.length > 2 || unknowns.length > 1)
    return [];
  const law = lawOf(problem, probe, space, time);
  if (!law) return [];
  const [low, high] = bounds[space]!;
  const [start, end] = bounds[time]!;
  const isPeriodic = problem.conditions.some((c) => c.kind === "periodic" && c.on.axis === space);
  const all = carriedOf(problem, probe, law, space, time);
  if (!all) return [];
  const x = Float64Array.from(all, ({ at }) => at);
  const u = Float64Array.from(all, ({ value }) => value);
  const isOut = all.map(() => false);
  const dt = (end - start) / steps;
  for (let step = 0; step < steps; step++) {
    const t = start + step * dt;
    const moving = all.map(({ from }, i) => from <= step && !isOut[i]);
    const [nextX, nextU] = advanced(law, x, t, u, dt);
    for (const [i, moves] of moving.entries()) if (moves) [x[i], u[i]] = [nextX[i]!, nextU[i]!];
    for (let i = 0; i + 1 < all.length; i++) {
      const [a, b] = [x[i]!, x[i + 1]!];
      if (!(moving[i] && moving[i + 1]) || !(a - b > passed * (high - low))) continue;
      const turned = (((b - low) % (high - low)) + (high - low)) % (high - low);
      if (isPeriodic) return [doubtOf(problem, t + dt, low + turned, space, time)];
      if (b <= high && a >= low) return [doubtOf(problem, t + dt, Math.max(b, low), space, time)];
    }
    for (let i = 0; i < all.length; i++)
      isOut[i] ||= moving[i]! && (!Number.isFinite(x[i]! + u[i]!) || (!isPeriodic && (x[i]! < low || x[i]! > high)));
  }
  return [];
}

/** The equation as u_t + c u_x = s, where it is one and c hangs on u. */
function lawOf(problem: Problem, { constants }: Probe, space: number, time: number): Law | undefined {
  const sources = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
  const equation = substitution([], problem.axes.length, sources)(problem.equations[0]!);
  const nodes: Expression[] = [...nodesOf(equation)];
  if (nodes.some(({ kind }) => ["function", "elsewhere", "quadrature", "laplacian", "data"].includes(kind)))
    return undefined;
  const orders = nodes.flatMap((n) => (n.kind === "derivative" ? [n.order] : []));
  const totals = orders.map((order) => order.reduce((a, b) => a + b, 0));
  if (totals.some((n) => n > 1) || ![space, time].every((k) => orders.some((order) => order[k]! > 0))) return undefined;
  const residual = (x: Float64Array, t: number, u: Float64Array, ux: number, ut: number): Float64Array => {
    const filled = (v: number) => new Float64Array(x.length).fill(v);
    const coordinates = [x, x];
    coordinates[time] = filled(t);
    const derivative = (_: number, order: readonly number[]) =>
      order[space]! > 0 ? filled(ux) : order[time]! > 0 ? filled(ut) : u;
    return evaluate(equation, columns(x.length, { coordinates, constants, derivative }));
  };
  const parts = (x: Float64Array, t: number, u: Float64Array) => {
    const [none, ofX, ofT] = [residual(x, t, u, 0, 0), residual(x, t, u, 1, 0), residual(x, t, u, 0, 1)];
    const along = (of: Float64Array) => of.map((v, i) => v - none[i]!);
    return { none, a: along(ofT), b: along(ofX) };
  };
  const law: Law = (x, t, u) => {
    const { none, a, b } = parts(x, t, u);
    return [b.map((v, i) => v / a[i]!), none.map((v, i) => -v / a[i]!)];
  };
  return isQuasilinear() ? law : undefined;

  function isQuasilinear(): boolean {
    const [low, high] = problem.bounds[space]!;
    const t = problem.bounds[time]![0];
    const x = Float64Array.from(slopes, (_, i) => low + ((i + 0.7) / 4) * (high - low));
    const u = Float64Array.from(slopes);
    const { none, a, b } = parts(x, t, u);
    const isLinear = slopes.every((ux) =>
      slopes.every((ut) =>
        residual(x, t, u, ux, ut).every((v, i) => {
          const wanted = none[i]! + a[i]! * ut + b[i]! * ux;
          return Math.abs(v - wanted) <= 1e-9 * (Math.abs(none[i]!) + Math.abs(a[i]! * ut) + Math.abs(b[i]! * ux));
        }),
      ),
    );
    const [other] = law(
      x,
      t,
      u.map((v) => v + 0.37),
    );
    return isLinear && law(x, t, u)[0].some((v, i) => Math.abs(v - other[i]!) > 1e-9 * Math.abs(v));
  }
}

/** Starts from left to right: through the left face, last first, from its corner, at the first moment, and the same on the right. */
function carriedOf(problem: Problem, probe: Probe, law: Law, space: number, time: number): Carried[] | undefined {
  const [low, high] = problem.bounds[space]!;
  const [start, end] = problem.bounds[time]!;
  const given = (side: "low" | "high" | undefined) =>
    problem.conditions.find((c): c is ValueCondition & Required<Pick<ValueCondition, "prescribes">> => {
      if (c.kind === "periodic" || !c.prescribes?.order.every((n) => n === 0)) return false;
      if (side === undefined) return c.kind === "initial";
      if (c.kind !== "dirichlet") return false;
      return (
        c.on === "boundary" ||
        (typeof c.on === "object" &&
          "axis" in c.on &&
          c.on.axis === space &&
          (c.on.side === side || c.on.side === "both"))
      );
    });
  const first = given(undefined);
  if (!first) return undefined;
  const valueAt = (c: NonNullable<typeof first>, x: number, t: number): number => {
    const point = new Float64Array(2);
    [point[space], point[time]] = [x, t];
    return probe.values(c.prescribes.value, point)[0]!;
  };
  const atStart = Array.from({ length: fan + 1 }, (_, i): Carried => {
    const at = low + (i / fan) * (high - low);
    return { from: 0, at, value: valueAt(first, at, start) };
  });
  const through = (side: "low" | "high"): Carried[] => {
    const c = given(side);
    const at = side === "low" ? low : high;
    const inward = side === "low" ? 1 : -1;
    return Array.from({ length: c ? steps - 1 : 0 }, (_, i): Carried => {
      const t = start + ((i + 1) / steps) * (end - start);
      return { from: i + 1, at, value: valueAt(c!, at, t) };
    }).filter(({ from, value }) => {
      const t = start + (from / steps) * (end - start);
      return inward * law(Float64Array.of(at), t, Float64Array.of(value))[0][0]! > 0;
    });
  };
  /** All values between two that differ in a corner. */
  const corner = (side: "low" | "high"): Carried[] => {
    const c = given(side);
    const at = side === "low" ? low : high;
    if (!c) return [];
    const [inside, outside] = [valueAt(first, at, start), valueAt(c, at, start)];
    if (!(Math.abs(inside - outside) > 1e-6 * Math.max(Math.abs(inside), Math.abs(outside)))) return [];
    return Array.from({ length: between }, (_, i): Carried => {
      const share = (i + 0.5) / between;
      return { from: 0, at, value: inside + share * (outside - inside) };
    });
  };
  return [...through("low").reverse(), ...corner("low").reverse(), ...atStart, ...corner("high"), ...through("high")];
}

/** One step of Runge and Kutta's fourth order. */
function advanced(law: Law, x: Float64Array, t: number, u: Float64Array, dt: number) {
  const plus = (a: Float64Array, by: number, b: Float64Array) => a.map((v, i) => v + by * b[i]!);
  const next = ([c, s]: ReturnType<Law>, by: number) => law(plus(x, by, c), t + by, plus(u, by, s));
  const one = law(x, t, u);
  const two = next(one, dt / 2);
  const three = next(two, dt / 2);
  const four = next(three, dt);
  const sum = (from: Float64Array, k: 0 | 1) =>
    from.map((v, i) => v + (dt / 6) * (one[k][i]! + 2 * two[k][i]! + 2 * three[k][i]! + four[k][i]!));
  return [sum(x, 0), sum(u, 1)] as const;
}

function doubtOf({ axes, unknowns }: Problem, t: number, x: number, space: number, time: number): Doubt {
  const show = (v: number) => Number(v.toPrecision(2));
  const where = `${axes[time]} = ${show(t)} near ${axes[space]} = ${show(x)}`;
  const way =
    'end before that, give the equation a viscosity, or solve for a potential phi with its slope for the unknown, as in phi_t + phi_x^2/2 = 0 for u_t + u*u_x = 0 (docs/flows-and-fronts.md, "Shocks")';
  const text = `characteristics of the equation cross at ${where}: ${unknowns[0]} breaks into a shock there, which no smooth solution has, and how fast it moves this text does not tell; ${way}`;
  return { kind: "shock", text };
}
