/** The network of `monge solve`, from options and, for its scale, from the problem. */
import { OptionsError } from "../../engine/errors.ts";
import type { MlpOptions } from "../../solvers/network/index.ts";
import { type AnyNetwork, type KnownNetwork, type NetworkOption, networkKinds } from "../../solvers/network/index.ts";
import type { Problem } from "../../solvers/problem/index.ts";
import { suggestedScale } from "../../solvers/solve/index.ts";
import type { SolveCommandOptions } from "./command.ts";

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that fits
 * the problem.
 *
 * @throws OptionsError where options do not go together
 */
export function chosenNetwork(problem: Problem, o: SolveCommandOptions, base: AnyNetwork | undefined): AnyNetwork {
  const kind = o.network ?? base?.kind ?? "mlp";
  const own = base?.kind === kind ? (base as Partial<KnownNetwork>) : undefined;
  const { make, options } = networkKinds[kind]!;
  const takes = (name: NetworkOption) => options.includes(name);
  const { width, depth, activation, rank, features: inputs } = o;
  const ownScale = own !== undefined && "scale" in own ? own.scale : undefined;
  const scale = o.scale ?? ownScale ?? (takes("scale") ? suggestedScale(problem) : undefined);
  const asked = Object.entries({ width, depth, activation, rank, features: inputs, scale: o.scale });
  for (const [name, value] of asked as [NetworkOption, unknown][]) {
    if (value === undefined || takes(name)) continue;
    const others = Object.entries(networkKinds).flatMap(([other, row]) => (row.options.includes(name) ? [other] : []));
    throw new OptionsError(`--${name} is for --network ${others.join(" or ")}`, name, value);
  }
  const numbers = Object.entries({ width, depth, activation, rank, scale }).filter(([, value]) => value !== undefined);
  return make({
    ...own,
    ...Object.fromEntries(numbers),
    ...(inputs !== undefined && features(inputs, problem)),
  }) as KnownNetwork;
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
