/** Problems of flow: equations of second order for velocities and what else diffuses, and one of first order for a pressure. */
import type { Problem } from "../../equations/problem/index.ts";
import { rowsForm } from "../spectral/index.ts";
import type { FlowForm } from "./sides.ts";

const sum = (order: readonly number[]) => order.reduce((a, b) => a + b, 0);

/** The form of a steady flow in a plane, or why a problem is none, in words. */
export function flowForm(problem: Problem): FlowForm | string {
  if (problem.axes.length !== 2 || problem.time !== undefined) return "it is not steady in a plane";
  const rows = rowsForm(problem);
  if (typeof rows === "string") return rows;
  if (rows.periodic.includes(true)) return "it is periodic";
  const { inside } = rows;
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
            [1, 0],
            [0, 1],
          ];
    for (const inSpace of orders)
      if (!leaves.some((leaf) => leaf.unknown === unknown && String(leaf.inSpace) === String(inSpace)))
        leaves.push({ name: `derivative ${unknown} ${inSpace}`, unknown, inSpace, inTime: 0 });
  }
  return { ...rows, leaves, pressure };
}
