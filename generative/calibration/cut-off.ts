/**
 * The cut-off at which as many members are wet as readings. It is chosen on one half of the times (of the regions, where there are more)
 * and verified on the other: it is kept where the wet share is then nearer to that of the readings, and the CRPS no worse
 * (research/rain-calibration/RULE.md, "A cut-off of the archive").
 */
import { between, every, type GroupSums, total, type Weights } from "./fit.ts";
import type { ReadWindows } from "./readings.ts";

/** Cut-offs that are tried, in thresholds of dry. Where the largest is the nearest, the input is wetter than the readings: it is no cut-off. */
export const CUT_OFFS: readonly number[] = [0, 0.5, 1, 2, 4, 8, 16, 32, 64];
/** The fair CRPS of the halves may be so many times that without a cut-off. */
const MOST_CRPS = 1.005;

/** Sums over the readings of each group, of an ensemble of one amplitude that is cut. */
export interface CutSums extends GroupSums {
  /** Shares of members that are wet, summed. */
  readonly wet: Float64Array;
  /** Mean square of a reading's share in ln(spread over skill), times the number of readings. */
  readonly variance: number;
}

/** Readings of each group: how many, and how many are wet. */
export interface WetReadings {
  readonly all: Float64Array;
  readonly wet: Float64Array;
}

/** Shares of wet values, from 0 to 1. */
export interface WetShares {
  /** Share of the readings. */
  readonly readings: number;
  /** Share of members without a cut-off. */
  readonly before: number;
  /** Share of members with it. */
  readonly after: number;
  /** Mean distance from the share of the readings on each half, without a cut-off, and with the one of the other half. */
  readonly heldOut: { readonly before: number; readonly after: number };
}

/**
 * @param drawn - by cut-off as in {@link CUT_OFFS}, then by amplitude
 * @param given - position of a cut-off whose shares are wanted
 * @returns `chosen`, the position of the cut-off in {@link CUT_OFFS}
 */
export function fitCutOff(
  drawn: readonly (readonly CutSums[])[],
  readings: WetReadings,
  { groups, times, regions }: Pick<ReadWindows, "groups" | "times" | "regions">,
  { amplitude, given }: { readonly amplitude: number; readonly given?: number },
): WetShares & { readonly chosen: number } {
  const at = (n: number, of: (one: CutSums) => number) => between(drawn[n]!, amplitude, of);
  const mean = (values: Float64Array, weight: Weights) => total(values, weight) / total(readings.all, weight);
  const shareOf = (n: number, weight: Weights) => at(n, ({ wet }) => mean(wet, weight));
  const crpsOf = (n: number, weight: Weights) => at(n, ({ crps }) => total(crps, weight));
  const missOf = (n: number, weight: Weights) => Math.abs(shareOf(n, weight) - mean(readings.wet, weight));
  const choose = (weight: Weights) => {
    // Without dry readings there is nothing to cut.
    if (total(readings.wet, weight) === total(readings.all, weight)) return 0;
    const misses = CUT_OFFS.map((_, n) => missOf(n, weight));
    return misses.indexOf(Math.min(...misses));
  };
  const [along, count] = times >= regions ? (["time", times] as const) : (["region", regions] as const);
  const half =
    (second: boolean): Weights =>
    (group) =>
      Number(2 * groups[group]![along] >= count === second);
  const held = { before: 0, after: 0, crpsBefore: 0, crpsAfter: 0 };
  for (const second of [false, true]) {
    const [own, other] = [half(second), half(!second)];
    const chosen = choose(other);
    const share = total(readings.all, own) / total(readings.all, every);
    if (share === 0) continue;
    held.before += share * missOf(0, own);
    held.after += share * missOf(chosen, own);
    held.crpsBefore += crpsOf(0, own);
    held.crpsAfter += crpsOf(chosen, own);
  }
  const isBetter = held.after < held.before && held.crpsAfter <= MOST_CRPS * held.crpsBefore;
  const nearest = choose(every);
  const chosen = given ?? (isBetter && nearest < CUT_OFFS.length - 1 ? nearest : 0);
  return {
    chosen,
    ...{ readings: mean(readings.wet, every), before: shareOf(0, every), after: shareOf(chosen, every) },
    heldOut: { before: held.before, after: held.after },
  };
}
