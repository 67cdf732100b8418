// Inside: samplers by themselves.
/** The exact adversaries against maximisers by brute force, on a few cells: each solves max ∫ p g − β D(p ‖ uniform). */
import { OptionsError, rng } from "../../../engine/index.ts";
import { type AdversarialOptions, adversarial } from "../../../solvers/index.ts";
import { chiSquareMaximiser, entropyMaximiser } from "../../../solvers/sampler/exact-adversary.ts";
import { recordedSampler, start } from "../../../solvers/sampler/index.ts";
import { obstacleMaximum } from "../../../solvers/sampler/obstacle.ts";
import { box, context, residualOf } from "../../equations/domain/solver-domains.ts";
import { assert, test } from "../../harness.ts";

const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

/** z of mean 1 under u. */
const normalised = (z: Float64Array, u: Float64Array) => {
  const mass = sum(z.map((v, i) => v * u[i]!));
  return z.map((v) => v / mass);
};

/** The nearest z ≥ floor, in Σ u (·)², with Σ u z = 1: a shift found by bisection. */
function projected(z: Float64Array, u: Float64Array, floor: number): Float64Array {
  const most = Math.max(...z.map(Math.abs)) + 1;
  let [low, high] = [-most, most];
  for (let i = 0; i < 60; i++) {
    const shift = (low + high) / 2;
    const mass = sum(z.map((v, k) => u[k]! * Math.max(floor, v + shift)));
    if (mass > 1) high = shift;
    else low = shift;
  }
  return z.map((v) => Math.max(floor, v + low));
}

/** Projected gradient ascent; `slope` is the derivative in z, divided by u. */
function ascended(
  u: Float64Array,
  floor: number,
  [step, steps]: readonly [number, number],
  slope: (z: Float64Array) => Float64Array,
): Float64Array {
  let z: Float64Array = new Float64Array(u.length).fill(1);
  for (let i = 0; i < steps; i++) {
    const g = slope(z);
    const moved = z.map((v, k) => v + step * g[k]!);
    z = projected(moved, u, floor);
  }
  return z;
}

const near = (a: Float64Array, b: Float64Array, tolerance: number, what: string) => {
  const worst = Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
  assert.ok(worst < tolerance * Math.max(...b), `${what}: ${worst}`);
};

/** A rough payoff, with zeros, on cells of unequal masses. */
const cells = (seed: number) => {
  const stream = rng(seed);
  const payoff = stream.uniform(9).map((v, i) => (i === 4 ? 0 : i === 6 ? 8 * v + 1 : v));
  const masses = stream.uniform(9).map((v) => v + 0.1);
  return { payoff, u: masses.map((m) => m / sum(masses)), masses };
};

for (const kappa of [0.05, 0.3, 0.9, 1, 3]) {
  test(`chi-square, κ = ${kappa}: the closed form is where projected gradient ascent on ∫ p g − β∫(p − 1)² ends`, () => {
    for (const seed of [1, 2, 3]) {
      const { payoff, u, masses } = cells(seed);
      const beta = (kappa * sum(payoff.map((g, i) => g * u[i]!))) / 2;
      const found = normalised(chiSquareMaximiser(payoff, masses, kappa), u);
      const brute = ascended(u, 0, [0.4 / beta, 40], (z) => payoff.map((g, i) => g - 2 * beta * (z[i]! - 1)));
      near(found, brute, 1e-9, `seed ${seed}`);
    }
  });
}

test("chi-square, κ = 1: the density is proportional to the payoff, and above 1 it is mixed with the uniform one", () => {
  const { payoff, u, masses } = cells(4);
  near(normalised(chiSquareMaximiser(payoff, masses, 1), u), normalised(payoff, u), 1e-15, "κ = 1");
  const mixed = normalised(payoff, u).map((z) => 0.75 + 0.25 * z);
  near(normalised(chiSquareMaximiser(payoff, masses, 4), u), mixed, 1e-14, "κ = 4");
});

test("entropy: no step of multiplicative ascent on ∫ p g − β∫ p ln p leaves the softmax, and from uniform it leads there", () => {
  for (const kappa of [0.1, 0.2, 1, 5]) {
    const { payoff, u } = cells(5);
    const beta = kappa * Math.max(...payoff);
    const found = normalised(entropyMaximiser(payoff, kappa), u);
    const value = (z: Float64Array) => sum(z.map((v, i) => u[i]! * (v * payoff[i]! - beta * v * Math.log(v))));
    let z = normalised(new Float64Array(9).fill(1), u);
    for (let i = 0; i < 400; i++) {
      z = normalised(
        z.map((v, k) => v * Math.exp((0.2 / beta) * (payoff[k]! - beta * Math.log(v)))),
        u,
      );
    }
    near(found, z, 1e-12, `κ ${kappa}`);
    const stream = rng(6);
    for (let trial = 0; trial < 100; trial++) {
      const other = normalised(
        found.map((v) => v * Math.exp(0.1 * stream.normal())),
        u,
      );
      assert.ok(value(other) < value(found), `κ ${kappa}: ${value(other)} above ${value(found)}`);
    }
  }
});

test("dual Sobolev norm: the obstacle problem's density is where projected gradient ascent on ∫ p g − β∫|∇p|² ends", () => {
  const [n, h, floor] = [9, 1 / 9, 0.2];
  const { payoff } = cells(7);
  const u = new Float64Array(n).fill(h);
  for (const kappa of [0.05, 0.5, 2]) {
    const exact = obstacleMaximum({
      ...{ values: payoff, shape: [n], spacing: [h], floor, kappa, tolerance: 1e-10, maxIterations: 5000 },
    });
    const bent = (z: Float64Array, i: number) => (i < 0 || i >= n - 1 ? 0 : (z[i + 1]! - z[i]!) / h ** 2);
    const brute = ascended(u, floor, [h ** 2 / (8 * exact.beta), 1500], (z) =>
      payoff.map((g, i) => g + 2 * exact.beta * (bent(z, i) - bent(z, i - 1))),
    );
    near(exact.density, brute, 1e-5, `κ ${kappa}`);
  }
});

test("sampler and maximiser are one: the density on cells is 30 % uniform and 70 % the maximiser", async () => {
  const interval = box([0, 2]);
  const residual = residualOf(1, ([x]) => Math.abs(Math.sin(3 * x!)) + 0.1);
  const centres = Float64Array.from({ length: 16 }, (_, i) => (i + 0.5) / 8);
  const g = await residual(centres);
  const masses = new Float64Array(16).fill(1);
  const each: readonly (readonly [AdversarialOptions, Float64Array])[] = [
    [{}, g],
    [{ payoff: "square" }, g.map((v) => v * v)],
    [{ kappa: 0.4 }, chiSquareMaximiser(g, masses, 0.4)],
    [{ regularizer: "entropy" }, entropyMaximiser(g, 0.12)],
  ];
  for (const [options, z] of each) {
    const active = start(adversarial({ ...options, shape: [16], jitter: false }), interval);
    await active.draw(context(interval, residual, { count: 1000 }));
    const mean = sum(z) / 16;
    const expected = z.map((v) => 0.3 / 2 + (0.7 * v) / mean / 2);
    near(Float64Array.from(await active.density(centres)), expected, 1e-13, JSON.stringify(options));
  }
});

test("the options of earlier versions are refused with what to give in their place, and their records are read", () => {
  const refused = (method: string, expected: RegExp) =>
    assert.throws(
      () => adversarial({ method } as AdversarialOptions),
      (e: unknown) => e instanceof OptionsError && e.option === "method" && expected.test(e.message),
    );
  refused("exact", /give regularizer: "wasserstein"$/);
  refused("flow", /form: "flow"$/);
  refused("paper", /flow: "krnet"$/);
  const cellular = { uniformFraction: 0.3, damping: 0.5, jitter: true };
  const before = { kind: "residualDensity", power: 2, weights: "unbiased", ...cellular };
  assert.equal(adversarial(recordedSampler(before) as AdversarialOptions), adversarial({ payoff: "square" }));
  const obstacle = { floor: 0.2, tolerance: 0.01, maxIterations: 500, kappa: 0.003, weights: "unbiased" };
  const exact = { kind: "adversarial", method: "exact", ...obstacle, ...cellular };
  assert.equal(adversarial(recordedSampler(exact) as AdversarialOptions), adversarial({ regularizer: "wasserstein" }));
  for (const sampler of [adversarial(), adversarial({ form: "flow" })]) assert.equal(recordedSampler(sampler), sampler);
});

test.run();
