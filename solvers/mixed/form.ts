/** Problems of flow: equations of second order for velocities and what else diffuses, and one of first order for a pressure. */
import { type Expression, nodesOf, spaceAxes } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { rowsForm } from "../spectral/index.ts";
import type { FlowForm } from "./sides.ts";

const sum = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

/** The form of a flow in a plane, or why a problem is none, in words. */
export function flowForm(problem: Problem): FlowForm | string {
  if (spaceAxes(problem).length !== 2) return "it is not in a plane";
  const rows = rowsForm(problem);
  if (typeof rows === "string") return rows;
  if (rows.periodic.includes(true)) return "it is periodic";
  const { inside, inTime } = rows;
  const highest = (row: number, unknown: number) =>
    Math.max(
      -1,
      ...inside[row]!.slopes.flatMap(({ leaf }) => {
        const own = rows.leaves[leaf]!;
        return own.unknown === unknown ? [sum(own.inSpace)] : [];
      }),
    );
  const all = [...inside.keys()];
  const jumping = all.filter((k) => highest(k, k) < 2);
  const [pressure] = jumping;
  if (jumping.length !== 1 || pressure === undefined) return "it has no pressure beside unknowns that diffuse";
  if (highest(pressure, pressure) >= 0) return "its pressure stands in its own equation";
  if (all.some((k) => highest(pressure, k) > 1 || highest(k, pressure) > 1))
    return "its pressure, or the equation of continuity, is of second order";
  if (inTime[pressure]! > 0) return "its pressure is differentiated in time";
  if (inTime.some((order) => order > 1)) return "it is of second order in time";
  const slopesOf = (row: number, unknown: number) =>
    inside[row]!.slopes.map(({ leaf }) => rows.leaves[leaf]!).filter((leaf) => leaf.unknown === unknown);
  const velocityAlong = (axis: number) =>
    all.filter((k) =>
      [slopesOf(k, pressure), slopesOf(pressure, k)].every((own) => own.some((l) => l.inSpace[axis] === 1)),
    );
  const [u, v] = [velocityAlong(0), velocityAlong(1)];
  if (!u.some((k) => v.some((l) => l !== k))) return "its pressure's slopes drive no velocities that are in continuity";
  const leaves = [...rows.leaves];
  for (const unknown of all) {
    const orders =
      unknown === pressure
        ? [[0, 0]]
        : [
            [0, 0],
            [1, 0],
            [0, 1],
          ];
    for (const inSpace of orders)
      if (
        !leaves.some(
          (leaf) => leaf.unknown === unknown && leaf.inTime === 0 && String(leaf.inSpace) === String(inSpace),
        )
      )
        leaves.push({ name: `derivative ${unknown} ${inSpace}`, unknown, inSpace, inTime: 0 });
  }
  return { ...rows, leaves, pressure };
}

/**
 * Why a flow is not marched, in words: what is solved in a stage is linear, and stays the same for all steps of one length.
 */
export function unmarchable({ problem, inside, inTime, faces, leaves, pressure }: FlowForm): string | undefined {
  const { time } = problem;
  const nodes = (e: Expression) => [...nodesOf(e)];
  const changes = (e: Expression) => nodes(e).some((node) => node.kind === "coordinate" && node.axis === time);
  const varies = (e: Expression) => changes(e) || nodes(e).some(({ kind }) => kind === "data");
  const slopesOf = (k: number, which: (leaf: FlowForm["leaves"][number]) => boolean) =>
    inside[k]!.slopes.filter(({ leaf }) => which(leaves[leaf]!)).map(({ slope }) => slope);
  for (const k of inside.keys()) {
    if (slopesOf(k, ({ unknown, inSpace }) => unknown === pressure || sum(inSpace) === 2).some(varies))
      return "its viscosity, or the factor of its pressure, changes with time or with the unknowns";
    const rates = inside[k]!.slopes.filter(({ leaf }) => leaves[leaf]!.inTime > 0);
    if (rates.some(({ leaf, slope }) => varies(slope) || leaves[leaf]!.unknown !== k))
      return "derivatives in time have factors that change, or stand in equations of other unknowns";
    if (inTime[k] === 0 && (slopesOf(k, () => true).some(varies) || changes(inside[k]!.residual)))
      return "an equation without derivatives in time is not linear, or changes with time";
  }
  if (faces.some(({ slopes }) => slopes.some(({ slope }) => varies(slope))))
    return "a condition is not linear, or has factors that change with time";
  const isMoving = problem.conditions.some(({ on }) => typeof on === "object" && "where" in on && changes(on.where));
  return isMoving ? "the place of a condition moves" : undefined;
}
