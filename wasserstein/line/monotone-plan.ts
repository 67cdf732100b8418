/** The plan in order of rank, which is optimal on the line for every convex cost. */

/** A sample of which elements stand at which rank. */
export interface OrderedMasses {
  /** Element at each rank. */
  readonly order: Uint32Array;
  /** Mass of each element, summing to one. */
  readonly weights: Float64Array;
}

/** A plan as a list; some masses may be 0. */
export interface Routes {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly masses: Float64Array;
}

/** The plan between two samples that keeps the order. */
export function monotone(
  { order: left, weights: a }: OrderedMasses,
  { order: right, weights: b }: OrderedMasses,
): Routes {
  const [rows, columns, masses] = [[] as number[], [] as number[], [] as number[]];
  for (let i = 0, j = 0, s = a[left[0]!]!, t = b[right[0]!]!; ; ) {
    const mass = Math.min(s, t);
    rows.push(left[i]!);
    columns.push(right[j]!);
    masses.push(mass);
    [s, t] = [s - mass, t - mass];
    if (i === left.length - 1 && j === right.length - 1) break;
    // Equal weights of both sides end together; what rounding leaves is below their digits.
    if (j === right.length - 1 || (i < left.length - 1 && s <= t)) s += a[left[++i]!]!;
    else t += b[right[++j]!]!;
  }
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns), masses: Float64Array.from(masses) };
}
