/** The change of a climate between two periods beside the driving model's: known changes, numpy's numbers, refusals. */

import { MongeError, rng } from "../../engine/index.ts";
import type { Field } from "../../io/index.ts";
import { type ChangeSignalOptions, changeSignal } from "../../verification/index.ts";
import { changeRows, changeText } from "../../verification/sheets/index.ts";
import { assert, evenly, close as near, refuses, suite } from "../harness.ts";
import { degrees, maps } from "./maps.ts";

const test = suite("change signal");

/** Days, the first half of them in one year and the second in another. */
function daily(values: Float64Array | Float32Array, shape: readonly number[], units = "mm day-1"): Field {
  const [days, height, width] = [shape[0]!, shape.at(-2)!, shape.at(-1)!];
  const lines = [degrees("lat", evenly(height, 40)), degrees("lon", evenly(width, 40))];
  const times = evenly(days).map((i) => (i < days / 2 ? i : 36_500 + i));
  const name = units === "mm day-1" ? "pr" : "any";
  const members = shape.length === 4 ? shape[1] : undefined;
  return maps(values, [height, width], {
    members,
    name,
    units,
    attributes: {},
    times,
    since: "days since 1981-01-01",
    lines,
  });
}

const periods: ChangeSignalOptions = { from: { dates: ["1981", "1981"] }, to: { dates: ["2070", "2090"] } };
const bootstrap = { seed: 3, draws: 200 };

const close = (actual: number, expected: number, within = 1e-12) => near(actual, expected, within);

/** Rain of 80 days. */
function rain(seed: number, factor = 1, members = 1): Field {
  const shape = members === 1 ? [80, 4, 5] : [80, members, 4, 5];
  const values = rng(seed).normal(new Float64Array(shape.reduce((a, b) => a * b)));
  const half = values.length / 2;
  return daily(
    values.map((z, i) => Math.max(0, 5 * z) * (i < half ? 1 : factor)),
    shape,
  );
}

test("a forecast that is the driving field changes as it does, in every redraw", async () => {
  const field = rain(1);
  const found = await changeSignal(field, field, { ...periods, bootstrap });
  for (const { difference, forecast } of [found.mean, found.wetFrequency!, found.wetIntensity!, ...found.quantiles]) {
    assert.equal(difference, { value: 0, low: 0, high: 0 });
    assert.ok(forecast.change.low < forecast.change.value && forecast.change.value < forecast.change.high);
  }
  close(found.pattern.correlation, 1);
  assert.is(found.pattern.rmsd, 0);
  assert.equal(found.coverage.from.times, [40, 40, 40]);
  assert.equal(found.coverage.to.cells, [800, 800]);
});

test("a second period that is the first times 1.2 has 20 % more mean and quantiles, and the model none", async () => {
  const first = rain(2).values.subarray(0, 800);
  const twice = (factor: number) => daily(Float64Array.from([...first, ...first.map((v) => v * factor)]), [80, 4, 5]);
  const found = await changeSignal(twice(1.2), twice(1), { ...periods, quantiles: [0.9, 0.99] });
  for (const { forecast, driving, difference } of [found.mean, ...found.quantiles]) {
    close(forecast.change.value, 0.2);
    close(driving.change.value, 0);
    close(difference.value, 0.2);
    assert.ok(Number.isNaN(difference.low));
  }
  close(found.pattern.rmsd, 0.2);
  assert.ok(Number.isNaN(found.pattern.correlation));
});

test("a small case has numpy's numbers", async () => {
  const f = [0, 2, 4, 1, 3, 0, 0, 8, 1, 5, 2, 0, 0, 6, 4, 1, 5, 0.5, 2, 9, 1, 7, 3, 2];
  const d = [1, 1, 3, 2, 2, 1, 0.5, 6, 2, 4, 1, 1, 1, 5, 2, 2, 4, 1, 1, 7, 0.5, 5, 4, 1];
  const own = daily(Float64Array.from(f), [6, 2, 2]);
  // The same model in other units.
  const model = daily(
    Float64Array.from(d, (v) => v / 86_400),
    [6, 2, 2],
    "kg m-2 s-1",
  );
  const found = await changeSignal(own, model, { ...periods, wetThreshold: 0.9, quantiles: [0.5, 0.9] });
  const changes = [found.mean, found.wetFrequency!, found.wetIntensity!, ...found.quantiles];
  const numpy = [
    [0.5576923076923077, 0.36734693877551017],
    [0.25, 0],
    [0.23076923076923084, 0.375],
    [0.6666666666666667, 0.33333333333333326],
    [0.40816326530612246, 0.28205128205128194],
  ];
  for (const [k, { forecast, driving, difference }] of changes.entries()) {
    close(forecast.change.value, numpy[k]![0]!);
    close(driving.change.value, numpy[k]![1]!);
    close(difference.value, numpy[k]![0]! - numpy[k]![1]!);
  }
  close(found.pattern.correlation, 0.8545689005189857);
  close(found.pattern.rmsd, 0.23533987687334762);
  assert.is(found.pattern.cells, 4);
  close((await changeSignal(own, own, periods)).wetThreshold!, 1);
});

test("a change of temperature is a difference, the same in °C and in K, and a fall below zero is a fall", async () => {
  const fell = Float64Array.from({ length: 80 * 20 }, (_, i) => -10.6 + (i % 7) / 7 - (i < 800 ? 0 : 0.54));
  const warmed = fell.map((v, i) => v + (i < 800 ? 0 : 2));
  const own = daily(fell, [80, 4, 5], "degC");
  const model = daily(warmed, [80, 4, 5], "degC");
  const inKelvin = (field: Field) => field.with({ values: field.values.map((v) => v + 273.15), units: "K" });
  const [celsius, kelvin] = [
    await changeSignal(own, model, { ...periods, bootstrap }),
    await changeSignal(inKelvin(own), model, { ...periods, bootstrap }),
  ];
  assert.is(celsius.changes, "additive");
  assert.is(changeText(celsius.mean.forecast.change.value, "degC").slice(0, 4), "−0.5");
  // 800 is no multiple of 7: the days of the two halves differ by less than a fortieth of a degree.
  close(celsius.mean.forecast.change.value, -0.54, 0.025);
  close(celsius.mean.difference.value, -2, 1e-9);
  close(celsius.pattern.rmsd, 2, 1e-9);
  for (const [k, row] of changeRows(celsius).entries()) {
    const other = changeRows(kelvin)[k]!;
    // Single precision of 262 K is 3e-5 K.
    close(row.difference.value, other.difference.value, 5e-5);
    close(row.forecast.change.low, other.forecast.change.low, 5e-5);
    assert.is(row.changeUnits, "degC");
    assert.is(other.changeUnits, "K");
  }
  assert.equal((await changeSignal(rain(1), rain(1), periods)).changes, "multiplicative");
});

test("members count together, gaps on either side are left out and counted", async () => {
  const [three, one] = [rain(5, 1.5, 3), rain(6)];
  three.values[7] = Number.NaN;
  one.values[1600 - 20] = Number.NaN;
  const { members, coverage } = await changeSignal(three, one, periods);
  assert.is(members, 3);
  assert.equal(coverage.from.cells, [799, 800]);
  assert.equal(coverage.to.cells, [799, 800]);
  assert.is(coverage.to.share, 799 / 800);
});

test("the interval of the difference holds the true one about as often as it says", async () => {
  let held = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { difference } = (
      await changeSignal(rain(100 + seed, 1.3), rain(500 + seed), {
        ...periods,
        quantiles: [],
        bootstrap: { seed, draws: 150 },
      })
    ).mean;
    if (difference.low <= 0.3 && 0.3 <= difference.high) held++;
  }
  assert.ok(held >= 33, `${held} of 40`);
});

test("periods without times, that overlap, units and grids that do not fit are refused", async () => {
  const field = rain(1);
  const expect = (pattern: RegExp, given: Field, model: Field, options: ChangeSignalOptions) =>
    refuses(changeSignal(given, model, options), pattern, MongeError);
  await expect(/1990/, field, field, { ...periods, from: { dates: ["1990", "1995"] } });
  await expect(/both periods hold 1981-01-11/, field, field, {
    from: { dates: ["1981-01-01", "1981-01-11"] },
    to: { dates: ["1981-01-11", "2090"] },
  });
  await expect(/no dimension of time/, field.isel({ time: 0 }), field, periods);
  await expect(/changeSignal: driving .*units "K"/, field, daily(field.values.slice(), [80, 4, 5], "K"), periods);
  await expect(/regrid/, field, daily(new Float64Array(80 * 4), [80, 2, 2]), periods);
  await expect(/quantiles/, field, field, { ...periods, quantiles: [1] });
  await expect(/fewer than two blocks/, field, field, { ...periods, bootstrap: { seed: 1, block: 30 } });
});

test.run();
