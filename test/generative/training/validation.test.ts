// Inside: judgements of training by themselves.
import { rng, tf } from "../../../engine/index.ts";
import { type Images, ImagesInMemory } from "../../../generative/data/images/images.ts";
import { heldImages } from "../../../generative/data/images/source.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import { type ModelDescription, networkEnds } from "../../../generative/model/configuration.ts";
import { chooseModel, type Judgement } from "../../../generative/training/choose-model.ts";
import { type Progressed, runTraining } from "../../../generative/training/loop.ts";
import type { Objective } from "../../../generative/training/objective.ts";
import { validate } from "../../../generative/training/validation.ts";
import { assert, test } from "../../harness.ts";
import { describe, network, toyArchive, withParts } from "../toy-images.ts";

/** Its members are Gaussian around the background with the targets' deviation, inflated by 1.018 at 16 evaluations. */
function untrained(description: ModelDescription): Downscaler {
  const own = { ...network, ...networkEnds(description, true) };
  return new Downscaler({ network: own, ...description, masked: true }, unet(own).initialize(rng(1)));
}

/** Scores on images. */
const scoresOn = async (model: Downscaler, archive: Images) =>
  (await validate(model, heldImages(archive, model.configuration), how)).scores;

const how = { seed: 2, images: 6, members: 4, evaluations: 16 };

test("of Gaussian members and truths of nearly the same law score and spread are those of the formula, gaps left out", async () => {
  const description = describe(2);
  const model = untrained(description);
  const archive = toyArchive(10, 16, 4, 2);
  const { score, targets } = await scoresOn(model, archive);
  // E|X − y| − ½E|X − X'| with X ~ N(0, s²), y ~ N(0, 1), in units of the deviation.
  const s = 1.018;
  const wanted = Math.sqrt(2 / Math.PI) * (Math.sqrt(1 + s * s) - s / Math.SQRT2);
  for (const [k, { name, crps, spreadSkill }] of targets.entries()) {
    const target = description.targets[k]!;
    assert.is(name, target.name);
    assert.ok(Math.abs(crps / target.deviation - wanted) < 0.06 * wanted, `${name}: ${crps / target.deviation}`);
    assert.ok(Math.abs(spreadSkill! - s) < 0.07, `${name}: ${spreadSkill}`);
  }
  // The truth's mean absolute deviation: that of the backgrounds (3 K, or none) and the residual together.
  const spread = [Math.hypot(3, description.targets[0]!.deviation), description.targets[1]!.deviation];
  const relative = targets.map(({ crps }, k) => crps / (spread[k]! * Math.sqrt(2 / Math.PI)));
  assert.ok(Math.abs(score - (relative[0]! + relative[1]!) / 2) < 0.05 * score, `${score} against ${relative}`);

  assert.equal(await scoresOn(model, archive), { score, targets });
  const clean = archive.clean.map((v, i) => (archive.valid[i] === 0 ? -1e9 : v));
  assert.equal(await scoresOn(model, withParts(archive, { clean })), { score, targets });
  await model.dispose();
});

test("scores are in the units of the target, and a dry truth below the wet threshold is 0", async () => {
  const transform = { kind: "log", unit: 0.5 } as const;
  const unit = { transform, mean: 0, deviation: 1, range: [0, 20] } as const;
  const description: ModelDescription = {
    channels: [{ name: "pr", role: "coarse", ...unit }],
    targets: [{ name: "rr", background: "pr", ...unit, deviation: 1e-4, wetThreshold: 0.1 }],
  };
  const model = untrained(description);
  const [height, width, pixels] = [8, 8, 64];
  // Coarse 4 mm, fine 7 mm: the members are at 4, so the score is 3; and where coarse is dry and fine is drizzle, 0.
  const archive = (coarse: number, fine: number) => {
    const t = (v: number) => Math.log1p(v / 0.5);
    const condition = new Float32Array(pixels).fill(t(coarse));
    const clean = new Float32Array(pixels).fill((t(fine) - condition[0]!) / 1e-4);
    return new ImagesInMemory({
      ...{ height, width, count: 1, channels: 1, outputs: 1, condition, clean },
      valid: new Uint8Array(pixels).fill(1),
    });
  };
  const wet = await scoresOn(model, archive(4, 7));
  assert.ok(Math.abs(wet.targets[0]!.crps - 3) < 0.01, `${wet.targets[0]!.crps}`);
  const dry = await scoresOn(model, archive(0, 0.05));
  assert.equal(dry.targets, [{ name: "rr", crps: 0, spreadSkill: null }]);
  await model.dispose();
});

const judgement = (byImage: readonly number[], spreadSkill: number | null): Judgement => ({
  byImage,
  spreadSkill: [spreadSkill],
});
const base = [0.4, 0.5, 0.6, 0.5];
/** Scores with a mean above the base by `more`, whose paired differences have that standard error. */
const above = (more: number, error: number) => base.map((v, i) => v + more + (i % 2 ? 1 : -1) * error * Math.sqrt(3));

/** The number of the judgement whose model is kept at the end. */
function keptOf(judgements: readonly Judgement[]): number {
  let [kept, least] = [0, judgements[0]!];
  for (const [i, next] of judgements.entries()) {
    if (i === 0) continue;
    const found = chooseModel(next, judgements[kept]!, least);
    least = found.least;
    if (found.takes) kept = i;
  }
  return kept;
}

test("of scores within the standard error of their paired differences, spread over skill nearer 1 decides, in either order", () => {
  const [tight, loose] = [judgement(base, 0.62), judgement(above(0.001, 0.0011), 0.89)];
  assert.is(keptOf([tight, loose]), 1);
  assert.is(keptOf([loose, tight]), 0);
  // The same means, but the images agree that the first is better.
  const worse = judgement(above(0.001, 0.0009), 0.89);
  assert.is(keptOf([tight, worse]), 0);
  assert.is(keptOf([worse, tight]), 1);
});

test("half and twice the spread are as far from 1, and of equally reliable ones the least score is kept", () => {
  assert.is(keptOf([judgement(above(0.001, 0.01), 0.5), judgement(base, 2)]), 1);
  assert.is(keptOf([judgement(base, 2), judgement(above(0.001, 0.01), 0.5)]), 0);
  assert.is(keptOf([judgement(base, null), judgement(above(0.001, 0.01), 3)]), 1, "unknown is farthest");
  assert.is(keptOf([judgement(base, 0.9), judgement(base, 0.9)]), 0, "the earlier of equal ones");
});

test("small losses of score do not add up: a judgement is compared with the least score of all", () => {
  const chain = [0, 1, 2, 3].map((k) => judgement(above(0.001 * k, 0.0015 * Math.min(k, 1)), 0.5 + 0.1 * k));
  assert.is(keptOf(chain), 1);
  // A new least score takes the place of a reliable one that it beats.
  assert.is(
    keptOf([
      ...chain,
      judgement(
        base.map((v) => v - 0.1),
        0.2,
      ),
    ]),
    4,
  );
});

test("judgements of one score for all images are chosen among by that score alone, as before", () => {
  assert.is(keptOf([judgement([0.5], 0.6), judgement([0.5001], 1)]), 0);
  assert.is(keptOf([judgement([0.5], 1), judgement([0.4999], 0.6)]), 1);
});

test("a training keeps the parameters of the chosen step, also where it goes on in between", async () => {
  const scores = [
    judgement(base, 0.5),
    judgement(above(0.001, 0.002), 0.9),
    judgement(above(0.5, 0.002), 1),
    judgement(above(0.001, 0.002), 0.7),
  ];
  const objective: Objective = {
    inputs: [{ shape: [4] }],
    loss: (p, [x]) => ({ loss: tf.mean(tf.square(tf.sub(p["w"]!, x!))) as tf.Scalar, metrics: {} }),
    initialize: () => ({ w: { shape: [4], values: new Float32Array(4) } }),
    batch: (stream) => [Float32Array.from(stream.normal(4))],
  };
  const run = async (stop?: number, from?: Progressed) => {
    const signal = new AbortController();
    const { checkpoint } = await runTraining<Progressed>({
      ...{ caller: "test", objective, parameters: objective.initialize(rng(0)) },
      ...{ recipe: { steps: 4, peakRate: 0.1, finalRate: 0.1, warmup: 0, clipNorm: 1, emaDecay: 0 }, batches: rng(1) },
      signal: signal.signal,
      ...(from && { from: { ...from, best: from.best! } }),
      validator: {
        every: 1,
        patience: null,
        async scores({ step }) {
          if (step === stop) signal.abort();
          return { scores: { score: step, targets: [] }, judgement: scores[step - 1]! };
        },
      },
      checkpointOf: (now) => now,
    });
    return checkpoint;
  };
  const whole = await run();
  assert.equal([whole.best!.step, whole.worse, whole.best!.least], [2, 2, scores[0]]);
  const half = await run(3);
  assert.equal((await run(undefined, half)).best, whole.best);
});

test.run();
