import { OptionsError, UnitsError } from "../../../engine/index.ts";
import { foldSteps } from "../../../generative/data/index.ts";
import { type BaselineOptions, baselineDownscaler, downscale } from "../../../generative/index.ts";
import { type Coordinate, coarsen, type Field, lazyField } from "../../../io/index.ts";
import { assert, refuses, test, throws } from "../../harness.ts";
import { fieldOf, hours, steps } from "../fields-for-tests.ts";

const [lat, lon, count] = [steps(40, 0.5, 12), steps(0, 0.5, 8), 24];

const hourly = (days: number): Coordinate =>
  hours(
    Array.from({ length: 24 * days }, (_, i) => i),
    Array.from({ length: 24 * days }, (_, i) => [i, i + 1] as const),
  );
const rain = (value: (t: number, y: number, x: number) => number, days = 6) =>
  fieldOf({ name: "pr", units: "mm h-1", lat, lon, time: hourly(days), value });
/** Means of the days, and over 2 x 2 cells. */
const daily = async (fine: ReturnType<typeof rain>, factor = 2): Promise<Field> => {
  const days = await foldSteps("test", fine, count).mean.load();
  return factor === 1 ? days : coarsen(days, factor);
};
const drawn = (options: BaselineOptions, input: Field, members = 1) =>
  downscale(baselineDownscaler(options), input, { seed: 4, ...(members > 1 && { members }) });
const near = (a: ArrayLike<number>, b: ArrayLike<number>, off = 1e-5) => {
  assert.is(a.length, b.length);
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i]! - b[i]!) <= off * (1 + Math.abs(b[i]!)), `${i}: ${a[i]} ${b[i]}`);
};

const showers = rain((t, y, x) => Math.max(0, 3 * Math.sin(t / 5 + y) + 2 * Math.cos(t * x)));

test("every method keeps the means over days and cells, and gives hours with bounds", async () => {
  const coarse = await daily(showers);
  for (const method of ["uniform", "cycle", "fragments", "rainfarm"] as const) {
    const fine = await drawn(
      { method, factor: 2, timeFactor: count, ...(method !== "uniform" && { fine: showers }) },
      coarse,
    );
    assert.equal([fine.shape, fine.units], [[144, fine.shape[1], 12, 8], "mm h-1"]);
    assert.equal(fine.coordinate("time")!.bounds, showers.coordinate("time")!.bounds);
    near((await daily(lazyField(fine.isel({ realization: 0 })))).values, coarse.values);
  }
});

test("amounts of a day are shared out among its hours", async () => {
  const coarse = await daily(showers, 1);
  const amounts = coarse.with({ values: coarse.values.map((v) => v * 24), units: "mm" });
  const fine = await drawn({ method: "uniform", timeFactor: count }, amounts);
  near(fine.isel({ realization: 0, time: [30, 31] }).values, coarse.isel({ time: [1, 2] }).values);
});

test("the cycle of an archive with one cycle is that cycle, of rain as shares and of temperature as differences", async () => {
  const share = (t: number) => 1 + Math.sin((2 * Math.PI * t) / 24);
  const own = rain((t, y, x) => share(t) * (1 + Math.floor(t / 24)) * (y + x));
  const fine = await drawn({ method: "cycle", timeFactor: count, fine: own }, await daily(own, 1));
  near(fine.isel({ realization: 0 }).values, (await own.load()).values);
  const warm = fieldOf({
    ...{ name: "tas", units: "K", standardName: "air_temperature", lat, lon, time: hourly(4) },
    value: (t, y) => 280 + 5 * share(t) + Math.floor(t / 24) + y,
  });
  const hoursOfHeat = await drawn({ method: "cycle", timeFactor: count, fine: warm }, await daily(warm, 1));
  near(hoursOfHeat.isel({ realization: 0 }).values, (await warm.load()).values);
});

test("fragments of an archive in which all days rain alike are its days", async () => {
  const pattern = rain(
    (t, y, x) =>
      (1 + Math.floor(t / 24)) * Math.max(0, Math.sin(((t % 24) * Math.PI) / 12)) * (2 + ((y * 2) % 2) + ((x * 2) % 2)),
  );
  const coarse = await daily(pattern);
  const fine = await drawn({ method: "fragments", factor: 2, timeFactor: count, fine: pattern }, coarse, 2);
  const truth = (await pattern.load()).values;
  for (const realization of [0, 1]) near(fine.isel({ realization }).values, truth, 1e-4);
});

test("the noise of space–time RainFARM goes on over the end of a day, and a part of the days has that of the whole", async () => {
  const flat = rain(() => 1, 8);
  const coarse = await daily(flat);
  const options = { method: "rainfarm", factor: 2, timeFactor: count, slope: 2 } as const;
  const fine = await drawn(options, coarse, 8);
  const whole = lazyField(coarse);
  const part = await downscale(baselineDownscaler(options), whole.isel({ time: [3, 5] }), { seed: 4, members: 8 });
  assert.equal(Array.from(part.values), Array.from(fine.isel({ time: [72, 120] }).values));
  const plane = 12 * 8 * 8;
  const logs = Float64Array.from(fine.values, Math.log);
  const correlation = (t: number) => {
    const [a, b] = [logs.subarray(t * plane, (t + 1) * plane), logs.subarray((t + 1) * plane, (t + 2) * plane)];
    const mean = (v: Float64Array) => v.reduce((x, y) => x + y, 0) / v.length;
    const [ma, mb] = [mean(a), mean(b)];
    const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
    return (
      sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2))
    );
  };
  const mean = (list: readonly number[]) => list.reduce((x, y) => x + y, 0) / list.length;
  const within = mean([5, 30, 55, 80, 105, 130, 155].map(correlation));
  const across = mean([23, 47, 71, 95, 119, 143, 167].map(correlation));
  // Means of days are exact: a few values in a hundred are lost at their ends. Independent days would have 0.
  assert.ok(within > 0.3 && across > 0.6 * within, `${within} ${across}`);
});

test("methods of steps need a time factor, an archive, and no grid", async () => {
  const fails = (options: object, pattern: RegExp) =>
    throws(() => baselineDownscaler(options as BaselineOptions), OptionsError, pattern);
  fails({ method: "uniform", factor: 2 }, /refines times; give `timeFactor`/);
  fails({ method: "cycle", timeFactor: 24 }, /needs `fine`/);
  fails({ method: "qm", timeFactor: 24, fine: showers, coarse: showers }, /`timeFactor` is for the methods/);
  fails({ method: "uniform", timeFactor: 24, grid: showers }, /`factor` instead of `grid`/);
  const day = await daily(showers);
  const bare = day.with({ coordinates: day.coordinates.map(({ bounds: _, ...c }) => c) });
  await refuses(drawn({ method: "uniform", timeFactor: 24 }, bare), /no bounds/, UnitsError);
});

test.run();
