/** Scores that the package's model ships with. */
import { readFile } from "../../engine/platform/files.ts";
import { packaged } from "./find-model.ts";

/** Scores of one archive that the model never saw, refined by one factor; 4 members, one seed. */
export interface ShippedScore {
  readonly archive: string;
  readonly factor: number;
  /** Width of the fine cells. */
  readonly kilometres: number;
  /** Interval of the values. */
  readonly seconds: number;
  /** Fair CRPS over that of the best of interpolation, RainFARM, and a cascade that was fitted to the archive. */
  readonly crps: number;
  readonly spreadSkill: number;
  /** Bias of the 0.999 quantile in percent. */
  readonly q999: number;
  /** Difference of the spectra in dB. */
  readonly ralsd: number;
  /** Bias of the share of wet cells, in points. */
  readonly wet: number;
}

/** Reads the scores. @throws OptionsError where the package does not hold them */
export const readShippedScores = async (): Promise<readonly ShippedScore[]> =>
  JSON.parse(await readFile(packaged("scores.json"), "utf8"));

/** Kinds of rain by the longest interval in seconds. */
const kinds = [
  ["up to 15 minutes", 900],
  ["hours", 6 * 3600],
  ["days", Number.POSITIVE_INFINITY],
] as const;

/** Scores of one kind of rain and one factor over its archives: middles, and how many cases are within their bounds. */
export interface KindScores {
  readonly kind: string;
  readonly factor: number;
  readonly archives: number;
  /** Median of the CRPS over that of the best baseline. */
  readonly crps: number;
  /** Least and largest. */
  readonly spreadSkill: readonly [number, number];
  /** Archives whose spread over skill is less than 0.8. */
  readonly narrow: number;
  /** Archives whose spread over skill is more than 1.25. */
  readonly wide: number;
  /** Archives whose 0.999 quantile is off by at most 10 %. */
  readonly heavy: number;
  /** Archives whose spectrum is off by at most 1 dB. */
  readonly spectrum: number;
}

/** Scores by the kind of rain and the factor. */
export function scoresByKind(scores: readonly ShippedScore[]): readonly KindScores[] {
  const kindOf = ({ seconds }: ShippedScore) => kinds.find(([, most]) => seconds <= most)![0];
  return kinds.flatMap(([kind]) =>
    [...new Set(scores.map(({ factor }) => factor))]
      .sort((a, b) => a - b)
      .flatMap((factor) => {
        const own = scores.filter((one) => one.factor === factor && kindOf(one) === kind);
        if (own.length === 0) return [];
        const sorted = own.map(({ crps }) => crps).sort((a, b) => a - b);
        const spreads = own.map(({ spreadSkill }) => spreadSkill);
        const count = (isWithin: (one: ShippedScore) => boolean) => own.filter(isWithin).length;
        return {
          ...{ kind, factor, archives: own.length },
          crps: (sorted[(own.length - 1) >> 1]! + sorted[own.length >> 1]!) / 2,
          spreadSkill: [Math.min(...spreads), Math.max(...spreads)] as const,
          narrow: count((one) => one.spreadSkill < 0.8),
          wide: count((one) => one.spreadSkill > 1.25),
          heavy: count((one) => Math.abs(one.q999) <= 10),
          spectrum: count((one) => one.ralsd <= 1),
        };
      }),
  );
}
