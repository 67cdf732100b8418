import { rng as createRng, ShapeError } from "../../../engine/index.ts";
import { cholesky } from "../../../engine/numerics/index.ts";
import { assert, test, throws } from "../../harness.ts";

const unit = 2 ** -53;

/** Q·diag(eigenvalues)·Qᵀ with Q a product of three random reflections: symmetric to the last bit. */
function withEigenvalues(eigenvalues: Float64Array, seed: number): Float64Array {
  const n = eigenvalues.length;
  const random = createRng(seed);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) a[i * n + i] = eigenvalues[i]!;
  for (let k = 0; k < 3; k++) {
    const v = random.split(`v${k}`).normal(n);
    const norm = Math.hypot(...v);
    for (let i = 0; i < n; i++) v[i]! /= norm;
    // (I − 2vvᵀ)A(I − 2vvᵀ) = A − 2(v wᵀ + w vᵀ) with w = Av − (vᵀAv)v.
    const w = product(a, v);
    const quadratic = v.reduce((sum, vi, i) => sum + vi * w[i]!, 0);
    for (let i = 0; i < n; i++) w[i]! -= quadratic * v[i]!;
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        const value = a[i * n + j]! - 2 * (v[i]! * w[j]! + w[i]! * v[j]!);
        a[i * n + j] = value;
        a[j * n + i] = value;
      }
  }
  return a;
}

/** Eigenvalues from 1 down to 1/condition, evenly in logarithm. */
const spectrum = (n: number, condition: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => condition ** -(n > 1 ? i / (n - 1) : 0));

function product(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n }, (_, i) => x.reduce((sum, xj, j) => sum + a[i * n + j]! * xj, 0));
}

const largest = (x: Float64Array): number => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** ‖b − Ax‖ / (‖A‖‖x‖ + ‖b‖) in the maximum norm. */
function backwardError(a: Float64Array, x: Float64Array, b: Float64Array): number {
  const n = b.length;
  const rowSums = Float64Array.from({ length: n }, (_, i) =>
    a.subarray(i * n, i * n + n).reduce((sum, v) => sum + Math.abs(v), 0),
  );
  const ax = product(a, x);
  return largest(b.map((bi, i) => bi - ax[i]!)) / (largest(rowSums) * largest(x) + largest(b));
}

const hilbert = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => 1 / (Math.floor(k / n) + (k % n) + 1));

/** x = A⁻¹b, and A⁻¹c by the same factor; NaN where A is not positive definite. */
function solve(a: Float64Array, b: Float64Array, c: Float64Array): readonly [Float64Array, Float64Array] {
  const factor = cholesky(a, b.length);
  return factor ? [factor.solve(b), factor.solve(c)] : [b.map(() => NaN), c.map(() => NaN)];
}

test("solutions are exact for a matrix within rounding of the given one, whatever the condition", () => {
  for (const n of [1, 2, 3, 31, 47, 64, 65, 131, 210]) {
    for (const condition of [1, 1e3, 1e7, 1e10, 1e14]) {
      const a = withEigenvalues(spectrum(n, condition), 7 * n);
      const random = createRng(n).split("rhs");
      const smooth = product(a, random.normal(n));
      const rough = random.split("rough").normal(n);
      const [x, y] = solve(a, smooth, rough);
      // Higham, Theorem 10.4, bounds it by about 3n²·2⁻⁵³ in norm; in practice it stays below a few units.
      for (const [z, b] of [[x, smooth] as const, [y, rough] as const]) {
        const error = backwardError(a, z, b);
        assert.ok(error <= (4 + 0.5 * n) * unit, `condition ${condition}: ${error / unit} units`);
      }
    }
  }
});

test("Hilbert's matrix gives the integers of its inverse to as many digits as its condition leaves", () => {
  // Column 1 of the inverse of order 5, by the exact formula with binomials.
  const expected = [25, -300, 1050, -1400, 630];
  const e1 = Float64Array.of(1, 0, 0, 0, 0);
  const [x] = solve(hilbert(5), e1, e1);
  // Condition 4.8·10⁵.
  expected.forEach((e, i) => {
    assert.ok(Math.abs(x[i]! - e) < 4.8e5 * 10 * unit * 1400, `${x[i]} for ${e}`);
  });
  for (const n of [8, 11]) {
    const b = new Float64Array(n).fill(1);
    const [x] = solve(hilbert(n), b, b);
    assert.ok(backwardError(hilbert(n), x, b) < 10 * n * unit);
  }
});

test("damped normal equations of nearly dependent columns are solved to rounding down to a damping of 2e-14", () => {
  const [rows, n] = [300, 100];
  const column = (j: number, r: number) => Math.tanh(3 * Math.sin(1.7 * j) * (r / rows - 0.5) + Math.cos(2.3 * j));
  const gram = Float64Array.from({ length: n * n }, (_, k) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += column(Math.floor(k / n), r) * column(k % n, r);
    return sum;
  });
  const most = largest(gram);
  const b = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += column(j, r) * Math.exp(-50 * (r / rows - 0.4) ** 2);
    return sum;
  });
  for (const damping of [1e-6, 1e-10, 1e-13, 2e-14]) {
    const a = gram.map((v, k) => (k % (n + 1) === 0 ? v + damping * most : v));
    const [x] = solve(a, b, b);
    assert.ok(backwardError(a, x, b) < 4 * unit, `damping ${damping}: ${backwardError(a, x, b) / unit} units`);
  }
});

test("a matrix with one negative eigenvalue is refused", () => {
  for (const n of [2, 3, 64, 97, 150]) {
    const b = new Float64Array(n).fill(1);
    const refuses = (a: Float64Array, why: string) => {
      const [x, y] = solve(a, b, b);
      assert.ok(x.every(Number.isNaN) && y.every(Number.isNaN), why);
    };
    const values = spectrum(n, 10);
    values[n - 1] = -1e-3;
    refuses(withEigenvalues(values, 5), "one eigenvalue is negative");
    for (const at of new Set([0, n >> 1, n - 1])) {
      const a = withEigenvalues(spectrum(n, 10), 5);
      a[at * n + at] = -a[at * n + at]!;
      refuses(a, `diagonal entry ${at} is negative`);
      const missing = withEigenvalues(spectrum(n, 10), 5);
      missing[at * n + at] = NaN;
      refuses(missing, `diagonal entry ${at} is NaN`);
    }
    refuses(new Float64Array(n * n), "zero matrix");
  }
});

test("only the lower triangle is read", () => {
  const n = 90;
  const a = withEigenvalues(spectrum(n, 100), 2);
  const b = createRng(4).normal(n);
  const other = a.map((v, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return j > i ? 12345 : v;
  });
  const [[x], [y]] = [solve(a, b, b), solve(other, b, b)];
  assert.equal(x, y);
});

test("shapes that do not fit and places where it cannot run are named", () => {
  throws(() => cholesky(new Float64Array(5), 2), ShapeError, /^/);
  throws(() => cholesky(new Float64Array(4), 2 - 2), ShapeError, /^/);
  const factor = cholesky(Float64Array.of(4), 1)!;
  assert.equal(factor.solve(Float64Array.of(8)), Float64Array.of(2));
  throws(() => factor.solve(new Float64Array(2)), ShapeError, /^/);
});

test.run();
