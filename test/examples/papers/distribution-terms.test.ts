/** Terms of the loss against the host functions of the Wasserstein module, and their gradients against differences. */

import { compile, OptionsError, rng, tf } from "../../../engine/index.ts";
import {
  type DistributionTermKind,
  distributionTerm,
  distributionTermKinds,
  unitColumns,
} from "../../../examples/papers/distribution-terms.ts";
import { multiscaleWasserstein } from "../../../examples/papers/multiscale.ts";
import { patchDirections } from "../../../examples/papers/patches.ts";
import { upperTailWeight, wasserstein1d } from "../../../wasserstein/index.ts";
import { assert, test, throws } from "../../harness.ts";

await tf.setBackend("cpu");

const [batch, side, count, PATCH] = [4, 8, 5, 3];
const pixels = side * side;
const shape: [number, number, number, number] = [batch, side, side, 1];
const draw = (name: string, scale: number) =>
  rng(7)
    .split(name)
    .normal(new Float32Array(batch * pixels))
    .map((z) => scale * z);
const [estimate, truth] = [draw("estimate", 1.4), draw("truth", 1)];
/** σ/σ_data of the images, of which the gate of 2 closes the second. */
const level = Float32Array.of(0.1, 9, 2, 0.5);
const open = Float32Array.of(1, 0, 1, 1);
const columns = unitColumns(rng(3), pixels, count);
const filters = patchDirections(rng(4), [PATCH, PATCH, 1, count]);
const termOf = (kind: DistributionTermKind, gated: boolean) =>
  distributionTerm(kind, { weight: 1, gate: gated ? 2 : null, directions: count, patch: PATCH });
/** The directions of a kind; those without any are given some that they do not see. */
const directionsOf = (kind: DistributionTermKind) =>
  kind === "patch-sliced"
    ? { values: filters, shape: [PATCH, PATCH, 1, count] }
    : { values: columns, shape: [pixels, count] };

function graph(kind: DistributionTermKind, sample: tf.Tensor, gated: boolean): tf.Tensor {
  const { values, shape: own } = directionsOf(kind);
  return termOf(kind, gated).value({
    estimate: sample as tf.Tensor4D,
    truth: tf.tensor4d(truth, shape),
    level: tf.tensor1d(level),
    draws: [tf.tensor(values, own)],
  });
}
const distanceOf = (kind: DistributionTermKind, values: Float32Array, gated: boolean) =>
  graph(kind, tf.tensor4d(values, shape), gated).dataSync()[0]!;

const row = (x: Float64Array, n: number) => x.subarray(n * pixels, (n + 1) * pixels);
const mean = (n: number, of: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => of(i)).reduce((sum, v) => sum + v, 0) / n;
/** Every image on one direction. */
const imagesOn = (x: Float64Array, k: number) =>
  Float64Array.from({ length: batch }, (_, n) => row(x, n).reduce((sum, v, i) => sum + v * columns[i * count + k]!, 0));
/** Every patch of an image on one direction. */
const patchesOn = (x: Float64Array, k: number) => {
  const places = side - PATCH + 1;
  return Float64Array.from({ length: places ** 2 }, (_, at) => {
    const [top, left] = [Math.floor(at / places), at % places];
    let sum = 0;
    for (let i = 0; i < PATCH ** 2; i++)
      sum += filters[i * count + k]! * x[(top + Math.floor(i / PATCH)) * side + left + (i % PATCH)]!;
    return sum;
  });
};
/** What the kinds mean, in float64 on the host. */
const host: Readonly<Record<DistributionTermKind, (a: Float64Array, b: Float64Array) => number>> = {
  wasserstein: (a, b) => mean(batch, (n) => wasserstein1d(row(a, n), row(b, n)).value),
  tail: (a, b) =>
    mean(batch, (n) => wasserstein1d(row(a, n), row(b, n), { quantileWeight: upperTailWeight(0.01) }).value),
  rmse: (a, b) => mean(batch, (n) => Math.sqrt(mean(pixels, (i) => (row(a, n)[i]! - row(b, n)[i]!) ** 2))),
  pooled: (a, b) => wasserstein1d(a, b).value,
  multiscale: (a, b) =>
    multiscaleWasserstein({ values: a, shape: [batch, side, side] }, { values: b, shape: [batch, side, side] }).value,
  "batch-sliced": (a, b) => mean(count, (k) => wasserstein1d(imagesOn(a, k), imagesOn(b, k)).value),
  "batch-paired": (a, b) => mean(count, (k) => mean(batch, (n) => Math.abs(imagesOn(a, k)[n]! - imagesOn(b, k)[n]!))),
  "patch-sliced": (a, b) =>
    mean(batch * count, (nk) => {
      const [n, k] = [Math.floor(nk / count), nk % count];
      return wasserstein1d(patchesOn(row(a, n), k), patchesOn(row(b, n), k)).value;
    }),
};
/** Images that the term leaves alone are the truth. */
const seen = (values: Float32Array, gated: boolean) =>
  Float64Array.from(values, (v, i) => (gated && open[Math.floor(i / pixels)] === 0 ? truth[i]! : v));

for (const kind of distributionTermKinds) {
  test(`${kind} equals the host's distance, with a gate that of images whose rest is the truth`, () => {
    for (const gated of [false, true]) {
      const expected = host[kind](seen(estimate, gated), Float64Array.from(truth));
      const found = distanceOf(kind, estimate, gated);
      // Float32 sums over 256 values; the control has 1e-8 under its root, also where nothing differs.
      assert.ok(Math.abs(found - expected) <= 3e-5 * (1 + expected), `${gated}: ${found} against ${expected}`);
    }
  });

  test(`${kind} has the gradient of central differences of the host's distance`, () => {
    const gradient = tf
      .grad((x: tf.Tensor) => graph(kind, x, true))(tf.tensor4d(estimate, shape))
      .dataSync();
    const base = seen(estimate, true);
    for (const at of [0, 17, 63, 70, 128, 200, 255]) {
      if (open[Math.floor(at / pixels)] === 0) {
        assert.is(Math.abs(gradient[at]!), 0, `${at} is behind the gate`);
        continue;
      }
      const moved = (by: number) => base.map((v, i) => (i === at ? v + by : v));
      // The distances are piecewise smooth; the step is far below the gaps between sorted values.
      const step = 1e-6;
      const [up, down] = [step, -step].map((by) => host[kind](moved(by), Float64Array.from(truth)));
      const expected = (up! - down!) / (2 * step);
      assert.ok(Math.abs(gradient[at]! - expected) <= 1e-5, `${at}: ${gradient[at]} against ${expected}`);
    }
  });
}

test("compiled to one native graph, as a training step is, every term has the same value", async () => {
  for (const kind of distributionTermKinds) {
    const own = directionsOf(kind);
    const program = await compile(
      (x, y, sigma, v) => [
        termOf(kind, true).value({
          estimate: x as tf.Tensor4D,
          truth: y as tf.Tensor4D,
          level: sigma as tf.Tensor1D,
          draws: [v!],
        }),
      ],
      [{ shape }, { shape }, { shape: [batch] }, { shape: own.shape }],
      { name: kind },
    );
    const [found] = await program.run([estimate, truth, level, own.values]);
    await program.dispose();
    const expected = distanceOf(kind, estimate, true);
    assert.ok(Math.abs(found![0]! - expected) <= 1e-5 * (1 + expected), `${kind}: ${found![0]} against ${expected}`);
  }
});

test("directions have the shapes that the term takes: of images 100, of patches of five 32, for other kinds none", () => {
  const shapes = (kind: DistributionTermKind) =>
    distributionTerm(kind, { weight: 1 })
      .draws?.(rng(1), 36)
      .map((drawn) => drawn.shape);
  assert.equal(shapes("batch-sliced"), [[36 ** 2, 100]]);
  assert.equal(shapes("batch-paired"), shapes("batch-sliced"), "the control sees the same directions");
  assert.equal(shapes("patch-sliced"), [[5, 5, 1, 32]]);
  assert.is(shapes("pooled"), undefined);
  throws(
    () => distributionTerm("sorted" as "pooled", { weight: 1 }),
    OptionsError,
    /kind is sorted, expected wasserst/,
  );
});

test.run();
