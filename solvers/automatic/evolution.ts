/** Equations in time and one or two space axes, as rows in derivatives of the unknowns at the nodes of a grid. */

import { domainOf } from "../domain/domain.ts";
import { data, isZero, total } from "../expression/build.ts";
import { differentiate } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import { withArgs } from "../expression/quadrature.ts";
import { bottomUp, nodesOf } from "../expression/tree.ts";
import { isLinear } from "../features/linearity.ts";
import { fieldsOf } from "../problem/names.ts";
import type { PeriodicCondition, Problem, ValueCondition } from "../problem/problem.ts";

/** The derivatives that a row may have of each unknown, by their orders along the axes, time last: those in space, then u_t and u_tt. */
export interface Jet {
  readonly orders: readonly (readonly number[])[];
  /** How many of them are in space; the first of them, in time, comes then. */
  readonly inSpace: number;
}
const jetOf = (...inSpace: readonly (readonly number[])[]): Jet => ({
  orders: [...inSpace.map((order) => [...order, 0]), ...[1, 2].map((order) => [...inSpace[0]!.map(() => 0), order])],
  inSpace: inSpace.length,
});
const [onLine, inPlane] = [jetOf([0], [1], [2], [3], [4]), jetOf([0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2])];
/** The highest order in space where there are faces. */
const mostBesideFaces = 2;
/** The order in space of one of them; 0 of those in time. */
const orderInSpace = ({ orders }: Jet, kind: number): number =>
  orders[kind]!.slice(0, -1).reduce((sum, order) => sum + order, 0);

/** The name of a derivative among the data of a row. */
export const jetName = (unknown: number, kind: number): string => `jet${unknown},${kind}`;

/** What is 0 at a node, in data alone ({@link jetName}, "source0", "normal0"), and what changes it. */
export interface Row {
  readonly residual: Expression;
  /** Derivatives with respect to those of the unknowns that change it. */
  readonly slopes: readonly { readonly unknown: number; readonly kind: number; readonly slope: Expression }[];
}

/** Rows inside and on the faces, one for each unknown. */
export interface Evolution {
  readonly jet: Jet;
  readonly inside: readonly Row[];
  /** Of each axis in space; undefined where its two faces are one. */
  readonly faces: readonly ({ readonly low: readonly Row[]; readonly high: readonly Row[] } | undefined)[];
  /** Of each unknown at the first moment, in coordinates: its value, and its derivative in time where that is prescribed. */
  readonly starts: readonly { readonly value: Expression; readonly slope?: Expression }[];
  /** What is asked for, in the same data; undefined where it needs more. */
  readonly quantities: readonly (Expression | undefined)[];
}

/**
 * The rows of a problem.
 *
 * @returns undefined for problems of other axes, of other orders, with constants or fields to be found, with integrals, with observations, or with values at other points, where a face
 * has not one condition for each unknown, and of fronts without viscosity
 */
export function evolutionOf(problem: Problem): Evolution | undefined {
  const { axes, time, domain, trainable, integrals, observations, equations, conditions, unknowns, text } = problem;
  const open = Object.keys({ ...trainable, ...fieldsOf(text) }).length + integrals.length + observations.length > 0;
  const jet = time === 1 ? onLine : inPlane;
  if (open || axes.length !== jet.orders[0]!.length || time !== axes.length - 1) return undefined;
  if (problem.parameters || !domainOf(domain).isBox) return undefined;
  const inside = rowsOf(jet, equations, unknowns.length);
  const starts = startsOf(problem);
  const of = ({ slopes }: Row, is: (kind: number) => boolean) => slopes.some(({ kind }) => is(kind));
  // Without viscosity differences of what is not linear find other weak solutions, or none.
  const marches = (row: Row, k: number) =>
    of(row, (kind) => kind >= jet.inSpace) &&
    (of(row, (kind) => orderInSpace(jet, kind) > 1) ||
      !of(row, (kind) => orderInSpace(jet, kind) === 1) ||
      isLinear(equations[k]!));
  if (!starts || !inside?.every(marches)) return undefined;
  const onFaces = conditions.filter((c): c is ValueCondition => c.kind !== "periodic" && c.kind !== "initial");
  const isOn = ({ on }: ValueCondition, axis: number, side: "low" | "high") =>
    on === "boundary" || ("axis" in on && on.axis === axis && (on.side === "both" || on.side === side));
  const spaces = axes.slice(0, -1).map((_, axis) => axis);
  const plain = (c: ValueCondition) => !c.table && spaces.some((axis) => isOn(c, axis, "low") || isOn(c, axis, "high"));
  if (!onFaces.every(plain)) return undefined;
  const faces = spaces.map((axis): Evolution["faces"][number] | "unknown" => {
    const around = conditions.filter((c): c is PeriodicCondition => c.kind === "periodic" && c.on.axis === axis);
    const on = (side: "low" | "high") => onFaces.filter((c) => isOn(c, axis, side)).map((c) => c.residual);
    if (around.length > 0) {
      const whole = around.length === 1 && around[0]!.unknowns.length === unknowns.length;
      return whole && on("low").length + on("high").length === 0 ? undefined : "unknown";
    }
    const [low, high] = [rowsOf(jet, on("low"), unknowns.length), rowsOf(jet, on("high"), unknowns.length)];
    const known = low && high && [...inside, ...low, ...high].every((row) => ofSecondOrder(jet, row));
    return known ? { low, high } : "unknown";
  });
  if (!faces.every((face) => face !== "unknown")) return undefined;
  const quantities = problem.quantities.map(({ quantity }) => rowsOf(jet, [quantity], 1)?.[0]?.residual);
  return { jet, inside, faces, starts, quantities };
}

/** The derivatives that rows have, with the unknowns and their slopes, which are asked for in any case. */
export function usedKinds({ jet, inside, faces }: Evolution): ReadonlySet<number> {
  const rows = [...inside, ...faces.flatMap((face) => (face ? [...face.low, ...face.high] : []))];
  return new Set([
    ...[0, ...faces.map((_, axis) => 1 + axis), jet.inSpace],
    ...rows.flatMap(({ slopes }) => slopes.map(({ kind }) => kind)),
  ]);
}

const ofSecondOrder = (jet: Jet, { slopes }: Row): boolean =>
  slopes.every(({ kind }) => orderInSpace(jet, kind) <= mostBesideFaces);

/** What is prescribed at the first moment; undefined where the value of an unknown is not, or something else is. */
function startsOf({ conditions, unknowns }: Problem): Evolution["starts"] | undefined {
  const all = conditions.filter((c): c is ValueCondition => c.kind === "initial");
  const found = unknowns.map((_, u) => {
    const of = (order: number) =>
      all.find(
        ({ prescribes: p, table }) =>
          !table && p?.unknown === u && p.order.slice(0, -1).every((n) => n === 0) && p.order.at(-1) === order,
      )?.prescribes?.value;
    const [value, slope] = [of(0), of(1)];
    return { value, ...(slope && { slope }) };
  });
  const told = found.reduce((sum, { value, slope }) => sum + (value ? 1 : 0) + (slope ? 1 : 0), 0);
  return told === all.length && found.every((one): one is Evolution["starts"][number] => one.value !== undefined)
    ? found
    : undefined;
}

/** One row for each unknown; undefined where there are more or fewer, or they need what is not there. */
function rowsOf(jet: Jet, residuals: readonly Expression[], unknowns: number): readonly Row[] | undefined {
  const unsayable = (e: Expression) =>
    ["elsewhere", "abscissa", "quadrature", "function"].includes(e.kind) ||
    (e.kind === "derivative" && kindOf(jet, e.order) < 0);
  if (residuals.length !== unknowns || [...nodesOf(residuals)].some(unsayable)) return undefined;
  const written = new Map<Expression, Expression>();
  return residuals.map((residual) => {
    for (const node of bottomUp(residual, written)) written.set(node, inData(jet, node, written));
    const row = written.get(residual)!;
    const kinds = jet.orders.length;
    const slopes = Array.from({ length: unknowns * kinds }, (_, k) => {
      const [unknown, kind] = [Math.floor(k / kinds), k % kinds];
      return { unknown, kind, slope: differentiate(row, { data: jetName(unknown, kind) }, jet.orders[0]!.length) };
    });
    return { residual: row, slopes: slopes.filter(({ slope }) => !isZero(slope)) };
  });
}

const kindOf = ({ orders }: Jet, order: readonly number[]): number =>
  orders.findIndex((known) => known.every((n, axis) => n === order[axis]));

/** A node with data in the place of the unknowns. */
function inData(jet: Jet, node: Expression, written: ReadonlyMap<Expression, Expression>): Expression {
  if (node.kind === "derivative") return data(jetName(node.unknown, kindOf(jet, node.order)));
  if (node.kind === "laplacian") {
    const second = jet.orders.flatMap((order, kind) => (kind < jet.inSpace && order.includes(2) ? [kind] : []));
    return total(second.map((kind) => data(jetName(node.unknown, kind))));
  }
  return "args" in node
    ? withArgs(
        node,
        node.args.map((a) => written.get(a)!),
      )
    : node;
}
