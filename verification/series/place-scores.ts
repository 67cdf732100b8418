/** Scores of each place by itself: of a station, an area or a cell. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { Score } from "../scores/cases.ts";
import { crps } from "../scores/crps.ts";
import { spreadAndError, spreadOverSkill } from "../scores/rank.ts";

/** Scores of one place. */
export type PlaceScores = {
  /** Position on the map. */
  readonly place: number;
  /** Times that are scored. */
  readonly count: number;
  /** Fair; with one member the mean absolute error. */
  readonly crps: number;
  /** Mean absolute error of the ensemble mean. */
  readonly mae: number;
  /** Mean of ensemble mean − truth. */
  readonly bias: number;
  readonly rmse: number;
  /** NaN with one member. */
  readonly spreadSkill: number;
  readonly mean: Sides;
  /** Share of wet times; NaN without a wet threshold. */
  readonly wetShare: Sides;
  /** Shares of the truth below all members and above all; equal members share it. */
  readonly outside: { readonly below: number; readonly above: number };
  readonly quantiles: readonly ({ readonly q: number } & Sides)[];
};

type Sides = { readonly truth: number; readonly forecast: number };

/**
 * A score of places for `verify`: one record for each place that has a value, with the fair CRPS (Ferro 2014,
 * doi:10.1002/qj.2270) and the spread over skill of Fortin et al. (2014, doi:10.1175/JHM-D-14-0008.1).
 *
 * @param quantiles - levels in (0, 1)
 */
export function placeScores(quantiles: readonly number[] = [0.95, 0.99]): Score<readonly PlaceScores[]> {
  return {
    name: "places",
    of: ({ maps, members, shape, wetThreshold }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const found = Array.from({ length: size }, () => ({ truth: [] as number[], forecast: [] as number[] }));
      for (const { truth, forecast, positions } of maps) {
        for (let i = 0; i < truth.length; i++) {
          const own = found[positions?.[i] ?? i]!;
          own.truth.push(truth[i]!);
          for (let m = 0; m < members; m++) own.forecast.push(forecast[m * truth.length + i]!);
        }
      }
      return found.flatMap(({ truth, forecast }, place) =>
        truth.length === 0 ? [] : [{ place, ...scoresOf(truth, forecast, members, wetThreshold !== null, quantiles) }],
      );
    },
  };
}

/** @param forecast - [times, members] */
function scoresOf(
  truth: readonly number[],
  forecast: readonly number[],
  members: number,
  isRain: boolean,
  levels: readonly number[],
): Omit<PlaceScores, "place"> {
  const count = truth.length;
  const [sums, column] = [{ crps: 0, mae: 0, bias: 0, below: 0, above: 0 }, new Float64Array(members)];
  let [variance, squaredError] = [0, 0];
  for (const [t, y] of truth.entries()) {
    for (let m = 0; m < members; m++) column[m] = forecast[t * members + m]!;
    sums.crps += crps(column, y, { variant: members > 1 ? "fair" : "ecdf" });
    const error = column.reduce((a, b) => a + b, 0) / members - y;
    sums.mae += Math.abs(error);
    sums.bias += error;
    const own = spreadAndError(column, [y], members);
    variance += own.variance;
    squaredError += own.squaredError;
    const [less, equal] = [column.filter((v) => v < y).length, column.filter((v) => v === y).length];
    if (less === 0) sums.below += 1 / (equal + 1);
    if (less + equal === members) sums.above += 1 / (equal + 1);
  }
  const sorted = [truth, forecast].map((values) => Float64Array.from(values).sort());
  const both = (of: (values: Float64Array) => number): Sides => ({ truth: of(sorted[0]!), forecast: of(sorted[1]!) });
  const wet = (values: Float64Array) => values.reduce((n, v) => n + (v > 0 ? 1 : 0), 0) / values.length;
  return {
    ...{ count, crps: sums.crps / count, mae: sums.mae / count, bias: sums.bias / count },
    rmse: Math.sqrt(squaredError / count),
    spreadSkill: spreadOverSkill(variance, squaredError, members),
    mean: both((values) => values.reduce((a, b) => a + b, 0) / values.length),
    wetShare: isRain ? both(wet) : { truth: Number.NaN, forecast: Number.NaN },
    outside: { below: sums.below / count, above: sums.above / count },
    quantiles: levels.map((q) => ({ q, ...both((values) => quantileOfSorted(values, q)) })),
  };
}
