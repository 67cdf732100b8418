/** The machine's BLAS against sums written out; skipped where there is none. */

import { rng, ShapeError } from "../../../engine/index.ts";
import { cholesky } from "../../../engine/numerics/cholesky.ts";
import { blasPaths, systemBlas } from "../../../engine/system/system-blas.ts";
import { assert, test, throws } from "../../harness.ts";

const blas = systemBlas();
const unless = blas ? test : test.skip;
if (!blas) console.log("SKIP the machine's BLAS: koffi or a library is missing");

const worst = (a: Float64Array, b: Float64Array) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);

unless("Gram matrices of columns are sums of products, in the upper triangle alone", () => {
  const [m, n] = [37, 23];
  const a = rng(1).normal(m * n);
  const into = new Float64Array(n * n).fill(7);
  blas!.gram(a, m, n, into);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += a[k * n + i]! * a[k * n + j]!;
      assert.ok(j < i ? into[i * n + j] === 7 : Math.abs(into[i * n + j]! - sum) < 1e-12, `${i}, ${j}`);
    }
  }
});

unless("products with a matrix and its transpose", () => {
  const [m, n] = [19, 31];
  const a = rng(2).normal(m * n);
  const [x, y] = [rng(3).normal(n), rng(4).normal(m)];
  const [ax, aty] = [new Float64Array(m), new Float64Array(n)];
  blas!.multiply(a, m, n, x, ax);
  blas!.multiply(a, m, n, y, aty, true);
  const expected = ax.map((_, i) => x.reduce((sum, v, j) => sum + a[i * n + j]! * v, 0));
  assert.ok(worst(ax, expected) < 1e-13);
  // ⟨Ax, y⟩ = ⟨x, Aᵀy⟩
  const dot = (p: Float64Array, q: Float64Array) => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  assert.ok(Math.abs(dot(ax, y) - dot(x, aty)) < 1e-12);
});

unless("the factor solves what the host's Cholesky solves, and refuses what is not positive definite", () => {
  // Less than a block of columns, one, one and a column, and several.
  for (const n of [7, 48, 49, 150]) {
    const a = rng(5).normal(2 * n * n);
    const gram = new Float64Array(n * n);
    blas!.gram(a, 2 * n, n, gram);
    const full = gram.map((_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return gram[Math.min(i, j) * n + Math.max(i, j)]!;
    });
    const b = rng(6).normal(n);
    const expected = cholesky(full.slice(), n)!.solve(b);
    for (const threads of [2, 1]) {
      const [factor, x] = [gram.slice(), b.slice()];
      blas!.useThreads(threads);
      assert.ok(blas!.factor(factor, n));
      blas!.solve(factor, n, x);
      assert.ok(worst(x, expected) < 1e-12, `${n}, ${threads} threads`);
    }
    for (const at of [0, n - 1]) {
      for (const bad of [-1, Number.NaN]) {
        const other = full.slice();
        other[at * (n + 1)] = bad;
        assert.not.ok(blas!.factor(other, n), `${bad} at ${at} of ${n}`);
      }
    }
  }
});

unless("the same numbers give the same bits, wherever they lie in memory", () => {
  const [m, n] = [500, 211];
  const a = rng(7).normal(m * n);
  const [first, second] = [new Float64Array(n * n), new Float64Array(n * n + 1).subarray(1)];
  blas!.gram(a, m, n, first);
  blas!.gram(a.slice(), m, n, second);
  assert.equal(first, second.slice());
  for (let i = 0; i < n; i++) for (const matrix of [first, second]) matrix[i * (n + 1)]! += 1;
  for (const matrix of [first, second]) assert.ok(blas!.factor(matrix, n));
  assert.equal(first, second.slice());
});

unless("arrays of another length are refused before the call", () => {
  const refused = (error: unknown) => error instanceof ShapeError;
  assert.throws(() => blas!.gram(new Float64Array(5), 2, 3, new Float64Array(9)), refused);
  assert.throws(() => blas!.factor(new Float64Array(8), 3), refused);
});

unless(
  "a product of small matrices is the sum of products, alone or added, and leaves what lies between rows alone",
  () => {
    const [rows, inner, columns, strideA, strideC] = [9, 5, 3, 6, 4];
    const [a, b] = [rng(7).normal(rows * strideA), rng(8).normal(inner * columns)];
    for (const add of [false, true]) {
      const c = new Float64Array(rows * strideC).fill(7);
      blas!.product({ rows, inner, columns, strideA, strideC }, { a, b, c, add })();
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = add ? 7 : 0;
          for (let k = 0; k < inner; k++) sum += a[i * strideA + k]! * b[k * columns + j]!;
          assert.ok(Math.abs(c[i * strideC + j]! - sum) < 1e-13);
        }
        assert.is(c[i * strideC + columns], 7);
      }
    }
    const sizes = { rows, inner, columns, strideA, strideC };
    throws(() => blas!.product(sizes, { a: a.subarray(1), b, c: a, add: false }), ShapeError, /^/);
  },
);

test("libraries are taken by absolute paths alone, never from the folder that monge was started in", () => {
  const at = (platform: string, env: Readonly<Record<string, string>>, files: readonly string[], asked = "") =>
    blasPaths(asked, {
      platform,
      arch: "x64",
      env,
      listed: ["# a list", "/opt/listed", "relative"],
      isThere: (path) => files.includes(path),
    });
  const planted = [
    "libopenblas.so.0",
    "./libopenblas.so.0",
    "relative/libopenblas.so.0",
    "libopenblas.dll",
    ".\\libopenblas.dll",
    "bin\\libopenblas.dll",
  ];
  // Empty and relative parts of lists stand for the current folder.
  for (const list of ["", ":", "/opt/mine:", ":/opt/mine", ".:/opt/mine", "relative"])
    assert.equal(at("linux", { LD_LIBRARY_PATH: list }, planted), [], list);
  for (const list of ["", ";", ".;C:\\mine", "bin;", "C:bin", "\\bin"])
    assert.equal(at("win32", { PATH: list }, planted), [], list);
  const usual = "/usr/lib/x86_64-linux-gnu/libopenblas.so.0";
  assert.equal(
    at("linux", { LD_LIBRARY_PATH: ":/opt/mine" }, [
      ...planted,
      usual,
      "/opt/mine/libopenblas.so.0",
      "/opt/listed/libmkl_rt.so.2",
    ]),
    [...["/opt/mine/libopenblas.so.0", usual, "/opt/listed/libmkl_rt.so.2"]],
  );
  const env = { Path: "C:\\tools;D:/more", CONDA_PREFIX: "C:\\conda" };
  const found = ["C:\\conda\\Library\\bin\\mkl_rt.2.dll", "D:\\more\\libopenblas.dll"];
  assert.equal(at("win32", env, [...planted, ...found]), found.toReversed());
  assert.equal(at("darwin", {}, []), ["/System/Library/Frameworks/Accelerate.framework/Accelerate"]);
  assert.equal(at("freebsd", {}, planted), []);
  // What is named is taken as it is, or looked for, but not from here.
  assert.equal(at("linux", {}, [], "none"), []);
  assert.equal(at("linux", {}, [], "/opt/blas.so"), ["/opt/blas.so"]);
  assert.equal(at("win32", {}, [], "C:\\blas.dll"), ["C:\\blas.dll"]);
  assert.equal(at("linux", {}, ["/usr/lib/libmine.so", "libmine.so"], "libmine.so"), ["/usr/lib/libmine.so"]);
  for (const asked of ["./libmine.so", "here/libmine.so", "..\\blas.dll", "C:blas.dll"])
    assert.equal(at("win32", {}, [asked], asked), [], asked);
});

test("MONGE_BLAS=none turns it off, and a path that leads nowhere is none", () => {
  const before = process.env["MONGE_BLAS"];
  try {
    process.env["MONGE_BLAS"] = "none";
    assert.is(systemBlas(), undefined);
    process.env["MONGE_BLAS"] = "/nowhere/libblas.so";
    assert.is(systemBlas(), undefined);
  } finally {
    if (before === undefined) delete process.env["MONGE_BLAS"];
    else process.env["MONGE_BLAS"] = before;
  }
});

test.run();
