/** Scores of each place by itself: of a station, an area or a cell. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { Score } from "../scores/cases.ts";
import { countRanks, spreadOverSkill } from "../scores/rank.ts";
import { cellSums } from "../tally/cells.ts";

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
      const found = Array.from({ length: size }, () => ({
        truth: [] as number[],
        forecast: Array.from({ length: members }, () => [] as number[]),
      }));
      for (const { truth, forecast, positions } of maps) {
        for (let i = 0; i < truth.length; i++) {
          const own = found[positions?.[i] ?? i]!;
          own.truth.push(truth[i]!);
          for (let m = 0; m < members; m++) own.forecast[m]!.push(forecast[m * truth.length + i]!);
        }
      }
      return found.flatMap(({ truth, forecast }, place) => {
        if (truth.length === 0) return [];
        const map = { truth: Float64Array.from(truth), forecast: Float64Array.from(forecast.flat()) };
        return [{ place, ...scoresOf(map, members, wetThreshold !== null, quantiles) }];
      });
    },
  };
}

/** Scores of the times of one place. */
function scoresOf(
  { truth, forecast }: { readonly truth: Float64Array; readonly forecast: Float64Array },
  members: number,
  isRain: boolean,
  levels: readonly number[],
): Omit<PlaceScores, "place"> {
  const map = { truth, forecast, time: undefined, positions: undefined };
  const { cells: count, crps, mae, bias, variance, squaredError } = cellSums([map], members);
  const ranks = new Float64Array(members + 1);
  countRanks(ranks, forecast, truth, undefined, false);
  const sorted = [truth, forecast].map((values) => values.slice().sort());
  const both = (of: (values: Float64Array) => number): Sides => ({ truth: of(sorted[0]!), forecast: of(sorted[1]!) });
  const wet = (values: Float64Array) => values.reduce((n, v) => n + (v > 0 ? 1 : 0), 0) / values.length;
  return {
    ...{ count, crps: crps / count, mae: mae / count, bias: bias / count },
    rmse: Math.sqrt(squaredError / count),
    spreadSkill: spreadOverSkill(variance, squaredError, members),
    mean: both((values) => values.reduce((a, b) => a + b, 0) / values.length),
    wetShare: isRain ? both(wet) : { truth: Number.NaN, forecast: Number.NaN },
    outside: { below: ranks[0]! / count, above: ranks[members]! / count },
    quantiles: levels.map((q) => ({ q, ...both((values) => quantileOfSorted(values, q)) })),
  };
}
