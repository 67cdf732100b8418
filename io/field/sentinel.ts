/** Numbers that stand for "missing" in files that do not say so. */
import { DomainError } from "../../engine/errors.ts";
import { significant } from "../../engine/text/number.ts";
import type { Field } from "./field.ts";

/** Below them is no rounding, and no precipitation; each in the precision of both kinds of floats. */
const SENTINELS = new Set(
  [-99, -999, -9999, -99999, -999999, -99.9, -999.9, -9999.9, -32767, -32768].flatMap((v) => [v, Math.fround(v)]),
);
/** Beyond these, too, by packing into very large negative numbers. */
const LEAST = -1e20;

/**
 * The first value that stands for "missing" by its look: precipitation is never negative by so much.
 *
 * @returns its index, or -1
 */
export function findSentinel(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v <= -99 && (SENTINELS.has(v) || v <= LEAST)) return i;
  }
  return -1;
}

/** @throws DomainError where precipitation holds a value that stands for "missing" and is not declared */
export function checkSentinels(where: string, field: Field): void {
  const at = findSentinel(field.values);
  if (at < 0) return;
  const value = field.values[at]!;
  let count = 0;
  for (const v of field.values) if (v === value) count++;
  const shown = significant(value, 6);
  const way = `say that it means missing: \`missingValue: ${shown}\`, or \`ncatted -a missing_value,${field.name},c,f,${shown} FILE\``;
  throw new DomainError(
    `${where}: ${count} values are ${shown}, which no precipitation is, and nothing declares them missing; ${way}`,
    value,
  );
}
