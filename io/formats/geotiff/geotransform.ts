/** Position of pixels: GDAL's six numbers, from TIFF tags and from coordinate arrays (OGC 19-008r4). */

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
