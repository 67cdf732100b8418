/** Numbers that must be equal, one by one. */
import { readFileSync } from "node:fs";
import { assert } from "../harness.ts";

/** The float64 numbers in a file, as numpy's `tofile` writes them. */
export function float64File(path: string): Float64Array {
  const bytes = readFileSync(path);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}

/** The first difference, after those wanted are rounded to the type of the others; NaN equals NaN. Undefined where there is none. */
export function difference(got: ArrayLike<number>, wanted: ArrayLike<number>): string | undefined {
  const round = got instanceof Float32Array ? Math.fround : (v: number) => v;
  if (got.length !== wanted.length) return `${got.length} values instead of ${wanted.length}`;
  for (let i = 0; i < wanted.length; i++)
    if (!Object.is(got[i]! + 0, round(wanted[i]!) + 0)) return `${got[i]} instead of ${wanted[i]} at ${i}`;
  return undefined;
}

/** Fails where numbers differ. */
export function same(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  assert.is(difference(got, wanted), undefined, what);
}
