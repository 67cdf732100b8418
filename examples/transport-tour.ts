/**
 * A tour of the distances: one question each, on data whose answer is known. docs/reference/which-distance.md says when to use which.
 *
 *   node --import tsx examples/transport-tour.ts [--seed 1] [--points 400] [--quick]
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { compile } from "../engine/tensors/compile.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { emd } from "../wasserstein/exact/index.ts";
import { dualSobolevNorm } from "../wasserstein/images/index.ts";
import { barycenter1d, wasserstein1d, wasserstein1dGraph } from "../wasserstein/line/index.ts";
import type { Cloud } from "../wasserstein/measure/index.ts";
import { sinkhorn, sinkhornDivergence } from "../wasserstein/sinkhorn/index.ts";
import { slicedWasserstein } from "../wasserstein/sliced/index.ts";

/** One stop: what was asked, what came out, and what it should be. */
export interface Stop {
  readonly question: string;
  readonly value: number;
  readonly expected: number;
  /** Tolerance of the difference, by sampling or by the method. */
  readonly tolerance: number;
}

/** @param points - in each cloud; @param seed - of the clouds and of the directions */
export async function tour(points: number, seed: number): Promise<Stop[]> {
  const stream = rng(seed);
  const stops: Stop[] = [];
  const stop = (question: string, value: number, expected: number, tolerance: number) =>
    stops.push({ question, value, expected, tolerance });

  const rain = stream
    .split("rain")
    .uniform(points)
    .map((u) => Math.max(0, -4 * Math.log(u) - 6));
  stop(
    "W1 between rain and the same rain 30 % stronger",
    wasserstein1d(
      rain,
      rain.map((v) => 1.3 * v),
    ).value,
    0.3 * mean(rain),
    1e-12,
  );
  const early = rain.map((v, i) => (i % 2 === 0 ? v : 0));
  const middle = barycenter1d([rain, early]);
  stop("mean of the mean of two distributions", mean(middle.points), (mean(rain) + mean(early)) / 2, 1e-12);

  // One cloud and the same cloud moved by t: every distance between clouds knows the answer.
  const t = [1, 2, 2];
  const x: Cloud = { points: stream.split("x").normal(3 * points), count: points, dim: 3 };
  const y: Cloud = { ...x, points: Float64Array.from(x.points, (v, i) => v + t[i % 3]!) };
  stop("exact W2^2 of a shift of length 3", emd(x, y).value, 9, 1e-9);
  stop("sliced W2^2: its third", slicedWasserstein(x, y, { rng: stream.split("sliced") }).value, 3, 1e-9);
  stop("debiased Sinkhorn", sinkhornDivergence(x, y, { epsilon: 0.5 }).value, 9, 1e-4);
  const [low, high] = sinkhorn(x, y, { epsilon: 0.5 }).bounds;
  stop("Sinkhorn's certified bracket of the exact value, its middle", (low + high) / 2, 9, (high - low) / 2 + 1e-9);

  const n = 64;
  const wave = Float64Array.from({ length: n }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / n));
  const norm = dualSobolevNorm({ values: wave, shape: [n] }, { spacing: 1 / n }).value;
  stop("dual Sobolev norm of a cosine", norm, 0.5 / Math.PI ** 2, 2e-5);

  // Two images as rows of pixels, and the same half a unit brighter.
  const shape = [2, 64];
  const images = stream.split("images").normal(128);
  const shifted = images.map((v) => v + 0.5);
  const step = await compile(
    (u, v) => [tf.mean(wasserstein1dGraph(u as tf.Tensor2D, v as tf.Tensor2D))],
    [{ shape }, { shape }],
  );
  const [loss] = await step.run([Float32Array.from(images), Float32Array.from(shifted)]);
  await step.dispose();
  stop("images half a unit brighter, inside a compiled training step", Number(loss![0]), 0.5, 1e-6);
  return stops;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      points: { type: "string", default: "400" },
      quick: { type: "boolean" },
    },
  });
  for (const { question, value, expected, tolerance } of await tour(
    values.quick ? 60 : Number(values.points),
    Number(values.seed),
  )) {
    const verdict = Math.abs(value - expected) <= tolerance ? "" : "  << not as expected";
    process.stdout.write(
      `${question.padEnd(62)} ${value.toFixed(6).padStart(10)}  (${expected.toFixed(6)})${verdict}\n`,
    );
  }
}
