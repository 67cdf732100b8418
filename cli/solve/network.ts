/** The network of `monge solve`, from options and, for its scale, from the problem. */
import { OptionsError } from "../../engine/errors.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type AnyNetwork, type MlpOptions, mlp } from "../../solvers/network/index.ts";
import { suggestedScale } from "../../solvers/solve/index.ts";
import type { SolveCommandOptions } from "./command.ts";

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that fits
 * the problem.
 *
 * @throws OptionsError where options do not go together
 */
export function chosenNetwork(problem: Problem, o: SolveCommandOptions, base: AnyNetwork | undefined): AnyNetwork {
  const own = base?.kind === "mlp" ? (base as MlpOptions) : undefined;
  const { width, depth, activation, features: inputs } = o;
  const scale = o.scale ?? own?.scale ?? suggestedScale(problem);
  const given = Object.entries({ width, depth, activation, scale }).filter(([, value]) => value !== undefined);
  return mlp({ ...own, ...Object.fromEntries(given), ...(inputs !== undefined && features(inputs, problem)) });
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
