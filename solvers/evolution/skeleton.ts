/** The values on faces, which are solved for together: their matrix is the sum of what elements leave of theirs. */
import { type MultifrontalFactors, type MultifrontalPlan, multifrontal } from "../../engine/numerics/multifrontal.ts";
import type { Face, Mesh } from "../elements/mesh.ts";
import { traceSize } from "./hybrid-element.ts";

/** Eliminates the first columns of a square matrix, whose symmetric part is positive, in place. */
export function eliminate(a: Float64Array, width: number, pivots: number): void {
  for (let k = 0; k < pivots; k++) {
    const top = k * width;
    const inverse = 1 / a[top + k]!;
    for (let i = k + 1; i < width; i++) {
      const row = i * width;
      const factor = a[row + k]! * inverse;
      if (factor === 0) continue;
      a[row + k] = factor;
      for (let j = k + 1; j < width; j++) a[row + j]! -= factor * a[top + j]!;
    }
  }
}

/** The matrix of values on faces. */
export class Skeleton {
  readonly #plan: MultifrontalPlan;
  /** Places of the entries of each element's lower right part. */
  readonly #entries: readonly Int32Array[];
  readonly #count: number;

  constructor(
    faces: readonly (readonly [face: Face, start: number])[],
    places: readonly Int32Array[],
    unknowns: number,
    { region: { low, high } }: Mesh,
  ) {
    const size = faces.reduce((sum, [face]) => sum + unknowns * traceSize(face), 0);
    const columns: Set<number>[] = Array.from({ length: size }, () => new Set());
    for (const own of places) for (const i of own) for (const j of own) columns[i]!.add(j);
    const starts = new Int32Array(size + 1);
    for (const [i, own] of columns.entries()) starts[i + 1] = starts[i]! + own.size;
    this.#count = starts[size]!;
    const all = new Int32Array(this.#count);
    for (const [i, own] of columns.entries()) all.set(Int32Array.from(own).sort(), starts[i]!);
    const cells = new Int32Array(2 * size);
    for (const [face, start] of faces) {
      for (let i = start; i < start + unknowns * traceSize(face); i++) {
        for (const axis of [0, 1]) {
          const at = axis === face.axis ? face.at[0] : (face.low[0]! + face.high[0]!) / 2;
          cells[2 * i + axis] = Math.round(((at - low[axis]!) / (high[axis]! - low[axis]!)) * 2 ** 24);
        }
      }
    }
    this.#plan = multifrontal({ starts, columns: all, width: size }, cells, 2);
    this.#entries = places.map((own) => {
      const out = new Int32Array(own.length ** 2);
      for (let i = 0; i < own.length; i++) {
        const row = new Map<number, number>();
        for (let at = starts[own[i]!]!; at < starts[own[i]! + 1]!; at++) row.set(all[at]!, at);
        for (let j = 0; j < own.length; j++) out[i * own.length + j] = row.get(own[j]!)!;
      }
      return out;
    });
  }

  /** Factors of the sum of the lower right parts of elements' matrices. */
  factor(matrices: readonly Float64Array[]): MultifrontalFactors {
    const values = new Float64Array(this.#count);
    for (const [e, a] of matrices.entries()) {
      const entries = this.#entries[e]!;
      const [width, count] = [Math.round(Math.sqrt(a.length)), Math.round(Math.sqrt(entries.length))];
      const first = width - count;
      for (let i = 0; i < count; i++)
        for (let j = 0; j < count; j++) values[entries[i * count + j]!]! += a[(first + i) * width + first + j]!;
    }
    return this.#plan.factor(values, false);
  }
}
