import fc from "fast-check";
import { DomainError, rng, ShapeError } from "../../engine/index.ts";
import { normalCdf } from "../../engine/numerics/index.ts";
import { Field } from "../../io/index.ts";
import { crps } from "../../verification/index.ts";
import { crpsField } from "../../verification/scores/index.ts";
import { assert, close, test, throws } from "../harness.ts";
import { crpsExponential, crpsGamma, crpsLogNormal, crpsNormal } from "./crps-distributions.ts";

test("closed-form CRPS agrees with published values to their seventh digit", () => {
  const vectors: [number, number, string][] = [
    [crpsNormal(0, 0, 1), 0.233695, "N(0,1) at 0"],
    [crpsNormal(1, 0, 1), 0.6024414, "N(0,1) at 1"],
    [crpsNormal(5, 2, 3), 1.8073241, "N(2,3) at 5"],
    [crpsExponential(1, 1), 0.2357589, "Exp(1) at 1"],
    [crpsLogNormal(1, 0, 1), 0.2674055, "LogN(0,1) at 1"],
    [crpsLogNormal(20, 1, 0.8), 14.7382016, "LogN(1,0.8) at 20"],
    [crpsGamma(10, 0.6, 0.125), 4.3281015, "Gamma(0.6,0.125) at 10"],
    [crpsGamma(4, 2, 0.5), 0.6653645, "Gamma(2,0.5) at 4"],
  ];
  for (const [actual, expected, what] of vectors) close(actual, expected, 6e-8, what);
});

/** ∫ (F − 1[y ≤ x])² dx by the trapezoid rule on both sides of y, where the integrand is smooth. */
function byQuadrature(cdf: (x: number) => number, y: number, low: number, high: number): number {
  const side = (a: number, b: number, jump: number) => {
    const n = 200_000;
    const step = (b - a) / n;
    let sum = 0;
    for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 0.5 : 1) * (cdf(a + i * step) - jump) ** 2;
    return sum * step;
  };
  return side(low, y, 0) + side(y, high, 1);
}

test("closed-form CRPS is the integral of its definition", () => {
  const expCdf = (x: number) => (x > 0 ? 1 - Math.exp(-0.7 * x) : 0);
  close(crpsExponential(2.3, 0.7), byQuadrature(expCdf, 2.3, 0, 60), 1e-7, "exponential");
  close(crpsExponential(-1.5, 0.7), 1.5 + byQuadrature(expCdf, 0, 0, 60), 1e-7, "exponential, y < 0");
  const normal = (x: number) => normalCdf((x - 2) / 3);
  close(crpsNormal(5, 2, 3), byQuadrature(normal, 5, -40, 40), 1e-7, "normal");
  const logNormal = (x: number) => (x > 0 ? normalCdf((Math.log(x) - 0.3) / 0.5) : 0);
  close(crpsLogNormal(2, 0.3, 0.5), byQuadrature(logNormal, 2, 0, 60), 1e-7, "lognormal");
  close(crpsLogNormal(-1, 0.3, 0.5), 1 + byQuadrature(logNormal, 0, 0, 60), 1e-7, "lognormal, y < 0");
});

test("ensemble CRPS has the published values, ties and missing members included", () => {
  const both: [number[], number, number, number][] = [
    [[0, 4, 3, 7], 2, 1.125, 0.666667],
    [[1, -1, 2, 4], 3, 1, 0.666667],
    [[0, 1, 4], 1, 0.444444, 0],
  ];
  for (const [members, y, ecdf, fair] of both) {
    close(crps(members, y, { variant: "ecdf" }), ecdf, 5e-7, "ecdf");
    close(crps(members, y), fair, 5e-7, "fair");
  }
  close(crps([0, 0, 0, 1, 2], 0, { variant: "ecdf" }), 0.2, 1e-15, "an observation that ties three members");
  close(crps([1, 3, Number.NaN], 2), 0, 1e-15, "two members present of three");
});

test("ensemble CRPS is E|X − y| − ½E|X − X′| over all pairs, for any ensemble with ties", () => {
  const value = fc.integer({ min: 0, max: 6 }).map((k) => k / 4);
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 9 }), value, (x, y) => {
      const m = x.length;
      const first = x.reduce((s, a) => s + Math.abs(a - y), 0) / m;
      const pairs = x.reduce((s, a) => s + x.reduce((t, b) => t + Math.abs(a - b), 0), 0);
      close(crps(x, y, { variant: "ecdf" }), first - pairs / (2 * m * m), 1e-14, "ecdf");
      close(crps(x, y), first - pairs / (2 * m * (m - 1)), 1e-14, "fair");
      // The threshold-weighted score over all thresholds' layers adds up: below and above r make the whole.
      const cut = x.map((a) => Math.min(a, 0.75));
      const parts = crps(x, y, { above: 0.75 }) + crps(cut, Math.min(y, 0.75));
      close(parts, crps(x, y), 1e-14, "threshold-weighted");
    }),
  );
});

test("a perfect normal ensemble of M members scores 1/√π fair and (1 + 1/M)/√π by its ecdf", () => {
  const [cases, members] = [60_000, 5];
  const random = rng(11);
  const ensemble = { values: random.normal(cases * members), shape: [cases, members] };
  const truth = { values: random.normal(cases), shape: [cases] };
  const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length;
  // Standard deviation of one score is below 0.6: four standard errors are 0.01.
  close(mean(crpsField(ensemble, truth)), 0.5641896, 0.01, "fair");
  close(mean(crpsField(ensemble, truth, { variant: "ecdf" })), 0.5641896 * 1.2, 0.01, "ecdf");
});

test("crpsField reads members across the second axis", () => {
  const ensemble = { values: Float32Array.of(0, 1, 4, 3, 3, 5, 7, 8), shape: [1, 4, 2] };
  const truth = { values: Float32Array.of(2, 3), shape: [1, 2] };
  const [a, b] = crpsField(ensemble, truth, { variant: "ecdf" });
  close(a!, crps([0, 4, 3, 7], 2, { variant: "ecdf" }), 1e-14);
  close(b!, crps([1, 3, 5, 8], 3, { variant: "ecdf" }), 1e-14);
});

test("bad input is refused by name", () => {
  const expect = (run: () => unknown, type: new (...args: never[]) => Error, part: RegExp) => throws(run, type, part);
  expect(() => crps([1], 2), DomainError, /needs at least 2/);
  expect(() => crps([Number.NaN, 1], 2), DomainError, /1 member\(s\) present/);
  expect(() => crps([1, 2], Number.NaN), DomainError, /observation is NaN/);
  expect(() => crps([1, Infinity], 0), DomainError, /must be finite/);
  expect(() => crpsNormal(0, 0, 0), DomainError, /deviation is 0/);
  const truth = { values: new Float32Array(4), shape: [1, 2, 2] };
  expect(() => crpsField({ values: new Float32Array(8), shape: [1, 2, 1, 4] }, truth), ShapeError, /truth/);
  expect(() => crpsField({ values: new Float32Array(7), shape: [1, 2, 2, 2] }, truth), ShapeError, /values/);
});

test("the score of fields is that of each cell, whatever the order of dimensions, and missing where the truth is", () => {
  const values = Float64Array.from({ length: 24 }, (_, i) => Math.sin(7 * i));
  const members = new Field({ name: "pr", dims: ["time", "realization", "x"], shape: [2, 4, 3], values });
  const truth = new Field({
    name: "pr",
    dims: ["x", "time"],
    shape: [3, 2],
    values: Float64Array.of(0, 1, 2, 0.5, NaN, 3),
  });
  const scored = crps(members, truth);
  assert.equal([scored.dims, scored.name], [["x", "time"], "crps"]);
  for (let x = 0; x < 3; x++)
    for (let t = 0; t < 2; t++) {
      const own = [0, 1, 2, 3].map((m) => values[(4 * t + m) * 3 + x]!);
      const y = truth.values[2 * x + t]!;
      assert.equal(scored.values[2 * x + t], Number.isNaN(y) ? y : crps(own, y));
    }
  throws(() => crps(members, truth.isel({ x: [0, 2] })), ShapeError, /realization and x: 2, time: 2.*`verify`/);
  throws(() => crps(truth, truth), ShapeError, /a dimension of members/);
});

test.run();
