/** Parts of the pretraining and of its scores that answers depend on. */
import { archives } from "../../bench/pretrain/archives.ts";
import { smoothed } from "../../bench/pretrain/events.ts";
import { judged } from "../../bench/pretrain/judged.ts";
import { ridge } from "../../bench/pretrain/ridge.ts";
import { rng } from "../../engine/index.ts";
import { assert, test } from "../harness.ts";

test("Gaussian means with mirrored edges keep the sum of a map, and take the variance of the kernel from a plane wave", () => {
  const [rows, columns, width] = [24, 32, 1.3];
  const rain = Float32Array.from(rng(1).uniform(rows * columns));
  const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum(smoothed({ values: rain, shape: [rows, columns] }, width)) / sum(rain) - 1) < 1e-6);
  // A cosine whose crests lie on the edges goes on mirrored; the Gaussian damps it by exp(−k²σ²/2), up to its end at 3 σ.
  const k = (2 * Math.PI) / 16;
  const wave = Float32Array.from({ length: rows * columns }, (_, i) => Math.cos(k * ((i % columns) + 0.5)));
  const smooth = smoothed({ values: wave, shape: [rows, columns] }, width);
  const damped = Math.exp(-((k * width) ** 2) / 2);
  for (const [i, v] of smooth.entries()) assert.ok(Math.abs(v - damped * wave[i]!) < 0.01);
  assert.is(smoothed({ values: rain, shape: [rows, columns] }, 0), rain);
});

test("ridge regression finds a plane through many points, and takes a number that is unknown as the mean", () => {
  const draw = rng(2).normal(3000);
  const rows = Array.from({ length: 1000 }, (_, i) => [draw[3 * i]!, 5 + 2 * draw[3 * i + 1]!]);
  const values = rows.map(([a, b]) => 1 + 2 * a! - b!);
  const predict = ridge(rows, values);
  assert.ok(Math.abs(predict([0.5, 4]) + 2) < 0.02);
  const mean = rows.reduce((sum, [, b]) => sum + b!, 0) / rows.length;
  assert.ok(Math.abs(predict([0.5, Number.NaN]) - predict([0.5, mean])) < 1e-9);
});

test("no archive that judges the model of the package without having been seen is learned from", () => {
  const learned = new Set(archives.map(({ file }) => file));
  const unseen = [...judged.development, ...judged.judgement, ...judged.rain.filter(({ learned: own }) => !own)];
  for (const { file } of unseen) assert.ok(!learned.has(file), file);
});

test.run();
