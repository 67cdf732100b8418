/** Constants to be found beside the coefficients of features: from the guesses and from other starts, with their standard deviations. */
import { DomainError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { alternativeOf, covarianceOf, fromOtherStarts, noise, sizesOfConstants } from "../constants/index.ts";
import type { Status } from "../solution/budget.ts";
import type { SolutionReport } from "../solution/solution.ts";
import type { Assembly } from "../solve/assemble.ts";
import { type Deadline, OutOfTime } from "./deadline.ts";
import type { FeatureRows } from "./feature-rows.ts";
import { type ConstantsOptions, type Fitted, fitConstants, fittedWith, linearised } from "./fitted-constants.ts";
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

/** Factors of observations that lead constants. */
const leads = [1e4, 100];
/** Factor beside a guess beyond which a constant of another start is lost. */
const lost = 30;
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
  { rows: loose, rowsWith, observations, evaluatedObservations: strict, isWarm, ...options }: FindOptions,
): Promise<{ readonly status: Status; readonly steps: number; readonly constants: SolutionReport["constants"] }> {
  const { starts, random, onAlternative } = options;
  const guesses = Object.values(problem.trainable);
  const sized = () => ({ ...options, sizes: sizesOfConstants(problem, theta) });
  const fit = await fitConstants(loose, theta, sized(), isWarm ? little : undefined);
  const led = leads.map((by) => rowsWith(by * observations));
  const others =
    starts &&
    (await fromStarts(
      [loose, led],
      theta,
      { ...sized(), pace: starts.pace },
      { guesses, random, count: starts.count },
    ));
  const noiseOf = async (rows: FeatureRows, weight: number) =>
    noise(problem, await rows.rows(theta), temperature(weight));
  let [rows, unit, variance] = [loose, temperature(observations), await noiseOf(loose, observations)];
  const ofLoose = unit * variance;
  if (strict !== undefined) {
    const before = theta.slice();
    const exact = rowsWith(strict);
    await fitConstants(exact, theta, sized(), little);
    const its = await noiseOf(exact, strict);
    if (its <= farther ** 2 * variance) [rows, unit, variance] = [exact, temperature(strict), its];
    else theta.set(before);
  }
  const { deviations } = covarianceOf(await linearised(rows, theta, sized()));
  const values = theta.subarray(theta.length - guesses.length);
  const noises = deviations.map((deviation) => Math.sqrt(unit * variance) * deviation);
  const isKnown = sized().sizes.some((size, i) => noises[i]! < well * size);
  const changes =
    strict !== undefined && isKnown ? await changesBy(rowsWith(sharper * strict), theta, sized()) : undefined;
  const each = Object.keys(problem.trainable).map((name, i) => {
    const standardDeviation = Math.hypot(noises[i]!, changes?.[i] ?? 0);
    return [name, { value: values[i]!, standardDeviation }] as const;
  });
  const constants = Object.fromEntries(each);
  const alternative = others && alternativeOf(constants, { ...others, variance: ofLoose });
  if (alternative) onAlternative?.(alternative);
  return { ...fit, constants };
}

/** The constants once more from other starts: led by the observations, then about the guesses and about what was found in turns. θ ends as that of the least loss. */
async function fromStarts(
  [rows, led]: readonly [FeatureRows, readonly FeatureRows[]],
  theta: Float64Array,
  options: ConstantsOptions,
  { guesses, random, count }: { readonly guesses: readonly number[]; readonly random: Rng; readonly count: number },
) {
  /** The largest factor between constants and guesses that are not 0. */
  const farthest = ({ values }: Fitted) =>
    Math.exp(Math.max(0, ...guesses.map((v, i) => (v === 0 ? 0 : Math.abs(Math.log(Math.abs(values[i]! / v)))))));
  let isOver = false;
  const { best, others } = await fromOtherStarts<Fitted>(await fittedWith(rows, theta.slice(), options), {
    ...{ guesses, random, led: led.length, few: count },
    continues: (tried) => tried < count && !isOver,
    fit: async (start, tried, before) => {
      const other = theta.slice();
      other.fill(0, theta.length - options.coefficients);
      other.set(start, theta.length - guesses.length);
      try {
        if (led[tried]) await fitConstants(led[tried], other, options);
        await fitConstants(rows, other, options);
        const found = await fittedWith(rows, other, options);
        return farthest(found) > Math.max(lost, farthest(before!)) ? undefined : found;
      } catch (error) {
        isOver = error instanceof OutOfTime;
        if (!isOver && !(error instanceof DomainError)) throw error;
        return undefined;
      }
    },
  });
  theta.set(best!.theta);
  return { loss: best!.loss, others };
}

/** Factor of the weight of observations beside which equations are thought to be resolved, and standard deviation of a constant, beside its size, below which that is asked. */
const [sharper, well] = [0.01, 0.1];

/** Changes of the constants where equations count so much more: none where features resolve these; else what they leave of them leads the constants. */
async function changesBy(rows: FeatureRows, theta: Float64Array, options: ConstantsOptions) {
  const [strict, first] = [theta.slice(), theta.length - options.sizes.length];
  try {
    await fitConstants(rows, strict, options, little);
  } catch (error) {
    if (error instanceof OutOfTime) return undefined;
    throw error;
  }
  return options.sizes.map((_, i) => strict[first + i]! - theta[first + i]!);
}
