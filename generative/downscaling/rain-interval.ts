/** How long a value of precipitation stands for: what amounts are divided by, and what a model was trained for. */
import { isMongeError, OptionsError, UnitsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { boundsIntervals, Field, secondsBetween, timeAxis, whereOf } from "../../io/field/index.ts";
import { textOf } from "../../io/storage/index.ts";

/** Seconds, or the spacing of the times. */
export type RainInterval = number | "time";

/**
 * Seconds over which each amount fell.
 *
 * @param field - a variable of amounts
 * @param interval - as stated; undefined takes the bounds of time
 * @param whole - what the field is a part of: its times have the spacing
 * @throws UnitsError where nothing tells; OptionsError where the spacing was asked for and there is none
 */
export function amountInterval(
  field: Field | LazyField,
  interval: RainInterval | undefined,
  whole: Field | LazyField = field,
): number {
  if (interval === "time") return spacing(whole);
  if (interval !== undefined) {
    if (interval > 0 && Number.isFinite(interval)) return interval;
    const text = `${whereOf(field)}: interval is ${interval}; expected seconds above 0`;
    throw new OptionsError(text, "interval", interval);
  }
  const stated = boundsLength(field);
  if (stated !== undefined) return stated;
  throw new UnitsError(
    `${whereOf(field)} holds amounts ("${field.units}"), not rates; give ` +
      '`interval: SECONDS` (86400 for daily sums), or `interval: "time"` to take the spacing of the time axis',
    field.units ?? "",
    "the seconds over which each amount fell",
  );
}

/** Seconds that a rate stands for, as far as its times tell; a moment's rate (`time: point`) stands for none. */
export function rateSpan(field: Field | LazyField, whole: Field | LazyField = field): number | undefined {
  const stated = boundsLength(field);
  if (stated !== undefined) return stated;
  if (/\btime\s*:\s*point\b/.test(textOf(field.attributes, "cell_methods") ?? "")) return undefined;
  try {
    return secondsBetween(whole) ?? undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** The one length that the bounds of time state, if they do. */
function boundsLength(field: Field | LazyField): number | undefined {
  const time = timeAxis(field);
  if (time?.bounds === undefined) return undefined;
  const shape = time.dims.length === 0 ? [] : [time.values.length];
  const values = new Float32Array(time.values.length);
  try {
    const alone = new Field({ name: field.name, dims: time.dims, shape, values, coordinates: [time] });
    const lengths = boundsIntervals(alone);
    return lengths.every((length) => length === lengths[0]) ? lengths[0] : undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** Seconds between times, which must be evenly spaced. */
function spacing(whole: Field | LazyField): number {
  const step = secondsBetween(whole);
  if (step !== null) return step;
  const count = whole.times().length;
  const has = count < 2 ? `${count || "no"} time${count === 1 ? "" : "s"}` : "times that are not evenly spaced";
  const text = `${whereOf(whole)}: it has ${has}; give \`interval\` in seconds instead of "time"`;
  throw new OptionsError(text, "interval", "time");
}
