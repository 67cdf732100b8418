/** The network and the sampler of `monge solve`, from options and from the problem. */
import { OptionsError } from "../../engine/errors.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type AnyNetwork, type MlpOptions, mlp } from "../../solvers/network/index.ts";
import { type AnySampler, namedSampler, namesOnCells, samplerName } from "../../solvers/sampler/index.ts";
import { suggestedScale } from "../../solvers/solve/index.ts";
import type { SolveCommandOptions } from "./command.ts";

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that
 * fits the problem.
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

interface Cells {
  readonly shape?: readonly number[];
}

/**
 * The sampler asked for; the recommended one where it is of that name; undefined for the default of `solve`.
 *
 * @throws OptionsError where --cells has nothing to do
 */
export function chosenSampler(o: SolveCommandOptions, base: AnySampler | undefined): AnySampler | undefined {
  const { sampler: asked, cells } = o;
  const name = asked ?? (base && samplerName(base)) ?? (cells && namesOnCells[0]);
  if (cells !== undefined && !namesOnCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${namesOnCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  if (name === undefined || (base && samplerName(base) === name && cells === undefined)) return base;
  const { shape } = { ...(base as Cells | undefined), ...(cells && { shape: cells }) };
  return namedSampler(name, shape === undefined || !namesOnCells.includes(name) ? {} : { shape });
}
