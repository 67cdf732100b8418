/** The network of `monge solve`, from options and, for its scale, from the problem. */
import { OptionsError } from "../engine/errors.ts";
import { type Mlp, type MlpOptions, mlp } from "../solvers/network/mlp.ts";
import { type Separable, separable } from "../solvers/network/separable.ts";
import type { Problem } from "../solvers/problem/problem.ts";
import { suggestedScale } from "../solvers/solve/scale.ts";
import type { SolveCommandOptions } from "./solve.ts";

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that fits
 * the problem.
 *
 * @throws OptionsError where options do not go together
 */
export function chosenNetwork(
  problem: Problem,
  o: SolveCommandOptions,
  base: Mlp | Separable | undefined,
): Mlp | Separable {
  const kind = o.network ?? base?.kind ?? "mlp";
  const own = base?.kind === kind ? base : undefined;
  const { width, depth, activation, rank } = o;
  const scale = o.scale ?? own?.scale ?? suggestedScale(problem);
  const given = Object.fromEntries(
    Object.entries({ width, depth, activation }).filter(([, value]) => value !== undefined),
  );
  if (kind === "separable") {
    if (o.features !== undefined) throw new OptionsError("--features are for --network mlp", "features", o.features);
    return separable({ ...own, ...given, scale, ...(rank !== undefined && { rank }) });
  }
  if (rank !== undefined) throw new OptionsError("--rank is for --network separable", "rank", rank);
  return mlp({ ...own, ...given, scale, ...(o.features !== undefined && features(o.features, problem)) });
}

/** `squares,periodic:x=2` */
function features(text: string, { axes }: Problem): Pick<MlpOptions, "squares" | "periodic"> {
  const periodic: Record<number, number> = {};
  let squares = false;
  for (const part of text.split(",")) {
    const match = /^periodic:(\w+)=([1-9]\d*)$/.exec(part.trim());
    const axis = axes.indexOf(match?.[1] ?? "");
    if (match !== null && axis >= 0) periodic[axis] = Number(match[2]);
    else if (part.trim() === "squares") squares = true;
    else {
      const expected = `expected squares or periodic:AXIS=K with an axis of ${axes.join(", ")}`;
      throw new OptionsError(`--features has "${part}"; ${expected}`, "features", part);
    }
  }
  return { squares, periodic };
}
