/** Measures on the line. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Cloud } from "./measure.ts";

/** A measure on the line: numbers of equal weight, or numbers with a weight each. A histogram is its cells with their masses. */
export type Samples =
  | ArrayLike<number>
  | {
      /** Finite, at least one. */
      readonly values: ArrayLike<number>;
      /** Non-negative, one a value. @defaultValue equal weights */
      readonly weights?: ArrayLike<number> | undefined;
    }
  | Cloud;

/** Samples, read. */
export interface ReadSamples {
  readonly values: ArrayLike<number>;
  readonly weights: ArrayLike<number> | undefined;
}

/**
 * @param where - function and argument for messages, such as `wasserstein1d: x`
 * @throws ShapeError where a cloud has more than one dimension, or weights have another length
 */
export function samplesOf(where: string, samples: Samples): ReadSamples {
  if ("length" in samples) return { values: samples, weights: undefined };
  if ("points" in samples && samples.dim !== 1) {
    throw new ShapeError(`${where}: dim`, [1], [samples.dim], "in more dimensions take emd or slicedWasserstein");
  }
  const values = "points" in samples ? samples.points : samples.values;
  const { weights } = samples;
  if (weights !== undefined && weights.length !== values.length) {
    throw new ShapeError(`${where}: weights`, [values.length], [weights.length], "give one weight a value");
  }
  return { values, weights };
}

/** {@link samplesOf} where each value counts one. @throws OptionsError where there are weights */
export function unweighted(where: string, samples: Samples): ArrayLike<number> {
  const { values, weights } = samplesOf(where, samples);
  if (weights === undefined) return values;
  throw new OptionsError(`${where}: weights are given, expected values that count one each`, "weights", weights);
}
