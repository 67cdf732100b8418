/** Groups of numbers that a map gives to a tally: quantiles, windows of events, spectra, the tail, vectors and objects. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { type CaseMap, wholeMap } from "../scores/cases.ts";
import { crps } from "../scores/crps.ts";
import { leastOf } from "../scores/dry.ts";
import { fractions } from "../scores/fss.ts";
import { sal } from "../scores/sal.ts";
import { rapsd } from "../scores/spectrum.ts";
import { part, take } from "./part.ts";

/** Sums over maps of the quantiles of the truth, the mean of those of the members, and of their mean absolute error. */
export const mapQuantiles = part({
  size: ({ quantiles }) => 3 * quantiles.length,
  of({ forecast, truth }, { members, quantiles }) {
    if (quantiles.length === 0) return [];
    const cells = truth.length;
    const observed = truth.slice().sort();
    const sorted = Array.from({ length: members }, (_, m) => forecast.slice(m * cells, (m + 1) * cells).sort());
    return quantiles.flatMap((q) => {
      const t = quantileOfSorted(observed, q);
      let [mean, error] = [0, 0];
      for (const member of sorted) {
        const p = quantileOfSorted(member, q);
        mean += p / members;
        error += Math.abs(p - t) / members;
      }
      return [t, mean, error];
    });
  },
  read: (next, { quantiles }) => quantiles.map(() => ({ truth: next(), forecast: next(), error: next() })),
});

/** Squares of fractions over windows: Σ(f − o)² and Σf² + Σo² for each event and window; gaps hold no event on either side. */
export const windows = part({
  size: ({ fss }) => 2 * fss.length,
  of({ forecast, truth, positions }, { members, shape, fss }) {
    const [height, width] = shape as [number, number];
    const size = height * width;
    return fss.flatMap(({ threshold, window }) => {
      const of = (values: CaseMap["truth"]) =>
        fractions(wholeMap(values, positions, size, -Infinity), height, width, leastOf(threshold), window);
      const observed = of(truth);
      const mean = new Float64Array(size);
      for (let m = 0; m < members; m++) {
        const one = of(forecast.subarray(m * truth.length, (m + 1) * truth.length));
        for (let i = 0; i < size; i++) mean[i]! += one[i]! / members;
      }
      let [difference, reference] = [0, 0];
      for (let i = 0; i < size; i++) {
        difference += (mean[i]! - observed[i]!) ** 2;
        reference += mean[i]! ** 2 + observed[i]! ** 2;
      }
      return [difference, reference];
    });
  },
  read: (next, { fss }) => fss.map(() => ({ difference: next(), reference: next() })),
});

/**
 * Power of the members' mean spectrum and of the truth, of precipitation as ln(1 + R/unit); gaps are dry on both sides,
 * and without a wet threshold a map with gaps is left out.
 */
export const spectra = part({
  size: ({ rings }) => 2 * rings,
  of({ forecast, truth, positions }, { members, shape, rings, wetThreshold, logUnit }) {
    const out = new Float64Array(2 * rings);
    if (rings === 0 || (positions && wetThreshold === null)) return out;
    const [height, width] = shape as [number, number];
    const of = (values: CaseMap["truth"]) => {
      const map = wholeMap(values, positions, height * width, 0);
      const unit = logUnit;
      return rapsd(unit === undefined ? map : Float64Array.from(map, (v) => Math.log1p(v / unit)), height, width);
    };
    const cells = truth.length;
    for (let m = 0; m < members; m++) {
      of(forecast.subarray(m * cells, (m + 1) * cells)).forEach((p, k) => {
        out[k]! += p / members;
      });
    }
    out.set(of(truth), rings);
    return out;
  },
  read: (next, { rings }) => ({ forecast: take(next, rings), truth: take(next, rings) }),
});

/** Sums over cells of the CRPS above each threshold, fair with two members and more. */
export const tail = part({
  size: ({ thresholds }) => thresholds.length,
  of({ forecast, truth }, { members, thresholds }) {
    const cells = truth.length;
    const variant = members > 1 ? "fair" : "ecdf";
    const column = new Float64Array(members);
    const sums = new Float64Array(thresholds.length);
    for (let i = 0; i < cells; i++) {
      let most = truth[i]!;
      for (let m = 0; m < members; m++) {
        column[m] = forecast[m * cells + i]!;
        if (column[m]! > most) most = column[m]!;
      }
      for (const [t, above] of thresholds.entries()) {
        if (most > above) sums[t]! += crps(column, truth[i]!, { variant, above });
      }
    }
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
    let [error, apart] = [0, 0];
    for (let i = 0; i < members; i++) {
      error += distance(member(i), truth);
      for (let j = 0; j < i; j++) apart += distance(member(i), member(j));
    }
    return [error / members - (members > 1 ? apart / (members * (members - 1)) : 0)];
  },
  read: (next) => next(),
});

function distance(a: CaseMap["truth"], b: CaseMap["truth"]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length);
}

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
