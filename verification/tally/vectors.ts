/**
 * The energy score of a map as one vector (Gneiting and Raftery 2007, doi:10.1198/016214506000001437, eq. 22), fair over pairs of
 * distinct members: mean ‖xᵢ − y‖ − ½ mean_{i≠j} ‖xᵢ − xⱼ‖, norms over √cells, so that maps of any size are alike.
 */
import type { CaseMap } from "../scores/cases.ts";
import { part } from "./part.ts";

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
