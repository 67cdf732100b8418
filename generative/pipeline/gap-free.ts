/** Cases without gaps, for scores that allow none. */
import { DomainError } from "../../engine/errors.ts";
import type { Stack } from "../verification/index.ts";

/** What is scored together: fine ensemble, fine truth, coarse input. */
export interface Cases {
  /** [N, members, H, W] */
  readonly ensemble: Stack;
  /** [N, H, W] */
  readonly truth: Stack;
  /** [N, H / factor, W / factor] */
  readonly coarse: Stack;
}

/**
 * The cases as they are where nothing is missing; else their square tiles without a gap in ensemble, truth or coarse
 * input, as many as fit side by side from the first pixel.
 *
 * @param side - of a tile, in fine pixels, a multiple of the factor @defaultValue the largest multiple up to 64
 * @throws DomainError where no tile is free of gaps
 */
export function gapFreeCases(cases: Cases, factor: number, side = Math.floor(64 / factor) * factor): Cases {
  const { ensemble, truth, coarse } = cases;
  if (![ensemble, truth, coarse].some(({ values }) => values.some(Number.isNaN))) return cases;
  const [count, height, width] = truth.shape as [number, number, number];
  const kept: (readonly [Float64Array, Float64Array, Float64Array])[] = [];
  for (let n = 0; n < count; n++) {
    for (let row = 0; row + side <= height; row += side) {
      for (let column = 0; column + side <= width; column += side) {
        const cell = [row / factor, column / factor, side / factor] as const;
        const parts = [cut(ensemble, n, row, column, side), cut(truth, n, row, column, side), cut(coarse, n, ...cell)];
        if (!parts.some((values) => values.some(Number.isNaN)))
          kept.push(parts as [Float64Array, Float64Array, Float64Array]);
      }
    }
  }
  if (kept.length === 0) throw new DomainError(`gapFreeCases: no tile of ${side} x ${side} is free of gaps`, side);
  const members = ensemble.shape[1]!;
  const join = (part: 0 | 1 | 2, shape: readonly number[]): Stack => {
    const each = kept[0]![part].length;
    const values = new Float32Array(kept.length * each);
    kept.forEach((parts, i) => {
      values.set(parts[part], i * each);
    });
    return { values, shape: [kept.length, ...shape] };
  };
  const blocks = side / factor;
  return {
    ensemble: join(0, [members, side, side]),
    truth: join(1, [side, side]),
    coarse: join(2, [blocks, blocks]),
  };
}

/** The square at (row, column) of every image of case n. */
function cut({ values, shape }: Stack, n: number, row: number, column: number, side: number): Float64Array {
  const [height, width] = shape.slice(-2) as [number, number];
  const images = values.length / (shape[0]! * height * width);
  const out = new Float64Array(images * side * side);
  for (let i = 0; i < images * side; i++) {
    const line = ((n * images + Math.floor(i / side)) * height + row + (i % side)) * width + column;
    out.set(values.subarray(line, line + side), i * side);
  }
  return out;
}
