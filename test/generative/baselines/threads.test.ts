/** Threads of baselines: parts that are shared have the bits of those that are not. */
import { DomainError, rng } from "../../../engine/index.ts";
import { normalField } from "../../../engine/random/noise-field.ts";
import { sharedFloats } from "../../../engine/system/index.ts";
import { type BaselineOptions, baselineDownscaler } from "../../../generative/baselines/index.ts";
import { crew } from "../../../generative/baselines/parts.ts";
import { downscale } from "../../../generative/sampling/index.ts";
import { Field } from "../../../io/field/index.ts";
import { regularGrid } from "../../../io/regrid/index.ts";
import { assert, axis, refuses, test } from "../../harness.ts";

const random = rng(5);

/** Daily rain, half of it dry. */
function rain(days: number, side: number, step: number, scale: number): Field {
  const grid = regularGrid({ step, lat: [40, 40 + side * step], lon: [0, side * step] });
  return new Field({
    ...{ name: "pr", dims: ["time", "lat", "lon"], shape: [days, side, side], units: "mm" },
    values: random.uniform(new Float64Array(days * side * side)).map((u) => Math.max(0, scale * (u - 0.5))),
    attributes: { standard_name: "lwe_thickness_of_precipitation_amount", cell_methods: "time: sum" },
    coordinates: [
      axis(
        "time",
        Float64Array.from({ length: days }, (_, i) => i + 0.5),
        { units: "days since 2000-01-01", standard_name: "time" },
        Float64Array.from({ length: 2 * days }, (_, i) => (i >> 1) + (i % 2)),
      ),
      grid.y,
      grid.x,
    ],
  });
}

const coarse = rain(8, 16, 0.5, 20);
const cases: readonly (readonly [BaselineOptions, Field, number])[] = [
  [{ method: "rainfarm", factor: 16, slope: 2.4 }, coarse, 4],
  // Observations that are wet more often, so that ties are drawn.
  [
    {
      ...{ method: "qdm", window: "year", quantiles: 10, coarse: rain(400, 8, 0.5, 30) },
      fine: rain(40, 54, 0.07, 20).with({ values: random.uniform(new Float64Array(40 * 54 * 54)) }),
    },
    rain(400, 8, 0.5, 40),
    1,
  ],
];

for (const [options, input, members] of cases) {
  test(`${options.method} on two threads has the bits of one`, async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) => downscale(baselineDownscaler({ ...options, threads }), input, { seed: 3, members })),
    );
    assert.ok(one!.values.length > 2 ** 20, "threads are used");
    assert.ok(one!.values.some((v) => v > 0));
    assert.equal(two!.values, one!.values);
  });
}

test("every part is computed once and all are there, with more threads than parts too; a part that fails throws its error", async () => {
  const frames = Float64Array.from({ length: 5 }, (_, i) => 7 * i);
  const task = { kind: "noise", seed: 2, frames, top: 3, height: 40, width: 30 } as const;
  const expected = [...frames].flatMap((step) => [
    ...normalField({ seed: 2, step, top: 3, left: 0, height: 40, width: 30 }),
  ]);
  for (const threads of [1, 2, 3, 9]) {
    const out = sharedFloats(5 * 1200, threads);
    await crew.share({ ...task, out }, 5, threads);
    assert.equal([...out], expected, `${threads} threads`);
    const wrong = { ...task, frames: frames.map((n) => (n === 28 ? -1 : n)), out };
    await refuses(crew.share(wrong, 5, threads), /step is -1/, DomainError);
  }
});

test("threads are for methods that have parts", () => {
  assert.throws(() => baselineDownscaler({ method: "bilinear", factor: 2, threads: 2 }), /threads.*qm, qdm, rainfarm/);
});

test.run();
