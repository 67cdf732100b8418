/** Cadence of times, and gaps. */
import { decodeTime, type TimeUnits } from "../field/calendar.ts";
import type { Coordinate } from "../field/field.ts";
import { instantsOf, isoOf, timeUnitsOf } from "../field/instants.ts";

/** The rhythm of a time axis. */
export interface Cadence {
  /** Unit of `step`: calendar months where neighbours are 28 days or more apart, else seconds. */
  readonly unit: "months" | "seconds";
  /** Usual (median) distance of neighbours, > 0, in `unit`. */
  readonly step: number;
  /** True if every distance is a whole multiple of it. */
  readonly regular: boolean;
  /**
   * Gaps, earliest first; empty where half of the distances or more are not `step`: the times before and
   * after the gap, as ISO text in the file's calendar, and how many would stand between them.
   */
  readonly gaps: readonly { readonly after: string; readonly before: string; readonly missing: number }[];
}

const DAY = 86_400_000;
/** Share of a step by which times may be off: some are stored in too few digits. */
const SLACK = 1e-3;

/** The month that an instant lies in, counted from year 0. */
function monthOf(instant: number, { calendar }: TimeUnits): number {
  const date = decodeTime(instant, { step: 1, origin: 0, calendar });
  return date === undefined ? Number.NaN : 12 * date.year + date.month;
}

/**
 * The cadence of a time coordinate: the median distance of neighbours, in calendar months from 28 days on. Gaps are
 * only reported where more than half of the distances are the cadence. Undefined for fewer than two times or where
 * times do not increase.
 *
 * @throws UnitsError if the units of time are not understood.
 */
export function cadenceOf(time: Coordinate): Cadence | undefined {
  const units = timeUnitsOf(time);
  const instants = instantsOf(time, units);
  if (instants.length < 2) return undefined;
  const distances = instants.slice(1).map((v, i) => v - instants[i]!);
  if (!distances.every((d) => d > 0)) return undefined;
  const median = distances.toSorted()[(distances.length - 1) >> 1]!;
  const monthly = median >= 28 * DAY;
  const steps = monthly ? monthSteps(instants, units) : distances.map((d) => d / median);
  // Among months of unequal length the median of the counts is the cadence.
  const size = monthly ? steps.toSorted()[(steps.length - 1) >> 1]! : 1;
  if (monthly && size === 0) return undefined;
  const rhythm = monthly ? { unit: "months" as const, step: size } : { unit: "seconds" as const, step: median / 1000 };
  const usual = steps.filter((step) => Math.abs(step / size - 1) < SLACK).length;
  if (2 * usual <= steps.length) return { ...rhythm, regular: false, gaps: [] };
  const gaps: Cadence["gaps"][number][] = [];
  let regular = true;
  steps.forEach((step, i) => {
    const times = step / size;
    const whole = Math.round(times);
    if (whole < 1 || Math.abs(times - whole) > SLACK) regular = false;
    if (whole > 1 && times > 1.5) {
      gaps.push({ after: isoOf(instants[i]!, units), before: isoOf(instants[i + 1]!, units), missing: whole - 1 });
    }
  });
  return { ...rhythm, regular, gaps };
}

function monthSteps(instants: Float64Array, units: TimeUnits): Float64Array {
  const months = instants.map((v) => monthOf(v, units));
  return months.slice(1).map((v, i) => v - months[i]!);
}

/** A cadence in words: `every 1 d`, `every 3 h`, `every month`. */
export function cadenceText({ unit, step }: Cadence): string {
  if (unit === "months") {
    if (step % 12 === 0) return step === 12 ? "every year" : `every ${step / 12} years`;
    return step === 1 ? "every month" : `every ${step} months`;
  }
  const [size, name] =
    step % 86400 === 0 ? [86400, "d"] : step % 3600 === 0 ? [3600, "h"] : step % 60 === 0 ? [60, "min"] : [1, "s"];
  return `every ${step / Number(size)} ${name}`;
}
