/** The amplitude of the first noise: smooth rain gets less of it, few windows and other models all of it. */

import { rng, type ShapedArray } from "../../../engine/index.ts";
import { measuredAmplitude } from "../../../generative/model/amplitude.ts";
import { pretrained } from "../../../generative/model/index.ts";
import { assert, test } from "../../harness.ts";

const model = await pretrained();
test.after(() => model.dispose());
const place = { interval: 300, grid: { units: "m", y: 2000, x: 2000 } } as const;

/** exp of a field whose spectrum falls with the power of the wavenumber, by sums of smoothed noise; `finest` cells are smoothed over. */
function rain(side: number, finest: number): ShapedArray {
  const values = new Float32Array(side * side);
  for (let scale = finest; scale <= 32; scale *= 2) {
    const knots = Math.ceil(side / scale) + 2;
    const noise = rng(5)
      .split(Math.log2(scale))
      .normal(knots * knots);
    for (let i = 0; i < values.length; i++) {
      const [y, x] = [Math.floor(i / side) / scale, (i % side) / scale];
      const [row, column] = [Math.floor(y), Math.floor(x)];
      const [v, u] = [y - row, x - column].map((t) => t * t * (3 - 2 * t)) as [number, number];
      const at = (r: number, c: number) => noise[(row + r) * knots + column + c]!;
      const smooth = (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
      values[i]! += smooth * scale ** 0.5 * 0.25;
    }
  }
  return { values: values.map((v) => Math.exp(v)), shape: [side, side] };
}

test("rain without texture below four cells begins with less noise than rain with it", async () => {
  const [rough, smooth] = [
    await measuredAmplitude(model, [rain(160, 1)], place),
    await measuredAmplitude(model, [rain(160, 4)], place),
  ];
  assert.ok(rough > 0.9 && rough <= 1, `${rough}`);
  assert.ok(smooth >= 0.6 && smooth < 0.8, `${smooth}`);
});

test("few windows, rain without any texture and cells beyond training give all of the noise", async () => {
  assert.is(await measuredAmplitude(model, [rain(64, 4)], place), 1);
  const even = { values: new Float32Array(160 * 160).fill(2), shape: [160, 160] };
  assert.is(await measuredAmplitude(model, [even], place), 1);
  const wide = { interval: 300, grid: { units: "m", y: 40_000, x: 40_000 } } as const;
  assert.is(await measuredAmplitude(model, [rain(160, 4)], wide), 1);
});

test.run();
