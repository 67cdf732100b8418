/** What is dry and what is clutter, by the interval and in the units of the data. */

import { OptionsError, rng } from "../../../engine/index.ts";
import type { StackedTiles } from "../../../generative/data/index.ts";
import { downscale, train } from "../../../generative/index.ts";
import type { TrainingStart } from "../../../generative/training/index.ts";
import { coarsen, Field } from "../../../io/index.ts";
import { rainLimits } from "../../../io/rain/index.ts";
import { assert, refuses, test } from "../../harness.ts";

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-6 * Math.abs(b), `${a} is not ${b}`);

test("limits are those of an hour up to an hour; then a tenth of a millimetre, and the envelope of what was measured", () => {
  for (const seconds of [undefined, 60, 300, 3600]) assert.equal(rainLimits(seconds), { wet: 0.1, clutter: 200 });
  const day = rainLimits(86400);
  close(24 * day.wet, 0.1);
  // 422·24^0.475 mm
  close(24 * day.clutter, 1909.46979);
  assert.ok(rainLimits(7200).clutter > day.clutter);
});

/** Sums in mm, each over so many seconds; the wettest pixel of the last time is set. */
function sums(seconds: number, wettest: number, scale: number): Field {
  const [times, size] = [4, 32];
  const values = Float32Array.from(rng(7).normal(times * size * size), (z) => scale * Math.max(0, Math.expm1(z)));
  values[3 * size * size + 5] = wettest;
  const line = (
    name: string,
    n: number,
    step: number,
    units: string,
    standard_name: string,
    bounds?: Float64Array,
  ) => ({
    ...{ name, dims: [name], values: Float64Array.from({ length: n }, (_, i) => (i + 1) * step) },
    attributes: { units, standard_name },
    ...(bounds && { bounds }),
  });
  const ends = Float64Array.from({ length: 2 * times }, (_, i) => ((i >> 1) + (i & 1)) * seconds);
  return new Field({
    ...{ name: "pr", dims: ["time", "y", "x"], shape: [times, size, size], values, units: "mm" },
    coordinates: [
      line("time", times, seconds, "seconds since 2020-01-01", "time", ends),
      line("y", size, 1, "km", "projection_y_coordinate"),
      line("x", size, 1, "km", "projection_x_coordinate"),
    ],
  });
}

const network = { baseChannels: 8, multipliers: [1, 2] };
const small = { seed: 3, steps: 1, batch: 2, crop: 16, tile: 32, threads: 1, network };

/** Tiles and the limits that a model of them keeps. */
async function trained(field: Field, options: object = {}) {
  let archive: StackedTiles | undefined;
  const onStart = (start: TrainingStart) => {
    archive = start.tiles as StackedTiles;
  };
  const { downscaler } = await train(field, { ...small, ...options, onStart });
  const { wetThreshold, ceiling } = downscaler!.configuration.targets[0]!;
  return { archive: archive!, wet: wetThreshold!, clutter: ceiling! / 2, model: downscaler! };
}

test("daily sums: 300 mm are rain and 2000 mm are clutter; limits are stated in millimetres, and kept in mm/h", async () => {
  const [storm, broken] = [sums(86400, 300, 3), sums(86400, 2000, 3)];
  const usual = await trained(storm);
  assert.is(usual.archive.events[0]!.wetFound, 4);
  close(usual.wet, 0.1 / 24);
  close(24 * usual.clutter, 1909.46979);
  const least = usual.archive.values.filter((v) => v > 0).reduce((a, b) => Math.min(a, b));
  assert.ok(least >= Math.fround(0.1 / 24) && least < 0.1, "light rain of a day is kept");
  const without = await trained(broken);
  assert.is(without.archive.events[0]!.wetFound, 3);
  const stated = await trained(storm, { wetThreshold: 1, largestRate: 299 });
  close(stated.wet, 1 / 24);
  close(stated.clutter, 299 / 24);
  assert.is(stated.archive.events[0]!.wetFound, 3);
  await refuses(trained(storm, { wetThreshold: -1 }), /wetThreshold is -1, expected a finite number > 0/, OptionsError);

  // Drawn values are cut at twice the clutter, and dry below the threshold, which may be stated in millimetres.
  const coarse = coarsen(storm, 4);
  const draw = (options: object) =>
    downscale(usual.model, coarse, { members: 1, evaluations: 2, conserve: false, ...options });
  const wet = ({ values }: Field) =>
    Float64Array.from(values, (v) => v || Number.POSITIVE_INFINITY).reduce((a, b) => Math.min(a, b));
  assert.ok(wet(await draw({})) < 2.4, "0.1 mm/h would be 2.4 mm a day");
  assert.ok(wet(await draw({ wetThreshold: 3 })) >= 2.9999);
  for (const { model } of [usual, without, stated]) await model.dispose();
});

test("five minutes' sums: a tenth of a millimetre is 1.2 mm/h and is rain, unless stated to be dry", async () => {
  const field = sums(300, 10, 0.1);
  const usual = await trained(field);
  assert.equal([usual.wet, usual.clutter], [0.1, 200]);
  const stated = await trained(field, { wetThreshold: 0.1, largestRate: 8 });
  close(stated.wet, 1.2);
  close(stated.clutter, 96);
  assert.is(stated.archive.events[0]!.wetFound, 3);
  const least = stated.archive.values.filter((v) => v > 0).reduce((a, b) => Math.min(a, b));
  assert.ok(least >= 1.2 * (1 - 1e-6));
  for (const { model } of [usual, stated]) await model.dispose();
});

test.run();
