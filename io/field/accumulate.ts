/**
 * Accumulations since a start (AROME, ARPEGE, ERA5 forecasts, ERA5-Land) as the amounts of each step: differences along
 * time, with the resets of each run, the first step and the small negatives of packed numbers handled as stated.
 */
import { anything, checkOptions, flag, real, text } from "../../engine/checks.ts";
import { OptionsError, ShapeError, UnitsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import { sizeOf, textOf } from "../storage/source.ts";
import { decodeTime, encodeTime, type TimeUnits, toIso } from "./calendar.ts";
import { whereOf } from "./cut.ts";
import { dateRange } from "./dates.ts";
import type { Coordinate, Field } from "./field.ts";
import { timeUnitsOf } from "./instants.ts";
import { withoutRange } from "./provenance.ts";
import { quantityAttributes, withTimeMethod } from "./quantity.ts";
import { timeAxis } from "./time-axis.ts";
import { precipitationUnits } from "./units.ts";

/** Options of {@link deaccumulate}. */
export interface DeaccumulateOptions {
  /**
   * Times at which the accumulation begins anew. `"bounds"`: where the lower bound of time changes. `"never"`: one run;
   * a fall beyond `tolerance` is an error. `"detect"`: at every step where some cell falls by more than `tolerance` and
   * the mean falls too; a reset in dry weather that no value shows is not seen, so state it where you know it. Indices:
   * of the first step of each later run. `hours`: whole hours of the day at whose stamp a run ends (`[0]` for
   * ERA5-Land, `[6, 18]` for ERA5 forecasts); the step after it is the first of the next.
   * @defaultValue "bounds" where the time coordinate has bounds, else "never"
   */
  readonly resets?: "bounds" | "never" | "detect" | readonly number[] | { readonly hours: readonly number[] };
  /**
   * When the first accumulation began, which makes the first value an amount: a date in the field's calendar such as
   * `"2018-05-01"` or `"2018-05-01T06"`, or `"drop"` to leave the first step out.
   * @defaultValue the first lower bound of time; without bounds an error
   */
  readonly start?: string;
  /**
   * Largest fall, in the field's units, that is taken for rounding (half a step of packing on both sides: the
   * `scale_factor`); it stays in the result as a negative amount unless `clamp` is set.
   * @defaultValue 0
   */
  readonly tolerance?: number;
  /** True if negative amounts within `tolerance` become 0. @defaultValue false */
  readonly clamp?: boolean;
}

/** Result of {@link deaccumulate}. */
export interface Deaccumulated {
  /** Amounts of each step, `time: sum`, with the bounds of each step. */
  readonly field: Field;
  /** Number of negative differences, within the tolerance. */
  readonly negatives: number;
  /** The lowest difference that was met, 0 or below. */
  readonly lowest: number;
  /** Indices, in the input, of the first step of each later run. */
  readonly resets: readonly number[];
}

interface Along {
  readonly steps: number;
  readonly outer: number;
  readonly inner: number;
}

/** Calls `see(now, before, index)` for every cell of a step and the step before it. */
function eachCell(field: Field, along: Along, step: number, see: (now: number, before: number, at: number) => void) {
  const { steps, outer, inner } = along;
  for (let o = 0; o < outer; o++) {
    const first = (o * steps + step) * inner;
    for (let at = first; at < first + inner; at++) see(field.values[at]!, field.values[at - inner]!, at);
  }
}

class Accumulation {
  readonly field: Field;
  readonly time: Coordinate;
  readonly units: TimeUnits;
  readonly along: Along;
  readonly where: string;
  /** When each value was taken: the upper bounds of time, or the times themselves. */
  readonly ends: Float64Array;

  constructor(field: Field) {
    this.field = field;
    this.where = `deaccumulate: ${whereOf(field)}`;
    const { kind } = precipitationUnits(field.units, { variable: field.name, file: field.source });
    if (kind === "rate") {
      const expected = "an amount such as mm, m or kg m-2";
      throw new UnitsError(
        `${this.where}: units "${field.units}" are a rate, which accumulates nothing; expected ${expected}`,
        field.units!,
        expected,
      );
    }
    const time = timeAxis(field);
    if (time?.dims.length !== 1)
      throw new ShapeError(this.where, "a dimension of time with a coordinate", field.dims.join(", "));
    this.time = time;
    this.units = timeUnitsOf(time);
    const axis = field.dims.indexOf(time.dims[0]!);
    const [outer, inner] = [sizeOf(field.shape.slice(0, axis)), sizeOf(field.shape.slice(axis + 1))];
    this.along = { steps: field.shape[axis]!, outer, inner };
    const { bounds } = time;
    this.ends = bounds ? time.values.map((_, i) => bounds[2 * i + 1]!) : time.values;
    for (const [i, end] of this.ends.entries()) {
      if (decodeTime(end, this.units) !== undefined && (i === 0 || end > this.ends[i - 1]!)) continue;
      throw new ShapeError(`${this.where}: ${time.name}`, "times that increase", `${end} at index ${i}`);
    }
  }

  /** The moment of a step, for messages. */
  at(step: number): string {
    const moment = decodeTime(this.ends[step]!, this.units);
    return `${moment ? toIso(moment) : "?"} (index ${step})`;
  }

  /** Indices of first steps of later runs, where they do not have to be found in the values; undefined for `"detect"`. */
  statedResets(resets: DeaccumulateOptions["resets"]): ReadonlySet<number> | undefined {
    const { bounds } = this.time;
    const { steps } = this.along;
    const all = Array.from({ length: Math.max(steps - 1, 0) }, (_, i) => i + 1);
    if (resets === "detect") return undefined;
    if (resets === "never" || (resets === undefined && !bounds)) return new Set();
    if (resets === undefined || resets === "bounds") {
      if (!bounds)
        throw new OptionsError(
          `${this.where}: resets is "bounds", but ${this.time.name} has none; expected "never", "detect", indices or { hours }`,
          "resets",
          resets,
        );
      const later = all.filter((i) => bounds[2 * i] !== bounds[2 * i - 2]);
      if (steps > 1 && later.length === all.length) {
        throw new OptionsError(
          `${this.where}: the bounds of ${this.time.name} give every step an interval of its own, which is no ` +
            'accumulation; if the values do accumulate, say `resets: "never"`, `"detect"` or where they begin anew',
          "resets",
          resets,
        );
      }
      return new Set(later);
    }
    if ("hours" in resets) {
      if (!resets.hours.every((h) => Number.isInteger(h) && h >= 0 && h < 24))
        throw new OptionsError(
          `${this.where}: resets.hours is ${JSON.stringify(resets.hours)}; expected whole hours of 0 to 23`,
          "resets",
          resets,
        );
      return new Set(
        all.filter((i) => {
          const before = decodeTime(this.ends[i - 1]!, this.units)!;
          const sharp = before.minute === 0 && before.second === 0 && before.millisecond === 0;
          return sharp && resets.hours.includes(before.hour);
        }),
      );
    }
    if (!resets.every((i) => Number.isInteger(i) && i > 0 && i < steps))
      throw new OptionsError(
        `${this.where}: resets is [${resets.join(", ")}]; expected indices of 1 to ${steps - 1}`,
        "resets",
        resets,
      );
    return new Set(resets);
  }

  /** Start of the first accumulation in units of time; undefined where the first step is left out. */
  start(option: string | undefined): number | undefined {
    if (option === "drop") return undefined;
    const first = this.ends[0]!;
    const start =
      option === undefined
        ? this.time.bounds?.[0]
        : encodeTime(dateRange(option, this.units.calendar).from, this.units);
    if (start === undefined) {
      throw new OptionsError(
        `${this.where}: when did the first accumulation, up to ${this.at(0)}, begin? Give \`start\` as a date ` +
          `(the start of the run), or \`start: "drop"\` to leave the first step out`,
        "start",
        option,
      );
    }
    if (start < first) return start;
    throw new OptionsError(
      `${this.where}: start is ${option ?? `the lower bound ${start}`}; expected a moment before the first time, ${this.at(0)}`,
      "start",
      option,
    );
  }
}

/** The largest fall of a step and how far its mean falls, over cells that are there both times. */
function fallOf(field: Field, along: Along, step: number): { readonly fall: number; readonly mean: number } {
  let [fall, sum, count] = [0, 0, 0];
  eachCell(field, along, step, (now, before) => {
    const change = now - before;
    if (Number.isNaN(change)) return;
    if (-change > fall) fall = -change;
    sum -= change;
    count++;
  });
  return { fall, mean: count > 0 ? sum / count : 0 };
}

/**
 * Amounts of each step from accumulations since the start of a run, `v[t] - v[t-1]`, and `v[t]` for the first step of a
 * run. A missing value makes the amounts of its step and the next missing. The result says which interval each amount
 * covers (bounds from the time before, or the start of the run, to the time itself), and is `time: sum`.
 *
 * @param field - an amount (mm, m, kg m-2, …) with a dimension of time, anywhere; times are the ends of accumulation.
 * @throws UnitsError for rates and unknown units; OptionsError where the start of the first step or the resets are
 * not known, and for a fall beyond `tolerance` at a step that is no reset, with its time and size.
 */
export function deaccumulate(field: Field, options: DeaccumulateOptions = {}): Deaccumulated {
  checkOptions("deaccumulate", options, { resets: anything, start: text, tolerance: real(0), clamp: flag });
  const { tolerance = 0, clamp = false } = options;
  const run = new Accumulation(field);
  const { along, ends, time, where } = run;
  const stated = run.statedResets(options.resets);
  const start = run.start(options.start);
  const values = field.values.slice();
  const bounds = new Float64Array(2 * along.steps);
  const resets: number[] = [];
  let [negatives, lowest] = [0, 0];
  const amount = (value: number) => `${numberText(value, 3)} ${field.units}`;
  const fallsAfter = (first: number) =>
    Array.from({ length: along.steps - first - 1 }, (_, i) => first + 1 + i)
      .filter((step) => !stated?.has(step))
      .map((step) => ({ step, ...fallOf(field, along, step) }))
      .filter((one) => one.fall > tolerance);
  for (let step = 0; step < along.steps; step++) {
    bounds[2 * step] = step === 0 ? (start ?? ends[0]!) : ends[step - 1]!;
    bounds[2 * step + 1] = ends[step]!;
    if (step === 0) continue;
    const { fall, mean } = fallOf(field, along, step);
    if (stated ? stated.has(step) : fall > tolerance && mean > 0) {
      resets.push(step);
      if (time.bounds && (options.resets ?? "bounds") === "bounds") bounds[2 * step] = time.bounds[2 * step]!;
      continue;
    }
    if (fall > tolerance) {
      const later = fallsAfter(step);
      const most = later.reduce((a, one) => (one.fall > a.fall ? one : a), { step, fall });
      const also =
        later.length === 0
          ? ""
          : ` (${later.length} more ${later.length === 1 ? "step falls" : "steps fall"} so, the largest by ${amount(most.fall)} at ${run.at(most.step)})`;
      // A number that surpasses the largest fall, with two digits.
      const enough = Number((1.05 * most.fall).toPrecision(2));
      throw new OptionsError(
        `${where}: values fall by up to ${amount(fall)} at ${run.at(step)}${also}` +
          `${stated ? "" : " while their mean rises"}, more than the tolerance of ${tolerance}; if the accumulation ` +
          'begins anew there, say so (`resets: "detect"`, or where); if it is rounding, allow it by ' +
          `\`tolerance: ${enough}\` and \`clamp: true\``,
        "tolerance",
        fall,
      );
    }
    eachCell(field, along, step, (now, before, at) => {
      const change = now - before;
      if (change < 0) {
        negatives++;
        if (change < lowest) lowest = change;
      }
      values[at] = change < 0 && clamp ? 0 : change;
    });
  }
  const methods = textOf(field.attributes, "cell_methods");
  const units = precipitationUnits(field.units);
  const amounts = field.with({
    values,
    coordinates: field.coordinates.map((c) => (c === time ? { ...time, bounds } : c)),
    attributes: {
      ...withoutRange(quantityAttributes(field, units, false)),
      cell_methods: withTimeMethod(methods, "sum", time.dims[0]!, true),
    },
  });
  const kept = start === undefined ? amounts.isel({ [time.dims[0]!]: [1, along.steps] }) : amounts;
  return { field: kept, negatives, lowest, resets };
}
