/** A problem on part of its time, begun with values that are known at points. */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { type Interval, overTime } from "../domain/spec.ts";
import { call, data, number, partial, unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { derivativeName, highestOrders } from "../problem/derivatives.ts";
import type { Condition, Problem, ValueCondition } from "../problem/problem.ts";

/** Points at which the start of a window is known; every set of rows takes some of them. */
const known = 2 ** 14;

/**
 * Refuses what cannot be solved window by window.
 *
 * @returns index of the time axis
 * @throws OptionsError where there is no time, a constant is to be found, something holds at the end of time, or over all of it, or is asked for at other times
 */
export function timeToMarch(problem: Problem): number {
  const { time, axes, trainable, integrals, conditions, equations } = problem;
  const refuse = (what: string, way: string): never => {
    throw new OptionsError(`march: "${problem.name}" ${what}; ${way}`, "problem", problem.name);
  };
  if (time === undefined) return refuse("has no time axis", "use `solve()`");
  const constant = Object.keys(trainable)[0];
  if (constant !== undefined)
    refuse(`is to find ${constant}, which is one number for all windows`, "use `solve()` on the whole time");
  const whole = integrals.find((i) => i.at === undefined);
  if (whole) refuse(`has "${whole.text}" over all of time`, "give the integral a time, at: { t: … }, or use `solve()`");
  const late = conditions.find(
    (c) => c.kind !== "initial" && typeof c.on === "object" && "axis" in c.on && c.on.axis === time,
  );
  if (late)
    refuse(
      `has the condition "${late.text}" on ${axes[time]}`,
      "only initial conditions can be handed on; use `solve()`",
    );
  const other = [
    ...nodesOf([...equations, ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.residual]))]),
  ].find((e) => e.kind === "elsewhere" && !(e.args[time]!.kind === "coordinate" && e.args[time].axis === time));
  if (other)
    refuse(
      `asks for ${cut(toText(other, problem))}, which may lie in another window`,
      "use `solve()` on the whole time",
    );
  return time;
}

/**
 * The times between windows, with both ends.
 *
 * @param windows - their number, or the times between them
 * @throws OptionsError where they are no such times, and as {@link timeToMarch}
 */
export function edgesOf(windows: number | readonly number[], problem: Problem): readonly number[] {
  const [low, high] = problem.bounds[timeToMarch(problem)]!;
  if (typeof windows === "number") {
    if (!(Number.isInteger(windows) && windows >= 1)) {
      throw new OptionsError(`march: windows is ${windows}, expected a whole number ≥ 1, or times`, "windows", windows);
    }
    return Array.from({ length: windows + 1 }, (_, k) => (k === windows ? high : low + ((high - low) * k) / windows));
  }
  const edges = [low, ...windows, high];
  const bad = windows.findIndex((t, k) => !(t > edges[k]! && t < high));
  if (bad >= 0) {
    const message = `march: windows[${bad}] is ${windows[bad]}; give times between ${low} and ${high}, each later than the one before`;
    throw new OptionsError(message, "windows", windows[bad]);
  }
  return edges;
}

/** The quantities that one window hands to the next: every unknown, and its derivatives in time below the order of the equations. */
export function handedOn(problem: Problem): readonly Quantity[] {
  const time = problem.time!;
  const orders = highestOrders(problem.equations, problem);
  return problem.unknowns.flatMap((name, unknown) =>
    Array.from({ length: orders[unknown]![time]! }, (_, k) => ({
      formula: derivativeName(name, problem.axes[time]!, k),
      expression: partial(unknown, unit(problem.axes.length, time, k)),
    })),
  );
}

/** One of the things that are handed on. */
export interface Quantity {
  readonly formula: string;
  readonly expression: Expression;
}

/** The initial values of a window of a problem without space: numbers, which belong to the form of its solution. */
export async function startNumbers(
  problem: Problem,
  from: number,
  last: { quantity(formula: string, points: Float64Array): Promise<Float64Array> } | undefined,
): Promise<StartTable[]> {
  if (problem.axes.length > 1 || last === undefined) return [];
  const points = Float64Array.of(from);
  const tables: StartTable[] = [];
  for (const quantity of handedOn(problem)) {
    tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
  }
  return tables;
}

/** Points [n, axes] at the first moment of a window. */
export function startPoints(window: Problem, rng: Rng): Float64Array {
  return domainOf(window.domain).boundary(known, rng, "initial").points;
}

/**
 * The problem from `interval[0]` to `interval[1]`.
 *
 * @param start - values of what is handed on at {@link startPoints}; without it the window's start is left open
 * @param weight - of the rows with these values, relative to other conditions
 */
export function windowOf(problem: Problem, interval: Interval, start: readonly StartTable[] = [], weight = 1): Problem {
  const { time, bounds, conditions, integrals, observations, axes } = problem;
  const d = axes.length;
  const [from, to] = interval;
  const first = from === bounds[time!]![0];
  const tables = start.map(({ quantity: { formula, expression }, points, values }): ValueCondition => {
    const common = { kind: "initial", on: { axis: time!, side: "low" }, weight } as const;
    const text = `${formula} = that of the window before`;
    // Without space it is a number, which can hold by construction.
    const value = number(values[0]!);
    if (d === 1 && expression.kind === "derivative") {
      const prescribes = { unknown: expression.unknown, order: expression.order, value };
      return { ...common, residual: call("sub", expression, value), prescribes, text };
    }
    return { ...common, residual: call("sub", expression, data("given")), table: { points, values }, text };
  });
  const kept = conditions.filter((c: Condition) => first || c.kind !== "initial");
  const inside = (t: number) => (first ? t >= from : t > from) && t <= to;
  return {
    ...problem,
    name: `${problem.name}, ${axes[time!]} = ${from} to ${to}`,
    domain: overTime(problem.domain, interval),
    bounds: bounds.map((b, k) => (k === time ? interval : b)),
    conditions: [...kept, ...tables],
    integrals: integrals.filter((i) => inside(i.at!)),
    observations: observations.flatMap((o) => {
      const rows = Array.from(o.values.keys()).filter((i) => inside(o.points[i * d + time!]!));
      if (rows.length === 0) return [];
      const points = Float64Array.from(rows.flatMap((i) => Array.from(o.points.subarray(i * d, (i + 1) * d))));
      return [{ ...o, points, values: Float64Array.from(rows, (i) => o.values[i]!) }];
    }),
  };
}

/** Values of a quantity at points. */
export interface StartTable {
  readonly quantity: Quantity;
  /** [n, axes] */
  readonly points: Float64Array;
  readonly values: Float64Array;
}
