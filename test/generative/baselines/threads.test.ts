/** Threads of baselines: results are bitwise identical with one and with two. */
import { rng } from "../../../engine/index.ts";
import { type BaselineOptions, baselineDownscaler, downscale } from "../../../generative/index.ts";
import { Field, regularGrid } from "../../../io/index.ts";
import { assert, axis, test } from "../../harness.ts";

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
  test(`${options.method} on two threads is bitwise identical with one`, async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) => downscale(baselineDownscaler({ ...options, threads }), input, { seed: 3, members })),
    );
    assert.ok(one!.values.length > 2 ** 20, "threads are used");
    assert.ok(one!.values.some((v) => v > 0));
    assert.equal(two!.values, one!.values);
  });
}

test("threads are for methods that have parts", () => {
  assert.throws(() => baselineDownscaler({ method: "bilinear", factor: 2, threads: 2 }), /threads.*qm, qdm, rainfarm/);
});

test.run();
