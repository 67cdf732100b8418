/** Problems that are marched in tests. */
import { type ProblemSpec, pde } from "../../../solvers/index.ts";
import { derivativesAt, march } from "../../../solvers/marching/index.ts";

/** A problem without its name. */
export type Text = Omit<ProblemSpec, "name">;

/** Words with which a march is refused; undefined where it is not. */
export function marchRefused(spec: Text): string | undefined {
  const result = march(pde({ name: "refused", ...spec }), { tolerance: 1e-6, seconds: 5, isOver: () => false });
  return "refused" in result ? result.refused : undefined;
}

/** Marches to a tolerance, which must not be refused. */
export function marched(spec: Text, tolerance: number, seconds = 20) {
  const problem = pde({ name: "marched", ...spec });
  const result = march(problem, { tolerance, seconds, isOver: () => false });
  if ("refused" in result) throw new Error(result.refused);
  const still = problem.axes.map(() => 0);
  const valuesAt = (field: typeof result.field, points: Float64Array, k = 0) => derivativesAt(field, points)(k, still);
  return {
    ...result,
    valuesAt,
    at: (...point: readonly number[]) =>
      problem.unknowns.map((_, k) => valuesAt(result.field, Float64Array.from(point), k)[0]!),
  };
}
