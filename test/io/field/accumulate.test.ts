import { join } from "node:path";
import * as fc from "fast-check";
import { OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { convertPrecipitation, deaccumulate, Field, type FieldOptions, readField } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, axis, evenly, inFolder, test, throws } from "../../harness.ts";
import { over } from "../fields.ts";
import { hasPython, pythonOn, skip, tool } from "../oracle.ts";

function hourly(values: readonly number[], extra: Partial<FieldOptions> = {}, bounds?: readonly number[]): Field {
  const hours = evenly(values.length / 2, 1);
  const axes = { time: [hours, "hours since 2018-05-01", bounds] as const, x: [[0, 1], "m"] as const };
  return over(axes, { name: "tp", values: Float64Array.from(values), units: "m", ...extra });
}

test("the amounts of random runs come back from their running sums, wherever the dimension of time stands", () => {
  const runs = fc.record({
    runs: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    outer: fc.integer({ min: 1, max: 2 }),
    inner: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });
  void fc.assert(
    fc.property(runs, ({ runs: lengths, outer, inner, seed }) => {
      const steps = lengths.reduce((a, b) => a + b, 0);
      const firsts = lengths.map((_, k) => lengths.slice(0, k).reduce((a, b) => a + b, 0));
      // Multiples of 1/8, whose sums are exact.
      const amounts = Float64Array.from({ length: outer * steps * inner }, (_, i) => ((i * 7919 + seed) % 40) / 8);
      const sums = amounts.slice();
      for (let o = 0; o < outer; o++) {
        for (let t = 1; t < steps; t++) {
          if (firsts.includes(t)) continue;
          for (let i = 0; i < inner; i++) {
            const at = (o * steps + t) * inner + i;
            sums[at]! += sums[at - inner]!;
          }
        }
      }
      const time = axis("time", evenly(steps, 6, 6), { units: "hours since 2001-02-28", calendar: "360_day" });
      const shape = [outer, steps, inner];
      const dims = ["member", "time", "x"];
      const field = new Field({ name: "tp", dims, shape, values: sums, units: "mm", coordinates: [time] });
      const got = deaccumulate(field, { resets: firsts.slice(1), start: "2001-02-28" });
      assert.equal(got.field.values, amounts);
      assert.equal(
        got.field.coordinate("time")!.bounds,
        Float64Array.from({ length: 2 * steps }, (_, i) => 6 * (Math.floor(i / 2) + (i % 2))),
      );
      assert.equal([got.resets, got.negatives, got.lowest], [firsts.slice(1), 0, 0]);
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("the result is an amount of each step: bounds, sums over time, a standard name, and rates follow from it", () => {
  const { field } = deaccumulate(hourly([1, 2, 3, 5]), { start: "2018-05-01" });
  assert.equal(
    [field.units, field.attributes],
    ["m", { cell_methods: "time: sum", standard_name: "lwe_thickness_of_precipitation_amount" }],
  );
  assert.equal(Array.from(convertPrecipitation(field, "mm/h").values), [1000, 2000, 2000, 3000]);
  const area = hourly([1, 2, 3, 5], { attributes: { cell_methods: "area: mean time: sum", long_name: "rain" } });
  assert.equal(deaccumulate(area, { start: "drop" }).field.attributes, {
    cell_methods: "area: mean time: sum",
    long_name: "rain",
    standard_name: "lwe_thickness_of_precipitation_amount",
  });
});

test("the first step is an amount since the stated start, or since its lower bound, or is left out; else an error", () => {
  const sums = hourly([1, 2, 3, 5, 4, 7]);
  throws(
    () => deaccumulate(sums),
    OptionsError,
    /first accumulation, up to 2018-05-01T01:00:00 \(index 0\), begin\? Give `start`.*"drop"/,
  );
  const early = deaccumulate(sums, { start: "2018-04-30T18" }).field;
  assert.equal(Array.from(early.coordinate("time")!.bounds!), [-6, 1, 1, 2, 2, 3]);
  const dropped = deaccumulate(sums, { start: "drop" }).field;
  assert.equal(dropped.shape, [2, 2]);
  assert.equal(Array.from(dropped.values), [2, 3, 1, 2]);
  assert.equal(Array.from(dropped.coordinate("time")!.bounds!), [1, 2, 2, 3]);
  const bounded = deaccumulate(hourly([1, 2, 3, 5, 4, 7], {}, [0, 1, 0, 2, 0, 3]));
  assert.equal(Array.from(bounded.field.values), [1, 2, 2, 3, 1, 2]);
  assert.equal(Array.from(bounded.field.coordinate("time")!.bounds!), [0, 1, 1, 2, 2, 3]);
  throws(() => deaccumulate(sums, { start: "2018-05-01T01" }), OptionsError, /expected a moment before the first time/);
});

test("resets come from bounds, hours, indices or the values, and all give the same amounts", () => {
  // Two runs of two hours: amounts 1 2 | 2 3 | 5 1 | 1 4.
  const sums = [1, 2, 3, 5, 1, 1, 2, 5];
  const expected = [1, 2, 2, 3, 1, 1, 1, 4];
  const by = (resets: Parameters<typeof deaccumulate>[1]) =>
    deaccumulate(hourly(sums), { start: "2018-05-01", ...resets });
  for (const resets of [[2], { hours: [2] }, "detect"] as const) {
    const got = by({ resets });
    assert.equal([Array.from(got.field.values), got.resets], [expected, [2]]);
  }
  const bounded = deaccumulate(hourly(sums, {}, [0, 1, 0, 2, 2, 3, 2, 4]));
  assert.equal([Array.from(bounded.field.values), bounded.resets], [expected, [2]]);
});

test("a fall without a stated reset, a fall while the mean rises, and bounds of single steps are errors with the place", () => {
  const start = "2018-05-01";
  const cases: readonly (readonly [Field, object, new (...args: never[]) => Error, RegExp])[] = [
    [
      hourly([1, 2, 3, 5, 1, 1]),
      { start },
      OptionsError,
      /fall by up to 4 m at 2018-05-01T03:00:00 \(index 2\), more than the tolerance of 0/,
    ],
    [
      hourly([5, 5, 4, 5, 4, 2]),
      { start },
      OptionsError,
      /fall by up to 1 m at 2018-05-01T02:00:00 \(index 1\) \(1 more step falls so, the largest by 3 m at 2018-05-01T03:00:00.*`tolerance: 3.2` and `clamp: true`/,
    ],
    [hourly([1, 2, 0, 9]), { start, resets: "detect" }, OptionsError, /while their mean rises/],
    [
      hourly([1, 2, 3, 5, 4, 7], {}, [0, 1, 1, 2, 2, 3]),
      {},
      OptionsError,
      /an interval of its own, which is no accumulation/,
    ],
    [hourly([1, 2, 3, 5], { units: "mm/h" }), { start: "drop" }, UnitsError, /a rate, which accumulates nothing/],
    [hourly([1, 2, 3, 5], { coordinates: [] }), { start: "drop" }, ShapeError, /a dimension of time/],
    [hourly([1, 2, 3, 5]), { start, resets: [0] }, OptionsError, /./],
    [hourly([1, 2, 3, 5]), { start, resets: { hours: [24] } }, OptionsError, /./],
    [hourly([1, 2, 3, 5]), { start, tolerance: -1 }, OptionsError, /./],
    [hourly([1, 2, 3, 5]), { start: "tomorrow" }, OptionsError, /./],
  ];
  for (const [field, options, kind, message] of cases) throws(() => deaccumulate(field, options), kind, message);
});

test("small falls of packed numbers are counted, kept or clamped as asked; larger ones stay errors; NaN spreads one step", () => {
  const sums = hourly([1, 2, 0.999, 2, 3, 1.9985, Number.NaN, 4, 5, 5]);
  const kept = deaccumulate(sums, { start: "2018-05-01", tolerance: 0.002 });
  assert.is(kept.negatives, 2);
  assert.ok(Math.abs(kept.lowest + 0.0015) < 1e-12);
  assert.ok(kept.field.values[2]! < 0);
  const clamped = deaccumulate(sums, { start: "2018-05-01", tolerance: 0.002, clamp: true });
  assert.equal([clamped.negatives, clamped.field.values[2], clamped.field.values[5]], [2, 0, 0]);
  assert.equal(Array.from(clamped.field.values, Number.isNaN), [0, 0, 0, 0, 0, 0, 1, 0, 1, 0].map(Boolean));
  throws(
    () => deaccumulate(sums, { start: "2018-05-01", tolerance: 0.001 }),
    OptionsError,
    /allow it by `tolerance: 0.0016`/,
  );
});

const NUMPY = `
import sys, json, netCDF4, numpy as np
path, = json.loads(sys.stdin.read())
with netCDF4.Dataset(path) as f: v = np.ma.filled(f["tp"][:].astype("f8"), np.nan)
d = np.concatenate([v[:1], np.diff(v, axis=0)])
print(json.dumps({"sums": d.sum(axis=(1, 2)).tolist(), "low": float(d.min()), "negatives": int((d < 0).sum())}))
`;

test("hourly amounts of AROME and ARPEGE are numpy's differences and cdo's deltat", async () => {
  if (!hasPython("netCDF4")) return skip("no netCDF4 for /usr/bin/python3");
  const files = dataFiles("pairs", /(arome|arpege)_tp/);
  await inFolder(async (folder) => {
    for (const file of files) {
      const oracle = pythonOn(NUMPY, [file]) as { sums: number[]; low: number; negatives: number };
      const sums = await readField(file);
      const got = deaccumulate(sums, { start: "2018-05-01", tolerance: Math.max(0, -oracle.low) });
      assert.equal([got.negatives, got.lowest], [oracle.negatives, Math.min(0, oracle.low)]);
      const plane = sums.shape[1]! * sums.shape[2]!;
      oracle.sums.forEach((expected, t) => {
        const sum = Array.from(got.field.values.subarray(t * plane, (t + 1) * plane)).reduce((a, b) => a + b, 0);
        // Amounts are stored as float32: half an ulp of the largest for each of the cells, in the worst case.
        assert.ok(Math.abs(sum - expected) <= 1e-6 * Math.abs(expected) + 1e-6, `${file} ${t}`);
      });
      const out = join(folder, "deltat.nc");
      if (tool("cdo", "-s", "-O", "-b", "F32", "deltat", file, out) === undefined) {
        skip("no cdo");
        continue;
      }
      const theirs = await readField(out);
      assert.equal(theirs.shape[0], sums.shape[0]! - 1);
      theirs.values.forEach((v, i) => {
        assert.ok(Math.abs(v - got.field.values[plane + i]!) <= 1e-6 * Math.abs(v) + 1e-7);
      });
    }
  });
});

test.run();
