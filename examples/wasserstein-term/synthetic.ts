/**
 * Synthetic pairs whose conditional distribution is known: fine rain, another coarse data set of it, and the ground. A model learns with the height of
 * the ground or without, and beside it stands the exact conditional distribution.
 */
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/random/rng.ts";
import { tilesOf } from "../../generative/data/index.ts";
import { downscale, type SyntheticPairs, syntheticPairs, train } from "../../generative/index.ts";
import { exactDistribution } from "../synthetic-distribution/index.ts";
import {
  type CellResult,
  type EvaluatedEnsemble,
  type EvaluationSet,
  evaluateFields,
  processorSeconds,
} from "./cell.ts";
import { type Cell, membersOf, noiseRange, recipeOf } from "./design.ts";
import type { TailBins } from "./scores.ts";

const [SIDE, HOURS, HELD] = [64, 300, 24];

/** Hours to learn from and others of the same climate to evaluate on. */
export interface SyntheticSet extends EvaluationSet {
  readonly learned: SyntheticPairs;
  readonly held: SyntheticPairs;
  /** Model and distribution are conditioned on the height of the ground. */
  readonly orography: boolean;
}

/** @param name - `synthetic`, or `synthetic-hills` where the height of the ground is given */
export function syntheticSet(name: string): SyntheticSet {
  const make = (times: number, firstTime: number) => syntheticPairs({ seed: 1, times, firstTime, size: SIDE });
  const [learned, held] = [make(HOURS, 0), make(HELD, HOURS)];
  const values = Float32Array.from(held.fine.values);
  const evaluated = tilesOf(values, SIDE);
  return { learned, held, orography: name === "synthetic-hills", evaluated, wetThreshold: 0.1, scale: 1 };
}

/** The exact distribution: members sampled from it, and its exact mean CRPS on the hours. */
export function exactBaseline(set: SyntheticSet, ratio: number, bins: TailBins) {
  const [members, pixels] = [8, SIDE ** 2];
  const values = new Float32Array(HELD * members * pixels);
  let exact = 0;
  const known = exactDistribution(set.held);
  for (let n = 0; n < HELD; n++) {
    const distribution = known.conditional(n, { orography: set.orography });
    values.set(distribution.sample(members, rng(5).split(n)), n * members * pixels);
    const scores = distribution.crps(set.evaluated.values.subarray(n * pixels, (n + 1) * pixels));
    exact += scores.reduce((a, b) => a + b, 0) / pixels / HELD;
  }
  const sampled = evaluateFields({ values, shape: [HELD, members, SIDE, SIDE] }, set, ratio, bins);
  return { "exact distribution": { ...sampled, exact } };
}

/** Trains and evaluates one arm. */
export async function runSyntheticCell(
  cell: Cell,
  set: SyntheticSet,
  o: {
    readonly bins: TailBins;
    readonly say: (line: string) => void;
    readonly steps?: number;
    readonly members?: number;
    /** Of diffusion. @defaultValue the experiment's */
    readonly noiseRange?: readonly [number, number];
  },
): Promise<CellResult> {
  const { seed, steps, warmup, crop, batch, network, term } = recipeOf(cell, o.steps);
  const began = processorSeconds();
  const { learned, held, orography } = set;
  const trained = await train(
    { fine: learned.fine, coarse: learned.coarse, ...(orography && { static: learned.orography }) },
    {
      ...{ seed: seed!, steps: steps!, warmup: warmup!, crop: crop!, batch: batch!, network: network! },
      ...(term && { term }),
      // The displacement has a direction, which turned images would hide.
      symmetries: false,
      threads: 1,
      onProgress: ({ step, loss }) => {
        if (step % 100 === 0) o.say(`step ${step} loss ${loss.toFixed(4)}`);
      },
    },
  );
  const model = trained.downscaler!;
  const learnedBy = processorSeconds();
  const members = o.members ?? membersOf(cell.size);
  const drawn = await downscale(model, held.coarse, {
    members,
    seed: cell.seed,
    noiseRange: o.noiseRange ?? noiseRange,
    ...(orography && { static: [held.orography] }),
  });
  const sampled = processorSeconds();
  const fields: ShapedArray = { values: Float32Array.from(drawn.values), shape: [HELD, members, SIDE, SIDE] };
  const evaluated: Record<string, EvaluatedEnsemble> = { [cell.set]: evaluateFields(fields, set, cell.ratio, o.bins) };
  await model.dispose();
  return {
    cell,
    recipe: {
      steps: steps!,
      batch: batch!,
      network: network!,
      term: term && "name" in term ? { name: term.name, weight: term.weight } : null,
    },
    seconds: { training: learnedBy - began, sampling: sampled - learnedBy },
    evaluated,
  };
}
