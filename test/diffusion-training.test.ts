import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isMongeError } from "../engine/errors.ts";
import { rng } from "../engine/rng.ts";
import type { TileArchive } from "../generative/archive/tiles.ts";
import {
  type DownscalerCheckpoint,
  loadTraining,
  saveTraining,
  trainDownscaler,
} from "../generative/diffusion/train.ts";

function archiveOf(count: number, size: number, seed: number): TileArchive {
  const values = Float32Array.from(rng(seed).normal(count * size * size), (z) => Math.max(0, Math.expm1(1.5 * z)));
  return { size, count, values, events: [] };
}

const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const recipe = { seed: 3, steps: 6, batch: 3, crop: 8, network, warmup: 2 } as const;
const archive = archiveOf(5, 16, 1);

const sameState = (a: DownscalerCheckpoint, b: DownscalerCheckpoint) => assert.equal(a.state, b.state);

test("a run stopped by its signal, saved, loaded and resumed equals an uninterrupted one, bit for bit", async () => {
  const whole = await trainDownscaler(archive, recipe);
  assert.is(whole.status, "finished");
  const stop = new AbortController();
  const half = await trainDownscaler(archive, {
    ...recipe,
    progressEvery: 1,
    signal: stop.signal,
    onProgress: ({ step }) => {
      if (step === 3) stop.abort();
    },
  });
  assert.is(half.status, "aborted");
  assert.is(half.checkpoint.state.step, 3);
  const directory = await mkdtemp(join(tmpdir(), "monge-"));
  const resume = await loadTraining(await saveTraining(directory, half.checkpoint));
  await rm(directory, { recursive: true });
  sameState(resume, half.checkpoint);
  const rest = await trainDownscaler(archive, { ...recipe, resume });
  sameState(rest.checkpoint, whole.checkpoint);
  assert.equal(rest.downscaler.parameters, whole.downscaler.parameters);
  try {
    await trainDownscaler(archive, { ...recipe, seed: 4, resume });
    assert.unreachable();
  } catch (e) {
    assert.ok(isMongeError(e) && /seed is 4, the checkpoint has 3/.test(e.message), String(e));
  }
});

test("progress reports the step, the parts of the loss, and the learning rate of warm-up and cosine", async () => {
  const rates: number[] = [];
  const term = { kind: "wasserstein", weight: 0.2 } as const;
  await trainDownscaler(archive, {
    ...recipe,
    term,
    progressEvery: 1,
    onProgress: ({ step, loss, metrics, gradientNorm, learningRate }) => {
      assert.is(step, rates.length + 1);
      assert.ok(Math.abs(loss - metrics.denoising! - 0.2 * metrics.wasserstein!) < 1e-5 * loss);
      assert.ok(gradientNorm > 0);
      rates.push(learningRate);
    },
  });
  for (const [n, rate] of rates.entries()) {
    const cosine = 1e-5 + (1e-3 - 1e-5) * 0.5 * (1 + Math.cos((Math.PI * n) / 6));
    const expected = cosine * Math.min(1, (n + 1) / 2);
    assert.ok(Math.abs(rate - expected) < 1e-6 * expected, `step ${n}: ${rate} against ${expected}`);
  }
});

test("the Wasserstein and the RMSE arm start from the parameters and batches of the arm without a term", async () => {
  const first: number[] = [];
  for (const term of [null, { kind: "wasserstein", weight: 1 }, { kind: "rmse", weight: 1 }] as const) {
    await trainDownscaler(archive, {
      ...recipe,
      steps: 1,
      term,
      onProgress: ({ metrics }) => {
        first.push(metrics.denoising!);
      },
    });
  }
  assert.is(first[1], first[0]);
  assert.is(first[2], first[0]);
});

test("training on residuals that are pure noise stays at the floor, and on a learnable pattern falls below it", async () => {
  // With F = 0 the loss is mean λ σ²σd²/(σ² + σd²) = 1 for residuals of standard deviation σd, whatever their law;
  // a pattern that the coarse rain determines lets the network do better.
  const pattern = archiveOf(8, 16, 2);
  for (let i = 0; i < pattern.values.length; i++) {
    const [row, column, tile] = [(i >> 4) & 15, i & 15, i >> 8];
    pattern.values[i] = (row + column) % 2 === 0 ? 3 + tile : 0;
  }
  const losses: number[] = [];
  await trainDownscaler(pattern, {
    ...recipe,
    steps: 120,
    batch: 8,
    peakRate: 5e-3,
    warmup: 10,
    progressEvery: 20,
    onProgress: ({ loss }) => {
      losses.push(loss);
    },
  });
  assert.ok(losses[0]! < 1.6 && losses[0]! > 0.3, `first ${losses[0]}`);
  assert.ok(losses.at(-1)! < 0.5 * losses[0]!, `from ${losses[0]} to ${losses.at(-1)}`);
});

test.run();
