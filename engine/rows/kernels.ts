/** Products with small matrices and tanh as instructions of WebAssembly. */
import { append, code, type, type WasmFunction } from "../numerics/wasm-code.ts";

/** Numbers from one row of an array to the next: pairs are read and written whole. */
export const strideOf = (width: number): number => (width === 1 ? 1 : width + (width % 2));

/** Rows that a product goes through at once. */
export const rowsAtOnce = 4;

/** Sizes of a product out [·, m] = bias + left [·, k] · right [k, m]. */
export interface ProductShape {
  readonly k: number;
  readonly m: number;
  /** Numbers from one row of the left factor to the next. */
  readonly stride: number;
  readonly bias: boolean;
}

const [left, right, out, bias, end, from, weight, column, turn, to] = Array.from({ length: 10 }, (_, i) => i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const [firstSum, firstWeight, one] = [10, 18, 20];

/** Moves a local variable on. */
export const ahead = (local: number, bytes: number) => [
  ...code.get(local),
  ...code.constant(bytes),
  ...code.add,
  ...code.set(local),
];
/** True while a local variable is below a value. */
export const until = (local: number, value: number) => [...code.get(local), ...code.constant(value), ...code.notEqual];

/**
 * A product: takes the addresses of left factor, right factor, result and bias, and the end of the left factor, after a
 * multiple of four rows.
 */
export function productFunction(shape: ProductShape): WasmFunction {
  const { m, stride } = shape;
  const vectors = new Array<number>(11).fill(type.v128);
  const inner: number[] = [];
  if (m === 1) append(inner, dots(shape));
  else {
    const pairs = Math.ceil(m / 2);
    const double = Math.floor(pairs / 2);
    append(inner, code.constant(0), code.set(column));
    if (double > 0)
      append(inner, code.repeat([...tile(shape, 2), ...ahead(column, 32), ...until(column, double * 32)]));
    if (pairs % 2 === 1) append(inner, tile(shape, 1));
  }
  append(inner, ahead(left, rowsAtOnce * stride * 8), ahead(out, rowsAtOnce * strideOf(m) * 8));
  append(inner, code.get(left), code.get(end), code.notEqual);
  return { parameters: 5, locals: [...new Array<number>(5).fill(type.i32), ...vectors], body: code.repeat(inner) };
}

/** Terms of a sum that are written out. */
const written = 4;

/** A loop over k: `terms(n)` are the instructions for n of them. */
function over(k: number, terms: (count: number) => number[], step: (count: number) => number[]): number[] {
  const body: number[] = [];
  const turns = Math.floor(k / written);
  if (turns > 1) {
    append(body, code.constant(turns), code.set(turn));
    append(body, code.repeat([...terms(written), ...step(written), ...ahead(turn, -1), ...code.get(turn)]));
  } else if (turns === 1) append(body, terms(written), step(written));
  if (k % written > 0) append(body, terms(k % written));
  return body;
}

/** Four rows of one or two pairs of columns. */
function tile({ k, m, stride, bias: biased }: ProductShape, pairs: number): number[] {
  const { load, loadTwice, mul, add, store, none } = code.pair;
  const sum = (row: number, pair: number) => firstSum + row * 2 + pair;
  const body: number[] = [];
  const all = Array.from({ length: rowsAtOnce }, (_, row) =>
    Array.from({ length: pairs }, (_p, pair) => ({ row, pair })),
  );
  for (let pair = 0; pair < pairs; pair++) {
    const start = biased ? [...code.get(bias), ...code.get(column), ...code.add, ...load(pair * 16)] : none;
    append(body, start, code.tee(sum(0, pair)));
    for (let row = 1; row < rowsAtOnce - 1; row++) append(body, code.tee(sum(row, pair)));
    append(body, code.set(sum(rowsAtOnce - 1, pair)));
  }
  append(body, code.get(left), code.set(from), code.get(right), code.get(column), code.add, code.set(weight));
  const terms = (count: number) => {
    const found: number[] = [];
    for (let t = 0; t < count; t++) {
      for (let pair = 0; pair < pairs; pair++) {
        append(found, code.get(weight), load(t * m * 8 + pair * 16), code.set(firstWeight + pair));
      }
      for (const row of all) {
        append(found, code.get(from), loadTwice((row[0]!.row * stride + t) * 8), code.set(one));
        for (const { row: r, pair } of row) {
          append(
            found,
            code.get(one),
            code.get(firstWeight + pair),
            mul,
            code.get(sum(r, pair)),
            add,
            code.set(sum(r, pair)),
          );
        }
      }
    }
    return found;
  };
  append(
    body,
    over(k, terms, (count) => [...ahead(from, count * 8), ...ahead(weight, count * m * 8)]),
  );
  append(body, code.get(out), code.get(column), code.add, code.set(to));
  for (const { row, pair } of all.flat()) {
    append(body, code.get(to), code.get(sum(row, pair)), store((row * strideOf(m) + pair * 2) * 8));
  }
  return body;
}

/** Four rows of a single column. */
function dots({ k, stride, bias: biased }: ProductShape): number[] {
  const { scalar, pair } = code;
  const body: number[] = [];
  const rows = Array.from({ length: rowsAtOnce }, (_, row) => row);
  for (const row of rows) append(body, pair.none, code.set(firstSum + row));
  append(body, code.get(left), code.set(from), code.get(right), code.set(weight));
  const terms = (count: number) =>
    Array.from({ length: count }, (_, t) => [
      ...[...code.get(weight), ...pair.load(t * 16), ...code.set(firstWeight)],
      ...rows.flatMap((row) => [
        ...[...code.get(from), ...pair.load((row * stride + t * 2) * 8), ...code.get(firstWeight), ...pair.mul],
        ...[...code.get(firstSum + row), ...pair.add, ...code.set(firstSum + row)],
      ]),
    ]).flat();
  const pairs = Math.floor(k / 2);
  append(
    body,
    over(pairs, terms, (count) => [...ahead(from, count * 16), ...ahead(weight, count * 16)]),
  );
  for (const row of rows) {
    const sum = (lane: 0 | 1) => [...code.get(firstSum + row), ...pair.lane(lane)];
    append(body, code.get(out), sum(0), sum(1), scalar.add);
    if (k % 2 === 1) {
      const at = (local: number, place: number) => [...code.get(local), ...scalar.load(place * 8)];
      append(body, at(left, row * stride + k - 1), at(right, k - 1), scalar.mul, scalar.add);
    }
    if (biased) append(body, code.get(bias), scalar.load(0), scalar.add);
    append(body, scalar.store(row * 8));
  }
  return body;
}

/** 1.5 · 2⁵²: a number added to it is rounded to a whole number, which stands in the last bits. */
const magic = 6755399441055744;
/** ln 2 in two parts, the first with zeros at its end (Cody and Waite). */
const [ln2, ln2Rest] = [0.6931471803691238, 1.9082149292705877e-10];

/**
 * tanh x = E/(E + 2) with E = e^{2|x|} − 1 = 2ᵏp + (2ᵏ − 1), p = eʳ − 1 by its series for |r| ≤ ln 2/2: to some three
 * units of the last place.
 *
 * @param x - local variable of two numbers
 * @param temporary - four free local variables
 * @param number - instructions for a number twice
 */
export function tanh(x: number, temporary: readonly number[], number: (value: number) => number[]): number[] {
  const { mul, add, sub, div, abs, min, and, or, shift, addBits } = code.pair;
  const [twice, r, r2, e] = temporary as [number, number, number, number];
  const get = (local: number) => code.get(local);
  let factorial = 1;
  const c = Array.from({ length: 14 }, (_, n) => {
    factorial *= Math.max(1, n);
    return number(1 / factorial);
  });
  /** c_n + c_{n+1} r. */
  const two = (n: number) => [...get(r), ...c[n + 1]!, ...mul, ...c[n]!, ...add];
  const four = (n: number) => [...two(n), ...two(n + 2), ...get(r2), ...mul, ...add];
  return [
    // |2x|, beyond 44 of which tanh is 1.
    ...[...get(x), ...abs, ...code.tee(twice), ...get(twice), ...add, ...number(44), ...min, ...code.tee(twice)],
    ...[...number(Math.LOG2E), ...mul, ...number(magic), ...add, ...code.tee(e), ...number(magic), ...sub],
    ...[...code.tee(r), ...number(-ln2), ...mul, ...get(twice), ...add],
    ...[...get(r), ...number(-ln2Rest), ...mul, ...add, ...code.tee(r), ...get(r), ...mul, ...code.set(r2)],
    // 2ᵏ.
    ...[...get(e), ...code.constant(52), ...shift, ...number(1), ...addBits, ...code.set(e)],
    // p = r + r²(c₂ + c₃r + …).
    ...[...four(10), ...get(r2), ...get(r2), ...mul, ...code.tee(twice), ...mul, ...four(6), ...add],
    ...[...get(twice), ...mul, ...four(2), ...add, ...get(r2), ...mul, ...get(r), ...add],
    ...[...get(e), ...mul, ...get(e), ...number(1), ...sub, ...add, ...code.tee(r)],
    ...[...get(r), ...number(2), ...add, ...div],
    ...[...get(x), ...number(-0), ...and, ...or],
  ];
}
