/** Distance of a solution from its observations: a minimum that the data do not support looks solved by all other measures. */
import type { Problem } from "../problem/problem.ts";
import type { Solution } from "../solve/solution.ts";

/** Standard deviations of the noise, and share of the observed values' size, beyond both of which data are missed. */
const [mostNoise, leastShare] = [3, 0.03];
/** Share of the observed values' size beyond which data without a given noise are missed. */
const mostShare = 0.2;

const way = "give it more time, or other first guesses";

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
 */
export async function missedData(problem: Problem, solution: Solution): Promise<Missed | undefined> {
  for (const { points, values, sigma, hasSigma, text } of problem.observations) {
    const found = await solution.quantity(text, points);
    const off = rootMeanSquare(found.map((v, k) => v - values[k]!));
    const size = rootMeanSquare(values);
    const allowed = hasSigma ? Math.max(mostNoise * sigma, leastShare * size) : mostShare * size;
    if (off <= allowed) continue;
    const by = `it misses the observations of ${text} by ${short(off)} (root mean square; they are ${short(size)})`;
    return hasSigma
      ? { words: `${by}, where their noise is ${short(sigma)}; ${way}`, share: Math.sqrt(off ** 2 - sigma ** 2) / size }
      : { words: `${by}; ${way}, or, if that is their noise, give it (sigma)`, share: off / size };
  }
  return undefined;
}

/** √(Σ v²/n). */
export const rootMeanSquare = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
const short = (value: number): string => `${Number(value.toPrecision(2))}`;
