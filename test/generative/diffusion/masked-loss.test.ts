import { adam, compileTraining, rng } from "../../../engine/index.ts";
import { denoisingLoss, quartileEdges, trainingNoise, unet } from "../../../generative/diffusion/index.ts";
import { edm } from "../../../generative/index.ts";
import { assert, test } from "../../harness.ts";
import { plainLoss } from "../toy-images.ts";
import { weightAt } from "./at-level.ts";

const [batch, size, channels] = [4, 8, 2];
const sizes = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const sigma = trainingNoise(rng(4).stratified(batch), 1);

const draw = (name: string, depth: number) =>
  rng(7)
    .split(name)
    .normal(new Float32Array(batch * size * size * depth));
const holes = (depth: number) =>
  Float32Array.from(rng(8).uniform(batch * size * size * depth), (u) => (u < 0.3 ? 0 : 1));

/** One step of training from random parameters: loss, metrics, and the gradient as Adam's first moment. */
async function step(inputs: readonly Float32Array[], outputs: number, kind: "plain" | "masked" | "shown") {
  const network = unet({
    ...sizes,
    outputChannels: outputs,
    inputChannels: channels + outputs * (kind === "shown" ? 2 : 1),
  });
  const parameters = network.initialize(rng(1));
  for (const [name, { values }] of Object.entries(parameters)) {
    if (values.every((v) => v === 0))
      values.set(
        rng(2)
          .split(name)
          .normal(values.length)
          .map((z) => 0.05 * z),
      );
  }
  const image = (depth: number) => ({ shape: [batch, size, size, depth] });
  const edges = quartileEdges(edm, 1);
  const loss =
    kind === "plain"
      ? denoisingLoss(network, { ...plainLoss, sigmaData: 1 })
      : denoisingLoss(network, { ...plainLoss, gaps: true, sigmaData: 1, edges, shown: kind === "shown" });
  const specs = [image(outputs), image(channels), image(outputs), { shape: [batch] }];
  const trainer = await compileTraining({
    ...{ parameters, inputs: kind === "plain" ? specs : [...specs, image(outputs)], loss },
    optimizer: adam(),
  });
  const report = await trainer.step(inputs);
  const { firstMoment } = trainer.state();
  await trainer.dispose();
  return { loss: report.loss, metrics: report.metrics, gradient: firstMoment };
}

const batchOf = (outputs: number) => [
  draw("clean", outputs),
  draw("condition", channels),
  draw("noise", outputs),
  sigma,
];

test("with a full mask loss and gradient are those of the loss without one, bit for bit", async () => {
  const inputs = batchOf(1);
  const plain = await step(inputs, 1, "plain");
  const masked = await step([...inputs, new Float32Array(batch * size * size).fill(1)], 1, "masked");
  assert.is(masked.loss, plain.loss);
  assert.equal(masked.gradient, plain.gradient);
});

test("what stands at masked pixels has no influence on loss, metrics and gradient, be it NaN", async () => {
  const mask = holes(2);
  for (const kind of ["masked", "shown"] as const) {
    const [clean, ...rest] = batchOf(2) as [Float32Array, ...Float32Array[]];
    const told = await step([clean, ...rest, mask], 2, kind);
    for (const odd of [Number.NaN, 1e6, Number.NEGATIVE_INFINITY]) {
      const changed = clean.map((v, i) => (mask[i] === 0 ? odd : v));
      assert.equal(await step([changed, ...rest, mask], 2, kind), told, `${kind} ${odd}`);
    }
    const other = await step([clean.map((v, i) => (mask[i] === 1 ? v + 0.1 : v)), ...rest, mask], 2, kind);
    assert.is.not(other.loss, told.loss);
  }
});

test("an untrained network gives the masked mean of each image by hand; an image without values counts as nothing", async () => {
  // Untrained, F = 0 and D = skip · x; with random parameters this would need the network again.
  const mask = holes(1).fill(0, 0, size * size);
  const [clean, condition, noise] = batchOf(1) as [Float32Array, Float32Array, Float32Array];
  const network = unet({ ...sizes, inputChannels: channels + 1 });
  const image = (depth: number) => ({ shape: [batch, size, size, depth] });
  const trainer = await compileTraining({
    parameters: network.initialize(rng(1)),
    inputs: [image(1), image(channels), image(1), { shape: [batch] }, image(1)],
    loss: denoisingLoss(network, { ...plainLoss, gaps: true, sigmaData: 1, edges: [0.5, 1] }),
    optimizer: adam(),
  });
  const { loss, metrics } = await trainer.step([clean, condition, noise, sigma, mask]);
  await trainer.dispose();
  const each = [...sigma].map((s, n) => {
    let [sum, count] = [0, 0];
    for (let i = n * size * size; i < (n + 1) * size * size; i++) {
      if (mask[i] === 0) continue;
      sum += ((clean[i]! + s * noise[i]!) / (1 + s * s) - clean[i]!) ** 2;
      count++;
    }
    return count === 0 ? 0 : (weightAt(edm, s, 1) * sum) / count;
  });
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-5 * Math.max(1, b), `${a} against ${b}`);
  close(loss, each.reduce((a, b) => a + b, 0) / batch);
  const within = (low: number, high: number) =>
    each.reduce((sum, e, n) => sum + (sigma[n]! >= low && sigma[n]! < high ? e : 0), 0);
  assert.equal(Object.keys(metrics), ["denoising", "loss σ<0.5", "loss σ<1", "loss σ≥1"]);
  close(metrics["loss σ<0.5"]!, (3 * within(0, 0.5)) / batch);
  close(metrics["loss σ<1"]!, (3 * within(0.5, 1)) / batch);
  close(metrics["loss σ≥1"]!, (3 * within(1, Number.POSITIVE_INFINITY)) / batch);
});

test.run();
