/** Interpolation along one axis as a matrix: what TensorFlow's image resizing does, and its exact transpose. */

export interface ResizeOptions {
  readonly method: "bilinear" | "nearest";
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Row-major [to, from] weights of resizing an axis of `from` pixels to `to` pixels. */
export function resizeMatrix(from: number, to: number, options: ResizeOptions): Float64Array {
  const { method, alignCorners, halfPixelCenters } = options;
  const matrix = new Float64Array(to * from);
  const ends = alignCorners && to > 1;
  const ratio = ends ? (from - 1) / (to - 1) : from / to;
  for (let i = 0; i < to; i++) {
    const row = i * from;
    if (method === "nearest") {
      const at = halfPixelCenters ? ratio * (i + 0.5) : ratio * i;
      matrix[row + Math.max(0, Math.min(from - 1, alignCorners ? Math.round(at) : Math.floor(at)))]! += 1;
      continue;
    }
    const at = halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i;
    const low = Math.max(0, Math.floor(at));
    const high = Math.max(0, Math.min(from - 1, Math.ceil(at)));
    const weight = at - low;
    matrix[row + low]! += 1 - weight;
    matrix[row + high]! += weight;
  }
  return matrix;
}
