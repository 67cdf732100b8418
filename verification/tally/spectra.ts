/**
 * Power of the members' mean spectrum and of the truth, of precipitation as ln(1 + R/unit); gaps are dry on both sides, and without a wet threshold a map with gaps is
 * left out.
 */
import { type CaseMap, wholeMap } from "../scores/cases.ts";
import { rapsd } from "../scores/spectrum.ts";
import { part, take } from "./part.ts";

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
