/** Numbers behind the figures of a verification. */
import { quantilesOfSorted } from "./scores/pooled.ts";
import { type ReliabilityDot, reliabilityDiagram, rocCurve } from "./tally/event-scores.ts";
import type { TallyPlan } from "./tally/part.ts";
import type { Sums } from "./tally/tally.ts";

type Numbers = Float32Array | Float64Array;

/** Figures of one forecast. */
export interface Diagrams {
  /** For each threshold. */
  readonly reliability: readonly { readonly threshold: number; readonly dots: readonly ReliabilityDot[] }[];
  /** Detection against false detection, from (0, 0) to (1, 1), for each threshold. */
  readonly roc: readonly {
    readonly threshold: number;
    readonly curve: readonly { readonly pod: number; readonly pofd: number }[];
  }[];
  /** Quantiles of all cells, in the units of the scores: those of the members together against the truth's. */
  readonly quantiles: {
    readonly levels: readonly number[];
    readonly forecast: readonly number[];
    readonly truth: readonly number[];
  };
  /** Mean power at wavenumbers 1, 2, …, of what `ralsd` is of; empty without the option `spectrum`. */
  readonly spectrum: { readonly forecast: readonly number[]; readonly truth: readonly number[] };
}

/** Levels of the Q–Q plot: dense in the tail. */
const levels: readonly number[] = [
  ...Array.from({ length: 19 }, (_, k) => (k + 1) / 20),
  ...[0.96, 0.97, 0.98, 0.99, 0.993, 0.995, 0.998, 0.999, 0.9995, 0.9999],
];

/** @param forecast - all values of its cells, ascending, as those of the truth */
export function diagramsOf(plan: TallyPlan, sums: Sums, forecast: Numbers, truth: Numbers): Diagrams {
  const each = <T>(of: (counts: Sums["eventCounts"][number]) => T) =>
    plan.thresholds.map((threshold, k) => ({ threshold, of: of(sums.eventCounts[k]!) }));
  return {
    reliability: each(reliabilityDiagram).map(({ threshold, of }) => ({ threshold, dots: of })),
    roc: each(rocCurve).map(({ threshold, of }) => ({ threshold, curve: of })),
    quantiles: {
      levels,
      forecast: quantilesOfSorted(forecast, levels),
      truth: quantilesOfSorted(truth, levels),
    },
    spectrum: { forecast: Array.from(sums.spectra.forecast), truth: Array.from(sums.spectra.truth) },
  };
}
