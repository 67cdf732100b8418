/**
 * Continuation in the share of what is nonlinear: Newton's method goes from the solution of the linear part to that of
 * the whole, a larger share on each finer mesh.
 */

import type { Expression } from "../../equations/expression/index.ts";
import { call, data, one, total, zero } from "../../equations/expression/index.ts";
import type { LinearForm } from "../../equations/problem/index.ts";
import { substitution } from "../../equations/problem/index.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Mesh } from "./mesh.ts";
import { minimised, type Solved } from "./newton.ts";

/** Name of the share among constants: no text can have it. */
const share = "share of the nonlinear part";
/** Shares with which it may begin, and the factor by which the share grows on the next mesh. */
const [beginnings, growth] = [[1 / 4, 1 / 16, 1 / 64], 2];

/** A problem of which a share of the nonlinear part counts. */
export interface Continuation {
  readonly layout: Discretisation;
  /** On the mesh with which it began. */
  readonly solved: Solved;
  /** Takes a larger share. @returns false where the whole counts already */
  grow(): boolean;
}

/**
 * Begins at the largest share for which Newton's method comes to rest from the zero function.
 *
 * @param zeroOut - makes the coefficients of all elements those of the zero function
 * @param hasTime - asked before each step but the first
 * @returns undefined where there is no such share
 */
export function continuation(
  whole: Discretisation,
  mesh: Mesh,
  zeroOut: () => void,
  hasTime: () => boolean,
): Continuation | undefined {
  const axes = whole.region.dimension;
  const constants = whole.constants;
  const layout: Discretisation = {
    ...whole,
    equations: whole.equations.map((form) => eased(form, axes)),
    conditions: whole.conditions.map((c) => ({ ...c, form: eased(c.form, axes) })),
    integrals: whole.integrals.map((i) => ({ ...i, form: eased(i.form, axes) })),
  };
  for (const beginning of beginnings) {
    constants[share] = beginning;
    zeroOut();
    const solved = minimised(layout, mesh, undefined, { most: 12, hasTime });
    if (!solved?.converged) continue;
    const grow = () => {
      const before = constants[share]!;
      constants[share] = Math.min(1, growth * before);
      return before < 1;
    };
    return { layout, solved, grow };
  }
  return undefined;
}

/**
 * s F(u) + (1 − s) (F(0) + F′(0) u), with its derivatives: the natural homotopy from the linear part (Allgower & Georg,
 * Introduction to Numerical Continuation Methods, 2003, chapter 1).
 */
function eased(form: LinearForm, axes: number): LinearForm {
  if (form.linear) return form;
  const atZero = substitution([], axes, Object.fromEntries(form.terms.map(({ name }) => [name, zero])));
  const s: Expression = Object.freeze({ kind: "constant", name: share });
  const mixed = (a: Expression, b: Expression) => call("add", call("mul", s, a), call("mul", call("sub", one, s), b));
  const factors = form.terms.map(({ factor }) => atZero(factor));
  const linear = total([
    atZero(form.residual),
    ...form.terms.map(({ name }, k) => call("mul", factors[k]!, data(name))),
  ]);
  return {
    residual: mixed(form.residual, linear),
    terms: form.terms.map((term, k) => ({ ...term, factor: mixed(term.factor, factors[k]!) })),
    slopes: form.slopes.map((slope) => mixed(slope, atZero(slope))),
    linear: false,
  };
}
