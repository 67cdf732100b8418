/** Estimated error of a solution, as facts for a reader. */
import { printedNumber } from "../engine/text/number.ts";
import type { ErrorEstimate } from "../solvers/solution/index.ts";

const size = (value: number): string => (Number.isFinite(value) ? printedNumber(value, 3) : "unknown");

/**
 * Names and values: of the whole, of each unknown and quantity, of the last moment and of the slopes, of those that
 * were estimated.
 */
export function estimateFacts(estimate: ErrorEstimate | undefined): (readonly [string, string])[] {
  if (estimate === undefined) return [];
  const { relativeL2, unknowns, quantities, end, gradient, rows = {}, by } = estimate;
  const whole = Number.isFinite(relativeL2)
    ? `${printedNumber(relativeL2, 3)} (relative L2, by ${by})`
    : "unknown: there was nothing to compare with";
  return [
    ["estimated error", whole],
    ...Object.entries({ ...unknowns, ...quantities }).map(
      ([name, value]) => [`estimated error of ${name}, beside its own size`, size(value)] as const,
    ),
    ...(end === undefined
      ? []
      : [["estimated error at the last moment, beside what is there then", size(end)] as const]),
    ...(gradient === undefined ? [] : [["estimated error of slopes, beside all of them", size(gradient)] as const]),
    ...Object.entries(rows).map(([text, share]) => [`left of ${text}`, `${size(share)} of its terms`] as const),
  ];
}
