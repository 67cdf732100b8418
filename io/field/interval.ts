/** Interval of each value of a field: from the bounds of its times, or, where asked for by name, from their spacing. */
import { OptionsError, UnitsError } from "../../engine/errors.ts";
import { whereOf } from "./cut.ts";
import type { Field } from "./field.ts";
import { instantsOf, timeUnitsOf } from "./instants.ts";
import { secondsBetween, timeAxis } from "./time-axis.ts";

const WAYS =
  'give `interval` in seconds (86400 for daily sums), add bounds to the time coordinate, or say `interval: "time"` to ' +
  "take the spacing of evenly spaced times";

/**
 * Seconds from the lower to the upper bound of each time, exact in any calendar: a February of a 360-day calendar has
 * 30 days, months may be uneven.
 *
 * @returns one length for each position of the time coordinate.
 * @throws UnitsError without bounds, or where they are not intervals: empty, backwards, or of a climatology.
 */
export function boundsIntervals(field: Field): Float64Array {
  const fail = (what: string): UnitsError =>
    new UnitsError(`${whereOf(field)}: ${what}; ${WAYS}`, field.units ?? "", "the interval of each value");
  const time = timeAxis(field);
  if (!time) throw fail("it has no time coordinate to take intervals from");
  if (!time.bounds) throw fail(`its time coordinate ${time.name} has no bounds`);
  if (time.attributes.climatology !== undefined) {
    throw fail(`the bounds of ${time.name} are those of a climatology, which say over which years, not how long`);
  }
  const seconds = timeUnitsOf(time).step / 1000;
  const bounds = instantsOf({ ...time, values: time.bounds });
  return Float64Array.from(time.values, (_, i) => {
    const [low, high] = [time.bounds![2 * i]!, time.bounds![2 * i + 1]!];
    const length = (high - low) * seconds;
    if (length > 0 && !Number.isNaN(bounds[2 * i]! + bounds[2 * i + 1]!)) return Math.round(length * 1000) / 1000;
    throw fail(`the bounds of ${time.name} at index ${i} are ${low} to ${high}, which is no interval`);
  });
}

/**
 * Seconds between the times of a field, which must be evenly spaced. That values cover the time since the one before
 * is an assumption: ask for it by name.
 *
 * @throws OptionsError for fewer than two times or uneven ones.
 */
export function spacingInterval(field: Pick<Field, "name" | "source" | "coordinates">): number {
  const seconds = secondsBetween(field);
  if (seconds !== null) return seconds;
  const count = timeAxis(field)?.values.length ?? 0;
  const has = count < 2 ? `${count || "no"} time${count === 1 ? "" : "s"}` : "times that are not evenly spaced";
  const text = `${whereOf(field)}: it has ${has}; give \`interval\` in seconds instead of "time", or add bounds`;
  throw new OptionsError(text, "interval", "time");
}
