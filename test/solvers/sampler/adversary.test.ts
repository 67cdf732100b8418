/** The exact adversary: eigenfunctions, an obstacle problem solved by hand, optimality, certificates, recorded masses. */

import { rng } from "../../../engine/index.ts";
import { cosineTransform, fastCosineTransform } from "../../../engine/numerics/index.ts";
import { adversarial, type Sampler, sobol } from "../../../solvers/index.ts";
import { type ObstacleProblem, obstacleMaximum, start } from "../../../solvers/sampler/index.ts";
import { dualSobolevNorm } from "../../../wasserstein/index.ts";
import { box, context, residualOf } from "../../equations/domain/solver-domains.ts";
import { assert, test } from "../../harness.ts";

const defaults = { floor: 0.2, kappa: 0.05, tolerance: 1e-9, maxIterations: 5000 };

/** f at the cell centres of the box [low, low + n h]. */
function sample(shape: readonly number[], spacing: readonly number[], low: number, f: (x: number[]) => number) {
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => {
    let rest = at;
    const x = new Array<number>(shape.length);
    for (let k = shape.length - 1; k >= 0; k--) {
      x[k] = low + ((rest % shape[k]!) + 0.5) * spacing[k]!;
      rest = Math.floor(rest / shape[k]!);
    }
    return f(x);
  });
}

/** ∫ f p − β∫|∇p|² by differences, straight from its definition. */
function objective(
  f: Float64Array,
  p: Float64Array,
  beta: number,
  shape: readonly number[],
  spacing: readonly number[],
) {
  const cell = spacing.reduce((a, b) => a * b, 1);
  let sum = 0;
  let stride = p.length;
  for (let at = 0; at < p.length; at++) sum += f[at]! * p[at]! * cell;
  for (const [axis, n] of shape.entries()) {
    stride /= n;
    for (let at = 0; at < p.length; at++) {
      if (Math.floor(at / stride) % n === n - 1) continue;
      sum -= beta * ((p[at + stride]! - p[at]!) / spacing[axis]!) ** 2 * cell;
    }
  }
  return sum;
}

/** |r| of u = 0 for exp(−1000|x − a|²), one peak at (½, ½) or a second one at (−½, −½): problems A1 and A2 of AAS. */
function peaks(two: boolean): (x: ArrayLike<number>) => number {
  const peak = (x: number, y: number, a: number) => {
    const [dx, dy] = [x - a, y - a];
    const square = dx * dx + dy * dy;
    const u = Math.exp(-1000 * square);
    return { u, slope: -2000 * u * (2 * x * dx + 2 * y * dy), laplacian: (4e6 * square - 4000) * u };
  };
  return (point) => {
    const [x, y] = [point[0]!, point[1]!];
    const a = peak(x, y, 0.5);
    if (!two) return Math.abs(a.laplacian);
    const b = peak(x, y, -0.5);
    // −∇·(u∇v) + Δu with v = x² + y².
    return Math.abs(-(a.slope + b.slope) - 4 * (a.u + b.u) + a.laplacian + b.laplacian);
  };
}

/** A fixed rough f ≥ 0 with several scales. */
function rough(shape: readonly number[], seed = 1) {
  const noise = rng(seed).uniform(shape.reduce((a, b) => a * b, 1));
  return sample(
    shape,
    shape.map((n) => 1 / n),
    0,
    (x) => {
      const bump = Math.exp(-60 * x.reduce((sum, value) => sum + (value - 0.3) ** 2, 0));
      return (bump + 0.2 * Math.sin(7 * x[0]!)) ** 2;
    },
  ).map((value, i) => value + 0.05 * noise[i]!);
}

test("the fast cosine transform is the cosine transform, on any axes, and its inverse inverts", () => {
  for (const shape of [[2], [512], [128, 128], [1, 8], [64, 2], [8, 1, 16], [16, 4, 8], [12, 8]]) {
    const values = rng(4).normal(shape.reduce((a, b) => a * b, 1));
    const [exact, fast, work] = [values.slice(), values.slice(), values.slice()];
    cosineTransform(exact, shape);
    fastCosineTransform(fast, shape, work);
    const largest = Math.max(...exact.map(Math.abs));
    for (let i = 0; i < values.length; i++) assert.ok(Math.abs(fast[i]! - exact[i]!) < 1e-13 * largest, `[${shape}]`);
    fastCosineTransform(fast, shape, work, true);
    for (let i = 0; i < values.length; i++) assert.ok(Math.abs(fast[i]! - values[i]!) < 1e-12, `inverse [${shape}]`);
  }
});

test("eigenfunctions on the unit cube, d = 1, 2, 3: p* = 1 + Π cos/(2βπ²|k|²) and its value", () => {
  for (const [k, n] of [
    [[3], 256],
    [[2, 1], 64],
    [[2, 0, 1], 32],
    [[1, 1, 1], 32],
  ] as const) {
    const shape = k.map(() => n);
    const spacing = k.map(() => 1 / n);
    const mode = sample(shape, spacing, 0, (x) =>
      x.reduce<number>((product, value, i) => product * Math.cos(Math.PI * k[i]! * value), 1),
    );
    const values = mode.map((value) => 1 + value);
    const square = Math.PI ** 2 * k.reduce<number>((sum, one) => sum + one * one, 0);
    const order = ((Math.PI * 3) / n) ** 2 / 8; // relative error of the second-order symbol
    for (const share of [1, 2]) {
      const result = obstacleMaximum({ values, shape, spacing, ...defaults, kappa: share });
      const beta = share / (2 * 0.8 * square); // min p* = ε exactly where κ = 1
      assert.ok(Math.abs(result.beta / beta - 1) < order + (Math.PI * 3) ** 2 / 8 / n ** 2, `β ${result.beta} ${beta}`);
      const m = k.filter((one) => one > 0).length;
      const value = 1 + 2 ** -m / (4 * result.beta * square);
      assert.ok(Math.abs(result.value - value) < order, `${result.value} ${value}`);
      for (let i = 0; i < values.length; i++) {
        assert.ok(Math.abs(result.density[i]! - 1 - mode[i]! / (2 * result.beta * square)) < order);
      }
    }
  }
});

test("an obstacle problem solved by hand: f = 1 + cos πx, the free part [0, a] ends in a smooth contact", () => {
  const [n, floor] = [512, 0.2];
  const spacing = [1 / n];
  const values = sample([n], spacing, 0, ([x]) => 1 + Math.cos(Math.PI * x!));
  for (const a of [0.3, 0.5, 0.8]) {
    // p = ε + ½β⁻¹∫ₓᵃ (sin πs/π − c s) ds with c = sin(πa)/(πa), so that p' = 0 at a; mass 1 gives β.
    const c = Math.sin(Math.PI * a) / (Math.PI * a);
    const moment = (Math.sin(Math.PI * a) - Math.PI * a * Math.cos(Math.PI * a)) / Math.PI ** 3 - (c * a ** 3) / 3;
    const beta = moment / (2 * (1 - floor));
    const exact = ([x]: number[]) => {
      const y = Math.min(x!, a);
      const first = (Math.cos(Math.PI * y) - Math.cos(Math.PI * a)) / Math.PI ** 2;
      return floor + (first - (c * (a * a - y * y)) / 2) / (2 * beta);
    };
    const result = obstacleMaximum({ values, shape: [n], spacing, ...defaults, tolerance: 1e-8, beta });
    assert.ok(result.converged);
    const p = sample([n], spacing, 0, exact);
    for (let i = 0; i < n; i++)
      assert.ok(Math.abs(result.density[i]! - p[i]!) < 1e-3, `${i}: ${result.density[i]} ${p[i]}`);
    const value = objective(values, p, beta, [n], spacing);
    assert.ok(Math.abs(result.value - value) < 2e-5, `${result.value} ${value}`);
    const contact = result.multiplier.findIndex((m) => m > 1e-4) / n;
    assert.ok(Math.abs(contact - a) < 0.02, `contact at ${contact}, expected ${a}`);
  }
});

test("the optimality conditions hold: p ≥ ε/|Ω|, mass 1, λ ≥ 0, λ(p − ε/|Ω|) = 0, −2βΔp = f + λ − mean", () => {
  for (const [shape, sides] of [
    [[200], [3]],
    [
      [32, 32],
      [2, 2],
    ],
    [
      [24, 10],
      [1, 2],
    ],
    [
      [12, 10, 8],
      [1, 1, 1],
    ],
  ] as const) {
    const spacing = shape.map((n, k) => sides[k]! / n);
    const volume = sides.reduce<number>((a, b) => a * b, 1);
    const cell = volume / shape.reduce<number>((a, b) => a * b, 1);
    const values = rough(shape);
    for (const kappa of [0.3, 0.03]) {
      const result = obstacleMaximum({ values, shape, spacing, ...defaults, kappa });
      const { density: p, multiplier, beta } = result;
      assert.ok(result.converged && result.gap <= 1e-9, `${result.iterations} iterations`);
      assert.ok(p.every((value) => value >= (0.2 / volume) * (1 - 1e-14)));
      assert.ok(Math.abs(p.reduce((sum, value) => sum + value * cell, 0) - 1) < 1e-12);
      assert.ok(multiplier.every((m) => m >= 0));
      const gain = result.bound - values.reduce((sum, f) => sum + f, 0) / values.length;
      const slack = p.reduce((sum, value, i) => sum + multiplier[i]! * (value - 0.2 / volume) * cell, 0);
      assert.ok(slack < 1e-6 * gain, `complementarity ${slack}`);
      // With λ as part of the load, p is the unconstrained maximiser.
      const load = values.map((f, i) => f + multiplier[i]!);
      const free = dualSobolevNorm({ values: load, shape }, { spacing, beta }).optimalDensity;
      const worst = Math.max(...p.map((value, i) => Math.abs(value - free[i]!)));
      assert.ok(worst < 1e-3 * Math.max(...p), `stationarity ${worst}`);
      const direct = objective(values, p, beta, shape, spacing);
      assert.ok(Math.abs(direct - result.value) < 1e-12 * Math.abs(direct), "value is the objective");
    }
  }
});

test("no feasible density has a larger value, whatever the perturbation", () => {
  const shape = [24, 24];
  const spacing = [1 / 24, 1 / 24];
  const values = rough(shape);
  const { density, value, bound, beta } = obstacleMaximum({ values, shape, spacing, ...defaults });
  const stream = rng(3);
  for (let trial = 0; trial < 300; trial++) {
    const step = 10 ** -(trial % 5);
    const other =
      trial % 2 === 0
        ? density.map((p) => p * Math.exp(step * stream.normal()))
        : density.map((_, i) => density[(i * 7 + trial) % 576]!);
    const mixed = density.map((p, i) => (1 - step) * p + step * other[i]!);
    const above = mixed.map((p) => Math.max(0, p - 0.2));
    const mass = above.reduce((sum, p) => sum + p / 576, 0);
    const feasible = above.map((p) => 0.2 + (p * 0.8) / mass);
    assert.ok(objective(values, feasible, beta, shape, spacing) <= bound + 1e-14);
  }
  assert.ok(value <= bound);
});

test("the certificate is true: at any tolerance the maximum lies between value and bound", () => {
  const shape = [32, 32];
  const spacing = [1 / 32, 1 / 32];
  const values = rough(shape);
  for (const kappa of [0.3, 0.01]) {
    const problem: ObstacleProblem = { values, shape, spacing, ...defaults, kappa };
    const tight = obstacleMaximum(problem);
    const signed = dualSobolevNorm({ values, shape }, { spacing, beta: tight.beta });
    assert.not.ok(signed.positive, "the obstacle is at work");
    assert.ok(tight.bound < signed.maximum, "densities do less than functions of both signs");
    for (const maxIterations of [1, 5, 20, 60]) {
      const loose = obstacleMaximum({ ...problem, maxIterations });
      assert.ok(loose.value <= tight.bound && loose.bound >= tight.value, `${maxIterations}`);
      assert.ok(loose.value >= objective(values, new Float64Array(1024).fill(1), 0, shape, spacing) - loose.gap);
    }
  }
});

test("κ → 1 is the closed form, and above 1 the floor is not reached", () => {
  const shape = [32, 20];
  const spacing = [0.1, 0.1];
  const values = rough(shape);
  const closed = dualSobolevNorm({ values, shape }, { spacing, floor: 0.2 });
  for (const kappa of [1, 1 - 1e-9]) {
    const result = obstacleMaximum({ values, shape, spacing, ...defaults, kappa });
    const worst = Math.max(...result.density.map((p, i) => Math.abs(p - closed.optimalDensity[i]!)));
    assert.ok(worst < 1e-4 * Math.max(...closed.optimalDensity), `${kappa}: ${worst}`);
    assert.ok(Math.abs(result.value / closed.maximum - 1) < 1e-8);
  }
  const flat = obstacleMaximum({ values, shape, spacing, ...defaults, kappa: 4 });
  assert.ok(Math.min(...flat.density) > (0.2 / 6.4) * 2);
});

test("envelope: the derivative of the maximum in θ, β fixed, is ∫ ∂f/∂θ p with p frozen", () => {
  const shape = [32, 32];
  const spacing = [1 / 16, 1 / 16];
  const r = (theta: number) =>
    sample(
      shape,
      spacing,
      -1,
      ([x, y]) => Math.exp(-8 * ((x! - theta) ** 2 + y! * y!)) + 0.3 * Math.sin(3 * y! + theta),
    );
  const squares = (theta: number) => r(theta).map((value) => value * value);
  const theta = 0.2;
  const problem = { shape, spacing, ...defaults, tolerance: 1e-11, kappa: 0.05 };
  const { beta, density } = obstacleMaximum({ ...problem, values: squares(theta) });
  const at = (t: number) => obstacleMaximum({ ...problem, values: squares(t), beta }).value;
  const h = 1e-4;
  const difference = (at(theta + h) - at(theta - h)) / (2 * h);
  const [up, down] = [squares(theta + h), squares(theta - h)];
  const frozen = density.reduce((sum, p, i) => sum + (p * (up[i]! - down[i]!)) / (2 * h) / 256, 0);
  assert.ok(Math.abs(difference - frozen) < 1e-5 * Math.abs(frozen), `${difference} ${frozen}`);
  const plain = up.reduce((sum, value, i) => sum + (value - down[i]!) / (2 * h) / 1024, 0);
  assert.ok(Math.abs(plain - frozen) > 0.1 * Math.abs(frozen), "the uniform density has another derivative");
});

test("mass in the 3σ discs of one and two peaks from u = 0, ε = 0.2, as an independent program measured it", () => {
  const shape = [128, 128];
  const spacing = [1 / 64, 1 / 64];
  // κ, then per cent for one peak and for two.
  const table = [
    [1, 1.1, 1.9],
    [0.3, 2.4, 4.3],
    [0.1, 5.3, 10],
    [0.01, 28, 45],
  ] as const;
  for (const two of [false, true]) {
    const values = sample(shape, spacing, -1, peaks(two)).map((r) => r * r);
    const inDisc = sample(shape, spacing, -1, ([x, y]) =>
      Number(
        Math.hypot(x! - 0.5, y! - 0.5) <= 3 / Math.sqrt(2000) ||
          (two && Math.hypot(x! + 0.5, y! + 0.5) <= 3 / Math.sqrt(2000)),
      ),
    );
    for (const [kappa, one, both] of table) {
      const { density, converged } = obstacleMaximum({ values, shape, spacing, ...defaults, tolerance: 1e-5, kappa });
      const mass = (100 / 4096) * density.reduce((sum, p, i) => sum + p * inDisc[i]!, 0);
      const expected = two ? both : one;
      // Recorded to two digits.
      assert.ok(
        converged && Math.abs(mass - expected) < 0.03 * expected + 0.05,
        `κ ${kappa}: ${mass} %, recorded ${expected}`,
      );
    }
  }
});

test("trap (e): with β fixed a residual 1e-5 times smaller sees almost uniform points, with κ fixed the same ones", () => {
  const shape = [32, 32];
  const spacing = [1 / 32, 1 / 32];
  const values = rough(shape);
  const problem = { shape, spacing, ...defaults, tolerance: 1e-6 };
  const [one, small] = [values, values.map((f) => f * 2 ** -33)];
  const { beta, density } = obstacleMaximum({ ...problem, values: one });
  const fixed = obstacleMaximum({ ...problem, values: small, beta });
  assert.ok(fixed.density.every((p) => Math.abs(p - 1) < 1e-6));
  const followed = obstacleMaximum({ ...problem, values: small });
  assert.equal(followed.density, density);
  assert.is(followed.beta, beta * 2 ** -33);
});

test("a constant f gives the uniform density and β = 0", () => {
  for (const level of [0, 3]) {
    const values = new Float64Array(60).fill(level);
    const result = obstacleMaximum({ values, shape: [6, 10], spacing: [0.5, 0.2], ...defaults });
    assert.ok(result.density.every((p) => Math.abs(p * 6 - 1) < 1e-12));
    assert.is(result.beta, 0);
    assert.is(result.gap, 0);
    assert.ok(Math.abs(result.value - level) < 1e-12);
  }
});

test("the sampler concentrates more the smaller κ is, reports what it did, and starts warm", async () => {
  const square = box([-1, 1], [-1, 1]);
  const residual = residualOf(2, peaks(false));
  let last = 0;
  for (const kappa of [1, 0.1, 0.01]) {
    const active = start(adversarial({ regularizer: "wasserstein", kappa, jitter: false, tolerance: 1e-4 }), square);
    const set = await active.draw(context(square, residual, { count: 2000 }));
    const cold = active.report();
    let near = 0;
    for (let i = 0; i < 2000; i++)
      near += Number(Math.hypot(set.points[2 * i]! - 0.5, set.points[2 * i + 1]! - 0.5) < 0.067);
    assert.ok(near > last, `κ ${kappa}: ${near}`);
    last = near;
    await active.draw(context(square, residual, { count: 2000, round: 1 }));
    const { gap, converged, value, bound, iterations, beta, topMass, effectiveShare } = active.report();
    assert.ok(gap! <= 1e-4 && converged === 1 && value! <= bound! && beta! > 0);
    assert.ok(iterations === 0 || iterations! < cold.iterations!, `${iterations} of ${cold.iterations}`);
    assert.ok(topMass! > 0.01 && topMass! <= 1 && effectiveShare! > 0.2 && effectiveShare! <= 1);
  }
  assert.ok(last > 350, `${last} of 2000 points on 0.35 % of the square`); // 0.7 · 28 % and the uniform share
});

test("2000 points of the adversary measure the mean of r² of one peak, 1000π, ten times as well as Sobol points", async () => {
  const square = box([-1, 1], [-1, 1]);
  const residual = residualOf(2, peaks(false));
  const spread = async (sampler: Sampler) => {
    const values: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const { points, weights } = await start(sampler, square).draw(context(square, residual, { count: 2000, seed }));
      values.push((await residual(points)).reduce((sum, r, i) => sum + weights[i]! * r * r, 0) / (1000 * Math.PI));
    }
    const mean = values.reduce((a, b) => a + b, 0) / 12;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 11);
    assert.ok(Math.abs(mean - 1) < (4.5 * deviation) / Math.sqrt(12), `${sampler.kind}: ${mean} ± ${deviation}`);
    return deviation;
  };
  const even = await spread(sobol());
  for (const sampler of [adversarial(), adversarial({ regularizer: "wasserstein" })]) {
    const deviation = await spread(sampler);
    assert.ok(deviation < even / 10, `${sampler.kind}: ${deviation} against ${even}`);
  }
});

test("anisotropic cells and long domains converge", () => {
  const shape = [512, 64];
  const spacing = [2 / 512, 1 / 64];
  const layer = sample(shape, spacing, -1, ([x, t]) => 1 / (1 + ((x! + 0.004) * 300 * t!) ** 2) + 0.01);
  const result = obstacleMaximum({ values: layer, shape, spacing, ...defaults, kappa: 0.003, tolerance: 1e-2 });
  assert.ok(result.converged && result.iterations <= 300, `${result.iterations} iterations, gap ${result.gap}`);
});

test.run();
