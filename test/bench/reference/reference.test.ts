// Inside: the measure of errors.
import { type ReferenceName, referenceNames, referenceProblem } from "../../../bench/reference/catalogue.ts";
import { offCentre } from "../../../bench/reference/elliptic-problems.ts";
import { inverseBurgers } from "../../../bench/reference/evolution-problems.ts";
import { lShapeSingular } from "../../../bench/reference/exact-solutions.ts";
import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { normalMass } from "../../../engine/numerics/normal-mass.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import { pde } from "../../../solvers/index.ts";
import { relativeL2 } from "../../../solvers/solution/evaluation.ts";
import { assert, test, throws } from "../../harness.ts";

const slow: readonly ReferenceName[] = ["allen-cahn"]; // its reference has its own tests
const problems = referenceNames.map((name) => referenceProblem(name));

test("every reference problem is a valid problem, its JSON included, and its exact solution solves it", () => {
  for (const { name, spec } of problems) {
    const problem = pde(JSON.parse(JSON.stringify(spec))); // pde puts exact solutions into equations and conditions
    assert.is(problem.name, name);
    assert.equal(problem.equations, pde(spec).equations);
  }
});

test("the formula in the text and the independent reference agree at scattered points", () => {
  let compared = 0;
  for (const { name, spec, reference } of problems) {
    const problem = pde(spec);
    if (!problem.exact || !reference) continue;
    compared++;
    const points = domainOf(problem.domain).interior(500, rng(1));
    const values = reference(points);
    for (const [k, exact] of problem.exact.entries()) {
      const formula = evaluateAt(exact, points, problem.axes.length, problem.constants);
      for (const [i, v] of formula.entries()) {
        const expected = values[i * problem.unknowns.length + k]!;
        // Rounding: phases up to 80 in convection and exponents up to 60 in KdV cost two digits.
        assert.ok(Math.abs(v - expected) < 1e-13, `${name}: ${v} against ${expected}`);
      }
    }
  }
  assert.is(compared, 16); // all but Burgers (twice), Allen–Cahn and the cavity
});

test("conditions of problems without a formula hold for their references", () => {
  const burgers = referenceProblem("burgers");
  const ends = burgers.reference!(Float64Array.of(-1, 0.3, 1, 0.9, 0.5, 0));
  assert.ok(Math.abs(ends[0]!) < 1e-14 && Math.abs(ends[1]!) < 1e-14 && Math.abs(ends[2]! + 1) < 1e-15);
});

test("test sets lie in the domain, hold the reference and repeat by seed", () => {
  for (const { name, spec, reference, testSet } of problems) {
    if (slow.includes(name as ReferenceName)) continue;
    const { axes, domain, unknowns } = pde(spec);
    const set = testSet(rng(2));
    const n = set.points.length / axes.length;
    assert.is(set.values.length, n * unknowns.length, name);
    assert.is(set.unknowns ?? 1, unknowns.length, name);
    assert.ok(
      domainOf(domain)
        .contains(set.points)
        .every((v) => v === 1),
      name,
    );
    assert.ok(set.values.every(Number.isFinite), name);
    assert.equal(testSet(rng(2)).points, set.points, name);
    const some = set.points.subarray(0, 50 * axes.length);
    if (reference) assert.equal(reference(some), set.values.slice(0, 50 * unknowns.length), name);
    assert.is(relativeL2(set, set.values), 0);
  }
});

test("the mixture of the ten-dimensional Gaussians integrates u² and 1 to 0.1 %", () => {
  const names: readonly ReferenceName[] = ["gaussian-10d", "gaussian-10d-off-centre"];
  for (const name of names) {
    const center = name === "gaussian-10d" ? Array<number>(10).fill(0) : offCentre;
    // ∫u² = (π/20)^5 times the mass of N(c, I/40) in the box.
    const inBox = center.reduce((p, c) => p * normalMass((-1 - c) * Math.sqrt(40), (1 - c) * Math.sqrt(40)), 1);
    for (const seed of [1, 2, 3]) {
      const { values, weights } = referenceProblem(name).testSet(rng(seed));
      const squares = values.reduce((sum, u, i) => sum + weights![i]! * u * u, 0);
      assert.ok(Math.abs(squares / (inBox * (Math.PI / 20) ** 5) - 1) < 1e-3, `${name}: ${squares}`);
      const volume = weights!.reduce((a, b) => a + b, 0);
      // The constant is seen by a third of the points, 20 000 of them: 0.6 % by chance, less by Sobol.
      assert.ok(Math.abs(volume / 1024 - 1) < 1e-2, `${name}: ${volume}`);
      if (name === "gaussian-10d") assert.ok(Math.abs(squares / (Math.PI / 20) ** 5 - 1) < 1e-3);
    }
  }
});

test("the singular solution of the L-shape is harmonic: five-point differences vanish at second order", () => {
  const domain = domainOf(pde(referenceProblem("l-shape").spec).domain);
  const points = domain.interior(300, rng(3));
  const depth = domain.signedDistance(points);
  const residual = (h: number) => {
    let worst = 0;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i]!, points[i + 1]!];
      if (Math.hypot(x, y) < 0.2 || depth[i / 2]! > -0.01) continue;
      const f = lShapeSingular;
      worst = Math.max(
        worst,
        Math.abs((f(x + h, y) + f(x - h, y) + f(x, y + h) + f(x, y - h) - 4 * f(x, y)) / (h * h)),
      );
    }
    return worst;
  };
  const [coarse, fine] = [residual(8e-3), residual(4e-3)];
  assert.ok(coarse / fine > 3.6 && coarse / fine < 4.4, `${coarse}, ${fine}`);
  assert.ok(Math.abs(lShapeSingular(0.7, 0)) < 1e-15 && Math.abs(lShapeSingular(0, -0.7)) < 1e-15);
});

test("the inverse problem's observations are the Cole–Hopf solution with noise of the stated size", () => {
  const { spec, reference } = inverseBurgers({ count: 2000, noise: 0.05, rng: rng(4) });
  const [observed] = pde(spec).observations;
  const truth = reference!(observed!.points);
  const errors = observed!.values.map((v, i) => v - truth[i]!);
  const variance = errors.reduce((sum, e) => sum + e * e, 0) / 2000;
  // χ² with 2000 degrees: 3.2 % standard deviation.
  assert.ok(Math.abs(variance / 0.0025 - 1) < 0.13, `${variance}`);
  assert.is(observed!.sigma, 0.05);
  assert.equal(inverseBurgers().spec, inverseBurgers().spec);
  assert.equal(pde(spec).trainable, { nu: 0.05 });
});

test("the relative error is weighted, over known values, of all unknowns or one", () => {
  const points = new Float64Array(4);
  const test = { points, values: Float64Array.of(3, 4), weights: Float64Array.of(1, 1) };
  assert.is(relativeL2(test, [3, 9]), 1);
  assert.is(relativeL2({ ...test, weights: Float64Array.of(1, 0) }, [6, 100]), 1);
  const pair = { points, values: Float64Array.of(1, 2, 1, 0), unknowns: 2, known: Uint8Array.of(1, 1, 1, 0) };
  assert.is(relativeL2(pair, [1, 2, 1, 99]), 0);
  assert.is(relativeL2(pair, [1, 3, 1, 99], 0), 0);
  assert.is(relativeL2(pair, [1, 3, 1, 99], 1), 0.5);
});

test("unknown names and broken predictions are refused", () => {
  throws(() => referenceProblem("peaks" as ReferenceName), OptionsError, /"peaks" is none of peak, two-peaks/);
  const one = { points: new Float64Array(2), values: Float64Array.of(1) };
  throws(() => relativeL2(one, [1, 2]), ShapeError, /relativeL2: prediction/);
  throws(() => relativeL2(one, [Number.NaN]), DomainError, /prediction 0 is NaN/);
  throws(() => relativeL2({ ...one, values: Float64Array.of(0) }, [1]), DomainError, /all zero/);
});

test.run();
