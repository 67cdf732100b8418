import { ownBlocks } from "../../../generative/data/own-blocks.ts";
import { coarsen } from "../../../io/regrid/index.ts";
import { assert, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const field = (height: number, width: number) =>
  fieldOf({
    ...{ name: "rr", units: "mm", time: days(2), lat: steps(40, 0.5, height), lon: steps(0, 0.5, width) },
    value: (t, y, x) => (y === 44.5 && x === 3 ? Number.NaN : 100 * t + y + 2 * x),
  }).load();

test("rows and columns that do not fill a block make smaller blocks, with their own mean at their middle", async () => {
  const means = ownBlocks(await field(10, 7), 4);
  assert.equal(means.shape, [2, 3, 2]);
  const [lat, lon] = ["lat", "lon"].map((name) => means.coordinate(name)!);
  assert.equal([...lat!.values], [40.75, 42.75, 44.25]);
  assert.equal([...lat!.bounds!], [39.75, 41.75, 41.75, 43.75, 43.75, 44.75]);
  assert.equal([...lon!.values], [0.75, 2.5]);
  for (let t = 0; t < 2; t++) {
    for (let i = 0; i < 5; i++) {
      const wanted = 100 * t + lat!.values[i >> 1]! + 2 * lon!.values[i & 1]!;
      assert.ok(Math.abs(means.values[6 * t + i]! - wanted) < 1e-4, `${t} ${i}: ${means.values[6 * t + i]}`);
    }
    // Five of six: without 44.5 + 2·3.
    const last = (6 * (44.25 + 2 * 2.5) - 50.5) / 5 + 100 * t;
    assert.ok(Math.abs(means.values[6 * t + 5]! - last) < 1e-4, `${means.values[6 * t + 5]} ${last}`);
  }
});

test("where blocks fill the grid they are those of coarsen", async () => {
  const whole = await field(8, 8);
  const [means, wanted] = [ownBlocks(whole, 4), coarsen(whole, 4, { minimumValid: 1 / 16 })];
  assert.equal([means.shape, means.values], [wanted.shape, wanted.values]);
});

test.run();
