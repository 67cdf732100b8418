// "agrees with numpy": test/oracles/downscaling-scores.json, made by the script of that name.
import { readFileSync } from "node:fs";
import { rng, type ShapedArray } from "../../engine/index.ts";
import { quantile } from "../../engine/numerics/index.ts";
import {
  bilinear,
  blockConstant,
  cascadeOfNoise,
  conserveBlocks,
  randomCascade,
} from "../../examples/array-baselines/index.ts";
import { applyQuantileMap, fitQuantileMap } from "../../examples/array-baselines/quantile-map.ts";
import { blockMeanRmse, verifyTiles } from "../../examples/array-scores/verify-tiles.ts";
import { assert, close, test } from "../harness.ts";
import { blocks, rain, SIDE, uniform } from "../oracles/rain-by-congruence.ts";

interface Sample {
  readonly every37: number[];
  readonly sum: number;
}
const oracle: Record<"conserved" | "cascade" | "bilinear" | "mapped", Sample> = JSON.parse(
  readFileSync(new URL("../oracles/downscaling-scores.json", import.meta.url), "utf8"),
);

/** Relative to the largest values, about 60 mm/h. */
function matches(values: ArrayLike<number>, sample: Sample, tolerance: number): void {
  sample.every37.forEach((v, i) => {
    close(values[37 * i]!, v, tolerance, `value ${37 * i}`);
  });
  const sum = Array.from(values).reduce((a, b) => a + b, 0);
  close(sum, sample.sum, tolerance * values.length, "sum");
}

const [N, M] = [4, 5];
const h = SIDE / 4;
const truth = rain(2, N);
const coarse: ShapedArray = { values: blocks(truth), shape: [N, h, h] };
const FLOAT32 = 2e-5; // rounding of results near 60 in float32, a few operations deep

test("bilinear, conserveBlocks, the cascade and the quantile map agree with numpy", () => {
  const smooth = bilinear(coarse, 4);
  assert.equal(smooth.shape, [N, 1, SIDE, SIDE]);
  matches(smooth.values, oracle.bilinear, FLOAT32);
  const fine = { values: rain(1, N * M), shape: [N, M, SIDE, SIDE] };
  matches(conserveBlocks(fine, coarse, 4).values, oracle.conserved, 1e-11);
  const white = uniform(3, N * M * SIDE * SIDE).map((u) => u - 0.5);
  matches(cascadeOfNoise(coarse, white, { slope: 3, amplitude: 0.5, factor: 4 }).values, oracle.cascade, 10 * FLOAT32);
  const other = rain(4, N);
  const map = fitQuantileMap(bilinear({ values: blocks(other), shape: [N, h, h] }, 4).values, other);
  matches(applyQuantileMap(map, smooth).values, oracle.mapped, 10 * FLOAT32);
});

test("block means of a block-constant field are the coarse field", () => {
  const flat = blockConstant(coarse, 4);
  for (let n = 0; n < N; n++) {
    const image = flat.values.subarray(n * SIDE * SIDE, (n + 1) * SIDE * SIDE);
    assert.ok(blockMeanRmse(image, coarse.values.subarray(n * h * h, (n + 1) * h * h), 1, SIDE, SIDE, 4) < 1e-6);
  }
});

test("quantile mapping makes the training distribution right, and never rains on a dry cell", () => {
  const from = rng(3)
    .uniform(50_000)
    .map((u) => (u < 0.6 ? 0 : u - 0.6));
  const to = rng(4)
    .uniform(50_000)
    .map((u) => (u < 0.2 ? 0 : 20 * (u - 0.2) ** 2)); // wetter than the input
  const map = fitQuantileMap(from, to);
  const mapped = applyQuantileMap(map, { values: from, shape: [from.length] }).values;
  for (const q of [0.7, 0.9, 0.99, 0.999])
    close(quantile(mapped, q), quantile(to, q), 1e-3 * quantile(to, q), `q = ${q}`);
  for (let i = 0; i < from.length; i++) if (from[i] === 0) assert.is(mapped[i], 0);
  const damp = { values: Float64Array.of(0, 0.01, 0.3), shape: [3] };
  const guarded = applyQuantileMap(map, damp, { dryUpTo: 0.01 }).values;
  assert.equal([guarded[0], guarded[1], guarded[2]! > 0], [0, 0, true]);
});

test("beyond the fitted range the map is constant or keeps the last ratio", () => {
  const map = fitQuantileMap([0, 1, 2], [0, 2, 6], [0, 0.5, 1]);
  const high = { values: Float64Array.of(1.5, 2, 4), shape: [3] };
  assert.equal([...applyQuantileMap(map, high).values], [4, 6, 6]);
  assert.equal([...applyQuantileMap(map, high, { tail: "scale" }).values], [4, 6, 12]);
});

test("the cascade conserves block means, depends on its seed alone, and case by case", () => {
  const options = { factor: 4, members: 3, slope: 3, amplitude: 0.5 };
  const all = randomCascade(coarse, { ...options, random: rng(5) });
  assert.equal(all.shape, [N, 3, SIDE, SIDE]);
  assert.equal(all.values, randomCascade(coarse, { ...options, random: rng(5) }).values);
  const first = randomCascade(
    { values: coarse.values.subarray(0, h * h), shape: [1, h, h] },
    { ...options, random: rng(5) },
  );
  assert.equal(first.values, all.values.subarray(0, first.values.length));
  assert.not.equal(all.values, randomCascade(coarse, { ...options, random: rng(6) }).values);
  const { pooled } = verifyTiles(all, { values: truth, shape: [N, SIDE, SIDE] }, coarse, { wetThreshold: 1e-9 });
  assert.ok(pooled.blockRmse < 1e-5, `${pooled.blockRmse}`); // float32 near 60
});

test.run();
