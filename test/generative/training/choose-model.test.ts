import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/random/rng.ts";
import { tf } from "../../../engine/tensors/tensor.ts";
import { chooseModel, type Judgement } from "../../../generative/training/choose-model.ts";
import { type Progressed, runTraining } from "../../../generative/training/loop.ts";
import type { Objective } from "../../../generative/training/objective.ts";

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
      caller: "test",
      objective,
      parameters: objective.initialize(rng(0)),
      recipe: { steps: 4, peakRate: 0.1, finalRate: 0.1, warmup: 0, clipNorm: 1, emaDecay: 0 },
      batches: rng(1),
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
