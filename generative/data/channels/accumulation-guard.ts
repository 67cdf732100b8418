/** Tells sums since the start of a run, which rise from step to step, from amounts of each step, which fall as much as they rise. */
import { DomainError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { precipitationUnits } from "../../../io/field/index.ts";
import { boundsLengths } from "../../../io/rain/index.ts";

/** Steps on which falls are below this share of rises only rise: packing lets sums fall a little. */
const FALLING = 0.02;

/** Takes maps in the order of time; `check` throws where they are sums since the start of a run. */
export interface AccumulationGuard {
  see(map: ArrayLike<number>): void;
  check(): void;
}

/**
 * A guard for one field; it lets everything pass but amounts without bounds of time.
 *
 * @param where - names the field in the DomainError that is thrown where three quarters of the steps, and at least five, only rose
 * @param precipitation - whether it is
 */
export function accumulationGuard(where: string, field: LazyField, precipitation: boolean): AccumulationGuard {
  const unbounded = precipitation && boundsLengths(field) === undefined;
  if (!unbounded || precipitationUnits(field.units).kind === "rate") return { see: () => {}, check: () => {} };
  let before: ArrayLike<number> | undefined;
  let [rising, changing] = [0, 0];
  return {
    see(map) {
      let [fall, rise] = [0, 0];
      for (let i = 0; before && i < map.length; i++) {
        const change = map[i]! - before[i]!;
        if (change > 0) rise += change;
        else if (change < 0) fall -= change;
      }
      if (rise > 0 || fall > 0) changing++;
      if (rise > 0 && fall <= FALLING * rise) rising++;
      before = map;
    },
    check() {
      if (rising < 5 || rising < 0.75 * changing) return;
      const what = `but for rounding its values only rise on ${rising} of ${changing} steps: they are sums since the start of a run`;
      throw new DomainError(`${where}: ${what}; make amounts of each step of them with \`deaccumulate\``, rising);
    },
  };
}
