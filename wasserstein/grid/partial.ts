/** Partial transport between fields on a grid: what is too far is not joined, and stays behind on both sides. Host, float64. */
import { checkOptions } from "../../engine/checks.ts";
import { dot, sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import type { TransportPlan } from "../measure/transport-plan.ts";
import { dualValue } from "../sinkhorn/certificate.ts";
import type { PlacedSide } from "./box.ts";
import { cTransform, heightsOf, PlanSums, rounding } from "./certificate.ts";
import { type GridMass, type GridTransportOptions, gridChecks, type PreparedGrid, prepareGrid } from "./input.ts";
import { resultNotes } from "./notes.ts";
import { type GridProblem, type GridSolution, solveGrid } from "./solve.ts";
import { displacements, separablePlan } from "./solved.ts";

/**
 * min over P ≥ 0 with P1 ≤ a, Pᵀ1 ≤ b of ⟨P, C⟩ + ½ reach^p (‖a − P1‖₁ + ‖b − Pᵀ1‖₁) + ε KL(P | a⊗b): unbalanced
 * transport with total variation in place of KL (Séjourné et al., arXiv 1910.12958, §2.3; Caffarelli and McCann,
 * doi:10.4007/annals.2010.171.673). In place of KL's, which makes and loses some mass everywhere, each unit of mass is
 * either moved or left behind.
 *
 * @param x - mass a of each cell, ≥ 0
 * @param y - mass b of each cell, on the same grid; the two sums may differ
 * @param options - axes and entropy as for `gridTransport`; the length beyond which mass is not joined
 * @returns masses are in the unit of the fields.
 * @throws as `gridTransport`
 */
export function gridPartialTransport(
  x: GridMass,
  y: GridMass,
  options: Omit<GridTransportOptions, "reach" | "normalize" | "sphere"> & {
    /** Mass that is farther apart than this is not joined: a unit left behind costs reach^p/2 on either side. */
    readonly reach: number;
  },
): TransportResult<TransportGradient<undefined, Float64Array>> & {
  /** Cost of an admissible plan without the entropy, what stays behind included: within `bounds`, in mass times length^p. */
  readonly value: number;
  /** The objective with its entropy, as a dual value: from below. */
  readonly entropicValue: number;
  /** The exact cost (ε = 0) lies between these, converged or not. */
  readonly bounds: readonly [number, number];
  /** Σ P */
  readonly moved: number;
  /** ⟨P, C⟩ */
  readonly linearCost: number;
  /** L1 error of the marginals, a share of the mean mass. */
  readonly marginalError: number;
  /** Passes over the grid. */
  readonly iterations: number;
  /** True if `marginalError` is within the tolerance. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, length^p. */
  readonly epsilon: number;
  /** Sentences to read before the numbers are used: not converged, or bounds that leave the exact cost open. Often empty. */
  readonly notes: readonly string[];
  /** Row and column sums of the plan over the whole grid, at most the fields. */
  marginals(): { readonly x: Float64Array; readonly y: Float64Array };
  /**
   * Mean displacement of what is joined, [axis][cell], less that of the plan from the field to itself, so that a field
   * that was moved has its shift everywhere, whatever ε; NaN at cells without mass.
   */
  displacement(): { readonly x: readonly Float64Array[]; readonly y: readonly Float64Array[] };
  /** @throws DomainError above 2²⁴ pairs of cells with mass */
  plan(): TransportPlan;
  /** Derivatives of `entropicValue` in the mass of each cell, over the whole grid; NaN at cells without mass. */
  gradient(): TransportGradient<undefined, Float64Array>;
} {
  const where = "gridPartialTransport";
  const { sphere: _, normalize: __, ...checks } = gridChecks;
  checkOptions(where, options, checks, ["reach"]);
  const prepared = prepareGrid(where, x, y, options);
  const { p, settings, shape } = prepared;
  const [from, to] = [prepared.x.side, prepared.y.side];
  const scale = (sum(from.weights) + sum(to.weights)) / 2;
  const unit = (side: PlacedSide) => ({ ...side, weights: side.weights.map((w) => w / scale) });
  const [left, right] = [unit(from), unit(to)];
  const price = options.reach ** p / 2;
  const problem = { x: left, y: right, p, rho: Number.POSITIVE_INFINITY, price };
  const solution = solveGrid(problem, settings);
  const { f, g, epsilon, marginalError, iterations, converged, planMass } = solution;
  const value = dualValue({ a: left.weights, b: right.weights, rho: Number.POSITIVE_INFINITY }, solution, planMass);
  const proof = certify(problem, solution, price);
  const size = shape.reduce((product, n) => product * n, 1);
  const onGrid = ({ cells }: PlacedSide, values: Float64Array, filler = 0) => {
    const all = new Float64Array(size).fill(filler);
    for (const [k, cell] of cells.entries()) all[cell] = values[k]!;
    return all;
  };
  const inMass = (values: Float64Array) => values.map((v) => v * scale);
  return printingFields(where, {
    value: proof.cost * scale,
    entropicValue: value * scale,
    bounds: [proof.bounds[0] * scale, proof.bounds[1] * scale] as const,
    moved: sum(proof.rows) * scale,
    linearCost: proof.linearCost * scale,
    marginalError,
    iterations,
    converged,
    epsilon,
    // Its plan is cut to the marginals, and nothing repaired.
    notes: resultNotes({
      value: proof.cost,
      bounds: proof.bounds,
      planCost: proof.cost,
      converged,
      marginalError,
      iterations,
    }),
    marginals: () => ({ x: onGrid(left, inMass(proof.rows)), y: onGrid(right, inMass(proof.columns)) }),
    displacement: () => ({
      x: debiased(prepared, displacements(left, right, p, g, solution, size), left, size),
      y: debiased(prepared, displacements(right, left, p, f, solution, size), right, size),
    }),
    plan() {
      const heights = proof.hx.map((h) => h + Math.log(scale));
      return separablePlan(where, problem, heights, proof.hy, epsilon, size);
    },
    gradient() {
      const [v, w] = slopes(problem, solution);
      // Masses were divided by the mean of both, which moves with each of them.
      const shift = (value - dot(left.weights, v) - dot(right.weights, w)) / 2;
      const given = (side: PlacedSide, own: Float64Array) =>
        onGrid(
          side,
          own.map((d) => d + shift),
          Number.NaN,
        );
      return { x: undefined, y: undefined, xWeights: given(left, v), yWeights: given(right, w) };
    },
  });
}

/** Derivatives of the dual value in the masses, its potentials as they are. */
function slopes(problem: GridProblem, { f, g, epsilon }: GridSolution): [Float64Array, Float64Array] {
  const [a, b] = [problem.x.weights, problem.y.weights];
  const plan = new PlanSums(problem, epsilon);
  const [hx, hy] = [heightsOf(f, a, epsilon), heightsOf(g, b, epsilon)];
  const of = (own: Float64Array, mass: Float64Array, sums: Float64Array, other: number) =>
    own.map((h, i) => h - epsilon * (sums[i]! / mass[i]! - other));
  return [of(f, a, plan.rows(hx, hy), sum(b)), of(g, b, plan.columns(hx, hy), sum(a))];
}

function debiased(
  { p, settings }: PreparedGrid,
  raw: readonly Float64Array[],
  side: Parameters<typeof displacements>[0],
  size: number,
): Float64Array[] {
  const mass = sum(side.weights);
  const alone = { ...side, weights: side.weights.map((w) => w / mass) };
  const { g, epsilon } = solveGrid({ x: alone, y: alone, p, rho: Number.POSITIVE_INFINITY }, settings, true);
  const own = displacements(alone, alone, p, g, { epsilon }, size);
  return raw.map((values, k) => values.map((v, i) => v - own[k]![i]!));
}

/** The plan cut to the marginals above, the dual at capped c-transforms below. */
function certify(problem: GridProblem, { f, g, epsilon }: GridSolution, price: number) {
  const { x, y, p } = problem;
  const [a, b] = [x.weights, y.weights];
  const plan = new PlanSums(problem, epsilon);
  const [hx, hy] = [heightsOf(f, a, epsilon), heightsOf(g, b, epsilon)];
  const cut = (sums: Float64Array, limit: Float64Array) =>
    sums.map((s, i) => (s > limit[i]! ? Math.log(limit[i]! / s) : 0));
  const add = (h: Float64Array, more: Float64Array) => h.map((v, i) => v + more[i]!);
  const hx2 = add(hx, cut(plan.rows(hx, hy), a));
  const hy2 = add(hy, cut(plan.columns(hx2, hy), b));
  const [rows, columns] = [plan.rows(hx2, hy2), plan.columns(hx2, hy2)];
  const linearCost = sum(plan.costByAxis(hx2, hy2));
  const upper = linearCost + price * Math.max(0, sum(a) - sum(rows) + sum(b) - sum(columns));
  const down = cTransform(y, x, p, f).map((v) => Math.min(v, price));
  const up = cTransform(x, y, p, down).map((v) => Math.min(v, price));
  const slack = rounding * (upper + dot(a, up.map(Math.abs)) + dot(b, down.map(Math.abs)));
  const bounds = [Math.max(0, dot(a, up) + dot(b, down) - slack), upper + slack] as const;
  return { cost: upper, rows, columns, hx: hx2, hy: hy2, linearCost, bounds };
}
