/** Where pixels lie: GDAL's six numbers, from TIFF tags and from coordinate arrays (OGC 19-008r4). */
import { ShapeError } from "../../../engine/errors.ts";

/**
 * `x = t[0] + column t[1] + row t[2]`, `y = t[3] + column t[4] + row t[5]`, with column and row counted from the outer
 * corner of the first pixel.
 */
export type Transform = readonly [number, number, number, number, number, number];

/** The transform that TIFF tags state, with pixel-is-point moved to the pixel's corner; undefined without any. */
export function tieToTransform(
  scale: readonly number[],
  tie: readonly number[],
  matrix: readonly number[],
  pointIsCentre: boolean,
): Transform | undefined {
  let t: Transform;
  if (matrix.length === 16) t = [matrix[3]!, matrix[0]!, matrix[1]!, matrix[7]!, matrix[4]!, matrix[5]!];
  else if (scale.length >= 2 && tie.length >= 6) {
    const [dx, dy] = [scale[0]!, -scale[1]!];
    t = [tie[3]! - tie[0]! * dx, dx, 0, tie[4]! - tie[1]! * dy, 0, dy];
  } else return undefined;
  if (!pointIsCentre) return t;
  return [t[0] - (t[1] + t[2]) / 2, t[1], t[2], t[3] - (t[4] + t[5]) / 2, t[4], t[5]];
}

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
