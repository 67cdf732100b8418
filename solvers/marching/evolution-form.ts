/**
 * A problem in time as rows: what vanishes inside and on the faces of a box, in derivatives of the unknowns, and the
 * state at the first moment.
 */

import type { Expression } from "../../equations/expression/index.ts";
import {
  call,
  data,
  differentiate,
  evaluateAt,
  nodesOf,
  number,
  rewritten,
  spaceAxes,
  turnOf,
} from "../../equations/expression/index.ts";
import type { Derivative, Problem, ValueCondition } from "../../equations/problem/index.ts";
import { fieldsOf, linearForms, nameOfDerivative } from "../../equations/problem/index.ts";
import { onSide, type Switch } from "./switches.ts";

/** Reason for which a problem is not marched, in words. */
export class Mismatch extends Error {}

/** A derivative of an unknown that a row contains. */
export interface Leaf {
  readonly unknown: number;
  /** Orders along the axes of space. */
  readonly inSpace: readonly number[];
  readonly inTime: number;
  /** Its name among the data of rows. */
  readonly name: string;
}

/** A residual that vanishes at points. */
export interface Row {
  /** In coordinates, data "normal0", …, and the data of leaves. */
  readonly residual: Expression;
  /**
   * Those that it contains: numbers among {@link EvolutionForm.leaves}, with the derivative of the residual by each.
   */
  readonly slopes: readonly { readonly leaf: number; readonly slope: Expression }[];
}

/** A derivative of an unknown at another time. */
export interface PastValue {
  /** The same derivative among the {@link EvolutionForm.leaves}. */
  readonly leaf: number;
  /** The other time: in coordinates, the data of leaves, and those of past values before it. */
  readonly at: Expression;
  /** Its name among the data of rows. */
  readonly name: string;
}

/** A condition on faces. */
export interface FaceRow extends Row {
  readonly text: string;
  /** The faces: an axis of space with a side, or all. */
  readonly on: "boundary" | { readonly axis: number; readonly side: "low" | "high" | "both" };
  /** Holds where this is > 0. */
  readonly where?: Expression;
}

/** An unknown of which only slopes in space count, and what fixes it. */
export interface Gauge {
  readonly unknown: number;
  /** Its integral over space at every time. */
  readonly value: Expression;
}

/** A derivative in time at the first moment that a condition prescribes. */
export interface Stated {
  readonly unknown: number;
  readonly order: number;
  readonly value: Expression;
  readonly text: string;
}

/** A problem that can be marched. */
export interface EvolutionForm {
  /** Axes of space. */
  readonly space: readonly number[];
  readonly time: number;
  /** Highest order in time of each unknown; 0 of one that equations determine at every moment. */
  readonly inTime: readonly number[];
  /** Highest order along each axis of space [unknown][axis]. */
  readonly orders: readonly (readonly number[])[];
  /** By axis of space. */
  readonly periodic: readonly boolean[];
  readonly leaves: readonly Leaf[];
  /** Unknowns at other times, where there is no space. */
  readonly past: readonly PastValue[];
  /** Formulas of unknowns at which rows turn, where there is no space and no past. */
  readonly switches: readonly Switch[];
  /** One for each unknown. */
  readonly inside: readonly Row[];
  readonly faces: readonly FaceRow[];
  /** Derivatives in time at the first moment, below the highest order [unknown][order]. */
  readonly starts: readonly (readonly Expression[])[];
  /** Further conditions at the first moment, of orders that equations determine there. */
  readonly stated: readonly Stated[];
  /** Unknowns of which only slopes in space count. */
  readonly floating: readonly number[];
  readonly gauges: readonly Gauge[];
}

/** Most axes of space. */
const mostAxes = 2;

/** The rows of a problem, or why it cannot be marched, in words. */
export function evolutionForm(problem: Problem): EvolutionForm | string {
  const { axes, time, unknowns, equations, conditions, text, domain } = problem;
  if (time === undefined) return "it has no time";
  if (problem.parameters) return "its solution depends on parameters";
  if (Object.keys({ ...problem.trainable, ...fieldsOf(text) }).length > 0)
    return "constants or coefficients are to be found";
  if (problem.observations.length > 0) return "observations are to be met";
  const space = spaceAxes(problem);
  if (space.length > mostAxes) return `it has ${space.length} axes of space`;
  if (!Object.keys(domain).every((name) => axes.includes(name))) return "its domain is no box";
  const kindsOf = (of: readonly Expression[]) => new Set([...nodesOf(of)].map(({ kind }) => kind));
  const ofConditions = conditions.flatMap(expressionsOf);
  if (kindsOf(space.length > 0 ? [...equations, ...ofConditions] : ofConditions).has("elsewhere"))
    return "it asks for unknowns at other points";
  const kinds = kindsOf([...equations, ...ofConditions]);
  if (kinds.has("quadrature")) return "it has integrals in its equations";
  if (kinds.has("function")) return "a residual is a function, not a formula";
  const leaves: Leaf[] = [];
  const past: PastValue[] = [];
  const switches: Switch[] = [];
  const isSwitching = space.length === 0 && !kinds.has("elsewhere");
  const rowsOf = rowReader(problem, space, time, leaves, past, isSwitching ? switches : undefined);
  const inside = rowsOf(equations);
  const own = inside.flatMap(({ slopes }) => slopes.map(({ leaf }) => leaves[leaf]!));
  const inTime = unknowns.map((_, k) => highest(own, k, ({ inTime }) => inTime));
  if (past.some(({ leaf }) => leaves[leaf]!.inTime > inTime[leaves[leaf]!.unknown]!))
    return "it asks for higher derivatives at other times than at its own";
  if (isLater(problem, past)) return "it asks for unknowns at later times";
  if (inTime.every((order) => order === 0)) return "no unknown is differentiated in time";
  const orders = unknowns.map((_, k) => space.map((_axis, a) => highest(leaves, k, ({ inSpace }) => inSpace[a]!)));
  const starts = startsOf(problem, inTime);
  if (typeof starts === "string") return starts;
  const stated = conditions.flatMap((c): Stated[] => {
    if (c.kind !== "initial" || !c.prescribes) return [];
    const { unknown, order, value } = c.prescribes;
    return order[time]! < inTime[unknown]! ? [] : [{ unknown, order: order[time]!, value, text: c.text }];
  });
  const periodic = space.map(() => false);
  const faces: FaceRow[] = [];
  for (const c of conditions) {
    if (c.kind === "initial") continue;
    if (c.kind === "periodic") {
      if (c.on.axis === time) return "it is periodic in time";
      if (c.unknowns.length < unknowns.length) return "not all of its unknowns are periodic";
      periodic[space.indexOf(c.on.axis)] = true;
      continue;
    }
    const place = placeOf(c, space);
    if (typeof place === "string") return place;
    faces.push({ ...rowsOf([c.residual])[0]!, ...place, text: c.text });
  }
  const highestOfFaces = leaves.find(({ unknown, inTime: n }) => n > Math.max(inTime[unknown]!, 0));
  if (highestOfFaces) return "a condition has a derivative in time of the order of the equations or above";
  const floating = floatingOf([...inside, ...faces], leaves, inTime);
  const gauges = gaugesOf(problem, floating);
  if (typeof gauges === "string") return gauges;
  return {
    space,
    time,
    inTime,
    orders,
    periodic,
    leaves,
    past,
    switches,
    inside,
    faces,
    starts,
    stated,
    floating,
    gauges,
  };
}

const expressionsOf = (c: Problem["conditions"][number]): readonly Expression[] =>
  c.kind === "periodic" ? [] : [c.residual];

const highest = (leaves: readonly Leaf[], unknown: number, order: (leaf: Leaf) => number): number =>
  leaves.reduce((most, leaf) => (leaf.unknown === unknown ? Math.max(most, order(leaf)) : most), 0);

/** Makes rows of residuals with lists of leaves, of values at other times, and of switches where these are fixed. */
function rowReader(
  problem: Problem,
  space: readonly number[],
  time: number,
  leaves: Leaf[],
  past: PastValue[],
  switches?: Switch[],
) {
  const leafOf = (derivative: Derivative): number => {
    const name = nameOfDerivative(derivative);
    const known = leaves.findIndex((leaf) => leaf.name === name);
    if (known >= 0) return known;
    const { unknown, order } = derivative;
    return leaves.push({ name, unknown, inSpace: space.map((axis) => order[axis]!), inTime: order[time]! }) - 1;
  };
  return (residuals: readonly Expression[]): Row[] =>
    linearForms(problem, residuals, problem.constants).map(({ residual, terms }) => {
      const memo = new Map<Expression, Expression>();
      const put = (e: Expression) =>
        rewritten(
          e,
          (node, args) => {
            if (node.kind === "call") return switches && switched(node, args, switches);
            if (node.kind !== "elsewhere") return undefined;
            const name = `past${past.length}`;
            past.push({ leaf: leafOf(node), at: args[0]!, name });
            return data(name);
          },
          memo,
        );
      const own = put(residual);
      const isSwitched = switches?.some(({ side }) =>
        [...nodesOf(own)].some((e) => e.kind === "data" && e.name === side),
      );
      const slopes = terms.map((term) => ({
        leaf: leafOf(term),
        slope: isSwitched ? differentiate(own, { data: term.name }, problem.axes.length) : put(term.factor),
      }));
      return { residual: own, slopes };
    });
}

/** A call that turns where a formula of unknowns does, on a fixed side of it; undefined of others. */
function switched(node: Extract<Expression, { kind: "call" }>, args: readonly Expression[], switches: Switch[]) {
  const turn = turnOf({ ...node, args });
  if (!turn || ![...nodesOf(turn)].some(({ kind }) => kind === "data")) return undefined;
  const text = JSON.stringify(turn);
  let found = switches.find(({ of }) => JSON.stringify(of) === text);
  if (!found) {
    found = { of: turn, side: `side${switches.length}`, steepness: `steepness${switches.length}` };
    switches.push(found);
  }
  return onSide(node, args, found);
}

/** Moments at which places in time are looked at, and the share of the time that passes for rounding. */
const [looked, slack] = [1024, 1e-12];

/** True where a formula of time alone leads to a later one. */
function isLater({ bounds, constants, time }: Problem, past: readonly PastValue[]): boolean {
  const [begin, end] = bounds[time!]!;
  const moments = Float64Array.from({ length: looked + 1 }, (_, k) => begin + ((end - begin) * k) / looked);
  return past.some(
    ({ at }) =>
      ![...nodesOf(at)].some(({ kind }) => kind === "data") &&
      evaluateAt(at, moments, 1, constants).some((place, k) => place - moments[k]! > slack * (end - begin)),
  );
}

/** Derivatives in time at the first moment below the highest order [unknown][order], or why they are no formulas, in words. */
export function startsOf({ conditions, unknowns, time }: Problem, inTime: readonly number[]): Expression[][] | string {
  const starts: Expression[][] = unknowns.map(() => []);
  for (const c of conditions) {
    if (c.kind !== "initial") continue;
    if (!c.prescribes) return `"${c.text}" prescribes no value at the start`;
    const { unknown, order, value } = c.prescribes;
    if (order.some((n, axis) => n > 0 && axis !== time)) return `"${c.text}" prescribes a slope at the start`;
    if ([...nodesOf(value)].some(({ kind }) => ["elsewhere", "quadrature", "function", "data"].includes(kind)))
      return `"${c.text}" is no formula of coordinates`;
    starts[unknown]![order[time!]!] = value;
  }
  for (const [k, order] of inTime.entries()) {
    for (let j = 0; j < order; j++)
      if (starts[k]![j] === undefined) return `${unknowns[k]} has no start of order ${j} in time`;
  }
  return starts.map((list, k) => list.slice(0, inTime[k]));
}

function placeOf(c: ValueCondition, space: readonly number[]): Pick<FaceRow, "on" | "where"> | string {
  const { on } = c;
  if (on === "boundary") return { on };
  if ("axis" in on)
    return space.includes(on.axis)
      ? { on: { axis: space.indexOf(on.axis), side: on.side } }
      : "a condition holds at the end of time";
  if ("where" in on) return { on: "boundary", where: on.where };
  return "it has interfaces, or a polygon's edges";
}

/** Unknowns without a value of their own in any row. */
export function floatingOf(
  rows: readonly Pick<Row, "slopes">[],
  leaves: readonly Leaf[],
  inTime: readonly number[],
): number[] {
  const valued = new Set(
    rows.flatMap(({ slopes }) =>
      slopes.flatMap(({ leaf }) => (leaves[leaf]!.inSpace.every((n) => n === 0) ? [leaves[leaf]!.unknown] : [])),
    ),
  );
  return inTime.flatMap((order, k) => (order === 0 && !valued.has(k) ? [k] : []));
}

/** Integrals of such unknowns; others cannot be met. */
export function gaugesOf({ integrals, bounds, time }: Problem, floating: readonly number[]): Gauge[] | string {
  const gauges: Gauge[] = [];
  for (const { integrand, value, at, every, text } of integrals) {
    const isValue = integrand.kind === "derivative" && integrand.order.every((n) => n === 0);
    if (!isValue || !floating.includes(integrand.unknown)) return `the integral "${text}" is prescribed`;
    const whole = time !== undefined && at === undefined && !every;
    const [low, high] = bounds[time ?? 0]!;
    gauges.push({ unknown: integrand.unknown, value: whole ? call("div", value, number(high - low)) : value });
  }
  return gauges;
}
