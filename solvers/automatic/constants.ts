/** Warnings about constants to be found, and about observations that a solution misses. */
import { rootMeanSquare } from "../../engine/numerics/vectors.ts";
import { numberText, percentText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Solution, SolutionReport } from "../solution/solution.ts";

/** Standard deviation of a found constant, beside it or its first guess, above which it is not to be believed. */
const mostSpread = 0.5;
/**
 * Factor of a found constant beside its guess above which it is not to be believed, unless its standard deviation is a
 * smaller part of it.
 */
const [mostAway, wellKnown] = [100, 0.01];
/** Part of itself by which a constant may move in the last third of the steps. */
const mostMoved = 0.1;

/** True where there are constants to be found. */
export const seeksConstants = ({ trainable }: Pick<Problem, "trainable">): boolean => Object.keys(trainable).length > 0;

/** Follows constants to be found while a network is trained. */
export function constantsAtWork({ trainable }: Pick<Problem, "trainable">) {
  const names = Object.keys(trainable);
  const seen: { readonly steps: number; readonly values: Float64Array }[] = [];
  const valuesOf = (theta: Float64Array) => theta.slice(theta.length - names.length);
  return {
    /** The parameters after so many steps. */
    watch(steps: number, theta: Float64Array): void {
      if (names.length > 0) seen.push({ steps, values: valuesOf(theta) });
    },
    /** The first constant that moved too much before it came to `theta`, in words. */
    moving(steps: number, theta: Float64Array): string | undefined {
      const before = seen.filter((one) => one.steps <= (2 / 3) * steps).at(-1);
      const now = valuesOf(theta);
      const by = names.map((_, i) => (before ? Math.abs(now[i]! - before.values[i]!) / Math.abs(now[i]!) : 0));
      const first = by.findIndex((share) => !(share <= mostMoved));
      return first < 0
        ? undefined
        : `${names[first]} moved by ${percentText(by[first]!)} in the last third of the steps`;
    },
  };
}

/**
 * Why a found constant is not to be believed, in words: it could as well be half of it or none, or has run away from
 * its guess, where beside a large one the rest of an equation looks small.
 */
export function looseConstant({ trainable }: Problem, { constants }: SolutionReport): string | undefined {
  const way = "give it a prior, or more observations";
  const all = Object.entries(constants).map(([name, { value, standardDeviation = 0 }]) => {
    return { name, value, guess: trainable[name] ?? 0, deviation: standardDeviation };
  });
  const open = all.filter(({ deviation }) => deviation === Number.POSITIVE_INFINITY).map(({ name }) => name);
  if (open.length > 1) return `nothing determines ${open.join(" and ")}, or only together; ${way}`;
  for (const { name, value, guess, deviation } of all) {
    if (deviation <= mostSpread * Math.max(Math.abs(value), Math.abs(guess))) continue;
    if (deviation === Number.POSITIVE_INFINITY) return `nothing determines ${name}; ${way}`;
    return `${name} is ${value.toPrecision(2)} with a standard deviation of ${deviation.toPrecision(2)}; ${way}`;
  }
  for (const { name, value, guess, deviation } of all)
    if (guess !== 0 && deviation > wellKnown * Math.abs(value) && Math.abs(value / guess) > mostAway)
      return `${name} is ${short(value)} from a guess of ${short(guess)}; begin with guesses near what was found, if that may be`;
  return undefined;
}

/** Constants that fit as well, in words. */
export const alternativeConstants = (alternative: Readonly<Record<string, number>>): string =>
  `${Object.entries(alternative)
    .map(([name, value]) => `${name} = ${value.toPrecision(2)}`)
    .join(" and ")} fit the observations as well; give it more observations, or guesses near what you take for likely`;

/** Standard deviations of the noise, and share of the observed values' size, beyond both of which data are missed. */
const [mostNoise, leastShare] = [3, 0.03];
/** Share of the observed values' size beyond which data without a given noise are missed. */
const mostShare = 0.2;

const way = "other first guesses, or another equation";

/** Observations that are missed. */
export interface Missed {
  readonly words: string;
  /** By how much, beside their size, a given noise taken away. */
  readonly share: number;
}

/**
 * The first observations that the solution misses; undefined where there are none.
 *
 * @param problem - that was solved
 * @param isAtRest - true where more time does not move its constants
 */
export async function missedData(
  problem: Problem,
  solution: Pick<Solution, "quantity">,
  isAtRest = false,
): Promise<Missed | undefined> {
  const advice = isAtRest ? `give it ${way}` : `give it more time, ${way}`;
  for (const { points, values, sigma, hasSigma, text } of problem.observations) {
    const found = await solution.quantity(text, points);
    const off = rootMeanSquare(found.map((v, k) => v - values[k]!));
    const size = rootMeanSquare(values);
    const allowed = hasSigma ? Math.max(mostNoise * sigma, leastShare * size) : mostShare * size;
    if (off <= allowed) continue;
    const by = `it misses the observations of ${text} by ${short(off)} (root mean square; they are ${short(size)})`;
    return hasSigma
      ? {
          words: `${by}, where their noise is ${short(sigma)}; ${advice}`,
          share: Math.sqrt(off ** 2 - sigma ** 2) / size,
        }
      : { words: `${by}; ${advice}, or, if that is their noise, give it (sigma)`, share: off / size };
  }
  return undefined;
}

const short = (value: number): string => numberText(value, 2);
