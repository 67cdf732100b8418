/** Round numbers for axes. */
import { significant } from "../engine/text/number.ts";

/**
 * Multiples of 1, 2 or 5 times a power of ten inside `[low, high]`, at most `most` of them.
 *
 * @param low - lower end
 * @param high - upper end, above `low`
 * @param most - 2 or more
 */
export function niceTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10, 20].map((digit) => digit * decade).find((size) => countWithin(low, high, size) <= most)!;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: countWithin(low, high, step) }, (_, i) => significant((first + i) * step, 12));
}

function countWithin(low: number, high: number, step: number): number {
  return Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
}

/**
 * Numbers for a logarithmic axis: powers of ten inside `[low, high]`, thinned to at most `most`; where fewer than three
 * lie inside, also 2 and 5 times powers of ten.
 *
 * @param low - lower end, above 0
 * @param high - upper end, above `low`
 * @param most - 2 or more
 */
export function logTicks(low: number, high: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const inside = (value: number): boolean => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const powers = decades.filter((decade) => inside(Number(`1e${decade}`)));
  if (powers.length < 3)
    return decades.flatMap((decade) => [1, 2, 5].map((digit) => Number(`${digit}e${decade}`)).filter(inside));
  const every = Math.ceil(powers.length / most);
  return powers.filter((decade) => decade % every === 0).map((decade) => Number(`1e${decade}`));
}
