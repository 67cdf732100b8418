/** Terms of the loss against the host functions of the Wasserstein module, and their gradients against differences. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "../../../engine/compile.ts";
import { OptionsError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/rng.ts";
import { tf } from "../../../engine/tensor.ts";
import {
  checkTerm,
  directionShape,
  drawDirections,
  type FieldTerm,
  type FieldTermKind,
  fieldTerm,
  fieldTermKinds,
  unitColumns,
} from "../../../generative/diffusion/field-term.ts";
import { denoisingLoss } from "../../../generative/diffusion/loss.ts";
import { edm } from "../../../generative/diffusion/process/edm.ts";
import { type Unet, unet } from "../../../generative/diffusion/unet.ts";
import { multiscaleWasserstein } from "../../../wasserstein/images/multiscale.ts";
import { wasserstein1dGraph } from "../../../wasserstein/line/graph.ts";
import { wasserstein1d } from "../../../wasserstein/line/wasserstein1d.ts";
import { upperTailWeight } from "../../../wasserstein/measure/quantile-weight.ts";

await tf.setBackend("cpu");

const [batch, side, count] = [4, 8, 5];
const pixels = side * side;
const shape: [number, number, number, number] = [batch, side, side, 1];
const draw = (name: string, scale = 1) =>
  rng(7)
    .split(name)
    .normal(new Float32Array(batch * pixels))
    .map((z) => scale * z);
const [estimate, clean, background] = [draw("estimate", 1.4), draw("clean"), draw("background", 0.5)];
const columns = unitColumns(rng(3), pixels, count);
const PATCH = 3;
const filters = drawDirections(rng(4), [PATCH, PATCH, 1, count]);
const open = Float32Array.of(1, 0, 1, 1);
const term = (kind: FieldTermKind): FieldTerm => ({
  kind,
  weight: 1,
  ...(kind.endsWith("-sliced") && { directions: count }),
  ...(kind === "patch-sliced" && { patch: PATCH }),
});
/** The directions of a kind; those without any are given some that they do not see. */
const directionsFor = (kind: FieldTermKind) =>
  kind === "patch-sliced"
    ? { values: filters, shape: [PATCH, PATCH, 1, count] }
    : { values: columns, shape: [pixels, count] };
const directionTensor = (kind: FieldTermKind) => {
  const { values, shape } = directionsFor(kind);
  return tf.tensor(values, shape);
};

const image = (values: Float32Array) => tf.tensor4d(values, shape);
function graph(kind: FieldTermKind, values: Float32Array, gated: boolean): number {
  const fields = {
    estimate: image(values),
    clean: image(clean),
    background: image(background),
    ...(gated && { open: tf.tensor1d(open) }),
    directions: directionTensor(kind),
  };
  return fieldTerm(term(kind))(fields).dataSync()[0]!;
}

/** What the term means, in float64 on the host. `of` is the whole field; images that the term leaves alone are the truth. */
const host: Readonly<Record<FieldTermKind, (a: Float64Array, b: Float64Array) => number>> = {
  wasserstein: (a, b) => mean(batch, (n) => wasserstein1d(row(a, n), row(b, n)).value),
  tail: (a, b) =>
    mean(batch, (n) => wasserstein1d(row(a, n), row(b, n), { quantileWeight: upperTailWeight(0.01) }).value),
  rmse: (a, b) => mean(batch, (n) => Math.sqrt(mean(pixels, (i) => (row(a, n)[i]! - row(b, n)[i]!) ** 2))),
  pooled: (a, b) => wasserstein1d(a, b).value,
  multiscale: (a, b) =>
    multiscaleWasserstein({ values: a, shape: [batch, side, side] }, { values: b, shape: [batch, side, side] }).value,
  "batch-sliced": (a, b) =>
    mean(count, (k) => {
      const project = (x: Float64Array) =>
        Float64Array.from({ length: batch }, (_, n) =>
          row(x, n).reduce((sum, v, i) => sum + v * columns[i * count + k]!, 0),
        );
      return wasserstein1d(project(a), project(b)).value;
    }),
  "patch-sliced": (a, b) =>
    mean(batch * count, (nk) => {
      const [n, k] = [Math.floor(nk / count), nk % count];
      return wasserstein1d(patchesOn(row(a, n), k), patchesOn(row(b, n), k)).value;
    }),
};
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
const row = (x: Float64Array, n: number) => x.subarray(n * pixels, (n + 1) * pixels);
const mean = (n: number, of: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => of(i)).reduce((sum, v) => sum + v, 0) / n;
const whole = (values: Float32Array, gated: boolean) =>
  Float64Array.from(values, (v, i) => {
    const own = gated && open[Math.floor(i / pixels)] === 0 ? clean[i]! : v;
    return own + background[i]!;
  });

for (const kind of fieldTermKinds) {
  test(`${kind} equals the host's distance, with a gate that of images whose rest is the truth`, () => {
    const truth = whole(clean, false);
    for (const gated of [false, true]) {
      const expected = host[kind](whole(estimate, gated), truth);
      const found = graph(kind, estimate, gated);
      // Float32 sums over 256 values; the control has 1e-8 under its root, also where nothing differs.
      assert.ok(Math.abs(found - expected) <= 3e-5 * (1 + expected), `${gated}: ${found} against ${expected}`);
    }
  });

  test(`${kind} has the gradient of central differences of the host's distance`, () => {
    const gradient = tf
      .grad((x: tf.Tensor) =>
        fieldTerm(term(kind))({
          estimate: x as tf.Tensor4D,
          clean: image(clean),
          background: image(background),
          open: tf.tensor1d(open),
          directions: directionTensor(kind),
        }),
      )(image(estimate))
      .dataSync();
    const truth = whole(clean, false);
    const base = whole(estimate, true);
    for (const at of [0, 17, 63, 70, 128, 200, 255]) {
      if (open[Math.floor(at / pixels)] === 0) {
        assert.is(Math.abs(gradient[at]!), 0, `${at} is behind the gate`);
        continue;
      }
      const moved = (by: number) => base.map((v, i) => (i === at ? v + by : v));
      // The distances are piecewise smooth; the step is far below the gaps between sorted values.
      const step = 1e-6;
      const expected = (host[kind](moved(step), truth) - host[kind](moved(-step), truth)) / (2 * step);
      assert.ok(Math.abs(gradient[at]! - expected) <= 1e-5, `${at}: ${gradient[at]} against ${expected}`);
    }
  });
}

test("compiled to one native graph, as a training step is, every term has the same value", async () => {
  for (const kind of fieldTermKinds) {
    const program = await compile(
      (x, y, z, gate, v) => [
        fieldTerm(term(kind))({
          estimate: x as tf.Tensor4D,
          clean: y as tf.Tensor4D,
          background: z as tf.Tensor4D,
          open: gate as tf.Tensor1D,
          directions: v!,
        }),
      ],
      [{ shape }, { shape }, { shape }, { shape: [batch] }, { shape: directionsFor(kind).shape }],
      { name: kind },
    );
    const [found] = await program.run([estimate, clean, background, open, directionsFor(kind).values]);
    await program.dispose();
    const expected = graph(kind, estimate, true);
    assert.ok(Math.abs(found![0]! - expected) <= 1e-5 * (1 + expected), `${kind}: ${found![0]} against ${expected}`);
  }
});

test("weight on quantiles and a mask exclude each other", () => {
  const x = tf.zeros([2, 3]) as tf.Tensor2D;
  const both = { mask: tf.onesLike(x) as tf.Tensor2D, quantileWeight: upperTailWeight(0.1) };
  assert.throws(() => wasserstein1dGraph(x, x, both), /quantileWeight and mask exclude each other/);
});

test("pixel forms are blind to the order of pixels, the batch form to the order of images", () => {
  const order = rng(5).permutation(pixels);
  const shuffled = Float32Array.from(estimate, (_, i) => {
    const [n, k] = [Math.floor(i / pixels), i % pixels];
    return estimate[n * pixels + order[k]!]! + background[n * pixels + order[k]!]! - background[i]!;
  });
  for (const kind of ["wasserstein", "tail", "pooled"] as const) {
    assert.ok(Math.abs(graph(kind, shuffled, false) - graph(kind, estimate, false)) < 1e-5, kind);
  }
  assert.ok(Math.abs(graph("rmse", shuffled, false) - graph("rmse", estimate, false)) > 1e-2);
  const rolled = Float32Array.from(estimate, (_, i) => {
    const from = (i + pixels) % estimate.length;
    return estimate[from]! + background[from]! - background[i]!;
  });
  for (const kind of ["batch-sliced", "pooled"] as const) {
    assert.ok(Math.abs(graph(kind, rolled, false) - graph(kind, estimate, false)) < 1e-5, kind);
  }
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
    const apart = fieldTerm({ kind: "batch-sliced", weight: 1 })({
      estimate: tf.fill([1, dim, 1, 1], 0.05),
      clean: tf.zeros([1, dim, 1, 1]),
      background: tf.zeros([1, dim, 1, 1]),
      directions: tf.tensor2d(values, [dim, directions]),
    }).dataSync()[0]!;
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

test("added, the term counts weight/σ_d; mixed, the loss is (1 − weight) of denoising and weight of the term", () => {
  const sigma = tf.tensor1d([0.1, 1, 0.3, 9]);
  const inputs = [image(clean), tf.zeros([batch, side, side, 2]), image(draw("noise")), sigma, image(background)];
  const value = (given?: FieldTerm) => {
    const options = { sigmaData: 0.7, process: edm, ...(given && { term: given }) };
    const { loss, metrics } = denoisingLoss(constant(0.2), options)({}, inputs);
    return { loss: loss.dataSync()[0]!, field: given && metrics[given.kind]!.dataSync()[0]! };
  };
  const plain = value().loss;
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5 * Math.abs(b), `${a} against ${b}`);
  const added = value({ kind: "pooled", weight: 0.3, gate: null });
  const mixed = value({ kind: "pooled", weight: 0.3, gate: null, mixed: true });
  close(added.loss, plain + 0.3 * added.field!);
  close(added.field!, mixed.field! / 0.7);
  close(mixed.loss, 0.7 * plain + 0.3 * mixed.field!);
  // Three of four levels are below 2 σ_d; the last one's image is far off.
  assert.ok(value({ kind: "pooled", weight: 0.3 }).field! < 0.9 * added.field!);
});

test("options of another kind, unknown kinds and numbers out of range are refused", () => {
  const refused = (given: object, pattern: RegExp) =>
    assert.throws(
      () => checkTerm("test", { kind: "pooled", weight: 1, ...given }, 36),
      (error: Error) => error instanceof OptionsError && pattern.test(error.message),
    );
  refused({ kind: "sorted" }, /term.kind is sorted, expected wasserstein, rmse/);
  refused({ weight: -1 }, /term.weight is -1/);
  refused({ weight: 1.5, mixed: true }, /at most 1/);
  refused({ gate: Number.NaN }, /term.gate is NaN/);
  refused({ directions: 10 }, /directions is 10, expected the kind batch-sliced or the kind patch-sliced/);
  refused({ patch: 3 }, /patch is 3, expected the kind patch-sliced/);
  refused({ kind: "patch-sliced", patch: 37 }, /patch is 37, expected a whole number from 2 to the side of a crop, 36/);
  refused({ kind: "multiscale" }, /scales is 1,2,4,8, expected divisors of the crop, 36/);
  refused({ kind: "tail", tail: 0 }, /term.tail is 0/);
  checkTerm("test", { kind: "multiscale", weight: 1, scales: [1, 3, 9] }, 36);
  assert.equal(directionShape({ kind: "batch-sliced", weight: 1 }, 36), [36 ** 2, 100]);
  assert.equal(directionShape({ kind: "patch-sliced", weight: 1 }, 36), [5, 5, 1, 32]);
  assert.is(directionShape({ kind: "pooled", weight: 1 }, 36), undefined);
});

test.run();
