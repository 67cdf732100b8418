/** Cases without gaps, for scores that allow none. */
import { DomainError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";

/** Arrays that are scored together: fine ensemble, fine truth, coarse input. */
export interface Cases {
  /** [N, members, H, W] */
  readonly ensemble: ShapedArray;
  /** [N, H, W] */
  readonly truth: ShapedArray;
  /** [N, H / factor, W / factor] */
  readonly coarse: ShapedArray;
}

/** Share of the truth that is scored. */
export interface Coverage {
  /** Times of which something is scored, and all. */
  readonly times: readonly [scored: number, all: number];
  /** Values of the truth that are scored, and all that are not missing. */
  readonly cells: readonly [scored: number, all: number];
  /** The one over the other. */
  readonly share: number;
  /** Side of the square tiles that are scored, in fine pixels; null where the fields are scored as a whole. */
  readonly tile: number | null;
}

/** Cases that are scored, and their share of all. */
export interface ScoredCases extends Cases {
  readonly coverage: Coverage;
}

/** Smallest side of a tile that still has a spectrum. */
const smallest = 8;

/**
 * The cases as they are where nothing is missing; else their square tiles without a gap in ensemble, truth or coarse
 * input, as many as fit side by side from the first pixel. Tiles of another side than the scores of other files make other
 * spectra and fractions, so that they are halved only where there is none.
 *
 * @param side - of a tile, in fine pixels, a multiple of the factor @defaultValue the largest multiple up to 64, or the first of
 * its halves, down to 8, of which a tile is free of gaps
 * @throws DomainError where no tile is free of gaps
 */
export function gapFreeCases(cases: Cases, factor: number, side?: number): ScoredCases {
  const { truth } = cases;
  let all = 0;
  for (const v of truth.values) if (!Number.isNaN(v)) all++;
  const images = truth.shape[0]!;
  const coverage = (times: number, cells: number, tile: number | null): Coverage => ({
    times: [times, images],
    cells: [cells, all],
    share: cells / all,
    tile,
  });
  if (!Object.values(cases).some(({ values }: ShapedArray) => values.some(Number.isNaN))) {
    return { ...cases, coverage: coverage(images, all, null) };
  }
  const most = Math.floor(64 / factor) * factor;
  const sides = side === undefined ? [most, most / 2, most / 4, most / 8] : [side];
  const fitting = sides.filter((n) => n === side || (n % factor === 0 && n >= Math.max(smallest, 2 * factor)));
  for (const one of fitting) {
    const found = tilesOf(cases, factor, one);
    if (found) return { ...found.cases, coverage: coverage(found.times, found.cases.truth.values.length, one) };
  }
  const last = fitting.at(-1);
  throw new DomainError(`gapFreeCases: no tile of ${last} x ${last} is free of gaps`, last);
}

/** Tiles of one side, and of how many times they are; undefined where there are none. */
function tilesOf(
  { ensemble, truth, coarse }: Cases,
  factor: number,
  side: number,
): { readonly cases: Cases; readonly times: number } | undefined {
  const [count, height, width] = truth.shape as [number, number, number];
  const times = new Set<number>();
  const kept: (readonly [Float64Array, Float64Array, Float64Array])[] = [];
  for (let n = 0; n < count; n++) {
    for (let row = 0; row + side <= height; row += side) {
      for (let column = 0; column + side <= width; column += side) {
        const cell = [row / factor, column / factor, side / factor] as const;
        const parts = [cut(ensemble, n, row, column, side), cut(truth, n, row, column, side), cut(coarse, n, ...cell)];
        if (parts.some((values) => values.some(Number.isNaN))) continue;
        kept.push(parts as [Float64Array, Float64Array, Float64Array]);
        times.add(n);
      }
    }
  }
  if (kept.length === 0) return undefined;
  const members = ensemble.shape[1]!;
  const join = (part: 0 | 1 | 2, shape: readonly number[]): ShapedArray => {
    const each = kept[0]![part].length;
    const values = new Float32Array(kept.length * each);
    kept.forEach((parts, i) => {
      values.set(parts[part], i * each);
    });
    return { values, shape: [kept.length, ...shape] };
  };
  const blocks = side / factor;
  const joined = {
    ensemble: join(0, [members, side, side]),
    truth: join(1, [side, side]),
    coarse: join(2, [blocks, blocks]),
  };
  return { cases: joined, times: times.size };
}

/** The square at (row, column) of every image of case n. */
function cut({ values, shape }: ShapedArray, n: number, row: number, column: number, side: number): Float64Array {
  const [height, width] = shape.slice(-2) as [number, number];
  const images = values.length / (shape[0]! * height * width);
  const out = new Float64Array(images * side * side);
  for (let i = 0; i < images * side; i++) {
    const line = ((n * images + Math.floor(i / side)) * height + row + (i % side)) * width + column;
    out.set(values.subarray(line, line + side), i * side);
  }
  return out;
}
