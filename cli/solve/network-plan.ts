/** The network, sampler and optimizer of `monge solve`: loaded only where an option asks for one of them. */
import { OptionsError } from "../../engine/errors.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Condition, Problem } from "../../equations/problem/index.ts";
import { type AnyNetwork, describeNetwork, type MlpOptions, mlp } from "../../solvers/network/index.ts";
import type { AnyOptimizer, KnownOptimizer } from "../../solvers/optimizer/index.ts";
import { optimizerKinds, recordedOptimizer } from "../../solvers/optimizer/index.ts";
import type { AdversarialOptions, AnySampler, Sampler } from "../../solvers/sampler/index.ts";
import { namedSampler, namesOnCells, recordedSampler, samplerName, start } from "../../solvers/sampler/index.ts";
import type { Budget, SolveOptions } from "../../solvers/solution/index.ts";
import type { ResolvedOptions } from "../../solvers/solve/index.ts";
import { assemble, defaultSampler, presetOptions, resolveOptions, suggestedScale } from "../../solvers/solve/index.ts";
import type { SolveCommandOptions } from "./command.ts";
import type { MethodOptions } from "./method-options.ts";

/** A network with all its options, and lines that describe it for people. */
export interface NetworkPlan {
  readonly options: ResolvedOptions;
  /** Name of the sampler. */
  readonly sampler: string;
  /** The network, its sampler and optimizer. */
  readonly words: string;
  /** Conditions that hold by construction and that are rows. */
  readonly conditions: readonly string[];
}

/** The network of a command line. */
export const networkPlan = (problem: Problem, o: SolveCommandOptions, budget: Budget | undefined): NetworkPlan =>
  planned(problem, merged(problem, o, budget));

/** The network of a run that goes on. */
export const recordedPlan = (problem: Problem, { optimizer, sampler, ...recorded }: ResolvedOptions): NetworkPlan =>
  planned(problem, { ...recorded, optimizer: recordedOptimizer(optimizer), sampler: recordedSampler(sampler) });

/** Also sees that the sampler works on the domain. */
function planned(problem: Problem, given: SolveOptions): NetworkPlan {
  const domain = domainOf(problem.domain);
  const options = resolveOptions(given, problem, domain);
  start(options.sampler, domain).dispose?.();
  const { network, optimizer, points, conditions } = options;
  const { held, rows, model } = assemble(problem, domain, network, conditions);
  const sampler = samplerName(options.sampler);
  return {
    ...{ options, sampler },
    words: `${describeNetwork(network, model.network.size)}, ${sampler}, ${points} points, ${optimizer.kind}`,
    conditions: [
      ...held.map((c) => `exact, by construction: ${conditionText(c, problem)}`),
      ...rows.map((c) => `penalty, as rows: ${conditionText(c, problem)}`),
    ],
  };
}

/** Only what is known, so that the defaults of `solve` stand for the rest. */
function merged(problem: Problem, o: SolveCommandOptions, asked: Budget | undefined): SolveOptions {
  const { preset, term, conditions, weights, batch, precision } = o;
  const base = preset === undefined ? {} : presetOptions(preset, problem.axes.length);
  const { points, boundaryPoints, stepsPerRound, starts, seed, threads, blas, optimizer } = o;
  const known = chosenSampler(o, base.sampler);
  const sampler =
    o.samplerOptions === undefined ? known : withSamplerOptions(known ?? defaultSampler(domainOf(problem.domain)), o);
  const kind = optimizer ?? base.optimizer?.kind ?? (term ? "adam" : "gauss-newton");
  const own = kind === base.optimizer?.kind ? base.optimizer : (optimizerKinds[kind]!.make({}) as KnownOptimizer);
  const budget = asked ?? base.budget;
  const counts = { points, boundaryPoints, stepsPerRound, seed, threads, batch };
  const given = Object.entries({ ...counts, blas, term, conditions, precision });
  return {
    ...base,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    network: chosenNetwork(problem, o, base.network),
    ...(sampler && { sampler }),
    ...(starts !== undefined && { starts: { ...base.starts, count: starts } }),
    ...((optimizer ?? o.optimizerOptions) !== undefined && { optimizer: withOptimizerOptions(own, o) }),
    ...(weights && { weights: { ...base.weights, ...weights } }),
    ...(budget && { budget }),
  };
}

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that fits
 * the problem.
 *
 * @throws OptionsError where options do not go together
 */
function chosenNetwork(problem: Problem, o: SolveCommandOptions, base: AnyNetwork | undefined): AnyNetwork {
  const own = base?.kind === "mlp" ? (base as MlpOptions) : undefined;
  const { width, depth, activation, features: inputs } = o;
  const scale = o.scale ?? own?.scale ?? suggestedScale(problem);
  const given = Object.entries({ width, depth, activation, scale }).filter(([, value]) => value !== undefined);
  return mlp({ ...own, ...Object.fromEntries(given), ...(inputs !== undefined && inputsOf(inputs, problem)) });
}

/** `squares,periodic:x=2` */
function inputsOf(text: string, { axes }: Problem): Pick<MlpOptions, "squares" | "periodic"> {
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
function chosenSampler(o: SolveCommandOptions, base: AnySampler | undefined): AnySampler | undefined {
  const { sampler: asked, cells } = o;
  const name = asked ?? (base && samplerName(base)) ?? (cells && namesOnCells[0]);
  if (cells !== undefined && !namesOnCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${namesOnCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  if (name === undefined || (base && samplerName(base) === name && cells === undefined)) return base;
  const { shape } = { ...(base as Cells | undefined), ...(cells && { shape: cells }) };
  return namedSampler(name, shape === undefined || !namesOnCells.includes(name) ? {} : { shape });
}

/** A kind made anew with settings in their place. @throws OptionsError where it has no such option */
function remade<T extends object>(
  flag: string,
  kind: T,
  set: Readonly<Record<string, unknown>>,
  make: (options: object) => T,
): T {
  const known = Object.keys(kind).filter((name) => name !== "kind");
  for (const [name, value] of Object.entries(set)) {
    if (known.includes(name)) continue;
    const has = known.length > 0 ? `has ${known.join(", ")}` : "has no options";
    throw new OptionsError(`--${flag}: there is no option "${name}"; this one ${has}`, name, value);
  }
  return make({ ...kind, ...set });
}

/** The sampler with `--sampler-options`. */
function withSamplerOptions(sampler: AnySampler, { samplerOptions }: MethodOptions): AnySampler {
  if (samplerOptions === undefined) return sampler;
  const name = samplerName(sampler as Sampler);
  const make = (options: object) => namedSampler(name, options);
  if (sampler.kind !== "adversarial") return remade("sampler-options", sampler as Sampler, samplerOptions, make);
  const now = sampler as AdversarialOptions & Sampler;
  // Another adversary has options and defaults of its own.
  const isOther = (["form", "regularizer", "flow"] as const).some(
    (key) => (samplerOptions[key] ?? now[key]) !== now[key],
  );
  const shape = now.shape && samplerOptions["form"] !== "flow" ? { shape: now.shape } : {};
  return make({ ...(isOther ? { regularizer: now.regularizer, ...shape } : now), ...samplerOptions });
}

/** The optimizer with `--optimizer-options`. */
function withOptimizerOptions(optimizer: AnyOptimizer, { optimizerOptions }: MethodOptions): AnyOptimizer {
  if (optimizerOptions === undefined) return optimizer;
  const make = (options: object) => optimizerKinds[optimizer.kind]!.make(options) as KnownOptimizer;
  return remade("optimizer-options", optimizer as KnownOptimizer, optimizerOptions, make);
}

function conditionText({ kind, text, on }: Condition, { axes }: Problem): string {
  const place =
    on === "boundary"
      ? "on the boundary"
      : "edge" in on
        ? `on edge ${on.edge}`
        : "group" in on
          ? `on ${on.group}`
          : "where" in on
            ? "on a part of the boundary"
            : "surface" in on
              ? "inside"
              : kind === "initial"
                ? "at the start"
                : `on ${axes[on.axis]}${on.side === "both" ? ", both sides" : `, ${on.side} side`}`;
  return `${text.replace(/ = exact$/, " = the exact one")}, ${kind} ${place}`;
}
