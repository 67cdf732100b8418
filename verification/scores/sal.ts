/** Structure, amplitude and location of rain (Wernli et al. 2008, doi:10.1175/2008MWR2415.1; threshold of Wernli et al. 2009). */
import { ShapeError } from "../../engine/errors.ts";
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";

type Numbers = Float32Array | Float64Array;

/** Objects are where rain is at least this share of the 95 % quantile of wet pixels. */
const SHARE = 1 / 15;

/** Each is 0 for a perfect forecast; NaN where either field is dry. */
export interface Sal {
  /** −2 … 2; > 0 where objects of the forecast are too large or too flat. */
  readonly structure: number;
  /** −2 … 2; relative error of the mean, > 0 where there is too much rain. */
  readonly amplitude: number;
  /** 0 … 2; distance of the centres of mass, and difference of the mean distances of objects from these, in domain diagonals. */
  readonly location: number;
}

/**
 * The object-based score of one forecast field; distances are of pixels, and objects hang together by sides and
 * corners.
 *
 * @param forecast `[height, width]` ≥ 0, as is `truth`
 * @throws ShapeError; DomainError for values that are not finite
 */
export function sal(forecast: Numbers, truth: Numbers, height: number, width: number): Sal {
  for (const [name, values] of Object.entries({ forecast, truth })) {
    if (values.length !== height * width) throw new ShapeError(`sal: ${name}`, [height * width], [values.length]);
    checkFinite(`sal: ${name}`, values);
  }
  const [f, o] = [forecast, truth].map((values) => describe(values, height, width));
  if (f === undefined || o === undefined) {
    return { structure: Number.NaN, amplitude: Number.NaN, location: Number.NaN };
  }
  const relative = (a: number, b: number) => (a - b) / (0.5 * (a + b));
  const diagonal = Math.hypot(height - 1, width - 1) || 1;
  const centres = Math.hypot(f.row - o.row, f.column - o.column);
  return {
    structure: relative(f.volume, o.volume),
    amplitude: relative(f.total, o.total),
    location: (centres + 2 * Math.abs(f.scatter - o.scatter)) / diagonal,
  };
}

interface Described {
  readonly total: number;
  /** Centre of mass. */
  readonly row: number;
  readonly column: number;
  /** Mean over objects, by mass, of their rain over its maximum: V. */
  readonly volume: number;
  /** Mean over objects, by mass, of their distance from the centre: r. */
  readonly scatter: number;
}

/** Statistics of a field for the score; undefined where it is dry. */
function describe(values: Numbers, height: number, width: number): Described | undefined {
  const wet = Float64Array.from(values).filter((v) => v > 0);
  if (wet.length === 0) return undefined;
  const threshold = SHARE * quantileOfSorted(wet.sort(), 0.95);
  const all = massOf(Array.from(values.keys()), values, width);
  let [volume, scatter, mass] = [0, 0, 0];
  for (const pixels of objectsOf(values, height, width, threshold)) {
    const own = massOf(pixels, values, width);
    volume += own.total * (own.total / own.most);
    scatter += own.total * Math.hypot(own.row - all.row, own.column - all.column);
    mass += own.total;
  }
  return { total: all.total, row: all.row, column: all.column, volume: volume / mass, scatter: scatter / mass };
}

function massOf(pixels: readonly number[], values: Numbers, width: number) {
  let [total, row, column, most] = [0, 0, 0, 0];
  for (const i of pixels) {
    const v = values[i]!;
    total += v;
    row += v * Math.floor(i / width);
    column += v * (i % width);
    most = Math.max(most, v);
  }
  return { total, row: row / total, column: column / total, most };
}

/** Pixels of each object. */
function objectsOf(values: Numbers, height: number, width: number, threshold: number): number[][] {
  const seen = new Uint8Array(values.length);
  const objects: number[][] = [];
  for (let start = 0; start < values.length; start++) {
    if (seen[start] || values[start]! < threshold) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let at = 0; at < pixels.length; at++) {
      const [y, x] = [Math.floor(pixels[at]! / width), pixels[at]! % width];
      for (let r = Math.max(0, y - 1); r <= Math.min(height - 1, y + 1); r++) {
        for (let c = Math.max(0, x - 1); c <= Math.min(width - 1, x + 1); c++) {
          const i = r * width + c;
          if (seen[i] || values[i]! < threshold) continue;
          seen[i] = 1;
          pixels.push(i);
        }
      }
    }
    objects.push(pixels);
  }
  return objects;
}
