/** Groups of numbers that a map gives to a tally: quantiles, windows of events, spectra, the tail, vectors and objects. */
import { pairDistances } from "../../engine/numerics/pair-distances.ts";
import { quantilesOf } from "../../engine/numerics/select-ranks.ts";
import { type CaseMap, wholeMap } from "../scores/cases.ts";
import { leastOf } from "../scores/dry.ts";
import { eventsOf, eventTable, windowSquares } from "../scores/fss.ts";
import { sal } from "../scores/sal.ts";
import { rapsd } from "../scores/spectrum.ts";
import { countBelow, part, type TallyPlan, take } from "./part.ts";

/** Sums over maps of the quantiles of the truth, the mean of those of the members, and of their mean absolute error. */
export const mapQuantiles = part({
  size: ({ quantiles }) => 3 * quantiles.length,
  of({ forecast, truth }, { members, quantiles }) {
    if (quantiles.length === 0) return [];
    const cells = truth.length;
    const observed = quantilesOf([truth], quantiles);
    const drawn = Array.from({ length: members }, (_, m) =>
      quantilesOf([forecast.subarray(m * cells, (m + 1) * cells)], quantiles),
    );
    return observed.flatMap((t, k) => {
      let [mean, error] = [0, 0];
      for (const member of drawn) {
        mean += member[k]! / members;
        error += Math.abs(member[k]! - t) / members;
      }
      return [t, mean, error];
    });
  },
  read: (next, { quantiles }) => quantiles.map(() => ({ truth: next(), forecast: next(), error: next() })),
});

/** Squares of fractions over windows: Σ(f − o)² and Σf² + Σo² for each event and window; gaps hold no event on either side. */
export const windows = part({
  size: ({ fss }) => 2 * fss.length,
  of({ truth, positions }, { members, shape, fss }, pass) {
    const [height, width] = shape as [number, number];
    const out = new Float64Array(2 * fss.length);
    const tableOf = (events: Uint16Array) => eventTable(wholeMap(events, positions, height * width, 0), height, width);
    for (const threshold of new Set(fss.map((one) => one.threshold))) {
      const events = pass.events(threshold);
      pass.after(() => {
        const [ours, theirs] = [tableOf(events), tableOf(eventsOf(truth, leastOf(threshold)))];
        for (const [k, { threshold: own, window }] of fss.entries()) {
          if (own === threshold) out.set(windowSquares(ours, members, theirs, height, width, window), 2 * k);
        }
      });
    }
    return out;
  },
  read: (next, { fss }) => fss.map(() => ({ difference: next(), reference: next() })),
});

/**
 * Power of the members' mean spectrum and of the truth, of precipitation as ln(1 + R/unit); gaps are dry on both sides,
 * and without a wet threshold a map with gaps is left out.
 */
export const spectra = part({
  size: ({ rings }) => 2 * rings,
  of: spectraOf,
  read: (next, { rings }) => ({ forecast: take(next, rings), truth: take(next, rings) }),
});

/** The powers of one map, as {@link spectra} sums them. */
export function spectraOf({ forecast, truth, positions }: CaseMap, plan: TallyPlan): Float64Array {
  const { members, shape, rings, wetThreshold, logUnit } = plan;
  const out = new Float64Array(2 * rings);
  if (rings === 0 || (positions && wetThreshold === null)) return out;
  const [height, width] = shape as [number, number];
  const of = (values: CaseMap["truth"]) => {
    const map = new Float64Array(wholeMap(values, positions, height * width, 0));
    if (logUnit !== undefined) for (let i = 0; i < map.length; i++) map[i] = Math.log1p(map[i]! / logUnit);
    return rapsd(map, height, width);
  };
  const cells = truth.length;
  for (let m = 0; m < members; m++) {
    of(forecast.subarray(m * cells, (m + 1) * cells)).forEach((p, k) => {
      out[k]! += p / members;
    });
  }
  out.set(of(truth), rings);
  return out;
}

/** Sums over cells of the CRPS above each threshold, fair with two members and more. */
export const tail = part({
  size: ({ thresholds }) => thresholds.length,
  of({ truth }, { members, thresholds }, pass) {
    const pairs = members * Math.max(1, members - 1);
    const sums = new Float64Array(thresholds.length);
    pass.visit((sorted, stride, from, count) => {
      for (let t = 0; t < thresholds.length; t++) {
        const above = thresholds[t]!;
        let [distance, spread] = [0, 0];
        for (let m = 0; m < members; m++) {
          let sum = 0;
          for (let i = 0, at = m * stride; i < count; i++, at++) {
            // Twice the heights above the threshold, u + |u|: what stays below it adds nothing, and nothing branches.
            const x = sorted[at]! - above;
            const y = truth[from + i]! - above;
            const height = x + Math.abs(x);
            distance += Math.abs(height - (y + Math.abs(y)));
            sum += height;
          }
          spread += (2 * m + 1 - members) * sum;
        }
        sums[t]! += (distance / members - spread / pairs) / 2;
      }
    });
    return sums;
  },
  read: (next, { thresholds }) => thresholds.map(() => next()),
});

/**
 * The energy score of a map as one vector (Gneiting and Raftery 2007, doi:10.1198/016214506000001437, eq. 22), fair
 * over pairs of distinct members: mean ‖xᵢ − y‖ − ½ mean_{i≠j} ‖xᵢ − xⱼ‖, norms over √cells, so that maps of any size
 * are alike.
 */
export const vectors = part({
  size: () => 1,
  of({ forecast, truth }, { members }) {
    const cells = truth.length;
    if (cells === 0) return [0];
    const member = (m: number) => forecast.subarray(m * cells, (m + 1) * cells);
    const squares = pairDistances([truth, ...Array.from({ length: members }, (_, m) => member(m))]);
    let [error, apart, at] = [0, 0, 0];
    for (let i = 1; i <= members; i++) {
      error += Math.sqrt(squares[at++]! / cells);
      for (let j = 1; j < i; j++) apart += Math.sqrt(squares[at++]! / cells);
    }
    return [error / members - (members > 1 ? apart / (members * (members - 1)) : 0)];
  },
  read: (next) => next(),
});

/** The ranks of the truth, ties shared out, and how many cells that are not dry on all sides they are of. */
export const ranks = part({
  size: ({ members }) => members + 2,
  of({ truth }, { members }, pass) {
    const out = new Float64Array(members + 2);
    pass.visit((sorted, stride, from, count) => {
      for (let i = 0; i < count; i++) {
        const y = truth[from + i]!;
        const below = countBelow(sorted, stride, i, members, y);
        let notAbove = below;
        while (notAbove < members && sorted[notAbove * stride + i] === y) notAbove++;
        const equal = notAbove - below;
        if (y === 0 && equal === members) continue;
        out[members + 1]! += 1;
        for (let r = below; r <= notAbove; r++) out[r]! += 1 / (equal + 1);
      }
    });
    return out;
  },
  read: (next, { members }) => ({ counts: take(next, members + 1), used: next() }),
});

/** Structure, amplitude and location of the rain of each member, summed over members and maps where both sides have rain. */
const names = ["pairs", "structure", "amplitude", "location"] as const;

export const objects = part({
  size: (plan) => (plan.objects ? names.length : 0),
  of({ forecast, truth, positions }, { members, shape, objects: wanted }) {
    if (!wanted) return [];
    const [height, width] = shape as [number, number];
    const whole = (values: CaseMap["truth"]) => wholeMap(values, positions, height * width, 0);
    const cells = truth.length;
    const sums = [0, 0, 0, 0];
    const observed = whole(truth);
    for (let m = 0; m < members; m++) {
      const { structure, amplitude, location } = sal(
        whole(forecast.subarray(m * cells, (m + 1) * cells)),
        observed,
        height,
        width,
      );
      if (Number.isNaN(structure)) continue;
      [1, structure, amplitude, location].forEach((v, k) => {
        sums[k]! += v;
      });
    }
    return sums;
  },
  read: (next, plan) =>
    Object.fromEntries(names.map((name) => [name, plan.objects ? next() : 0])) as Record<
      (typeof names)[number],
      number
    >,
});
