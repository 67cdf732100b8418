/** Options of a network and its training, with what they are where nothing is said. */
import { OptionsError } from "../../engine/errors.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { adam } from "../../engine/training/optimizer.ts";
import type { Domain } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { isWassersteinTerm, type WassersteinTerm, wassersteinTerm } from "../../wasserstein/term/index.ts";
import { checkNetwork } from "../network/kinds.ts";
import { mlp } from "../network/mlp.ts";
import { gaussNewton } from "../optimizer/gauss-newton.ts";
import { checkOptimizer, stepsOf } from "../optimizer/kinds.ts";
import { dataOf } from "../own-kind.ts";
import { adversarial } from "../sampler/adversarial.ts";
import { gaussianMixture } from "../sampler/gaussian-mixture.ts";
import { type AnySampler, checkSampler } from "../sampler/kinds.ts";
import { sobol } from "../sampler/uniform.ts";
import type { GroupWeights, Starts } from "../solution/options.ts";
import {
  type CommonOptions,
  commonOptions,
  type PresetName,
  presetNames,
  type SolveOptions,
} from "../solution/options.ts";
import { suggestedScale } from "./scale.ts";

/** {@link SolveOptions} with all values filled in, as they are recorded. */
export interface ResolvedOptions
  extends CommonOptions,
    Required<Pick<SolveOptions, "network" | "sampler" | "optimizer" | "points" | "boundaryPoints">>,
    Required<Pick<SolveOptions, "stepsPerRound" | "growth" | "conditions">>,
    Pick<SolveOptions, "warmStart" | "batch" | "residualScale" | "precision"> {
  readonly term?: WassersteinTerm;
  readonly weights: GroupWeights;
  readonly starts: Starts;
}

/**
 * Fills in the defaults of a network and its training.
 *
 * @throws OptionsError where a value is out of range, or an option unknown
 */
export function resolveOptions(given: SolveOptions, problem: Problem, domain: Domain): ResolvedOptions {
  const { preset, ...said } = given;
  const stated = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const options: SolveOptions = preset === undefined ? said : { ...presetOptions(preset, domain.dimension), ...stated };
  const term = termOf(options.term, domain);
  const optimizer = options.optimizer ?? (term ? adam() : gaussNewton());
  checkOptimizer(optimizer);
  const { conditions = "exact", points = 2000, boundaryPoints = 500, growth = { after: 0.7, factor: 2 } } = options;
  const resolved: ResolvedOptions = {
    ...commonOptions(options),
    network: options.network ?? mlp({ scale: suggestedScale(problem, conditions) }),
    sampler: options.sampler ?? defaultSampler(domain),
    optimizer,
    ...(term && { term }),
    ...(options.warmStart && { warmStart: options.warmStart }),
    points,
    ...(options.batch !== undefined && { batch: options.batch }),
    boundaryPoints,
    stepsPerRound: options.stepsPerRound ?? stepsOf(optimizer),
    growth,
    conditions,
    weights: { equations: 1, conditions: 1e4, observations: 0.01, ...options.weights },
    starts: { count: 1, steps: 60, ...options.starts },
    ...(options.residualScale !== undefined && { residualScale: options.residualScale }),
    ...(options.precision !== undefined && { precision: options.precision }),
  };
  checkSampler(resolved.sampler);
  checkNetwork(resolved.network, problem.axes);
  if (resolved.warmStart) checkOptimizer(resolved.warmStart.optimizer, "warmStart.optimizer");
  checkBatch(resolved, problem);
  checkPrecision(resolved);
  const other = term && notAdam(resolved);
  if (other)
    fail(
      "term",
      term.kind,
      `none with ${other.kind}, whose steps are for sums of squares; leave it out, or give \`optimizer: adam()\``,
    );
  if (!(growth.factor * Math.min(points, boundaryPoints) >= 1))
    fail("growth.factor", growth.factor, "a number that leaves at least one point");
  return resolved;
}

function fail(option: string, value: unknown, expected: string): never {
  throw new OptionsError(`solve: ${option} is ${value}, expected ${expected}`, option, value);
}

/**
 * The regularizer, made anew where it is plain data.
 *
 * @throws OptionsError where it is none, or not for the loss of equations
 */
function termOf(given: SolveOptions["term"], domain: Domain): WassersteinTerm | undefined {
  if (given === null || given === undefined) return undefined;
  if (!isWassersteinTerm(given))
    fail("term", JSON.stringify(given), "wassersteinTerm({ … }) of monge/wasserstein, or null");
  const term = wassersteinTerm(given);
  if (term.norm === "sorted" && domain.dimension > 1)
    fail("term.norm", term.norm, `"sliced" or "dual-sobolev" on ${domain.dimension} axes`);
  if (term.norm !== "dual-sobolev" && term.p !== 1)
    fail("term.p", term.p, '1, or norm: "dual-sobolev", the linear form of p = 2');
  return term;
}

/** @throws OptionsError where a batch does not divide the points, or something else asks for all of them at once */
function checkBatch(resolved: ResolvedOptions, problem: Problem): void {
  const { batch, points, growth } = resolved;
  if (batch === undefined) return;
  const grown = Math.round(points * growth.factor);
  if (points % batch !== 0 || grown % batch !== 0) fail("batch", batch, `a divisor of the ${points} points`);
  const other = notAdam(resolved);
  if (other) fail("batch", batch, `all points for ${other.kind}; batches are for adam`);
  if (Object.keys(problem.trainable).length > 0) fail("batch", batch, "all points where constants are to be found");
}

const notAdam = ({ optimizer, warmStart }: ResolvedOptions) =>
  [optimizer, ...(warmStart ? [warmStart.optimizer] : [])].find(({ kind }) => kind !== "adam");

/** @throws OptionsError where single precision is asked of an optimizer that cannot do with it */
function checkPrecision(resolved: ResolvedOptions): void {
  const { precision } = resolved;
  const other = precision === "float32" ? notAdam(resolved) : undefined;
  if (other) fail("precision", precision, `float64 for ${other.kind}; float32 is for adam`);
}

/** The record of options: kinds that were handed in as data, without their functions. */
export function recorded(resolved: ResolvedOptions): ResolvedOptions {
  const { network, sampler, optimizer, warmStart, term } = resolved;
  return {
    ...resolved,
    network: dataOf(network),
    sampler: dataOf(sampler),
    optimizer: dataOf(optimizer),
    ...(term && { term: dataOf(term) }),
    ...(warmStart && { warmStart: { ...warmStart, optimizer: dataOf(warmStart.optimizer) } }),
  };
}

/** The sampler of a domain where nothing is said. */
export function defaultSampler(domain: Domain): AnySampler {
  if (domain.dimension <= 3) return adversarial();
  return domain.isBox ? gaussianMixture() : sobol();
}

const presets: Readonly<Record<PresetName, (dimension: number) => SolveOptions>> = {
  aas: (dimension) => ({
    network: mlp({ width: dimension <= 3 ? 32 : 64, depth: 6, scale: 1 }),
    term: wassersteinTerm({ norm: "dual-sobolev" }),
    sampler: adversarial({ regularizer: "wasserstein", form: dimension <= 3 ? "exact" : "flow" }),
    optimizer: adam({ learningRate: 1e-4 }),
    conditions: "penalty",
    weights: { conditions: 100 },
    points: 5000,
    boundaryPoints: 5000,
    residualScale: 1,
    stepsPerRound: 500,
    growth: { after: 1, factor: 1 },
    budget: { steps: 25_000 },
    precision: "float32",
  }),
};

/**
 * Options of a published method. "aas": adversarial adaptive sampling (K. Tang, J. Zhai, X. Wan and C. Yang, arXiv
 * 2305.18702), whose inner maximum is the mean of r² and the dual Sobolev norm of its density: that norm is the term (β
 * is a quarter of the mean of r²), and the points are the adversary's, exact to three dimensions, a flow above. 50
 * rounds of 500 Adam steps, conditions by a penalty with γ = 100, six layers of 32 tanh neurons (64 above three
 * dimensions); sizes and rates, which the paper leaves open, are those of the third-party code that aims at it. Loss
 * and gradient are in float32, as there. The KRnet of the paper as the adversary is a sampler:
 * docs/explanation/which-sampler.md.
 *
 * @throws OptionsError where there is none of that name
 */
export function presetOptions(name: PresetName, dimension: number): SolveOptions {
  const preset = getOwn(presets, name);
  if (preset) return preset(dimension);
  throw new OptionsError(`solve: there is no preset "${name}", only ${presetNames.join(", ")}`, "preset", name);
}
