/**
 * Places of a boundary that have another number of conditions than the orders of a steady system ask for, as where a
 * pressure alone is given at an outlet.
 */

import { numberText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { linearForms } from "../../equations/problem/index.ts";
import { discretised, unsuitedToElements } from "../elements/discretisation.ts";
import { boundaryPoints } from "../elements/points.ts";
import { startMesh } from "../elements/start-mesh.ts";

/** Points along an axis of a part of the boundary in a cell. */
const looks = 3;
/** Unknowns of which all orders are added up. */
const mostUnknowns = 8;

/**
 * A place that has too few conditions or too many, in words; undefined where none has, where that is not known, and for
 * a single equation of second order. An elliptic system of total order 2m has m conditions at each point of its
 * boundary (Agmon, Douglis and Nirenberg 1964, doi:10.1002/cpa.3160170104).
 */
export function oddConditions(problem: Problem): string | undefined {
  const { time, axes, unknowns } = problem;
  if (time !== undefined || axes.length < 2 || unsuitedToElements(problem) !== undefined) return undefined;
  const order = totalOrder(problem);
  const wanted = order / 2;
  if (!Number.isInteger(wanted) || wanted < 2) return undefined;
  const layout = discretised(problem);
  const { region, periodic, conditions } = layout;
  const d = axes.length;
  for (const cell of startMesh(layout, 2).elements()) {
    for (const part of boundaryPoints(cell, region, periodic, looks)) {
      for (let i = 0; i < part.weights.length; i++) {
        const count = conditions.filter((condition) => condition.holdsAt(part, i)).length;
        if (count === wanted) continue;
        const place = axes.map((axis, k) => `${axis} = ${numberText(part.points[i * d + k]!, 3)}`);
        const has = `${count} condition${count === 1 ? "" : "s"}`;
        const asked = `the orders of the equations for ${unknowns.join(", ")} ask for ${wanted} at each point of the boundary`;
        return `it has ${has} near ${place.join(", ")}, and ${asked}: ${count < wanted ? "add what is missing there, as the velocity along an outlet beside its pressure" : "leave out what is too much"}`;
      }
    }
  }
  return undefined;
}

/**
 * The largest sum of orders of equations, each in an unknown of its own: the order of the determinant of a system
 * without cancellation. NaN where an order is odd all over, or there are many unknowns.
 */
function totalOrder(problem: Problem): number {
  const { equations, unknowns } = problem;
  if (equations.length !== unknowns.length || unknowns.length > mostUnknowns) return Number.NaN;
  const orders = linearForms(problem, equations).map(({ terms }) =>
    unknowns.map((_, k) =>
      Math.max(
        Number.NEGATIVE_INFINITY,
        ...terms.filter(({ unknown }) => unknown === k).map(({ order }) => order.reduce((a, b) => a + b)),
      ),
    ),
  );
  if (!orders.flat().some((n) => n >= 2)) return Number.NaN;
  // Over all sets of unknowns, equation by equation.
  let most = new Map([[0, 0]]);
  for (const row of orders) {
    const next = new Map<number, number>();
    for (const [set, sum] of most)
      for (const [k, n] of row.entries())
        if (!(set & (1 << k)))
          next.set(set | (1 << k), Math.max(next.get(set | (1 << k)) ?? Number.NEGATIVE_INFINITY, sum + n));
    most = next;
  }
  return Math.max(...most.values());
}
