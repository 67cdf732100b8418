// Inside: the loss by itself.
/** A term of the loss: how it is added and checked, and WassDiff's against the distance on the host. */

import { compile, OptionsError, rng, tf } from "../../../engine/index.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import { denoisingLoss } from "../../../generative/diffusion/loss.ts";
import {
  lossTerm,
  recordedTerm,
  storedTerm,
  todaysTerm,
  unitColumns,
  wassdiffTerm,
} from "../../../generative/diffusion/loss-term.ts";
import { veDiscrete } from "../../../generative/diffusion/process/ve.ts";
import { integrate } from "../../../generative/diffusion/sampler.ts";
import type { Unet } from "../../../generative/diffusion/unet.ts";
import { edm, type LossTerm } from "../../../generative/index.ts";
import { type WassersteinTerm, wasserstein1d } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { plainLoss } from "../toy-images.ts";
import { weightAt } from "./at-level.ts";

await tf.setBackend("cpu");

const [batch, side] = [4, 8];
const pixels = side * side;
const shape: [number, number, number, number] = [batch, side, side, 1];
const draw = (name: string, scale = 1) =>
  rng(7)
    .split(name)
    .normal(new Float32Array(batch * pixels))
    .map((z) => scale * z);
const [estimate, truth] = [draw("estimate", 1.4), draw("clean")];
const image = (values: Float32Array) => tf.tensor4d(values, shape);
const released = lossTerm(wassdiffTerm)!;
const [drawn] = released.draws!(rng(3), side);
const { values: columns, shape: columnShape } = drawn!;
const count = columnShape[1]!;

/** W₁ of the images on each direction, sorted along the batch, in float64. */
function onHost(values: Float64Array): number {
  let total = 0;
  for (let k = 0; k < count; k++) {
    const project = (x: ArrayLike<number>) =>
      Float64Array.from({ length: batch }, (_, n) => {
        let sum = 0;
        for (let i = 0; i < pixels; i++) sum += x[n * pixels + i]! * columns[i * count + k]!;
        return sum;
      });
    total += wasserstein1d(project(values), project(truth)).value;
  }
  return total / count;
}

test("WassDiff's term is W₁ along the batch on a hundred directions, in value and gradient, and compiled to one graph", async () => {
  const value = (x: tf.Tensor, y: tf.Tensor, v: tf.Tensor) =>
    released.value({ estimate: x as tf.Tensor4D, truth: y as tf.Tensor4D, level: tf.ones([1]), draws: [v] });
  const directions = tf.tensor(columns, [...columnShape]);
  assert.equal(columnShape, [pixels, 100]);
  const expected = onHost(Float64Array.from(estimate));
  const found = value(image(estimate), image(truth), directions).dataSync()[0]!;
  // Float32 sums over 256 values.
  assert.ok(Math.abs(found - expected) <= 3e-5 * (1 + expected), `${found} against ${expected}`);
  const gradient = tf
    .grad((x: tf.Tensor) => value(x, image(truth), directions))(image(estimate))
    .dataSync();
  for (const at of [0, 70, 128, 255]) {
    // Piecewise linear; the step is far below the gaps between sorted values.
    const step = 1e-6;
    const [up, down] = [step, -step].map((by) =>
      onHost(Float64Array.from(estimate, (v, i) => (i === at ? v + by : v))),
    );
    const slope = (up! - down!) / (2 * step);
    assert.ok(Math.abs(gradient[at]! - slope) <= 1e-5, `${at}: ${gradient[at]} against ${slope}`);
  }
  const program = await compile((x, y, v) => [value(x!, y!, v!)], [{ shape }, { shape }, { shape: [...columnShape] }]);
  const [native] = await program.run([estimate, truth, columns]);
  await program.dispose();
  assert.ok(Math.abs(native![0]! - found) <= 1e-5 * (1 + found));
});

test("on random directions a batch of one shift is √(2/π) of its root mean square for many pixels: Γ(d/2)/(√π Γ((d+1)/2)) of its norm", () => {
  for (const [dim, factor, directions] of [
    [2, 0.63662, 4000],
    [16, 0.20261, 4000],
    [1024, 0.02494, 1000],
  ] as const) {
    const values = unitColumns(rng(dim), dim, directions);
    const norms = new Float64Array(directions);
    for (const [i, v] of values.entries()) norms[i % directions]! += v * v;
    assert.ok(norms.every((n) => Math.abs(n - 1) < 1e-5));
    // The shift 0.05 in every pixel: of norm 0.05 √d, and RMSE 0.05.
    const size = 0.05 * Math.sqrt(dim);
    const apart = released
      .value({
        estimate: tf.fill([1, dim, 1, 1], 0.05) as tf.Tensor4D,
        level: tf.ones([1]) as tf.Tensor1D,
        truth: tf.zeros([1, dim, 1, 1]),
        draws: [tf.tensor2d(values, [dim, directions])],
      })
      .dataSync()[0]!;
    // |v·δ| has a deviation of some 0.76 of its mean: four standard errors.
    assert.ok(Math.abs(apart / (factor * size) - 1) < (4 * 0.76) / Math.sqrt(directions), `${dim}: ${apart}`);
  }
  assert.ok(Math.abs((0.02494 * Math.sqrt(1024)) / Math.sqrt(2 / Math.PI) - 1) < 1e-3);
});

/** A network that gives a constant. */
const constant = (value: number): Unet => ({
  ...unet({ baseChannels: 8 }),
  apply: (_, x) => tf.fill([x.shape[0], x.shape[1], x.shape[2], 1], value) as tf.Tensor4D,
});

/** Mean distance of the fields, of the images with little noise. */
const mine: LossTerm = {
  name: "mine",
  weight: 0.3,
  value: ({ estimate: sample, truth, level }) =>
    tf.mean(
      tf.mul(tf.cast(tf.lessEqual(level!, 2), "float32"), tf.mean(tf.abs(tf.sub(sample!, truth)), [1, 2, 3])),
    ) as tf.Scalar,
};

test("added, the term counts weight/σ_d; mixed, the loss is (1 − weight) of denoising and weight of the term", () => {
  const sigma = tf.tensor1d([0.1, 1, 0.3, 9]);
  const background = draw("background", 0.5);
  const inputs = [image(truth), tf.zeros([batch, side, side, 2]), image(draw("noise")), sigma, image(background)];
  const value = (term: LossTerm | null = null) => {
    const { loss, metrics } = denoisingLoss(constant(0.2), { ...plainLoss, sigmaData: 0.7, term })({}, inputs);
    return { loss: loss.dataSync()[0]!, field: term && metrics[term.name]!.dataSync()[0]! };
  };
  const plain = value().loss;
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5 * Math.abs(b), `${a} against ${b}`);
  const added = value(mine);
  const mixed = value({ ...mine, mixed: true });
  close(added.loss, plain + 0.3 * added.field!);
  close(added.field!, mixed.field! / 0.7);
  close(mixed.loss, 0.7 * plain + 0.3 * mixed.field!);
  // A term sees whole fields: the background is in both, and cancels in a difference but not in the truth itself.
  const level = value({ ...mine, value: ({ truth: y }) => tf.mean(y) as tf.Scalar });
  close(level.field! * 0.7, truth.reduce((sum, v, i) => sum + v + background[i]!, 0) / truth.length);
  // Three of four levels are at most 2 σ_d; the last one's image is far off.
  assert.ok(added.field! < 0.9 * value({ ...mine, value: (f) => mine.value({ ...f, level: tf.zeros([4]) }) }).field!);
});

test("a term has a name of its own, a weight and a function; what is stored of it is its name and weight", () => {
  const of = { norm: "sliced", p: 1, directions: 100, modes: 64 } as const;
  const stored = { name: "wasserstein", weight: 0.2, mixed: true, of };
  assert.equal(storedTerm(released), stored);
  assert.equal(todaysTerm({ name: "wassdiff", weight: 0.2, mixed: true }), stored, "as 0.1.0 stored it");
  assert.equal(storedTerm(lossTerm(recordedTerm(stored) as WassersteinTerm)!), stored);
  assert.is(recordedTerm({ name: "mine", weight: 0.3 }), "mine");
  assert.equal([lossTerm(), lossTerm(null), lossTerm(mine)], [null, null, mine]);
  assert.equal(storedTerm(mine), { name: "mine", weight: 0.3 });
  const refused = (given: unknown, pattern: RegExp) => throws(() => lossTerm(given as LossTerm), OptionsError, pattern);
  refused("pooled", /term is "pooled", expected wassersteinTerm.*handed in as the object itself/);
  refused("wassdiff", /expected wassersteinTerm/);
  refused({ ...mine, name: "wasserstein" }, /term.name is "wasserstein"/);
  refused({ ...mine, weight: -1 }, /term.weight is -1/);
  refused({ ...mine, weight: 1.5, mixed: true }, /at most 1/);
  refused({ kind: "pooled", weight: 1 }, /a LossTerm with a function value/);
});

const s = 0.2;
const levels = veDiscrete.schedule(1000, s);

/** The a that minimises (1 − α) w E(a x − x₀)² + α √(2/π) |a √(s² + σ²) − s|. */
function minimiser(sigma: number, alpha: number, weight: number): number {
  const total = Math.hypot(s, sigma);
  return Math.min((s / total) ** 2 + (alpha * Math.sqrt(2 / Math.PI)) / (2 * (1 - alpha) * weight * total), s / total);
}

/** Deviation of the samples over s, started from noise alone, by coefficients of independent unit variables. */
async function ratio(factor: (sigma: number) => number, method: "reverse-diffusion" | "heun"): Promise<number> {
  const denoiser = (x: Float32Array, sigma: number) => {
    const a = factor(sigma);
    return x.map((v) => a * v);
  };
  const initial = new Float32Array(method === "heun" ? 1 : levels.length + 1);
  initial[0] = 50;
  const noise = (draw: number, out: Float32Array) => {
    out.fill(0);
    out[draw + 1] = 1;
  };
  const end = await integrate(denoiser, initial.slice(), levels, { method, noise });
  return Math.sqrt(end.reduce((sum, v) => sum + v * v, 0)) / s;
}

test("the minimiser is one: of the denoising loss and W₁ between Gaussians together, among a thousand others", () => {
  for (const [sigma, alpha] of [
    [0.05, 0.2],
    [1, 0.2],
    [20, 0.5],
  ] as const) {
    const weight = weightAt(veDiscrete, sigma, s);
    const loss = (a: number) => {
      const squared = (a - 1) ** 2 * s * s + a * a * sigma * sigma;
      const apart = Math.sqrt(2 / Math.PI) * Math.abs(a * Math.hypot(s, sigma) - s);
      return (1 - alpha) * weight * squared + alpha * apart;
    };
    const best = minimiser(sigma, alpha, weight);
    for (let k = 0; k <= 1000; k++) assert.ok(loss(best) <= loss(k / 1000) + 1e-12, `${sigma}: ${k / 1000}`);
  }
});

test("with VE weighting α = 0.05, 0.2, 0.5 widen samples of reverse diffusion by 1.011, 1.044, 1.174", async () => {
  for (const [alpha, expected] of [
    [0.05, 1.011],
    [0.2, 1.044],
    [0.5, 1.174],
  ] as const) {
    close(
      await ratio((sigma) => minimiser(sigma, alpha, weightAt(veDiscrete, sigma, s)), "reverse-diffusion"),
      expected,
      6e-4,
    );
  }
});

test("by the flow the same term widens 1.283 times (α = 0.2): the sampler decides how much of the bias is seen", async () => {
  close(await ratio((sigma) => minimiser(sigma, 0.2, weightAt(veDiscrete, sigma, s)), "heun"), 1.283, 3e-3);
});

test("with EDM weighting it does next to nothing, 1.017 and 1.060, whatever the sampler", async () => {
  for (const [alpha, expected] of [
    [0.2, 1.017],
    [0.5, 1.06],
  ] as const) {
    close(
      await ratio((sigma) => minimiser(sigma, alpha, weightAt(edm, sigma, s)), "reverse-diffusion"),
      expected,
      6e-4,
    );
  }
});

test("a denoiser that keeps the law's width at every level doubles the deviation by the flow, and gives 1.64 by reverse diffusion", async () => {
  const keeps = (sigma: number) => s / Math.hypot(s, sigma);
  // σ_min exp(asinh(s/σ_min) − asinh(s/σ_max)) is 2s but for the ends.
  close(0.01 * Math.exp(Math.asinh(s / 0.01) - Math.asinh(s / 50)), 2 * s, 5e-3);
  close(await ratio(keeps, "heun"), 2, 2e-2);
  close(await ratio(keeps, "reverse-diffusion"), 1.64, 5e-3);
});

test.run();
