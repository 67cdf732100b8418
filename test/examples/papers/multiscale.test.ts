import { compile, rng, type ShapedArray, tf } from "../../../engine/index.ts";
import { blockMeans, blockMeansAdjoint } from "../../../examples/papers/block-means.ts";
import { type MultiscaleHostOptions, multiscaleWasserstein } from "../../../examples/papers/multiscale.ts";
import { multiscaleWassersteinGraph } from "../../../examples/papers/multiscale-graph.ts";
import { multiscalePlan } from "../../../examples/papers/multiscale-plan.ts";
import { sampleDirections, wasserstein1d } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

await tf.setBackend("cpu");

const shape = [3, 8, 16];
const pixels = 3 * 8 * 16;
/** Values without ties, so that both forms have one gradient. */
const images = (seed: number, scale = 1): ShapedArray => ({
  values: rng(seed)
    .normal(pixels)
    .map((v) => scale * v),
  shape,
});
const directions = (dim: number, scale: number) => sampleDirections(5, dim, { rng: rng(30).split(scale) });
const holes = Float64Array.from({ length: pixels }, (_, i) => (i % 7 === 0 || i < 130 ? 0 : 1));

const cases: readonly (readonly [string, MultiscaleHostOptions])[] = [
  ["per image", { scales: [1, 2, 4] }],
  ["per image, p = 2", { scales: [1, 8], p: 2 }],
  ["per image, p = 1.7, logarithm", { scales: [2], p: 1.7, transform: "log1p" }],
  ["per image, Huber, mask", { scales: [1, 2, 4], huber: 0.3, mask: holes }],
  ["pooled, mask, logarithm", { scales: [1, 2], reduce: "pooled", mask: holes, transform: "log1p" }],
  ["pooled, p = 3", { scales: [4], reduce: "pooled", p: 3 }],
  ["batch", { scales: [1, 2], reduce: directions }],
  ["batch, p = 2, mask", { scales: [1, 4], reduce: directions, p: 2, mask: holes }],
  ["batch, Huber, mask", { scales: [1], reduce: directions, huber: 0.5, mask: holes }],
];

for (const [name, { mask, ...options }] of cases) {
  test(`${name}: host and graph agree in value and gradient, compiled in both precisions and eager`, async () => {
    const [a, b] = [images(1), images(2, 1.4)];
    const host = multiscaleWasserstein(a, b, { ...options, ...(mask && { mask }) });
    const slopes = host.gradient().x;
    const inputs = [a.values, b.values, holes] as const;
    const fn = (x: tf.Tensor, y: tf.Tensor, m: tf.Tensor) => {
      const loss = (t: tf.Tensor) => multiscaleWassersteinGraph(t, y, { ...options, ...(mask && { mask: m }) });
      const { value, grad } = tf.valueAndGrad(loss)(x);
      return [value, grad, tf.sum(m)];
    };
    const check = (value: number, gradient: ArrayLike<number>, tolerance: number, where: string) => {
      close(value, host.value, tolerance * (1 + host.value), where);
      for (let i = 0; i < pixels; i++) close(gradient[i]!, slopes[i]!, tolerance, `${where} gradient ${i}`);
    };
    for (const [precision, tolerance] of [
      ["float64", 1e-12],
      ["float32", 2e-6],
    ] as const) {
      const step = await compile(fn, [{ shape }, { shape }, { shape }], { precision });
      const typed = precision === "float64" ? inputs : inputs.map((v) => Float32Array.from(v));
      const [value, gradient] = await step.run([...typed]);
      check(Number(value![0]), gradient as ArrayLike<number>, tolerance, precision);
      await step.dispose();
    }
    const [value, gradient] = fn(...(inputs.map((v) => tf.tensor([...v], shape)) as [tf.Tensor, tf.Tensor, tf.Tensor]));
    check(value!.dataSync()[0]!, gradient!.dataSync(), 2e-6, "eager");
  });

  test(`${name}: the gradient is the derivative along a random direction`, () => {
    const [a, b] = [images(3), images(4, 0.7)];
    const all = { ...options, ...(mask && { mask }) };
    const v = rng(5).normal(pixels);
    const h = 1e-7;
    const shifted = (t: number) => ({ values: a.values.map((x, i) => x + t * v[i]!), shape }) as ShapedArray;
    const slope =
      (multiscaleWasserstein(shifted(h), b, all).value - multiscaleWasserstein(shifted(-h), b, all).value) / (2 * h);
    const gradient = multiscaleWasserstein(a, b, all).gradient().x;
    // Piecewise smooth: rounding of the difference, and for p ≠ 1 its curvature.
    close(
      gradient.reduce((sum, g, i) => sum + g * v[i]!, 0),
      slope,
      1e-6 * (1 + Math.abs(slope)),
      name,
    );
  });
}

test("per image it is the mean of exact distances between pixels; pooled, the distance between all pixels", () => {
  const [a, b] = [images(6), images(7, 2)];
  const row = ({ values }: ShapedArray, k: number) => values.subarray(k * 128, (k + 1) * 128);
  const mean = [0, 1, 2].reduce((sum, k) => sum + wasserstein1d(row(a, k), row(b, k)).value / 3, 0);
  close(multiscaleWasserstein(a, b, { scales: [1] }).value, mean, 1e-14, "per image");
  const pooled = multiscaleWasserstein(a, b, { scales: [1], reduce: "pooled", p: 2 }).value;
  close(pooled, wasserstein1d(a.values, b.values, { p: 2 }).value, 1e-14, "pooled");
});

test("a shift by c costs |c|^p on every scale, and what the mask hides is not seen, NaN included", () => {
  const a = images(10);
  for (const p of [1, 2, 3]) {
    const shifted = { values: a.values.map((v) => v + 0.5), shape };
    for (const v of multiscaleWasserstein(a, shifted, { p }).perScale) close(v, 0.5 ** p, 1e-12, `p ${p}`);
  }
  const hidden = { values: a.values.map((v, i) => (holes[i] === 0 ? Number.NaN : v)), shape };
  const value = multiscaleWasserstein(hidden, images(11), { mask: holes, scales: [1, 2] });
  close(value.value, multiscaleWasserstein(a, images(11), { mask: holes, scales: [1, 2] }).value, 0, "mask");
  assert.ok(value.gradient().x.every((g, i) => (holes[i] === 0 ? g === 0 : Number.isFinite(g))));
  const none = multiscaleWasserstein(hidden, a, { mask: new Uint8Array(pixels), scales: [1, 2] });
  assert.is(none.value, 0);
});

test("block means and their adjoint give the same product with any two fields, masked or not", () => {
  const grid = { batch: 3, height: 8, width: 16 };
  for (const mask of [undefined, Uint8Array.from(holes)])
    for (const k of [2, 4, 8]) {
      const pixel = Float64Array.from(images(12).values, (v, i) => (mask?.[i] === 0 ? 0 : v));
      const block = rng(13).normal(pixels / k ** 2);
      const means = blockMeans(pixel, mask, grid, k).values;
      const back = new Float64Array(pixels);
      blockMeansAdjoint(block, 1, mask, grid, k, back);
      const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);
      close(product(means, block), product(pixel, back), 1e-12, `blocks of ${k}`);
    }
});

test("scales weigh the same, and each has the sides of its blocks and as many columns of directions", () => {
  const { scales } = multiscalePlan("here", shape, { scales: [1, 2, 4], reduce: directions });
  assert.equal(
    scales.map(({ weight, height, width, directions: own, count }) => [3 * weight, height, width, own!.length / count]),
    [1, 2, 4].map((k) => [1, 8 / k, 16 / k, 128 / k ** 2]),
  );
});

test.run();
