/**
 * One element of a hybrid discontinuous method: its polynomials, orthonormal over its part of the region, and its share
 * of the matrix. Slopes of unknowns are those of their polynomials, moved by what these miss of the values on sides
 * (Cockburn, Gopalakrishnan, Lazarov, SIAM J. Numer. Anal. 47 (2009), the LDG-H method), so that energies are no smaller
 * than zero whatever the shape.
 */
import { legendreAt } from "../elements/basis.ts";
import type { Cell, Face } from "../elements/mesh.ts";
import { type InsidePoints, insidePoints, lengthOf, type Outline, type Side } from "./element-geometry.ts";
import { product } from "./product.ts";

/** Polynomials of an element's own degree whose squares have less than this share left are no new ones. */
const dependent = 1e-13;

/** Polynomials at points. */
export interface Values {
  /** [points, polynomials] */
  readonly values: Float64Array;
  readonly slopes: readonly [Float64Array, Float64Array];
}

/** A side with its polynomials. */
export interface ElementSide extends Side, Values {
  /** Polynomials of a face at its points, and their first number among the element's; none on the boundary. */
  readonly traces: Float64Array;
  readonly at: number;
  /** First of its points among those of all sides. */
  readonly from: number;
}

/** The polynomials of an element. */
export interface Inside extends InsidePoints, Values {
  readonly area: number;
  /** Number of polynomials. */
  readonly size: number;
  /** Degree of each polynomial. */
  readonly degrees: readonly number[];
  /** Polynomials by products of Legendre polynomials on the box, in the order of their degrees: [size, products]. */
  readonly transform: Float64Array;
}

/** An element with its sides. */
export interface HybridElement extends Inside {
  readonly cell: Cell;
  /** Number of polynomials of all faces. */
  readonly faceSize: number;
  readonly sides: readonly ElementSide[];
  readonly faces: readonly Face[];
  /** Mean width: area over length of the outline. */
  readonly depth: number;
  /** First of its points among those of all elements. */
  readonly from: number;
}

/** Number of polynomials on a face. */
export const traceSize = (face: Face): number => Math.max(face.cells[0].degree, face.cells[1].degree) + 1;

/** Place of an element with all of its sides, as text: elements of the same place are the same. */
export function placeOfElement({ cell, sides }: Outline): string {
  const faces = sides.flatMap(({ face }) =>
    face ? [`${face.axis} ${face.at} ${face.low} ${face.high} ${traceSize(face)}`] : [],
  );
  return `${cell.low} ${cell.high} ${cell.degree}: ${faces.join()}`;
}

/** The polynomials of an element, by its outline. */
export function insideOf(outline: Outline): Inside {
  const { cell } = outline;
  const { points, weights } = insidePoints(outline);
  const products = productsOf(cell.degree);
  const area = weights.reduce((sum, w) => sum + w, 0);
  const raw = tablesAt(cell, points, products);
  const count = products.length;
  let transform = new Float64Array(count * count);
  let kept = Array.from(products.keys());
  if (cell.cut) {
    [transform, kept] = orthonormal(raw.values, weights, kept, transform);
    // Once more, since the first time rounding is as large as polynomials are alike.
    [transform, kept] = orthonormal(applied(raw.values, transform, count), weights, kept, transform);
  } else for (let k = 0; k < count; k++) transform[k * count + k] = 1 / Math.sqrt(area);
  return {
    ...{ points, weights, area, size: kept.length, transform, ...moved(raw, transform, count) },
    degrees: kept.map((k) => products[k]![0] + products[k]![1]),
  };
}

/**
 * Lays out an element.
 *
 * @param inside - its polynomials
 * @param before - the same element on another mesh
 * @param from - first of its points, and of those of its sides, among all
 */
export function hybridElement(
  inside: Inside,
  before: HybridElement | undefined,
  { cell, sides }: Outline,
  from: { readonly inside: number; readonly sides: number },
): HybridElement {
  const products = productsOf(cell.degree);
  let [at, next] = [0, from.sides];
  const all = sides.map((side, s): ElementSide => {
    const { face } = side;
    const { traces, values, slopes } = before?.sides[s] ?? {
      ...moved(tablesAt(cell, side.points, products), inside.transform, products.length),
      traces: face ? tracesAt(face, side.points) : new Float64Array(0),
    };
    const own = { ...side, values, slopes, traces, at, from: next };
    next += side.weights.length;
    if (face) at += traceSize(face);
    return own;
  });
  return {
    ...{ ...inside, cell, sides: all, faceSize: at, from: from.inside, depth: inside.area / lengthOf(sides) },
    faces: all.flatMap(({ face }) => face ?? []),
  };
}

/** Coefficients of products of Legendre polynomials, [degree + 1, degree + 1]. */
export function productsFor({ size, transform, cell }: HybridElement, own: Float64Array): Float64Array {
  const products = productsOf(cell.degree);
  const out = new Float64Array((cell.degree + 1) ** 2);
  for (let a = 0; a < size; a++)
    for (const [b, [p, q]] of products.entries())
      out[p * (cell.degree + 1) + q]! += own[a]! * transform[a * products.length + b]!;
  return out;
}

const moved = ({ values, slopes }: Values, transform: Float64Array, columns: number): Values => ({
  values: applied(values, transform, columns),
  slopes: [applied(slopes[0], transform, columns), applied(slopes[1], transform, columns)],
});

/** Degrees along both axes of products whose degree is at most so large, those of smaller ones first. */
const productsOf = (degree: number): (readonly [number, number])[] =>
  Array.from({ length: degree + 1 }, (_, n) => Array.from({ length: n + 1 }, (_, q) => [n - q, q] as const)).flat();

/** Products of Legendre polynomials at points [n, products]. */
function tablesAt(
  { box: { low, high }, degree }: Cell,
  points: Float64Array,
  products: readonly (readonly [number, number])[],
): Values {
  const count = points.length / 2;
  const width = products.length;
  const [values, inX, inY] = [0, 1, 2].map(() => new Float64Array(count * width)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const along = [0, 1].map(() => new Float64Array(2 * (degree + 1))) as [Float64Array, Float64Array];
  const scale = [0, 1].map((k) => 2 / (high[k]! - low[k]!)) as [number, number];
  for (let i = 0; i < count; i++) {
    for (const k of [0, 1] as const) legendreAt((points[2 * i + k]! - low[k]!) * scale[k] - 1, degree, 1, along[k], 0);
    const [x, y] = along;
    for (let b = 0, to = i * width; b < width; b++, to++) {
      const [p, q] = products[b]!;
      values[to] = x[p]! * y[q]!;
      inX[to] = scale[0] * x[degree + 1 + p]! * y[q]!;
      inY[to] = scale[1] * x[p]! * y[degree + 1 + q]!;
    }
  }
  return { values, slopes: [inX, inY] };
}

/** Orthonormal polynomials of a face at points on it. */
function tracesAt(face: Face, points: Float64Array): Float64Array {
  const [size, along, low, high] = [traceSize(face), 1 - face.axis, face.low[0]!, face.high[0]!];
  const count = points.length / 2;
  const out = new Float64Array(count * size);
  const factor = 1 / Math.sqrt(high - low);
  for (let i = 0; i < count; i++)
    legendreAt((2 * (points[2 * i + along]! - low)) / (high - low) - 1, size - 1, 0, out, i * size);
  for (let i = 0; i < out.length; i++) out[i]! *= factor;
  return out;
}

/** Combinations [size, columns] of the columns of a table, each of those up to one; by rows. */
function applied(table: Float64Array, transform: Float64Array, columns: number): Float64Array {
  const count = table.length / columns;
  const size = transform.length / columns;
  const out = new Float64Array(count * size);
  for (let a = 0; a < size; a++) {
    let [first, last] = [0, columns - 1];
    while (first < last && transform[a * columns + first] === 0) first++;
    while (last > first && transform[a * columns + last] === 0) last--;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let b = first; b <= last; b++) sum += transform[a * columns + b]! * table[i * columns + b]!;
      out[i * size + a] = sum;
    }
  }
  return out;
}

/**
 * Gram and Schmidt's combinations of columns of a table, each orthogonal to those before it by a rule's weights; without
 * columns that depend on those before.
 *
 * @param table - [n, columns]
 * @param numbers - of the columns
 * @param before - what columns are made of, [columns, of these]; all 0 where that is themselves
 * @returns combinations, and the numbers of the columns that are kept
 */
function orthonormal(
  table: Float64Array,
  weights: Float64Array,
  numbers: readonly number[],
  before: Float64Array,
): [Float64Array<ArrayBuffer>, number[]] {
  const columns = numbers.length;
  const gram = new Float64Array(columns * columns);
  product({ to: gram, stride: columns, at: 0 }, [table, columns], [table, columns], weights);
  const rows: Float64Array[] = [];
  const kept: number[] = [];
  for (let a = 0; a < columns; a++) {
    const row = new Float64Array(columns);
    row[a] = 1;
    for (const other of rows) {
      let sum = 0;
      for (let b = 0; b <= a; b++) sum += gram[a * columns + b]! * other[b]!;
      for (let b = 0; b < a; b++) row[b]! -= sum * other[b]!;
    }
    let square = 0;
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let c = 0; c <= a; c++) sum += gram[b * columns + c]! * row[c]!;
      square += row[b]! * sum;
    }
    if (!(square > dependent * gram[a * columns + a]!)) continue;
    const factor = 1 / Math.sqrt(square);
    rows.push(row.map((v) => v * factor));
    kept.push(numbers[a]!);
  }
  const width = before.length / columns;
  const out = new Float64Array(rows.length * width);
  const isFirst = before.every((v) => v === 0);
  for (const [k, row] of rows.entries()) {
    if (isFirst) out.set(row, k * width);
    else
      for (let a = 0; a < columns; a++)
        for (let b = 0; b < width; b++) out[k * width + b]! += row[a]! * before[a * width + b]!;
  }
  return [out, kept];
}
