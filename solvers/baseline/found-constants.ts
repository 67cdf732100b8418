/** Constants to be found beside the coefficients of features: from the guesses and from other starts, with their standard deviations. */
import type { Rng } from "../../engine/rng.ts";
import type { Assembly, GroupWeights } from "../solve/assemble.ts";
import { noise, sizesOfConstants } from "../solve/laplace.ts";
import type { SolutionReport } from "../solve/solution.ts";
import type { Status } from "../solve/training.ts";
import type { FeatureRows } from "./feature-rows.ts";
import { deviationsOf, fitConstants, type OtherStarts, otherStarts } from "./fitted-constants.ts";
import type { Minimisation } from "./newton.ts";

/** What is asked of the constants. */
export interface FindOptions extends Minimisation {
  readonly weights: GroupWeights;
  /** Other starts, about the guesses and what was found. */
  readonly starts: number;
  readonly random: Rng;
  /** Told constants of another start that fit as well. */
  readonly onRival?: ((constants: Readonly<Record<string, number>>) => void) | undefined;
}

/** What was found. */
export interface Found {
  readonly status: Status;
  readonly steps: number;
  readonly constants: SolutionReport["constants"];
}

/** Finds constants and coefficients; θ is changed in place. @throws OutOfTime where there was no time for the coefficients of the guesses, or for standard deviations */
export async function findConstants(
  { problem, temperature }: Assembly,
  rows: FeatureRows,
  theta: Float64Array,
  { weights, starts, random, onRival, ...options }: FindOptions,
): Promise<Found> {
  const sized = () => ({ ...options, sizes: sizesOfConstants(problem, theta) });
  const guesses = Object.values(problem.trainable);
  const fit = await fitConstants(rows, theta, sized());
  const others = starts > 0 ? await otherStarts(rows, theta, sized(), { guesses, starts, random }) : undefined;
  const unit = temperature(weights.observations);
  const variance = unit * noise(problem, await rows.rows(theta), unit);
  const deviations = await deviationsOf(rows, theta, sized());
  const values = theta.subarray(theta.length - guesses.length);
  const constants = Object.fromEntries(
    Object.keys(problem.trainable).map((name, i) => [
      name,
      { value: values[i]!, standardDeviation: Math.sqrt(variance) * deviations[i]! },
    ]),
  );
  const rival = others && rivalOf(constants, others, variance);
  if (rival) onRival?.(rival);
  return { ...fit, constants };
}

/** Standard deviations of the noise within which others fit as well, and part of itself by which a constant is then another. */
const [asWell, isAnother] = [3, 0.1];

/** The first of other constants that fit as well and are others. */
function rivalOf(constants: SolutionReport["constants"], { loss, rivals }: OtherStarts, variance: number) {
  const found = Object.entries(constants);
  const rival = rivals.find(
    ({ values, loss: its }) =>
      its - loss <= asWell ** 2 * variance &&
      found.some(([, { value, standardDeviation = 0 }], i) => {
        const by = Math.abs(values[i]! - value);
        return by > isAnother * Math.abs(value) && by > asWell * standardDeviation;
      }),
  );
  return rival && Object.fromEntries(found.map(([name], i) => [name, rival.values[i]!]));
}
