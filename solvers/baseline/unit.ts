/** What residuals are measured in: what a network that is zero leaves. */
import { ConvergenceError } from "../../engine/errors.ts";
import { rng } from "../../engine/rng.ts";
import type { Expression } from "../expression/expression.ts";
import { fewerPoints } from "../residual/elsewhere.ts";
import { evaluator } from "../residual/evaluator.ts";
import type { Assembly } from "../solve/assemble.ts";

/** Root mean square over terms below which a sum of them is rounding. */
const rounding = 1e-10;

/**
 * Root mean square of the residual of a network that is zero: the unit of residuals, as in `solve`. Where the conditions alone make
 * the solution, so that rounding is all that it leaves, the unit is the size of the terms.
 */
export async function residualOfNothing(assembly: Assembly, threads: number): Promise<number> {
  const { equations } = assembly.problem;
  const size = await sizeOfNothing(assembly, equations, threads);
  if (size > rounding) return size;
  const terms = await sizeOfNothing(assembly, equations.flatMap(termsOf), threads);
  if (terms > 0 && size <= rounding * terms) return terms;
  return size > 0 ? size : 1;
}

/** The root mean square of expressions of a network that is zero, over even points and summed over expressions. */
async function sizeOfNothing(
  { model, domain, interior, interiorData }: Assembly,
  expressions: readonly Expression[],
  threads: number,
): Promise<number> {
  const points = domain.interior(fewerPoints(2 ** 12, expressions, 128), rng(0).split("scale"));
  const program = evaluator(model, expressions, { data: interior(1, 1).data, threads });
  const silent = new Float64Array(model.network.size);
  const values = await program.evaluate(silent, points, interiorData(points));
  await program.dispose();
  const mean = sumOfSquares(values) / (points.length / domain.dimension);
  if (!Number.isFinite(mean)) {
    const bad = values.find((v) => !Number.isFinite(v));
    throw new ConvergenceError(`randomFeatures: the residual of u = 0 is ${bad} somewhere in the domain`, "diverged");
  }
  return Math.sqrt(mean);
}

/** What an expression is a sum or difference of. */
function termsOf(e: Expression): readonly Expression[] {
  const isSum = e.kind === "call" && ["add", "sub", "neg"].includes(e.name);
  return isSum ? e.args.flatMap(termsOf) : [e];
}

export const sumOfSquares = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);
