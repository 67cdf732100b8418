/**
 * A step of Newton's method on elements from a solution of another kind: how far a residual too small to be seen may
 * move it.
 */

import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { Basis, productPoints } from "./basis.ts";
import { discretised } from "./discretisation.ts";
import { solvedOn } from "./elimination.ts";
import type { Cell } from "./mesh.ts";
import { startMesh } from "./start-mesh.ts";

/** Degree of the polynomials, elements at most, and the least width of one beside the axis. */
const [degree, mostElements, narrowest] = [12, 200, 1e-3];
/** Distance from the solution, beside its largest value, at which polynomials follow it. */
const followed = 1e-10;
/** Places in an element at which they are compared. */
const places = [0.001, 0.13, 0.37, 0.55, 0.81, 0.999];

/**
 * Length of a whole step from a solution beside its size, L². On elements that follow the solution as well as they can
 * the step solves what their rows leave; where the linearised equations are nearly singular, as those of a layer whose
 * place is hardly determined, next to nothing that is left moves it far.
 *
 * @param problem - for which `unsuitedToElements` has nothing to say
 * @param evaluate - the solution at points [n, axes]: [n, unknowns]
 * @param blas - whether the machine's own LAPACK may eliminate
 * @returns undefined for linear problems, those on more than one axis or with constants to be found, and where the
 *   solution is too rough for so many elements
 */
export async function newtonStepFrom(
  problem: Problem,
  evaluate: (points: Float64Array) => Promise<Float64Array>,
  blas = true,
): Promise<number | undefined> {
  if (problem.axes.length !== 1) return undefined;
  const layout = discretised(problem, { blas });
  if (layout.linear || layout.sought.length > 0) return undefined;
  const mesh = startMesh(layout, degree);
  const rule = gaussLegendre(degree + 1);
  const count = problem.unknowns.length;
  const width = ({ box }: Cell) => box.high[0]! - box.low[0]!;
  const extent = layout.region.high[0]! - layout.region.low[0]!;
  for (;;) {
    const cells = mesh.elements().filter(({ coefficients }) => !coefficients);
    if (cells.length === 0) break;
    if (mesh.elements().length > mostElements) return undefined;
    const inside = cells.map(({ box }) => productPoints(box.low, box.high, rule));
    const others = cells.map((cell) => Float64Array.from(places, (place) => cell.box.low[0]! + place * width(cell)));
    const own = (rule.nodes.length + places.length) * count;
    const all = await evaluate(Float64Array.from(cells.flatMap((_, c) => [...inside[c]!.points, ...others[c]!])));
    for (const [c, cell] of cells.entries()) {
      const values = all.subarray(c * own, (c + 1) * own);
      const elsewhere = values.subarray(rule.nodes.length * count);
      const [basis, check] = [
        new Basis(cell, inside[c]!, 0),
        new Basis(cell, { points: others[c]!, along: undefined }, 0),
      ];
      const coefficients = new Float64Array(count * basis.size);
      let [off, size] = [0, 0];
      for (let j = 0; j < count; j++) {
        for (const [i, w] of inside[c]!.weights.entries())
          basis.add(i, [0], w * values[i * count + j]!, coefficients, j * basis.size);
        check.values([0], coefficients, j * basis.size).forEach((v, i) => {
          off = Math.max(off, Math.abs(v - elsewhere[i * count + j]!));
          size = Math.max(size, Math.abs(v));
        });
      }
      if (off > followed * size && width(cell) > narrowest * extent)
        mesh.split(cell, 0, (cell.box.low[0]! + cell.box.high[0]!) / 2);
      else cell.coefficients = coefficients;
    }
  }
  const next = solvedOn(layout, mesh, undefined)!.coefficients;
  let [moved, whole] = [0, 0];
  for (const cell of mesh.elements()) {
    next.get(cell)!.forEach((v, k) => {
      moved += width(cell) * (v - cell.coefficients![k]!) ** 2;
      whole += width(cell) * cell.coefficients![k]! ** 2;
    });
  }
  return Math.sqrt(moved / whole);
}
