/** Products of tables, added to parts of matrices. */

/** A part of a matrix that begins at a place. */
export interface Block {
  readonly to: Float64Array;
  readonly stride: number;
  readonly at: number;
}

/** Adds AᵀWB to a part of a matrix, A and B tables by rows with so many columns, W the weights of rows. */
export function product(
  { to, stride, at }: Block,
  [a, ofA]: readonly [table: Float64Array, columns: number],
  [b, ofB]: readonly [table: Float64Array, columns: number],
  weights: Float64Array,
): void {
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    for (let p = 0; p < ofA; p++) {
      const v = w * a[i * ofA + p]!;
      for (let q = 0, out = at + p * stride, from = i * ofB; q < ofB; q++, out++, from++) to[out]! += v * b[from]!;
    }
  }
}
