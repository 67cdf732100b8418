/** Evenly spaced positions. */
import { ShapeError } from "../../engine/errors.ts";

/** First centre and spacing of a regular coordinate. @throws ShapeError if it is not regular to `1e-3` of a cell. */
export function regularStep(name: string, values: Float64Array): { readonly first: number; readonly step: number } {
  const n = values.length;
  if (n < 2) throw new ShapeError(`coordinate ${name}`, "at least 2 positions, to know the size of a cell", [n]);
  const first = values[0]!;
  const step = (values[n - 1]! - first) / (n - 1);
  for (let i = 0; i < n; i++) {
    if (!(Math.abs(values[i]! - (first + i * step)) <= 1e-3 * Math.abs(step))) {
      throw new ShapeError(
        `coordinate ${name}`,
        "evenly spaced positions",
        `${values[i]} at index ${i} instead of ${first + i * step}`,
        "interpolate to a regular grid first, or write NetCDF",
      );
    }
  }
  return { first, step };
}
