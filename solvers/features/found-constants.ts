/** Constants to be found beside the coefficients of features: from the guesses and from other starts, with their standard deviations. */
import type { Rng } from "../../engine/random/rng.ts";
import type { Status } from "../solution/budget.ts";
import type { SolutionReport } from "../solution/solution.ts";
import type { Assembly } from "../solve/assemble.ts";
import { noise, sizesOfConstants } from "../solve/laplace.ts";
import { type Deadline, OutOfTime } from "./deadline.ts";
import type { FeatureRows } from "./feature-rows.ts";
import {
  type ConstantsOptions,
  deviationsOf,
  fitConstants,
  type OtherStarts,
  otherStarts,
} from "./fitted-constants.ts";
import type { Minimisation } from "./newton.ts";

/** Options of the search for constants. */
export interface FindOptions extends Minimisation {
  readonly rows: FeatureRows;
  /** Weight of the observations in them. */
  readonly observations: number;
  /** The same rows where they count so much. */
  readonly rowsWith: (observations: number) => FeatureRows;
  /** Weight of observations where the solution is evaluated, and where constants have their last fit. @defaultValue as where it is fitted */
  readonly evaluatedObservations?: number | undefined;
  /** Other starts of constants, about the guesses and what was found. @defaultValue none */
  readonly starts?: MoreStarts | undefined;
  readonly random: Rng;
  /** Constants begin where another fit ended. */
  readonly isWarm: boolean;
  /** Called with constants of another start that fit as well, within three standard deviations of the noise. */
  readonly onAlternative?: ((constants: Readonly<Record<string, number>>) => void) | undefined;
}

/** Other starts: how many, and until when. */
export interface MoreStarts {
  readonly count: number;
  readonly pace: Deadline;
}

/** Constants with the coefficients that belong to them. */
export interface FittedConstants {
  readonly status: Status;
  readonly steps: number;
  readonly constants: SolutionReport["constants"];
}

/** Factors of observations that lead constants. */
const leads = [1e4, 100];
/** Damping where constants are known nearly. */
const little = 1e-7;
/** Largest ratio of the misfit of observations where equations count more. */
const farther = 1.2;

/**
 * Finds constants and coefficients; θ is changed in place. Where observations count as much as equations their noise enters the solution, where they count less equations that
 * features resolve badly, as in corners, pull at the constants: the latter has the last word where it leaves as much of the observations.
 *
 * @throws OutOfTime where there was no time for the coefficients of the guesses, or for standard deviations
 */
export async function findConstants(
  { problem, temperature }: Assembly,
  theta: Float64Array,
  {
    rows: loose,
    rowsWith,
    observations,
    evaluatedObservations: strict,
    isWarm,
    starts,
    random,
    onAlternative,
    ...options
  }: FindOptions,
): Promise<FittedConstants> {
  const guesses = Object.values(problem.trainable);
  const sized = () => ({ ...options, sizes: sizesOfConstants(problem, theta) });
  const fit = await fitConstants(loose, theta, sized(), isWarm ? little : undefined);
  const more = starts && { ...sized(), pace: starts.pace };
  const others =
    more &&
    (await otherStarts(loose, theta, more, {
      guesses,
      led: leads.map((by) => rowsWith(by * observations)),
      starts: starts.count,
      random,
    }));
  const noiseOf = async (rows: FeatureRows, weight: number) =>
    noise(problem, await rows.rows(theta), temperature(weight));
  let [rows, unit, left] = [loose, temperature(observations), await noiseOf(loose, observations)];
  const variance = unit * left;
  if (strict !== undefined) {
    const before = theta.slice();
    const exact = rowsWith(strict);
    await fitConstants(exact, theta, sized(), little);
    const its = await noiseOf(exact, strict);
    if (its <= farther ** 2 * left) [rows, unit, left] = [exact, temperature(strict), its];
    else theta.set(before);
  }
  const deviations = await deviationsOf(rows, theta, sized());
  const values = theta.subarray(theta.length - guesses.length);
  const noises = deviations.map((deviation) => Math.sqrt(unit * left) * deviation);
  const isKnown = sized().sizes.some((size, i) => noises[i]! < well * size);
  const changes =
    strict !== undefined && isKnown ? await changesBy(rowsWith(sharper * strict), theta, sized()) : undefined;
  const each = Object.keys(problem.trainable).map((name, i) => {
    const standardDeviation = Math.hypot(noises[i]!, changes?.[i] ?? 0);
    return [name, { value: values[i]!, standardDeviation }] as const;
  });
  const constants = Object.fromEntries(each);
  const alternative = others && alternativeOf(constants, others, variance);
  if (alternative) onAlternative?.(alternative);
  return { ...fit, constants };
}

/** Factor of the weight of observations beside which equations are thought to be resolved, and standard deviation of a constant, beside its size, below which that is asked. */
const [sharper, well] = [0.01, 0.1];

/** Changes of the constants where equations count so much more: none where features resolve these; else what they leave of them leads the constants. */
async function changesBy(
  rows: FeatureRows,
  theta: Float64Array,
  options: ConstantsOptions,
): Promise<Float64Array | undefined> {
  const strict = theta.slice();
  try {
    await fitConstants(rows, strict, options, little);
  } catch (error) {
    if (error instanceof OutOfTime) return undefined;
    throw error;
  }
  return strict.subarray(-options.sizes.length).map((v, i) => v - theta[theta.length - options.sizes.length + i]!);
}

/** Standard deviations of the noise within which others fit as well, and part of itself by which a constant is then another. */
const [asWell, isAnother] = [3, 0.1];

/** The first of other constants that fit as well and are others, whatever their signs: where they are squared both are the same. */
export function alternativeOf(
  constants: FittedConstants["constants"],
  { loss, alternatives }: OtherStarts,
  variance: number,
) {
  const found = Object.entries(constants);
  const alternative = alternatives.find(
    ({ values, loss: its }) =>
      its - loss <= asWell ** 2 * variance &&
      found.some(([, { value, standardDeviation = 0 }], i) => {
        const by = Math.abs(Math.abs(values[i]!) - Math.abs(value));
        return by > isAnother * Math.abs(value) && by > asWell * standardDeviation;
      }),
  );
  return alternative && Object.fromEntries(found.map(([name], i) => [name, alternative.values[i]!]));
}
