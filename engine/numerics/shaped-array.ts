/** Arrays with a shape, and the checks of them. At the public edge of fields stands `Field`, which is one. */
import { DomainError, OptionsError, ShapeError } from "../errors.ts";

/** A dense array of real numbers, row-major: `values.length` is the product of `shape`. */
export interface ShapedArray {
  /** Row-major. */
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** Throws ShapeError unless the array has `rank` axes of positive length that hold exactly its values. */
export function checkShape(name: string, array: ShapedArray, rank: number): void {
  const { shape, values } = array;
  if (shape.length !== rank || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ShapeError(name, `${rank} axes of positive length`, shape);
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (values.length !== size) throw new ShapeError(`${name}: values`, [size], [values.length], `shape is [${shape}]`);
}

/** Throws ShapeError unless both shapes are equal. */
export function checkSameShape(name: string, expected: readonly number[], actual: readonly number[]): void {
  if (expected.length !== actual.length || expected.some((n, i) => n !== actual[i])) {
    throw new ShapeError(name, expected, actual);
  }
}

/** No value is NaN or infinite: times 0 they alone are not 0. Four sums at a time, for no branch and no waiting. */
export function allFinite(values: ArrayLike<number>): boolean {
  const n = values.length;
  const whole = n - (n % 4);
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    s += values[i]! * 0;
    t += values[i + 1]! * 0;
    u += values[i + 2]! * 0;
    v += values[i + 3]! * 0;
  }
  for (let i = whole; i < n; i++) s += values[i]! * 0;
  return s + t + u + v === 0;
}

/** Throws DomainError at the first value that is NaN or infinite. */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  if (allFinite(values)) return;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) {
      throw new DomainError(
        `${name}: value ${values[i]} at index ${i}; remove or fill missing values first`,
        values[i],
      );
    }
  }
}

/** Throws DomainError at the first value that is negative, NaN or infinite. */
export function checkRain(name: string, values: ArrayLike<number>): void {
  checkFinite(name, values);
  const n = values.length;
  for (let i = 0; i < n; i++) {
    if (values[i]! < 0) throw new DomainError(`${name}: rain is ${values[i]} at index ${i}; it must be ≥ 0`, values[i]);
  }
}

/** Throws OptionsError unless `holds`; `expectation` completes "name: option is value; …". */
export function checkOption(name: string, option: string, value: unknown, holds: boolean, expectation: string): void {
  if (!holds) throw new OptionsError(`${name}: ${option} is ${String(value)}; ${expectation}`, option, value);
}
