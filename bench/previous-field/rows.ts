/** Results of members that are drawn after the field before, and their tables. */
import type { SumScores, TimeScoresValue } from "../../verification/series/index.ts";
import type { Edges, Persistence } from "./diagnostics.ts";

/** A result of one film. */
export interface FilmRow extends Pick<TimeScoresValue, "autocorrelation"> {
  readonly data: string;
  readonly seed: number;
  readonly arm: string;
  readonly steps: number;
  /** Processor seconds of the training, and microseconds of a pixel and member. */
  readonly training: number;
  readonly microseconds: number;
  /** As measured in training. */
  readonly coherence: {
    readonly step: number;
    readonly share: number;
    readonly still: number;
    readonly moving: number;
  } | null;
  readonly sums: readonly Pick<SumScores, "duration" | "of" | "windows" | "count" | "crps" | "spreadSkill">[];
  readonly edges: Edges;
  /** Of the truth. */
  readonly persistence?: Persistence;
}
