/** Structure, amplitude and location of the rain of each member, summed over members and maps where both sides have rain. */
import { type CaseMap, wholeMap } from "../scores/cases.ts";
import { sal } from "../scores/sal.ts";
import { part } from "./part.ts";

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
