/** Axes of charts in Vega-Lite's words; logarithmic ones get their numbers from us, at powers of ten. */
import { logTicks } from "./ticks.ts";

/** One axis of a chart. */
export interface CurveAxis {
  /** Name with units, e.g. `"wavelength (km)"`. */
  readonly name: string;
  /** Logarithmic; all values must then be above 0. `@defaultValue` false */
  readonly log?: boolean;
  /** Larger values to the left, as for wavelengths. `@defaultValue` false */
  readonly reversed?: boolean;
}

/**
 * The encoding of one axis, without its field.
 *
 * @param axis - what to draw
 * @param extent - smallest and largest value on it
 * @param rounded - whether the axis begins and ends at round numbers
 */
export function axisSpec(axis: CurveAxis, extent: readonly [number, number], rounded: boolean) {
  const { name: title, log = false, reversed: reverse = false } = axis;
  const common = { type: "quantitative" as const, title };
  if (!log)
    return {
      ...common,
      scale: { type: "linear" as const, zero: false, nice: rounded, reverse },
      axis: { tickCount: 6 },
    };
  const domain = logDomain(extent, rounded);
  return {
    ...common,
    scale: { type: "log" as const, nice: false, domain, reverse },
    axis: {
      values: logTicks(domain[0]!, domain[1]!, 8),
      labelExpr:
        "datum.value >= 1e5 || datum.value < 1e-3 ? replace(format(datum.value, '~e'), '+', '') : format(datum.value, '~f')",
      labelOverlap: true,
    },
  };
}

/** Smallest and largest number, NaN left out; [1, 10] where there is none. */
export function extentOf(columns: readonly ArrayLike<number>[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns)
    for (let i = 0; i < column.length; i += 1) {
      const value = column[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : [1, 10];
}

/** The extent, or out to the next of 1, 2, 5 times a power of ten on both sides; widened where it is one number. */
function logDomain([low, high]: readonly [number, number], rounded: boolean): number[] {
  const ends = rounded ? [oneTwoFive(low).at(0)!, oneTwoFive(high).at(1)!] : [low, high];
  return ends[0]! < ends[1]! ? ends : [low / 2, high * 2];
}

/** The neighbours of a number among 1, 2, 5 times powers of ten; twice the number itself where it is one. */
function oneTwoFive(value: number): [number, number] {
  const decade = Math.floor(Math.log10(value));
  const steps = [decade - 1, decade, decade + 1].flatMap((ten) => [1, 2, 5].map((digit) => Number(`${digit}e${ten}`)));
  return [steps.findLast((step) => step <= value * (1 + 1e-9))!, steps.find((step) => step >= value * (1 - 1e-9))!];
}
