/**
 * Continuation in the leading coefficient of a nonlinear problem on a line: layers are wide where the highest
 * derivatives count many times over, and become narrow in stages, on a mesh that follows them.
 */

import type { Expression } from "../../equations/expression/index.ts";
import { call, data, one } from "../../equations/expression/index.ts";
import { type LinearForm, nameOfDerivative, substitution } from "../../equations/problem/index.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Mesh } from "./mesh.ts";
import { minimised } from "./newton.ts";
import { marked, refine } from "./refinement.ts";
import { residualsOn, totalSquares } from "./residuals.ts";
import { Memo } from "./site.ts";
import { stretchedOn } from "./stretching.ts";

/** Name of the multiple among constants: no text can have it. */
const multiple = "multiple of the highest derivatives";
/** Largest multiple with which it may begin, and the factor between those that are tried. */
const [largest, apart] = [1e8, 10];
/** Factor of the multiple at first, from which a failed stage draws back by roots, and the nearest to 1. */
const [boldest, meekest] = [1 / 4, 0.9];
/** Power of that factor after a stage that came to rest. */
const bolder = 1.25;
/**
 * Residuals beside that of the functions with which it begins: left by a stage that is over, so that the next mesh
 * hardly moves its layers; and left at once by a stage whose layers are near those of the one before.
 */
const [enough, near] = [1e-8, 0.02];
/** Share of what one mesh leaves that the next one leaves at most. */
const falling = 0.5;
/** Of a stage: meshes of the first and of the others, Newton's steps on each, elements that are cut at once, and all. */
const most = { first: 2, meshes: 12, steps: 15, atOnce: 48, elements: 600 };

/** True where {@link ledToLayers} may find a solution. */
export const canBeLed = ({ region, highest, sought, observations, given, linear }: Discretisation): boolean =>
  region.dimension === 1 &&
  !(linear || given) &&
  sought.length + observations.length === 0 &&
  highest.every((order) => order >= 2);

/**
 * Solution by continuation in the leading coefficient (Ascher, Mattheij & Russell, Numerical Solution of Boundary Value
 * Problems, 1995, section 8.3). It begins with polynomials through the conditions and the least multiple for which one
 * cut of the mesh is enough.
 *
 * @param start - its cells stay as they are
 * @param hasTime - asked before each step
 * @returns another mesh with the solution; undefined where a stage did not come to rest
 */
export function ledToLayers(whole: Discretisation, start: Mesh, hasTime: () => boolean): Mesh | undefined {
  const constants: Record<string, number> = { ...whole.constants };
  const names = new Set(leadingOf(whole).map(({ name }) => name));
  const layout: Discretisation = {
    ...{ ...whole, constants, memo: new Memo() },
    equations: whole.equations.map((form) => multiplied(form, names)),
  };
  const first = start.copy(start.root.degree, (_, to) => {
    to.coefficients = new Float64Array(whole.problem.unknowns.length * (to.degree + 1));
  });
  passThroughConditions(whole, first, hasTime);
  const size = Math.sqrt(totalSquares(residualsOn(whole, first)));

  const stage = (times: number, from: Mesh, meshes: number): Mesh | undefined => {
    constants[multiple] = times;
    const mesh = from.copy(from.root.degree, (cell, to) => {
      to.coefficients = cell.coefficients;
    });
    let last = near;
    for (let k = 0; k < meshes && mesh.elements().length <= most.elements && hasTime(); k++) {
      const { residuals, converged } = minimised(layout, mesh, undefined, { most: most.steps, hasTime })!;
      const left = Math.sqrt(totalSquares(residuals)) / size;
      if (left <= enough) return mesh;
      if (!converged || !(left <= last)) return undefined;
      last = falling * left;
      const totals = new Map([...residuals].map(([cell, { total }]) => [cell, total] as const));
      for (const cell of marked(totals, most.atOnce)) refine(layout, mesh, cell, residuals.get(cell)!.middle);
    }
    return undefined;
  };
  let times = 1;
  let mesh = stage(times, first, most.first);
  while (!mesh && times < largest && hasTime()) {
    times *= apart;
    mesh = stage(times, first, most.first);
  }
  let before: { readonly mesh: Mesh; readonly times: number } | undefined;
  for (let factor = boldest; mesh && times > 1; ) {
    const next = Math.max(1, times * factor);
    const start = before && stretchedOn(whole, before.mesh, mesh, (next - times) / (times - before.times));
    const found = stage(next, start ?? mesh, most.meshes);
    if (found) {
      before = { mesh, times };
      [mesh, times, factor] = [found, next, Math.max(boldest, factor ** bolder)];
    } else if (factor > meekest || !hasTime()) return undefined;
    else factor = Math.sqrt(factor);
  }
  return mesh;
}

/** The highest derivatives. */
const leadingOf = ({ highest }: Discretisation) =>
  highest.map((order, unknown) => {
    const derivative = { unknown, order: [order] };
    return { ...derivative, name: nameOfDerivative(derivative) };
  });

/** Makes coefficients, which are 0, those of functions without highest derivatives that meet the conditions. */
export function passThroughConditions(whole: Discretisation, mesh: Mesh, hasTime: () => boolean): void {
  const straight: Discretisation = {
    ...{ ...whole, memo: new Memo(), linear: whole.conditions.every(({ form }) => form.linear), integrals: [] },
    equations: leadingOf(whole).map((term) => ({
      ...{ residual: data(term.name), terms: [{ ...term, factor: one }], slopes: [], linear: true },
    })),
  };
  minimised(straight, mesh, undefined, { most: most.steps, hasTime });
}

/** A form in which some derivatives count many times over. */
function multiplied(form: LinearForm, names: ReadonlySet<string>): LinearForm {
  const s: Expression = Object.freeze({ kind: "constant", name: multiple });
  const put = substitution([], 1, Object.fromEntries([...names].map((name) => [name, call("mul", s, data(name))])));
  const terms = form.terms.map((term) => {
    const factor = put(term.factor);
    return { ...term, factor: names.has(term.name) ? call("mul", s, factor) : factor };
  });
  return { residual: put(form.residual), terms, slopes: [], linear: false };
}
