/** Block means, bilinear and block-constant refinement: formulas, properties, and fields with their coordinates. */
import * as fc from "fast-check";
import { OptionsError, ShapeError } from "../../../engine/index.ts";
import { bilinearUpsample, blockMean, repeatUpsample } from "../../../engine/numerics/index.ts";
import { coarsen, Field, refine } from "../../../io/index.ts";
import { assert, axis, evenly, test, throws } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

/** Sizes and multiples of 1/8, whose sums are exact. */
const stacks = fc
  .record({
    count: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 1, max: 5 }),
    columns: fc.integer({ min: 1, max: 5 }),
    factor: fc.integer({ min: 1, max: 4 }),
  })
  .chain((sizes) => {
    const length = sizes.count * sizes.rows * sizes.columns * sizes.factor ** 2;
    return fc
      .array(fc.integer({ min: -800, max: 800 }), { minLength: length, maxLength: length })
      .map((v) => ({ ...sizes, values: Float64Array.from(v, (x) => x / 8) }));
  });

test("a block mean is the mean of its block, written out", () => {
  return fc.assert(
    fc.asyncProperty(stacks, async ({ count, rows, columns, factor, values }) => {
      const [height, width] = [rows * factor, columns * factor];
      const means = blockMean(values, count, height, width, factor);
      for (let n = 0; n < count; n++) {
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            let sum = 0;
            for (let i = 0; i < factor * factor; i++) {
              sum += values[(n * height + y * factor + Math.floor(i / factor)) * width + x * factor + (i % factor)]!;
            }
            assert.is(means[(n * rows + y) * columns + x], Math.fround(sum / factor ** 2));
          }
        }
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("the block mean of a block-constant image is the image it came from", () => {
  return fc.assert(
    fc.asyncProperty(stacks, async ({ count, rows, columns, factor, values }) => {
      const small = values.subarray(0, count * rows * columns);
      const fine = repeatUpsample(small, count, rows, columns, factor);
      assert.equal(blockMean(fine, count, rows * factor, columns * factor, factor), Float32Array.from(small));
    }),
    { seed: 2, numRuns: 100 },
  );
});

test("a block with a missing value is missing, or the mean of the rest where enough of it is there", () => {
  const values = Float32Array.of(1, 2, Number.NaN, 5, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
  const means = (minimumValid?: number) => Array.from(blockMean(values, 1, 4, 2, 2, minimumValid));
  assert.equal(means(), [Number.NaN, Number.NaN]);
  assert.equal(means(0.75), [Math.fround(8 / 3), Number.NaN]);
  assert.equal(means(0.76), [Number.NaN, Number.NaN]);
});

test("bilinear refinement reproduces affine images away from the border half cells, and never leaves the range", () => {
  for (const factor of [1, 2, 3, 4, 5]) {
    const [height, width] = [6, 7];
    const affine = (y: number, x: number) => 3 + 0.5 * y - 0.25 * x;
    const values = Float64Array.from({ length: height * width }, (_, i) => affine(Math.floor(i / width), i % width));
    const fine = bilinearUpsample(values, 1, height, width, factor);
    for (let i = 0; i < height * factor; i++) {
      for (let j = 0; j < width * factor; j++) {
        const [y, x] = [(i + 0.5) / factor - 0.5, (j + 0.5) / factor - 0.5];
        const clamped = affine(Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1));
        // One float32 rounding of a number below 8.
        assert.ok(Math.abs(fine[i * width * factor + j]! - clamped) < 4e-7);
      }
    }
  }
});

test("bilinear refinement is torch's interpolate without aligned corners", () => {
  if (!hasPython("torch")) return skip("no torch for /usr/bin/python3");
  const values = Array.from({ length: 2 * 4 * 5 }, (_, i) => Math.sin(i * 1.7));
  const program = `
import sys, json, torch
a = torch.tensor(json.loads(sys.argv[1]), dtype=torch.float64).reshape(2, 1, 4, 5)
print(json.dumps(torch.nn.functional.interpolate(a, scale_factor=3, mode="bilinear", align_corners=False).flatten().tolist()))
`;
  const expected = python(program, JSON.stringify(values)) as number[];
  const fine = bilinearUpsample(Float64Array.from(values), 2, 4, 5, 3);
  expected.forEach((v, i) => {
    assert.ok(Math.abs(v - fine[i]!) < 1e-7);
  });
});

test("a missing cell reaches the fine cells that weigh it and no others", () => {
  const fine = bilinearUpsample(Float32Array.of(1, Number.NaN, 3), 1, 1, 3, 3);
  assert.is(Array.from(fine.subarray(0, 9), (v) => (Number.isNaN(v) ? "-" : "x")).join(""), "xx-----xx");
});

function field(height: number, width: number, extra: object = {}): Field {
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [2, height, width],
    values: Float32Array.from({ length: 2 * height * width }, (_, i) => (i * 7) % 13),
    units: "mm",
    attributes: { cell_methods: "time: sum" },
    coordinates: [
      axis(
        "lat",
        evenly(height, 50, -0.5),
        { units: "degrees_north" },
        Float64Array.from({ length: 2 * height }, (_, i) => 50.25 - 0.5 * (Math.floor(i / 2) + (i % 2))),
      ),
      { name: "lon", dims: ["lon"], values: evenly(width, 4, 0.5), attributes: { units: "degrees_east" } },
      { name: "area", dims: ["lat", "lon"], values: evenly(height * width, 0, 1), attributes: {} },
    ],
    gridMapping: {
      name: "crs",
      attributes: { grid_mapping_name: "latitude_longitude", GeoTransform: "4 0.5 0 50 0 -0.5" },
    },
    ...extra,
  });
}

test("coarsening averages coordinates, joins bounds, says `area: mean`, and keeps the total", () => {
  const fine = field(4, 6);
  const coarse = coarsen(fine, 2);
  assert.equal(coarse.shape, [2, 2, 3]);
  assert.equal(coarse.coordinate("lat")?.values, Float64Array.of(49.75, 48.75));
  assert.equal(coarse.coordinate("lat")?.bounds, Float64Array.of(50.25, 49.25, 49.25, 48.25));
  assert.equal(coarse.coordinate("lon")?.values, Float64Array.of(4.25, 5.25, 6.25));
  assert.equal(coarse.coordinate("area")?.values, Float64Array.of(3.5, 5.5, 7.5, 15.5, 17.5, 19.5));
  assert.is(coarse.attributes.cell_methods, "time: sum area: mean");
  assert.is(coarse.gridMapping?.attributes.GeoTransform, undefined);
  const total = (f: Field) => Array.from(f.values).reduce((a, b) => a + b, 0);
  assert.is(total(coarse) * 4, total(fine));
});

test("a grid that the factor does not divide is an error that says how to crop, and `crop` does so", () => {
  throws(() => coarsen(field(5, 7), 2), ShapeError, /5 x 7; crop it to 4 x 6: `crop: true`/);
  assert.equal(
    coarsen(field(5, 7), 2, { crop: true }).values,
    coarsen(field(5, 7).isel({ lat: [0, 4], lon: [0, 6] }), 2).values,
  );
  throws(() => coarsen(field(4, 6), 1.5), OptionsError, /^/);
  throws(() => coarsen(field(4, 6), 9, { crop: true }), ShapeError, /^/);
});

test("refined coordinates coarsen back to the ones they came from", () => {
  const coarse = field(3, 4);
  const back = coarsen(refine(coarse, 4), 4);
  for (const name of ["lat", "lon", "area"]) {
    const [a, b] = [coarse.coordinate(name)!.values, back.coordinate(name)!.values];
    assert.is(a.length, b.length);
    a.forEach((v, i) => {
      assert.ok(Math.abs(v - b[i]!) < 1e-12 * 50);
    });
  }
  assert.equal(refine(coarse, 4).shape, [2, 12, 16]);
});

test.run();
