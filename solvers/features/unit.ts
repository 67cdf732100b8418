/** The unit of residuals: the residual of the zero function. */
import { rng } from "../../engine/random/rng.ts";
import { type Expression, evaluateAt, fewerPoints, termsOf } from "../../equations/expression/index.ts";
import { evaluator } from "../residual/evaluator.ts";
import type { Assembly } from "../solve/assemble.ts";
import { silentParameters } from "../solve/start/begin.ts";
import { notFinite, whyNotFinite } from "../solve/start/not-finite.ts";

/** Root mean square over that of the terms below which a residual is rounding. */
const rounding = 1e-10;
/** Points at which the terms of sources are looked at. */
const fewPoints = 256;

/**
 * Root mean square of the residual of a network that is zero: the unit of residuals, as in `solve`. Where the
 * conditions alone make the solution, so that rounding is all that it leaves, the unit is the size of the terms.
 */
export async function unitOfResiduals(assembly: Assembly, threads: number): Promise<number> {
  const { equations } = assembly.problem;
  const size = await zeroSize(assembly, equations, threads);
  const made = sizeOfSources(assembly);
  if (size > rounding * Math.max(1, made)) return size;
  const terms = Math.max(
    made,
    await zeroSize(
      assembly,
      equations.map((e) => termsOf(e)),
      threads,
    ),
  );
  if (terms > 0 && size <= rounding * terms) return terms;
  return size > 0 ? size : 1;
}

/** The root mean square of expressions of the zero function, over quasi-uniform points and summed over expressions. */
async function zeroSize(assembly: Assembly, expressions: readonly Expression[], threads: number): Promise<number> {
  const { model, domain, interior, interiorData } = assembly;
  const points = domain.interior(fewerPoints(2 ** 12, expressions, 128), rng(0).split("scale"));
  const program = evaluator(model, expressions, interior(1, 1).data, threads);
  const values = await program.evaluate(silentParameters(assembly), points, interiorData(points));
  await program.dispose();
  const mean = sumOfSquares(values) / (points.length / domain.dimension);
  if (!Number.isFinite(mean)) {
    const bad = values.find((v) => !Number.isFinite(v));
    const found = whyNotFinite(assembly, points) ?? `the residual of u = 0 is ${bad} somewhere in the domain`;
    throw notFinite(found, "randomFeatures");
  }
  return Math.sqrt(mean);
}

/**
 * Root mean square of the terms of manufactured sources: a solution that the equation holds for without one has a
 * source of rounding.
 */
function sizeOfSources({ problem, domain }: Assembly): number {
  const points = domain.interior(fewPoints, rng(0).split("sources"));
  const squares = (problem.source ?? []).map((source) =>
    sumOfSquares(evaluateAt(termsOf(source), points, domain.dimension, problem.constants)),
  );
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / fewPoints);
}

export const sumOfSquares = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);
