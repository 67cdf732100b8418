/**
 * Newton's step on the semi-dual max_f D(f, g) of balanced transport, its equations solved by conjugate gradients (the
 * idea of Sinkhorn–Newton: Brauer, Clason, Lorenz and Wirth, arXiv 1710.06635). The Hessian over −1/ε is S = diag(Pᵀ1)
 * − Pᵀ diag(P1)⁻¹ P, so that S q = b − Pᵀ1 and g ← g + t ε q. S is never made: a product with it is two applications of
 * the kernel, the work of one pass.
 *
 * Where blur is small beside the field, errors of long waves fall by ε/L² of themselves a pass. Conjugate gradients
 * take the square root of so many passes, and do not lose their history as mixing does.
 */
import { addScaled, dot, sum } from "../../engine/numerics/vectors.ts";
import type { GridSweeper } from "./solve.ts";

/** Part of the error that a solution of the linear equations may leave. */
const forcing = 0.1;
/** Products with S of one step: the plan has moved on by then. */
const mostProducts = 200;
/** Columns that the plan hardly reaches would make the preconditioner infinite. */
const leastColumn = 1e-3;

/** A sweeper after a pass: one pass of Sinkhorn, Newton's step with backtracking, and a pass. */
export function newtonStep(sweeper: GridSweeper, budget: number): { readonly error: number; readonly passes: number } {
  const { g, image, epsilon } = sweeper;
  const b = sweeper.problem.y.weights;
  g.set(image);
  sweeper.pass();
  let passes = 1;
  const before = sweeper.error();
  const start = g.slice();
  const value = dualAt(sweeper);
  const { step, slope, products } = direction(sweeper, Math.min(mostProducts, budget - 3));
  passes += products;
  for (let t = 1; t > 1e-3 && passes + 1 < budget; t /= 2) {
    for (let j = 0; j < g.length; j++) g[j] = start[j]! + t * epsilon * step[j]!;
    sweeper.pass();
    passes++;
    const error = sweeper.error();
    // Near the optimum the values no longer differ in their digits, and the error decides.
    const better = error < (1 - t / 2) * before || dualAt(sweeper) >= value + 1e-4 * t * epsilon * slope;
    if (better && Number.isFinite(error)) return { error, passes };
  }
  g.set(start);
  sweeper.pass();
  return { error: sweeper.error(), passes: passes + 1 };

  function dualAt({ f, problem }: GridSweeper): number {
    return dot(problem.x.weights, f) + dot(b, g);
  }
}

/** S q = b − Pᵀ1 by conjugate gradients with diag(Pᵀ1) as preconditioner, and the derivative of the semi-dual along q, over ε. */
function direction(sweeper: GridSweeper, most: number) {
  const b = sweeper.problem.y.weights;
  const columns = sweeper.columns.slice();
  const residual = b.map((w, j) => w - columns[j]!);
  const wanted = residual.slice();
  const scale = columns.map((c, j) => Math.max(c, leastColumn * b[j]!));
  const step = new Float64Array(b.length);
  const goal = forcing * size(residual);
  let scaled = residual.map((r, j) => r / scale[j]!);
  let along = scaled.slice();
  let weight = dot(residual, scaled);
  let products = 0;
  while (products < most && size(residual) > goal) {
    const image = sweeper.curvature(along, columns);
    products++;
    const curved = dot(along, image);
    if (!(curved > 0)) break;
    addScaled(step, weight / curved, along);
    addScaled(residual, -weight / curved, image);
    scaled = residual.map((r, j) => r / scale[j]!);
    const next = dot(residual, scaled);
    along = along.map((v, j) => scaled[j]! + (next / weight) * v);
    weight = next;
  }
  return { step, slope: dot(step, wanted), products };
}

const size = (values: Float64Array): number => sum(values.map(Math.abs));
