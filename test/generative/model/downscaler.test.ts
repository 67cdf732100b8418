import { inspect } from "node:util";
import { MongeError, rng, tf } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { compiledDenoiser, denoise, tileAxis, tiledDenoiser, unet } from "../../../generative/diffusion/index.ts";
import { fillGaps } from "../../../generative/model/index.ts";
import { allClose, assert, close, refuses, test } from "../../harness.ts";
import { blockModel, drawnParameters, normalization, small } from "../models.ts";

const refused = (work: Promise<unknown>, pattern: RegExp) => refuses(work, pattern, MongeError);

test("tiles cover every pixel, share at least the overlap, and end at the border", () => {
  for (const [size, tile, overlap] of [
    [100, 32, 8],
    [64, 64, 16],
    [20, 64, 16],
    [65, 64, 16],
    [129, 32, 31],
  ] as const) {
    const { tile: length, starts, weights } = tileAxis(size, tile, overlap);
    assert.is(starts[0], 0);
    assert.is(starts.at(-1)! + length, size);
    for (let i = 1; i < starts.length; i++) assert.ok(starts[i - 1]! + length - starts[i]! >= overlap);
    const sum = new Float64Array(size);
    for (const [i, start] of starts.entries()) for (const [k, w] of weights[i]!.entries()) sum[start + k]! += w;
    assert.ok(sum.every((w) => w > 0));
  }
});

test("where tiles disagree the fused estimate passes smoothly from one to the other", async () => {
  let calls = 0;
  const denoiser = await tiledDenoiser({
    ...{ members: 1, outputs: 1, height: 4, width: 48, condition: new Float32Array(4 * 48), tile: 32, overlap: 16 },
    ...{ batch: 1, denoiser: () => (x) => x.map(() => calls).fill(calls++ % 2) },
  });
  const [row] = [(await denoiser(new Float32Array(4 * 48), 1)).slice(0, 48)];
  assert.ok(row.subarray(0, 16).every((v) => v === 0) && row.subarray(32).every((v) => v === 1));
  // sin² and cos² weights: the mean rises as sin²(π/2 · (i + ½)/16), steepest step π/2/16.
  for (let i = 0; i < 16; i++) close(row[16 + i]!, Math.sin((Math.PI / 2) * ((i + 0.5) / 16)) ** 2, 1e-6);
});

test("the compiled denoiser equals the eager one", async () => {
  const network = unet(small);
  const parameters = drawnParameters(network, 1);
  const compiled = compiledDenoiser(network, parameters, 0.13);
  const x = new Float32Array(rng(3).normal(2 * 64));
  const condition = new Float32Array(rng(4).normal(2 * 128));
  const run = await compiled.forShape(2, 8, 8);
  const fast = (await run(x, condition, 0.3)).slice();
  await tf.setBackend("cpu");
  const tensors = Object.fromEntries(Object.entries(parameters).map(([k, p]) => [k, tf.tensor(p.values, p.shape)]));
  const image = (v: Float32Array, depth: number) => tf.tensor4d(v, [2, 8, 8, depth]);
  const slow = denoise(network, tensors, image(x, 1), image(condition, 2), tf.tensor1d([0.3, 0.3]), 0.13).dataSync();
  for (const [i, v] of fast.entries()) close(v, slow[i]!, 2e-6);
  await compiled.dispose();
});

const coarseOf = (height: number, width: number, seed = 8) => ({
  values: Float32Array.from(rng(seed).normal(height * width), (z) => Math.max(0.2, 2 * z)),
  shape: [height, width],
});

test("an ensemble has the asked size, no negative rain, the coarse block means, and follows from its seed", async () => {
  const downscaler = blockModel({}, 2);
  for (const [height, width] of [
    [1, 1],
    [3, 5],
    [9, 4],
  ] as const) {
    const coarse = coarseOf(height, width);
    const options = { members: 3, seed: 4, evaluations: 4, tiles: [16, 8] } as const;
    const ensemble = await downscaler.sample(coarse, options);
    assert.equal([ensemble.members, ensemble.height, ensemble.width], [3, 4 * height, 4 * width]);
    assert.ok(ensemble.values.every((v) => v >= 0));
    const means = blockMean(ensemble.values, 3, 4 * height, 4 * width, 4);
    allClose(means, (i) => coarse.values[i % coarse.values.length]!, 1e-5);
    const again = await downscaler.sample(coarse, options);
    const double = { ...coarse, values: Float64Array.from(coarse.values, (v) => v * (1 + 2e-8)) };
    assert.equal((await downscaler.sample(double, options)).values, ensemble.values, "float64 counts as float32");
    assert.equal(again.values, ensemble.values);
    // One member more or less changes nothing; another batch size may choose other matrix kernels, so only rounding.
    const first = await downscaler.sample(coarse, { ...options, members: 1 });
    assert.equal(first.values, ensemble.values.slice(0, first.values.length));
    const rebatched = await downscaler.sample(coarse, { ...options, batch: 3 });
    allClose(rebatched.values, ensemble.values, (v) => 1e-4 * (1 + v));
    const other = await downscaler.sample(coarse, { ...options, seed: 5 });
    assert.not.equal(other.values, ensemble.values);
  }
  await downscaler.dispose();
});

test("an untrained network gives Gaussian residuals of the measured size around the bilinear field, in any unit", async () => {
  // F = 0: D = x σd²/(σ² + σd²), the exact denoiser of N(0, σd²); 16 steps inflate it by the known 1.018.
  for (const unit of [1, 0.2]) {
    const downscaler = blockModel({ normalization: { ...normalization, unit } });
    const coarse = { values: new Float32Array(256).fill(5), shape: [16, 16] };
    const { values } = await downscaler.sample(coarse, { members: 2, conserve: false });
    let [sum, squares] = [0, 0];
    for (const v of values) {
      const residual = Math.log1p(v / unit) - Math.log1p(5 / unit);
      sum += residual;
      squares += residual * residual;
    }
    // 8192 pixels: standard error of the deviation 0.8 %, of the mean 0.0015; four of each.
    close(Math.sqrt(squares / values.length) / 0.13, 1.018, 0.032);
    close(sum / values.length, 0, 0.006);
    await downscaler.dispose();
  }
});

test("missing input is refused, or on request leaves the pixels of its cells missing, and no others", async () => {
  const downscaler = blockModel({}, 3);
  const coarse = coarseOf(5, 5);
  coarse.values[0] = Number.NaN;
  await refused(downscaler.sample(coarse), /value 0 of the coarse rain is NaN; fill the gap/);
  const { values } = await downscaler.sample(coarse, { members: 1, evaluations: 3, missing: "propagate" });
  for (let i = 0; i < 400; i++) assert.is(Number.isNaN(values[i]), Math.floor(i / 20) < 4 && i % 20 < 4, `pixel ${i}`);
  const means = blockMean(values, 1, 20, 20, 4);
  for (const [i, m] of means.entries()) if (i > 0) close(m, coarse.values[i]!, 1e-5, `block ${i}`);
  await refused(downscaler.sample({ ...coarse, values: new Float32Array(25).fill(-1) }), /at least 0/);
  await refused(downscaler.sample({ ...coarse, shape: [5, 6] }), /expected \[30\], got \[25\]; shape/);
  for (const [options, message] of [
    [{ members: 0 }, /members is 0/],
    [{ evaluations: 1 }, /evaluations is 1/],
    [{ tiles: [18, 4] }, /both multiples of 4/],
  ] as const)
    await refused(downscaler.sample(coarseOf(2, 2), options), message);
  await downscaler.dispose();
});

test("a model is printed in a few lines", () => {
  const printed = inspect(blockModel()).split("\n");
  assert.equal(printed.slice(0, 3), [
    "Downscaler",
    "  makes       precipitation (mm h-1)",
    "  refines by  4, conserving block means",
  ]);
  assert.ok(printed.length <= 7 && printed[3]!.includes(" parameters, "), printed.join("\n"));
});

test("gaps are filled from their edge inwards, so that a coast sees its own rain beyond it and not a dry sea", () => {
  const gap = Number.NaN;
  assert.equal([...fillGaps(Float32Array.of(3, gap, gap, gap, 7), 1, 5)], [3, 3, 5, 7, 7]);
  assert.equal([...fillGaps(Float32Array.of(gap, 2, 4, gap), 2, 2)], [3, 2, 4, 3]);
  assert.equal([...fillGaps(Float32Array.of(gap, gap), 1, 2)], [0, 0]);
});

test("where only some pixels of a block are valid, their mean is the coarse rain and the others are missing", async () => {
  const downscaler = blockModel({}, 3);
  const coarse = coarseOf(2, 3);
  const valid = Uint8Array.from({ length: 8 * 12 }, (_, i) => Number((i * 7) % 5 > 1));
  const { values } = await downscaler.sample(coarse, { members: 2, evaluations: 3, missing: "propagate", valid });
  for (const [i, v] of values.entries()) assert.is(Number.isNaN(v), valid[i % 96] === 0, `pixel ${i}`);
  const means = blockMean(values, 2, 8, 12, 4, 1 / 16);
  allClose(means, (i) => coarse.values[i % 6]!, 1e-5, "block");
  await refused(downscaler.sample(coarse, { valid: valid.subarray(1) }), /expected \[8, 12\], got \[95\]/);
  await downscaler.dispose();
});

test.run();
