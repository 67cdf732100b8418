/** Checks of times and their bounds before anything is computed with them (CF-1.11, 4.4 and 7.1). */
import { DomainError, isMongeError } from "../../engine/errors.ts";
import { textOf } from "../storage/source.ts";
import type { TimeUnits } from "./calendar.ts";
import { whereOf } from "./cut.ts";
import type { Coordinate, Field } from "./field.ts";
import { instantsOf, isoOf, timeUnitsOf } from "./instants.ts";
import { timeMethods } from "./quantity.ts";
import { timeAxis } from "./time-axis.ts";

/** Part of an interval by which a rounded time may lie outside of it. */
const SLACK = 1e-3;

/**
 * Checks the times of a field: each is one, each comes once and after the one before, and their bounds are intervals
 * that they lie in. A time without units of a date is a number.
 *
 * @throws UnitsError for units such as `days since 2000-13-01`; DomainError for times and bounds, naming the first and
 * the way out
 * @returns what a person may want to know, in words
 */
export function checkTimes(field: Pick<Field, "name" | "source" | "coordinates" | "attributes">): readonly string[] {
  const time = timeAxis(field);
  if (time === undefined) return [];
  const text = textOf(time.attributes, "units") ?? "";
  const where = `${whereOf(field)}: ${time.name}`;
  if (!/\ssince\s/i.test(text)) {
    checkOrder(where, time, time.values, String);
    if (text === "" || /^1$/.test(text)) return [];
    return [`the units of ${time.name} are "${text}", which name no dates: it is kept as numbers`];
  }
  let units: TimeUnits;
  try {
    units = timeUnitsOf(time);
  } catch (error) {
    // Months without a length are legal, and only what needs dates cannot take them.
    if (!isMongeError(error) || !/^\s*(months?|years?|yr)\s/i.test(text)) throw error;
    checkOrder(where, time, time.values, String);
    return [`the units of ${time.name} are "${text}", of no fixed length: it is kept as numbers`];
  }
  const instants = instantsOf(time, units);
  checkOrder(where, time, instants, (v) => isoOf(v, units));
  checkBounds(where, time, units, timeMethods(field.attributes, time.name).at(-1) === "point");
  return [];
}

function checkOrder(where: string, time: Coordinate, values: Float64Array, show: (value: number) => string): void {
  const at = values.findIndex((v, i) => Number.isNaN(v) || (i > 0 && !(v > values[i - 1]!)));
  if (at < 0) return;
  const value = time.values[at]!;
  if (Number.isNaN(values[at]!)) {
    const what = Number.isNaN(value) ? "is missing" : `is ${value}, more than a million years away`;
    const way = "select the others (`--time`), or correct it";
    throw new DomainError(`${where}: the time at index ${at} ${what}; ${way}`, value);
  }
  const twice = values[at] === values[at - 1];
  const what = twice ? `${show(values[at]!)} comes twice` : `${show(values[at]!)} follows ${show(values[at - 1]!)}`;
  const way = twice
    ? "keep one of them, for example with `cdo -mergetime` or `ncks`"
    : "sort them with `cdo sorttimestamp`";
  throw new DomainError(`${where}: times must increase, but ${what} (index ${at}); ${way}`, value);
}

function checkBounds(where: string, time: Coordinate, units: TimeUnits, ofMoments: boolean): void {
  const { bounds, values } = time;
  if (bounds === undefined || time.attributes["climatology"] !== undefined) return;
  const edges = instantsOf({ ...time, values: bounds }, units);
  const own = instantsOf(time, units);
  values.forEach((value, i) => {
    const [low, high] = [edges[2 * i]!, edges[2 * i + 1]!];
    const slack = SLACK * (high - low);
    const what = !(low <= high)
      ? "which end before they begin"
      : low === high && !ofMoments
        ? "which have no length"
        : own[i]! < low - slack || own[i]! > high + slack
          ? `and its time, ${isoOf(own[i]!, units)}, lies outside`
          : undefined;
    if (what === undefined) return;
    const shown = [low, high].map((v) => isoOf(v, units)).join(" to ");
    const way = `correct them, or leave them out (\`ncks -C -x -v ${time.name}_bnds IN OUT\`) and give the interval`;
    throw new DomainError(`${where}: the bounds at index ${i} are ${shown}, ${what}; ${way}`, value);
  });
}
