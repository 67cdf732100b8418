/** Checks of numbers among options. Options that are not given are not checked. */
import { OptionsError } from "./errors.ts";

type Numbers = Readonly<Record<string, number | undefined>>;

/** @throws OptionsError at the first that is no whole number from `least` to `most` */
export function checkWhole(where: string, options: Numbers, least = 1, most: number = Number.MAX_SAFE_INTEGER): void {
  const wanted = most === Number.MAX_SAFE_INTEGER ? `≥ ${least}` : `in [${least}, ${most}]`;
  check(where, options, (v) => Number.isSafeInteger(v) && v >= least && v <= most, `a whole number ${wanted}`);
}

/** @throws OptionsError at the first that is infinite or not above 0 */
export function checkPositive(where: string, options: Numbers): void {
  check(where, options, (v) => v > 0 && v < Number.POSITIVE_INFINITY, "a finite number > 0");
}

/** @throws OptionsError at the first that is infinite or below 0 */
export function checkNonNegative(where: string, options: Numbers): void {
  check(where, options, (v) => v >= 0 && v < Number.POSITIVE_INFINITY, "a finite number ≥ 0");
}

function check(where: string, options: Numbers, isRight: (value: number) => boolean, wanted: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || isRight(value)) continue;
    throw new OptionsError(`${where}: ${name} is ${value}, expected ${wanted}`, name, value);
  }
}
