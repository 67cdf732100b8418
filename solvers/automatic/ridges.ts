/** How conditions are met where the method is chosen by itself: ridges that values on faces leave in a box count only where they are seen. */
import type { Domain } from "../domain/domain.ts";
import { peakOf } from "../domain/peak.ts";
import { zero } from "../expression/build.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Problem } from "../problem/problem.ts";
import type { Hardness } from "../solve/hardness.ts";
import { type Construction, construct, suggestedHardness } from "../solve/lift.ts";
import { leftBy } from "../solve/scale.ts";

/** What values on faces leave in the equations, beside what is left without them, up to which they are carried linearly: what a lift in many dimensions may miss on edges. */
const negligible = 1e-3;

/** As `suggestedHardness`, but values on faces do not fade where they are next to nothing beside sources and starts. */
export function hardnessFor(problem: Problem, domain: Domain): Hardness {
  const hard = construct(problem, domain);
  if (!hard.carried) return suggestedHardness(problem, domain);
  if ([...nodesOf(problem.equations)].some(({ kind }) => kind === "function")) return "fading";
  const left = ({ ansatz }: Construction) =>
    leftBy(
      problem,
      ansatz.map(({ lift = zero }) => lift),
    );
  const starts = problem.conditions.filter((c) => c.kind !== "dirichlet");
  const [all, without] = [left(hard), left(construct({ ...problem, conditions: starts }, domain))];
  const isNegligible = all.every((f, i) => {
    const byFaces = (points: Float64Array) => {
      const those = without[i]!(points);
      return f(points).map((v, k) => v - those[k]!);
    };
    return peakOf(byFaces, domain) <= negligible * peakOf(without[i]!, domain);
  });
  return isNegligible ? "hard" : "fading";
}
