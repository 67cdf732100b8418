/** Equations in time and one space axis, as rows in derivatives of the unknowns on the lines of a grid. */
import { isLinear } from "../baseline/linearity.ts";
import { domainOf } from "../domain/domain.ts";
import { data, isZero } from "../expression/build.ts";
import { differentiate } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import { withArgs } from "../expression/quadrature.ts";
import { bottomUp, nodesOf } from "../expression/tree.ts";
import { fieldsOf } from "../problem/names.ts";
import type { PeriodicCondition, Problem, ValueCondition } from "../problem/problem.ts";

/** The derivatives that a row may have of each unknown: u, u_x … u_xxxx, u_t, u_tt. */
export const jet: readonly (readonly [number, number])[] = [
  ...([0, 1, 2, 3, 4] as const).map((order) => [order, 0] as const),
  ...([1, 2] as const).map((order) => [0, order] as const),
];
/** How many of them are in space; the first of them, in time, comes then. */
export const inSpace = 5;
/** The highest order in space where there are faces. */
const mostBesideFaces = 2;

/** The name of a derivative among the data of a row. */
export const jetName = (unknown: number, kind: number): string => `jet${unknown},${kind}`;

/** What is 0 at a node, in data alone ({@link jetName}, "source0", "normal0"), and what changes it. */
export interface Row {
  readonly residual: Expression;
  /** Derivatives with respect to those of the unknowns that change it. */
  readonly slopes: readonly { readonly unknown: number; readonly kind: number; readonly slope: Expression }[];
}

/** Rows inside and on the two faces in space, one for each unknown; no faces where they are one. */
export interface Evolution {
  readonly inside: readonly Row[];
  readonly faces?: { readonly low: readonly Row[]; readonly high: readonly Row[] };
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
  if (open || time !== 1 || axes.length !== 2 || problem.parameters || !domainOf(domain).isBox) return undefined;
  const around = conditions.filter((c): c is PeriodicCondition => c.kind === "periodic");
  const onFaces = conditions.filter((c): c is ValueCondition => c.kind !== "periodic" && c.kind !== "initial");
  const inside = rowsOf(equations, unknowns.length);
  const starts = startsOf(problem);
  const of = ({ slopes }: Row, from: number, to: number) => slopes.some(({ kind }) => kind >= from && kind < to);
  // Without viscosity differences of what is not linear find other weak solutions, or none.
  const marches = (row: Row, k: number) =>
    of(row, inSpace, jet.length) && (of(row, 2, inSpace) || !of(row, 1, 2) || isLinear(equations[k]!));
  if (!starts || !inside?.every(marches)) return undefined;
  const quantities = problem.quantities.map(({ quantity }) => rowsOf([quantity], 1)?.[0]?.residual);
  if (around.length > 0) {
    const whole = onFaces.length === 0 && around.length === 1 && around[0]!.unknowns.length === unknowns.length;
    return whole ? { inside, starts, quantities } : undefined;
  }
  const isOn = ({ on }: ValueCondition, side: "low" | "high") =>
    on === "boundary" || ("axis" in on && on.axis === 0 && (on.side === "both" || on.side === side));
  const on = (side: "low" | "high") => onFaces.filter((c) => isOn(c, side)).map((c) => c.residual);
  const [low, high] = [rowsOf(on("low"), unknowns.length), rowsOf(on("high"), unknowns.length)];
  const plain = onFaces.every((c) => !c.table && (isOn(c, "low") || isOn(c, "high")));
  const known = plain && low && high && [...inside, ...low, ...high].every(ofSecondOrder);
  return known ? { inside, faces: { low, high }, starts, quantities } : undefined;
}

const ofSecondOrder = ({ slopes }: Row): boolean =>
  slopes.every(({ kind }) => kind <= mostBesideFaces || kind >= inSpace);

/** What is prescribed at the first moment; undefined where the value of an unknown is not, or something else is. */
function startsOf({ conditions, unknowns }: Problem): Evolution["starts"] | undefined {
  const all = conditions.filter((c): c is ValueCondition => c.kind === "initial");
  const found = unknowns.map((_, u) => {
    const of = (order: number) =>
      all.find(({ prescribes: p, table }) => !table && p?.unknown === u && p.order[0] === 0 && p.order[1] === order)
        ?.prescribes?.value;
    const [value, slope] = [of(0), of(1)];
    return { value, ...(slope && { slope }) };
  });
  const told = found.reduce((sum, { value, slope }) => sum + (value ? 1 : 0) + (slope ? 1 : 0), 0);
  return told === all.length && found.every((one): one is Evolution["starts"][number] => one.value !== undefined)
    ? found
    : undefined;
}

/** One row for each unknown; undefined where there are more or fewer, or they need what is not there. */
function rowsOf(residuals: readonly Expression[], unknowns: number): readonly Row[] | undefined {
  const unsayable = (e: Expression) =>
    ["elsewhere", "abscissa", "quadrature", "function"].includes(e.kind) ||
    (e.kind === "derivative" && kindOf(e.order) < 0);
  if (residuals.length !== unknowns || [...nodesOf(residuals)].some(unsayable)) return undefined;
  const written = new Map<Expression, Expression>();
  return residuals.map((residual) => {
    for (const node of bottomUp(residual, written)) written.set(node, inData(node, written));
    const row = written.get(residual)!;
    const slopes = Array.from({ length: unknowns * jet.length }, (_, k) => {
      const [unknown, kind] = [Math.floor(k / jet.length), k % jet.length];
      return { unknown, kind, slope: differentiate(row, { data: jetName(unknown, kind) }, 2) };
    });
    return { residual: row, slopes: slopes.filter(({ slope }) => !isZero(slope)) };
  });
}

const kindOf = (order: readonly number[]): number =>
  jet.findIndex((known) => known.every((n, axis) => n === order[axis]));

/** A node with data in the place of the unknowns. */
function inData(node: Expression, written: ReadonlyMap<Expression, Expression>): Expression {
  if (node.kind === "derivative") return data(jetName(node.unknown, kindOf(node.order)));
  if (node.kind === "laplacian") return data(jetName(node.unknown, 2));
  return "args" in node
    ? withArgs(
        node,
        node.args.map((a) => written.get(a)!),
      )
    : node;
}
