/** The exact adversary on a tree of boxes, above three axes: what it maximises, and its density. */
import { OptionsError, rng } from "../../../engine/index.ts";
import { adversarial, quasiUniformPoints } from "../../../solvers/index.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { assert, closeRelative, test, throws } from "../../harness.ts";
import { box, contextOf } from "./flow-cases.ts";

const domain = box([-1, -1, -1, -1, 0], [1, 1, 1, 1, 1]);
/** |r|² of a peak of width 0.1 that moves with the last axis. */
const peak = ([a, b, c, d, t]: Float64Array) =>
  Math.exp(-40 * ((a! - t! + 0.5) ** 2 + (b! - 0.2) ** 2 + c! ** 2 + d! ** 2)) ** 2;

for (const regularizer of ["chi-square", "entropy"] as const) {
  test(`the density of ${regularizer} on a tree integrates to one over the box`, async () => {
    const active = start(adversarial({ regularizer }), domain);
    // Where |r| is constant the density is, too, on whatever tree.
    for (const round of [0, 1]) await active.draw(contextOf(domain, (p) => (p[0]! > 0 ? 4 : 1), round));
    const q = await active.density(quasiUniformPoints(domain, 2 ** 14, rng(5)));
    // Its two values lie on halves of the box, where 2^14 Sobol points are as many.
    closeRelative((q.reduce((sum, value) => sum + value, 0) / q.length) * domain.volume, 1, 1e-9);
  });
}

test("on leaves p ∝ |r| maximises ∫ p|r| − β/2 ∫ (p − 1/V)² V for β = mean |r|, and p ∝ exp(|r|/β) ∫ p|r| − β ∫ p log(p V)", async () => {
  const r = [1, 2];
  const densities = async (regularizer: "chi-square" | "entropy", kappa: number) => {
    const active = start(adversarial({ regularizer, kappa, uniformFraction: 1e-9 }), domain);
    await active.draw(contextOf(domain, (p) => (p[0]! > 0 ? r[1]! : r[0]!) ** 2, 0, 10_000));
    const q = await active.density(Float64Array.of(-0.5, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.5));
    // A draw has one uniform point at least.
    return Array.from(q, (value) => (value - 1e-4 / domain.volume) / (1 - 1e-4));
  };
  const half = domain.volume / 2;
  const cases = [
    ["chi-square", 1, (q: number, g: number) => q * g - 0.75 * (q - 1 / domain.volume) ** 2 * domain.volume],
    ["entropy", 0.5, (q: number, g: number) => q * g - 0.5 * 2 * q * Math.log(q * domain.volume)],
  ] as const;
  for (const [regularizer, kappa, gain] of cases) {
    const [low, high] = (await densities(regularizer, kappa)) as [number, number];
    const of = (step: number) => gain(low + step, r[0]!) + gain(high - step, r[1]!);
    closeRelative((low + high) * half, 1, 1e-9);
    for (const step of [-1e-3, 1e-3]) assert.ok(of(step) < of(0), `${regularizer} ${step}`);
  }
});

test("the tree finds a peak of a ten-thousandth of the volume: two fifths of its points lie in 1/400 of the box", async () => {
  const active = start(adversarial(), domain);
  const { points, weights, density } = await active.draw(contextOf(domain, peak, 0, 1000));
  let near = 0;
  for (let i = 0; i < 1000; i++) {
    const [a, b, c, d, t] = points.subarray(5 * i, 5 * (i + 1));
    if (Math.hypot(a! - t! + 0.5, b! - 0.2, c!, d!) < 0.3) near++;
  }
  // The ball of radius 0.3 has π²/2 · 0.3⁴ = 0.040 of the 16 in space.
  assert.ok(near > 400, `${near} of 1000`);
  const unbiased = density.map((q) => 1 / (1000 * domain.volume * q));
  assert.equal(weights, unbiased);
});

test("a restored tree draws the same points", async () => {
  const active = start(adversarial(), domain);
  await active.draw(contextOf(domain, peak, 0));
  const again = start(adversarial(), domain);
  again.restore(active.state());
  assert.equal(await again.draw(contextOf(domain, peak, 1)), await active.draw(contextOf(domain, peak, 1)));
});

test("above three axes cells are refused, and the dual Sobolev norm in the exact form with the flow as the way out", () => {
  throws(() => start(adversarial({ shape: [4, 4, 4, 4, 4] }), domain), OptionsError, /shape/);
  throws(() => start(adversarial({ regularizer: "wasserstein" }), domain), OptionsError, /form: "flow"/);
});

test.run();
