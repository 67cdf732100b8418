/**
 * Scores of forecasts of "the value reaches the threshold": of the members' yes and no, and of the share of members as
 * probability.
 */
import { contingencyScores } from "../scores/contingency.ts";
import type { EventCounts } from "./event-counts.ts";

/** Scores of one event; NaN where it never happens, or always. */
export type EventScores<T = number> = {
  readonly threshold: number;
  /** Of the 2 × 2 table that all members make together, each of them a forecast of yes or no. */
  readonly csi: T;
  readonly pod: T;
  readonly far: T;
  readonly ets: T;
  readonly frequencyBias: T;
  /** Mean of (share of members − event)². */
  readonly brier: T;
  /** Without what few members add to it (Ferro 2014, doi:10.1002/qj.2270); NaN with one. */
  readonly brierFair: T;
  /** brier = reliability − resolution + uncertainty (Murphy 1973), exact, since a share of M members is one of M + 1 numbers. */
  readonly brierReliability: T;
  readonly brierResolution: T;
  /** Area under the curve of detection against false detection, by trapezoids; 0.5 without skill. */
  readonly rocArea: T;
};

/** One dot of a reliability diagram. */
export type ReliabilityDot = {
  /** Share of members. */
  readonly probability: number;
  readonly cells: number;
  /** Share of these cells with the event; NaN without cells. */
  readonly frequency: number;
};

/** @param counts - sums over maps */
export function eventScores(threshold: number, { cells, events }: EventCounts): EventScores {
  const members = cells.length - 1;
  let [n, happened] = [0, 0];
  for (let k = 0; k <= members; k++) {
    n += cells[k]!;
    happened += events[k]!;
  }
  const rate = happened / n;
  let [hits, falseAlarms, brier, reliability, resolution, narrow] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k <= members; k++) {
    const [p, count, yes] = [k / members, cells[k]!, events[k]!];
    hits += p * yes;
    falseAlarms += p * (count - yes);
    brier += yes * (1 - p) ** 2 + (count - yes) * p ** 2;
    narrow += count * p * (1 - p);
    if (count === 0) continue;
    reliability += count * (p - yes / count) ** 2;
    resolution += count * (yes / count - rate) ** 2;
  }
  const table = { hits, falseAlarms, misses: happened - hits, correctNegatives: n - happened - falseAlarms };
  const { csi, pod, far, ets, frequencyBias } = contingencyScores(table);
  return {
    threshold,
    ...{ csi, pod, far, ets, frequencyBias },
    brier: brier / n,
    brierFair: members > 1 ? (brier - narrow / (members - 1)) / n : Number.NaN,
    brierReliability: reliability / n,
    brierResolution: resolution / n,
    rocArea: rocArea(cells, events, n, happened),
  };
}

/** The curve from (0, 0) to (1, 1): detection and false detection where k = M, M − 1, …, 0 members are enough for a warning. */
export function rocCurve({ cells, events }: EventCounts): readonly { readonly pod: number; readonly pofd: number }[] {
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const [happened, n] = [sum(events), sum(cells)];
  let [yes, no] = [0, 0];
  const curve = [{ pod: 0, pofd: 0 }];
  for (let k = cells.length - 1; k >= 0; k--) {
    yes += events[k]!;
    no += cells[k]! - events[k]!;
    curve.push({ pod: yes / happened, pofd: no / (n - happened) });
  }
  return curve;
}

function rocArea(cells: Float64Array, events: Float64Array, n: number, happened: number): number {
  if (happened === 0 || happened === n) return Number.NaN;
  const curve = rocCurve({ cells, events });
  return curve
    .slice(1)
    .reduce((area, { pod, pofd }, k) => area + 0.5 * (pod + curve[k]!.pod) * (pofd - curve[k]!.pofd), 0);
}

/** The dots of the reliability diagram. */
export function reliabilityDiagram({ cells, events }: EventCounts): readonly ReliabilityDot[] {
  return Array.from(cells, (count, k) => ({
    probability: k / (cells.length - 1),
    cells: count,
    frequency: events[k]! / count,
  }));
}
