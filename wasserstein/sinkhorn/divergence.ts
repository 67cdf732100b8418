/**
 * The debiased Sinkhorn divergence S_ε(α, β) = OT_ε(α, β) − ½ OT_ε(α, α) − ½ OT_ε(β, β) (+ ε/2 (m_α − m_β)² where the
 * masses may differ): ≥ 0, 0 only for α = β, between W₂² (ε → 0) and an energy distance (ε → ∞); Feydy, Séjourné,
 * Vialard, Amari, Trouvé and Peyré, arXiv 1810.08278; Séjourné, Feydy, Vialard, Trouvé and Peyré, arXiv 1910.12958.
 */

import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { cloudGeometry } from "../measure/geometry.ts";
import { type Cloud, checkRange } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { allPotentials, pointGradients, weightGradient } from "./gradient.ts";
import { type Prepared, prepare, type SinkhornOptions, type Support } from "./input.ts";
import { givenValue, solveReduced } from "./reduced.ts";
import { type Solution, solve, solveSymmetric } from "./solve.ts";

/** A debiased divergence, its three costs and how they were reached. */
export interface Debiased<G> extends TransportResult<G> {
  /** The three entropic objectives. */
  readonly parts: { readonly xy: number; readonly xx: number; readonly yy: number };
  /** The largest of the three. */
  readonly marginalError: number;
  /** Passes over the pairs, or the grid, of all three. */
  readonly iterations: number;
  /** True if all three did. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, in the unit of the costs. */
  readonly epsilon: number;
}

type Part = Pick<Solution, "marginalError" | "iterations" | "converged" | "epsilon"> & { readonly value: number };

/** The first cost less half of the two others, and what the masses' difference adds. */
export function debiased<G>(
  where: string,
  terms: readonly [xy: Part, xx: Part, yy: Part],
  { rho, excess }: { readonly rho: number; readonly excess: number },
  gradient: () => G,
): Debiased<G> {
  const [xy, xx, yy] = terms;
  const penalty = rho === Number.POSITIVE_INFINITY ? 0 : (xy.epsilon / 2) * excess ** 2;
  const value = xy.value - (xx.value + yy.value) / 2 + penalty;
  checkRange(`${where}: the divergence`, value);
  return printingFields(where, {
    value,
    parts: { xy: xy.value, xx: xx.value, yy: yy.value },
    marginalError: Math.max(...terms.map((s) => s.marginalError)),
    iterations: terms.reduce((s, { iterations }) => s + iterations, 0),
    converged: terms.every((s) => s.converged),
    epsilon: xy.epsilon,
    gradient,
  });
}

interface Term {
  readonly prepared: Prepared;
  readonly solution: Solution;
  readonly value: number;
}

/**
 * Debiased entropic transport, S(x, y) = OT_ε(x, y) − ½ OT_ε(x, x) − ½ OT_ε(y, y) (arXiv 1810.08278, Eq. 3): ≥ 0, and 0
 * only between equal measures.
 *
 * @param options - as for `sinkhorn`; all three costs share ε
 * @returns S_ε. Early stops can make it negative by about ε times the square of the marginal error.
 * @throws as `sinkhorn`
 */
export function sinkhornDivergence(x: Cloud, y: Cloud, options: SinkhornOptions = {}): Debiased<TransportGradient> {
  const prepared = prepare("sinkhornDivergence", x, y, options);
  const xy = term(prepared, solveReduced(prepared));
  const xx = selfTerm(prepared, prepared.x);
  const yy = selfTerm(prepared, prepared.y);
  const { rho, a, b } = prepared.problem;
  const excess = sum(a) - sum(b);
  const part = ({ solution, value }: Term): Part => ({ ...solution, value });
  const terms = [part(xy), part(xx), part(yy)] as const;
  return debiased("sinkhornDivergence", terms, { rho, excess }, () => gradient(xy, xx, yy, excess));
}

function term(prepared: Prepared, solution: Solution): Term {
  return { prepared, solution, value: givenValue(prepared, solution, solution.planMass) };
}

function selfTerm({ problem, settings }: Prepared, own: Support): Term {
  const { points, weights, all, dim } = own;
  const geometry = cloudGeometry(points, points, dim);
  const everything = points === all ? geometry : cloudGeometry(all, all, dim);
  const self = { geometry, a: weights, b: weights, rho: problem.rho };
  const sides = { where: "sinkhornDivergence", settings, x: own, y: own };
  const prepared: Prepared = { ...sides, problem: self, everything, offset: undefined };
  return term(prepared, settings.newton ? solve(self, settings) : solveSymmetric(self, settings));
}

function gradient(xy: Term, xx: Term, yy: Term, excess: number): TransportGradient {
  const [x, y] = pointGradients(xy.prepared, xy.solution);
  // Of a symmetric cost both arguments move, and half of it counts: once the gradient in the first.
  const [selfX] = pointGradients(xx.prepared, xx.solution);
  const [selfY] = pointGradients(yy.prepared, yy.solution);
  for (let i = 0; i < x.length; i++) x[i]! -= selfX[i]!;
  for (let j = 0; j < y.length; j++) y[j]! -= selfY[j]!;
  return { x, y, xWeights: weights(xy, xx, 0, excess), yWeights: weights(xy, yy, 1, -excess) };
}

function weights(cross: Term, self: Term, side: 0 | 1, excess: number): Float64Array {
  const { problem, x, y } = cross.prepared;
  const { rho } = problem;
  const { epsilon } = cross.solution;
  const own = side === 0 ? x : y;
  const potential = allPotentials(cross.prepared, cross.solution)[side];
  const selfPotential = allPotentials(self.prepared, self.solution)[0];
  const common = { rho, epsilon };
  const out = weightGradient(own, potential, { ...common, otherMass: sum(side === 0 ? problem.b : problem.a) });
  const less = weightGradient(own, selfPotential, { ...common, otherMass: sum(self.prepared.problem.a) });
  // Where the masses are fixed, the excess is and stays zero.
  const push = rho === Number.POSITIVE_INFINITY || own.total !== 1 ? 0 : epsilon * excess;
  return out.map((v, i) => v - less[i]! + push);
}
