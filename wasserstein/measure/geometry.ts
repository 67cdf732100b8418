/**
 * Sources of the cost of moving mass: a matrix that exists, or squared distances made row by row when they are
 * needed, in memory that grows with the number of points alone.
 */

/** Costs C[i, j], read row by row. */
export interface Geometry {
  readonly rows: number;
  readonly columns: number;
  /** No two costs differ by more than this. */
  readonly range: number;
  /** Row i. The array belongs to the geometry and holds until the next call. */
  row(i: number): Float64Array;
  at(i: number, j: number): number;
}

/** A dense matrix, row after row. */
export function matrixGeometry(cost: Float64Array, rows: number, columns: number): Geometry {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const c of cost) {
    if (c < low) low = c;
    if (c > high) high = c;
  }
  return {
    rows,
    columns,
    range: high - low,
    row: (i) => cost.subarray(i * columns, (i + 1) * columns),
    at: (i, j) => cost[i * columns + j]!,
  };
}

/** Squared Euclidean distances ‖x_i − y_j‖², from differences of coordinates, so that near points lose no digits. */
export function cloudGeometry(x: Float64Array, y: Float64Array, dim: number): Geometry {
  const rows = x.length / dim;
  const columns = y.length / dim;
  const axes = Array.from({ length: dim }, (_, k) => Float64Array.from({ length: columns }, (_, j) => y[j * dim + k]!));
  const out = new Float64Array(columns);
  return {
    rows,
    columns,
    range: diagonal(x, y, dim),
    row(i) {
      fillRow(out, axes, x, i * dim);
      return out;
    },
    at(i, j) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += (x[i * dim + k]! - y[j * dim + k]!) ** 2;
      return sum;
    },
  };
}

/** Three coordinates a pass over the row. */
function fillRow(out: Float64Array, axes: readonly Float64Array[], x: Float64Array, from: number): void {
  const n = out.length;
  for (let k = 0; k < axes.length; k += 3) {
    const [p, q, r] = [axes[k]!, axes[k + 1], axes[k + 2]];
    const [u, v, w] = [x[from + k]!, x[from + k + 1]!, x[from + k + 2]!];
    const add = k > 0 ? 1 : 0;
    if (r !== undefined && q !== undefined) {
      for (let j = 0; j < n; j++) {
        const [d, e, h] = [u - p[j]!, v - q[j]!, w - r[j]!];
        out[j] = (add === 1 ? out[j]! : 0) + d * d + e * e + h * h;
      }
    } else if (q !== undefined) {
      for (let j = 0; j < n; j++) {
        const d = u - p[j]!;
        const e = v - q[j]!;
        out[j] = (add === 1 ? out[j]! : 0) + d * d + e * e;
      }
    } else {
      for (let j = 0; j < n; j++) {
        const d = u - p[j]!;
        out[j] = (add === 1 ? out[j]! : 0) + d * d;
      }
    }
  }
}

/** Squared diagonal of the box around both clouds. */
function diagonal(x: Float64Array, y: Float64Array, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const points of [x, y]) {
      for (let i = k; i < points.length; i += dim) {
        if (points[i]! < low) low = points[i]!;
        if (points[i]! > high) high = points[i]!;
      }
    }
    sum += (high - low) ** 2;
  }
  return sum;
}

/**
 * Costs of at most about 2¹⁸ pairs on a regular stride: all of them for small problems. Of these the median and the
 * standard deviation are taken that a relative or missing ε refers to.
 */
export function sampleCosts({ rows, columns, at }: Geometry): Float64Array {
  const pairs = rows * columns;
  const count = Math.min(pairs, 1 << 18);
  // A stride that shares no factor with the row length in practice: pairs spread over rows and columns alike.
  return Float64Array.from({ length: count }, (_, k) => {
    const pair = Math.floor((k * pairs) / count);
    return at(Math.floor(pair / columns), pair % columns);
  });
}
