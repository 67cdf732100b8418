/** A start that nothing determines: what diffuses is smoother later, and many starts lead there. */
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { fieldsOf } from "../problem/names.ts";
import type { Problem } from "../problem/problem.ts";

/** Share of the time that may pass before the first observation. */
const soon = 0.02;

/**
 * The reason not to believe a solution at its start, in words: an unknown that diffuses has no initial condition, and was first observed some time later (a backward
 * heat equation: modes e^(−k²t) of the start are below any noise). Undefined where that is not so.
 */
export function missingStart(problem: Problem): string | undefined {
  const { time, axes, bounds, observations, conditions, equations, unknowns, text } = problem;
  if (time === undefined || axes.length < 2 || observations.length === 0) return undefined;
  if (conditions.some((c) => c.kind === "periodic" && c.on.axis === time)) return undefined;
  const [start, end] = bounds[time]!;
  const moments = observations.flatMap(({ points }) => [...points].filter((_, i) => i % axes.length === time));
  const first = moments.reduce((a, b) => Math.min(a, b));
  if (first - start <= soon * (end - start)) return undefined;
  const initial = conditions.flatMap((c) => (c.kind === "initial" ? [...unknownsOf(c.residual)] : []));
  const own = unknowns.length - Object.keys(fieldsOf(text)).length;
  const k = unknowns.findIndex((_, u) => u < own && !initial.includes(u) && diffuses(equations, u, time));
  if (k < 0) return undefined;
  const when = Number(first.toPrecision(3));
  return `${unknowns[k]} has no initial condition and is not observed before ${axes[time]} = ${when}: what diffuses leaves of its start is below any noise by then; give the start, or observations of it, or begin at ${axes[time]} = ${when}`;
}

const unknownsOf = (e: Expression): Set<number> =>
  new Set([...nodesOf(e)].flatMap((node) => (node.kind === "derivative" ? [node.unknown] : [])));

/** True where equations have the first derivative in time of an unknown, not the second, and second ones in space. */
function diffuses(equations: readonly Expression[], unknown: number, time: number): boolean {
  const nodes = equations.flatMap((e) => [...nodesOf(e)]);
  const orders = nodes.flatMap((node) => (node.kind === "derivative" && node.unknown === unknown ? [node.order] : []));
  const inTime = Math.max(0, ...orders.map((order) => order[time]!));
  const inSpace =
    nodes.some((node) => node.kind === "laplacian" && node.unknown === unknown) ||
    orders.some((order) => order.some((n, axis) => axis !== time && n >= 2));
  return inTime === 1 && inSpace;
}
