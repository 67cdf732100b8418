/** The ways to refine by a large factor that are measured against the library's model. */
import { type Refinement, trainCascade, trainStages } from "../../../bench/two-stages/models.ts";
import { rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { tilesOf } from "../../../generative/data/index.ts";
import { trainOnTiles } from "../../../generative/training/index.ts";
import { assert, test } from "../../harness.ts";

const side = 32;
const factor = 8;
const tiles = tilesOf(
  Float32Array.from(rng(1).normal(6 * side * side), (z) => Math.max(0, Math.expm1(1.5 * z))),
  side,
);
const recipe = { factor, seed: 2, batch: 2, crop: 16, evaluations: 4 };
const coarse = { values: blockMean(tiles.read(0).clean, 1, side, side, factor), shape: [side / factor, side / factor] };
const members = { members: 2, seed: 5, frame: 3 };

test("one stage draws the members of the library's own model, bit for bit", async () => {
  const own = await trainStages(tiles, { ...recipe, steps: 3 });
  const { downscaler } = await trainOnTiles(tiles, { ...{ factor, seed: 2, batch: 2, crop: 16 }, steps: 3 });
  const { values } = await downscaler.sample(coarse, { ...members, evaluations: 4, force: true });
  assert.equal(await own.draw(coarse, members), values);
  await own.dispose();
  await downscaler.dispose();
});

const ways: Readonly<Record<string, () => Promise<Refinement>>> = {
  "two stages": () => trainStages(tiles, { ...recipe, steps: 3 }, { steps: 3, network: { baseChannels: 8 } }),
  "a cascade by 2 and by 4": () => trainCascade(tiles, { ...recipe, steps: [3, 3] }, 4, [4, 4]),
  "a cascade by 4 and by 2": () => trainCascade(tiles, { ...recipe, steps: [3, 3] }, 2, [4, 4]),
};

for (const [way, trained] of Object.entries(ways)) {
  test(`members of ${way} differ, and conserve the block means`, async () => {
    const model = await trained();
    const drawn = await model.draw(coarse, members);
    const means = blockMean(drawn, 2, side, side, factor);
    for (const [i, mean] of means.entries()) {
      const wanted = coarse.values[i % coarse.values.length]!;
      assert.ok(Math.abs(mean - wanted) <= 1e-5 * wanted, `${mean} for ${wanted}`);
    }
    assert.ok(drawn.subarray(0, side * side).some((v, i) => v !== drawn[side * side + i]));
    await model.dispose();
  });
}

test("a regression of rain that its conditions decide finds its mean", async () => {
  // Rain is twice as strong in the middle of each cell, which no interpolation says.
  const peaked = tilesOf(
    Float32Array.from({ length: 6 * side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side), i % side];
      const inner = [row, column].every((n) => n % factor >= 2 && n % factor < 6);
      return (inner ? 2 : 1) * (1 + ((Math.floor(row / factor) * 5 + Math.floor(column / factor) * 3) % 7));
    }),
    side,
  );
  const cells = blockMean(peaked.read(0).clean, 1, side, side, factor);
  const error = async (steps: number) => {
    const model = await trainStages(peaked, { ...recipe, steps: 1 }, { steps, network: { baseChannels: 8 } });
    const { field, unit } = await model.expected!({ values: cells, shape: coarse.shape });
    await model.dispose();
    const truth = peaked.read(0).clean;
    return field.reduce((sum, v, i) => sum + (Math.log1p(truth[i]! / unit) - v) ** 2, 0);
  };
  const [untrained, trained] = [await error(1), await error(60)];
  assert.ok(trained < 0.5 * untrained, `${trained} after 60 steps, ${untrained} after one`);
});

test.run();
