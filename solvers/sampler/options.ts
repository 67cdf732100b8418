/** Checks of samplers' options, made when the sampler is described and before any work. */
import { OptionsError } from "../../engine/errors.ts";

/** The numbers that {@link checkNumber} accepts. */
export interface NumberRange {
  readonly low: number;
  readonly high?: number;
  /** `low` itself is excluded. */
  readonly above?: boolean;
  readonly whole?: boolean;
}

/** @throws OptionsError unless `value` is a finite number in the range */
export function checkNumber(sampler: string, option: string, value: number, range: NumberRange): number {
  const { low, high = Number.POSITIVE_INFINITY, above = false, whole = false } = range;
  const inside = Number.isFinite(value) && (above ? value > low : value >= low) && value <= high;
  if (!inside || (whole && !Number.isInteger(value))) {
    const bounds = `${above ? "(" : "["}${low}, ${high === Number.POSITIVE_INFINITY ? "∞)" : `${high}]`}`;
    const what = whole ? "a whole number" : "a number";
    throw new OptionsError(`${sampler}: ${option} is ${value}, expected ${what} in ${bounds}`, option, value);
  }
  return value;
}

/** @throws OptionsError unless `value` is one of `known` */
export function checkChoice<T extends string>(sampler: string, option: string, value: T, known: readonly T[]): T {
  if (!known.includes(value)) {
    throw new OptionsError(
      `${sampler}: ${option} is ${JSON.stringify(value)}, expected ${known.map((k) => JSON.stringify(k)).join(" or ")}`,
      option,
      value,
    );
  }
  return value;
}
