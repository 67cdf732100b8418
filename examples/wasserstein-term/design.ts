/** The factors of the experiment, its trainings, and their order: a run that is stopped at any time leaves a usable table. */
import { OptionsError } from "../../engine/errors.ts";
import type { TrainingRecipe } from "../../generative/training/index.ts";
import { distributionTerm } from "../papers/distribution-terms.ts";

/** Generators of members. Those of one step were measured and have left the library: their records are read, none is trained. */
export const generators = ["edm", "ve", "one-step"] as const;
/** Terms of the loss. */
export const terms = ["none", "pixels", "sliced", "sliced-32", "patches", "control"] as const;

/** Those of the factorial. */
const factorTerms = ["none", "pixels", "sliced", "control"] as const;

/** One training. */
export interface Cell {
  /** `long`: the runs of 500 steps. */
  readonly size: "factor" | "long";
  readonly set: string;
  readonly ratio: number;
  readonly generator: (typeof generators)[number];
  readonly term: (typeof terms)[number];
  readonly seed: number;
}

/** File of a cell's results, from the folder of all. */
export const fileOf = ({ size, set, ratio, generator, term, seed }: Cell): string =>
  `${set}-x${ratio}-s${seed}${size === "long" ? "-long" : ""}/${generator}-${term}.json`;

/** Members that are evaluated. */
export const membersOf = (size: Cell["size"]): number => (size === "long" ? 8 : 4);

/** First and last noise level of sampling in units of sigmaData, for every process alike. */
export const noiseRange = [10, 0.02] as const;

/** The recipe of a cell. @param steps - instead of the design's, for trials */
export function recipeOf({ size, generator, term, ratio, seed }: Cell, steps?: number): TrainingRecipe {
  if (generator === "one-step") {
    throw new OptionsError(
      "wasserstein-term: the generator of one step is gone; its records stay",
      "generator",
      generator,
    );
  }
  const long = size === "long";
  return {
    seed,
    factor: ratio,
    steps: steps ?? (long ? 500 : 200),
    warmup: long ? 100 : 20,
    crop: 32,
    batch: 16,
    network: { baseChannels: long ? 24 : 16 },
    process: generator === "ve" ? "ve-discrete" : "edm",
    term: fieldTerms[generator](term),
  };
}

const kinds = {
  pixels: "wasserstein",
  sliced: "batch-sliced",
  "sliced-32": "batch-sliced",
  patches: "patch-sliced",
  control: "rmse",
} as const;

const fieldTerms = {
  edm: (term: Cell["term"]) => (term === "none" ? null : distributionTerm(kinds[term], { weight: 2 })),
  // As released: 0.8 of the denoising loss and 0.2 of the term, at all levels.
  ve: (term: Cell["term"]) =>
    term === "none" ? null : distributionTerm(kinds[term], { weight: 0.2, gate: null, mixed: true }),
};

/** Rain of a known distribution, without the height of the ground and with it. */
export const syntheticSets = ["synthetic", "synthetic-hills"] as const;

/** Trainings in a row that share data, ratio and seed. */
function group(size: Cell["size"], set: string, ratio: number, seed: number): Cell[] {
  const of = (generator: Cell["generator"], term: Cell["term"]): Cell => ({ size, set, ratio, generator, term, seed });
  if (size === "factor") return generators.flatMap((generator) => factorTerms.map((term) => of(generator, term)));
  const oneStep = (["none", "sliced", "control", "sliced-32"] as const).map((term) => of("one-step", term));
  return [of("edm", "none"), ...oneStep];
}

/** On pairs, diffusion has no terms. */
const synthetic = (seed: number): Cell[] =>
  syntheticSets.flatMap((set) =>
    group("factor", set, 4, seed).filter(({ generator, term }) =>
      generator === "edm" ? term === "none" : generator === "one-step",
    ),
  );

/** Sets whose constants were chosen on them. */
export const developmentSets = ["fmi", "mch"] as const;
/** Sets on which no choice was made: radar rates, then daily sums. */
export const freshSets = { rates: ["knmi", "bom", "opera", "mrms"], daily: ["radolan", "prism"] } as const;
/** Radars that the long models of the development sets have not seen. */
export const unseen = freshSets.rates;

/** Sorted patches in the loss of diffusion, which came last. */
const patches = (seed: number): Cell[] =>
  developmentSets.map((set) => ({ size: "factor", set, ratio: 4, generator: "edm", term: "patches", seed }));

/** All trainings, the most wanted first. */
export function plan(): Cell[] {
  const [rates, daily] = [freshSets.rates, freshSets.daily];
  const of = (size: Cell["size"], sets: readonly string[], ratios: readonly number[], seed: number) =>
    ratios.flatMap((ratio) => sets.flatMap((set) => group(size, set, ratio, seed)));
  const development = (size: Cell["size"], seed: number) => of(size, developmentSets, [4], seed);
  return [
    ...development("factor", 0),
    ...development("long", 0),
    ...development("factor", 1),
    ...of("factor", [daily[0], rates[0]], [4], 0),
    ...synthetic(0),
    ...development("factor", 2),
    ...of("factor", developmentSets, [16], 0),
    ...of("factor", [daily[1], rates[1]], [4], 0),
    ...of("factor", daily, [16], 0),
    ...of("factor", developmentSets, [8], 0),
    ...development("long", 1),
    ...development("long", 2),
    ...of("factor", [...rates.slice(2)], [4], 0),
    ...[1, 2].flatMap((seed) => [...synthetic(seed), ...of("factor", [...daily, ...rates], [4], seed)]),
    ...[1, 2].flatMap((seed) => of("factor", [...developmentSets, ...daily], [8, 16], seed)),
    ...[0, 1, 2].flatMap(patches),
  ];
}

/** A trial of all that the script does, on one small event that is part of the repository. */
export const quickPlan = (): Cell[] =>
  factorTerms.map((term): Cell => ({ size: "factor", set: "quick", ratio: 4, generator: "edm", term, seed: 0 }));
