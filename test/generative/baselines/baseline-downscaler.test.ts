// Inside: maps of pixels by themselves.
/** Baselines on fields: in the place of a model, with the same files. */

import { DomainError, OptionsError, rng, ShapeError, UnitsError } from "../../../engine/index.ts";
import { pixelMaps } from "../../../generative/baselines/pixel-maps.ts";
import { coarseSource } from "../../../generative/data/coarse-source.ts";
import {
  type BaselineOptions,
  baselineDownscaler,
  downscale,
  downscaleLazy,
  downscaleTo,
} from "../../../generative/index.ts";
import { yearWindows } from "../../../generative/model/year-windows.ts";
import {
  coarsen,
  Field,
  lazyField,
  openDataset,
  readField,
  refine,
  regrid,
  regularGrid,
  writeNetcdf,
} from "../../../io/index.ts";
import { assert, axis, close, refuses, temporaryFolder, test, throws } from "../../harness.ts";

const { at } = temporaryFolder(test);

interface Maps {
  readonly rows: number;
  readonly columns: number;
  readonly step: number;
  readonly days: number;
  /** Days since 2000-01-01 of the first. */
  readonly from?: number;
  readonly units?: string;
  readonly value: (day: number, row: number, column: number) => number;
}

/** Daily maps on a grid of degrees whose first cell begins at 40 N, 0 E. */
function maps({ rows, columns, step, days, from = 0, units = "mm", value }: Maps): Field {
  const grid = regularGrid({ step, lat: [40, 40 + rows * step], lon: [0, columns * step] });
  const cells = rows * columns;
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [days, rows, columns],
    values: Float32Array.from({ length: days * cells }, (_, i) =>
      value(from + Math.floor(i / cells), Math.floor((i % cells) / columns), i % columns),
    ),
    units,
    attributes:
      units === "mm"
        ? { standard_name: "lwe_thickness_of_precipitation_amount", cell_methods: "time: sum" }
        : { standard_name: "precipitation_flux", cell_methods: "time: mean" },
    coordinates: [
      axis(
        "time",
        Float64Array.from({ length: days }, (_, i) => from + i + 0.5),
        { units: "days since 2000-01-01", standard_name: "time" },
        Float64Array.from({ length: 2 * days }, (_, i) => from + (i >> 1) + (i % 2)),
      ),
      grid.y,
      grid.x,
    ],
  });
}

/** Uniform numbers that belong to their key. */
const uniform = (...key: readonly number[]): number => key.reduce((r, k) => r.split(k), rng(11)).uniform();
const rain = (key: readonly number[], dry: number, scale: number): number => {
  const u = uniform(...key);
  return u < dry ? 0 : 0.2 - scale * Math.log((1 - u) / (1 - dry));
};

const coarse = maps({ rows: 4, columns: 6, step: 1, days: 6, value: (d, y, x) => rain([1, d, y, x], 0.3, 4) });

test("bilinear divides the cells as `refine` does, and lies on another grid as `regrid` puts it", async () => {
  const divided = await downscale(baselineDownscaler({ method: "bilinear", factor: 3 }), coarse);
  assert.equal(divided.dims, ["time", "realization", "lat", "lon"]);
  assert.equal(divided.shape, [6, 1, 12, 18]);
  const expected = refine(coarse, 3);
  assert.equal(divided.values, expected.values);
  assert.equal(divided.coordinate("lat"), expected.coordinate("lat"));
  assert.equal([divided.units, divided.attributes], ["mm", coarse.attributes]);

  const grid = regularGrid({ step: 0.3, lat: [40.2, 43.8], lon: [0, 7.2] });
  const there = await downscale(baselineDownscaler({ method: "bilinear", grid }), coarse);
  const { values } = regrid(coarse, grid, { method: "bilinear", border: "clamp" });
  assert.equal([...there.values], [...values]);
  // Beyond the edge of the coarse grid, at 6 E, nothing is known.
  assert.ok(Number.isNaN(there.values[there.size("lon") - 1]) && !Number.isNaN(there.values[0]));
});

test("a template's gaps, at all times, are gaps of the result; a coarse gap is one of its own cell only", async () => {
  const template = maps({
    ...{ rows: 8, columns: 12, step: 0.5, days: 2 },
    value: (d, y, x) => (x < 2 || (d === 0 && y === 7) ? Number.NaN : 1),
  });
  const method = baselineDownscaler({ method: "bilinear", grid: template });
  const fine = await downscale(method, coarse);
  for (const [i, v] of fine.values.entries()) assert.is(Number.isNaN(v), i % 12 < 2, `${i}`);

  const holed = coarse.with({ values: coarse.values.map((v, i) => (i % 24 === 8 ? Number.NaN : v)) });
  await refuses(downscale(method, holed), /6 of 144 values are missing; .*`missing: "propagate"`/, DomainError);
  for (const options of [
    { method: "bilinear", factor: 2 },
    { method: "rainfarm", factor: 2, slope: 3 },
    { method: "rainfarm", grid: maps({ rows: 8, columns: 12, step: 0.5, days: 1, value: () => 1 }), slope: 3 },
  ] as const) {
    const out = await downscale(baselineDownscaler(options), holed, { missing: "propagate" });
    const missing = [...out.isel({ time: 0, realization: 0 }).values].flatMap((v, i) => (Number.isNaN(v) ? [i] : []));
    // Cell (1, 2) of the coarse grid is rows 2, 3 and columns 4, 5 of the fine one.
    assert.equal(missing, [28, 29, 40, 41], JSON.stringify(options.method));
  }
});

test("RainFARM keeps the coarse means to rounding, draws members by seed, and a part of the times has the numbers of the whole", async () => {
  const method = baselineDownscaler({ method: "rainfarm", factor: 4, slope: 2.5 });
  const all = await downscale(method, coarse, { members: 3, seed: 2 });
  assert.equal(all.shape, [6, 3, 16, 24]);
  const means = coarsen(all, 4).values;
  for (const [i, v] of means.entries()) {
    const expected = coarse.values[Math.floor(i / 72) * 24 + (i % 24)]!;
    close(v, expected, 1e-5 * Math.max(1, expected), `mean ${i}`);
  }
  assert.equal((await downscale(method, coarse, { members: 3, seed: 2 })).values, all.values);
  assert.not.equal((await downscale(method, coarse, { members: 3, seed: 3 })).values, all.values);
  assert.not.equal(all.isel({ realization: 0 }).values, all.isel({ realization: 1 }).values);
  assert.ok(all.values.every((v) => v >= 0));

  await writeNetcdf(at("coarse.nc"), coarse);
  const data = await openDataset(at("coarse.nc"));
  const part = (await data.variable("pr")).isel({ time: [2, 5] });
  assert.equal((await downscale(method, part, { members: 3, seed: 2 })).values, all.isel({ time: [2, 5] }).values);
  const one = (await downscaleLazy(method, part, { members: 3, seed: 2 })).isel({
    time: 1,
    realization: 2,
    lat: [3, 5],
  });
  assert.equal((await one.load()).values, all.isel({ time: 3, realization: 2, lat: [3, 5] }).values);
  data.close();
});

test("on a grid that cuts the coarse cells, their area means are kept to a ten-thousandth of the largest", async () => {
  const grid = regularGrid({ step: [4 / 15, 6 / 23], lat: [40, 44], lon: [0, 6] });
  const fine = await downscale(baselineDownscaler({ method: "rainfarm", grid, slope: 2.5 }), coarse, { members: 2 });
  const back = regrid(fine, coarse, { method: "conservative" });
  for (const [i, v] of back.values.entries()) {
    const frame = Math.floor(i / 48);
    const largest = Math.max(...coarse.values.subarray(frame * 24, (frame + 1) * 24));
    close(v, coarse.values[frame * 24 + (i % 24)]!, 1.1e-4 * largest, `mean ${i}`);
  }
});

const shape = { rows: 6, columns: 8, step: 0.5 };
const sea = (y: number, x: number): boolean => x === 7 && y < 3;
/** Observations: wetter to the east, twice as wet in summer. */
const observed = maps({
  ...{ ...shape, days: 731 },
  value: (d, y, x) => (sea(y, x) ? Number.NaN : rain([2, d, y, x], 0.5, (2 + x) * (summer(d) ? 2 : 1))),
});
function summer(day: number): boolean {
  const inYear = day % 365.25;
  return inYear > 151 && inYear < 243;
}
/** The model: too dry, in other units, with weather of its own. */
const model = (from: number, days: number): Field =>
  maps({
    ...{ rows: 3, columns: 4, step: 1, days, from, units: "kg m-2 s-1" },
    value: (d, y, x) => rain([3, d, y, x], 0.8, 3) / 86400,
  });
const history = model(0, 731);
const qm = { method: "qm", fine: observed, coarse: history } as const;

/** Values of a pixel at chosen times. */
const pixel = (field: Field, cell: number, when: (day: number) => boolean): number[] => {
  const plane = field.shape.at(-1)! * field.shape.at(-2)!;
  const days = field.coordinate("time")!.values;
  return [...days.keys()].filter((t) => when(Math.floor(days[t]!))).map((t) => field.values[t * plane + cell]!);
};
const wet = (values: readonly number[]): number => values.filter((v) => v >= 0.1).length / values.length;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test("the history, mapped, has the observed wet share and mean of every pixel and season, in the observed units", async () => {
  const fine = await downscale(baselineDownscaler({ ...qm, quantiles: 400 }), history);
  assert.equal([fine.name, fine.units, fine.attributes], ["pr", "mm", observed.attributes]);
  assert.equal(fine.shape, [731, 1, 6, 8]);
  const autumn = (d: number) => new Date(Date.UTC(2000, 0, 1 + d)).getUTCMonth();
  for (const cell of [0, 12, 33, 47]) {
    for (const when of [(d: number) => [5, 6, 7].includes(autumn(d)), (d: number) => [8, 9, 10].includes(autumn(d))]) {
      const [ours, truth] = [pixel(fine, cell, when), pixel(observed, cell, when)];
      // One value; and what lies between nodes.
      close(wet(ours), wet(truth), 1.01 / truth.length, `wet share of ${cell}`);
      close(mean(ours), mean(truth), 0.01 * mean(truth), `mean of ${cell}`);
    }
  }
  // Gaps of the observations are gaps, and no other is.
  fine.values.forEach((v, i) => {
    assert.is(Number.isNaN(v), sea(Math.floor((i % 48) / 8), i % 8));
  });
});

test("of rain that grows by half, quantile delta mapping keeps the half; quantile mapping need not", async () => {
  // A model that is wet too often, and its weather once more four years later.
  const often = maps({ rows: 3, columns: 4, step: 1, days: 731, value: (d, y, x) => rain([3, d, y, x], 0.2, 3) });
  const moved = maps({ rows: 3, columns: 4, step: 1, days: 731, from: 1461, value: () => 0 });
  const future = moved.with({ values: often.values.map((v) => 1.5 * v) });
  const options = { ...qm, coarse: often };
  const [past, delta, plain] = [
    await downscale(baselineDownscaler(options), often),
    await downscale(baselineDownscaler({ ...options, method: "qdm" }), future),
    await downscale(baselineDownscaler(options), future),
  ];
  let compared = 0;
  for (const [i, v] of past.values.entries()) {
    // Small changes of small rain have a limit of their own.
    if (!(v > 2)) continue;
    // Nodes and values are float32, and between nodes the factor is steep.
    close(delta.values[i]! / v, 1.5, 1e-4, `value ${i}`);
    compared++;
  }
  assert.ok(compared > 8000, `${compared}`);
  const growth = (f: Field) => mean(pixel(f, 33, () => true)) / mean(pixel(past, 33, () => true));
  close(growth(delta), 1.5, 0.02);
  assert.ok(Math.abs(growth(plain) - 1.5) > 0.03, `${growth(plain)}`);
});

test("times that are drawn together have the numbers of times that are drawn alone, gaps and adapted rain too", async () => {
  const often = maps({ rows: 3, columns: 4, step: 1, days: 731, value: (d, y, x) => rain([4, d, y, x], 0.2, 3) });
  const holed = often.with({ values: often.values.map((v, i) => (i % 12 === 5 && i % 7 === 0 ? Number.NaN : v)) });
  for (const options of [
    { ...qm, coarse: often, method: "qdm" },
    { method: "bilinear", factor: 2, wetThreshold: 0.5 },
  ] as const) {
    const lazy = await downscaleLazy(baselineDownscaler(options), holed, { missing: "propagate" });
    const together = (await lazy.isel({ time: [55, 65] }).load()).values;
    const alone = [...Array(10).keys()].map(async (k) => [...(await lazy.isel({ time: 55 + k }).load()).values]);
    assert.equal([...together], (await Promise.all(alone)).flat(), options.method);
    const part = await lazy.isel({ time: [60, 62], lat: [1, 3], lon: [2, 5] }).load();
    assert.equal(part.values, (await lazy.isel({ time: [60, 62] }).load()).isel({ lat: [1, 3], lon: [2, 5] }).values);
    const reported = await downscale(baselineDownscaler(options), holed, { missing: "propagate", onFrame: () => {} });
    assert.equal([...reported.isel({ time: [55, 65] }).values], [...together], `${options.method}, reported`);
  }
});

test("maps that are fitted in stripes of rows are those that are fitted at once", async () => {
  const [fine, source] = [lazyField(observed), coarseSource("coarse", history, "mm", { rain: true })];
  const options = {
    method: "qdm",
    kind: "multiplicative",
    windows: yearWindows("season"),
    quantiles: 50,
    threshold: 0.1,
    seed: 1,
    frameOf: { coarse: (n: number) => n, input: (n: number) => n },
    signal: undefined,
    threads: 1,
  } as const;
  const sources = { fine, coarse: source, input: source };
  const [whole, striped] = [await pixelMaps(sources, options), await pixelMaps(sources, options, 1)];
  const smooth = source.inUnits(regrid(history, observed, { method: "bilinear", border: "clamp" })).values;
  for (const day of [0, 100, 600]) {
    const map = smooth.subarray(day * 48, (day + 1) * 48);
    assert.equal([...(await striped.apply(map, day))], [...(await whole.apply(map, day))], `day ${day}`);
  }
});

test("a moving window follows the year, and parts of the year without history are refused by name", async () => {
  const narrow = await downscale(baselineDownscaler({ ...qm, window: 45 }), history);
  const yearly = await downscale(baselineDownscaler({ ...qm, window: "year" }), history);
  const inSummer = (f: Field) => mean(pixel(f, 33, (d) => d % 365.25 > 165 && d % 365.25 < 230));
  const truth = inSummer(observed);
  close(inSummer(narrow), truth, 0.15 * truth);
  // The year's law knows nothing of summer.
  assert.ok(inSummer(yearly) < 0.8 * truth, `${inSummer(yearly)} of ${truth}`);
  const winter = observed.isel({ time: [0, 60] });
  const options = { ...qm, fine: winter };
  await refuses(
    downscale(baselineDownscaler(options), history),
    /the input has times in March to May, where `fine` has 0; .*`window: "year"`/,
    DomainError,
  );
  assert.is((await downscale(baselineDownscaler({ ...options, window: "year" }), history)).shape[0], 731);
});

test("temperature is mapped by sums, without a threshold", async () => {
  const degrees = (f: Field, change: number) =>
    f.with({
      name: "tas",
      units: "K",
      values: f.values.map((v) => 280 + change + (f === observed ? v : v * 86400)),
      attributes: {},
    });
  const [fine, past, future] = [degrees(observed, 0), degrees(history, -7), degrees(history, -4)];
  const method = baselineDownscaler({ method: "qdm", fine, coarse: past, window: "year" });
  const [now, then] = [await downscale(method, past), await downscale(method, future)];
  assert.is(then.units, "K");
  for (const [i, v] of then.values.entries()) {
    if (Number.isNaN(v)) continue;
    // float32 of 280 K.
    close(v - now.values[i]!, 3, 2e-3, `${i}`);
  }
  await refuses(downscale(method, history), /units "kg m-2 s-1"; expected units "K"/, UnitsError);
  const farm = baselineDownscaler({ method: "rainfarm", factor: 2, slope: 3 });
  await refuses(downscale(farm, past), /rainfarm makes precipitation/, OptionsError);
});

test("winds have units of rain, and keep their signs; what is open is asked for", async () => {
  const wind = (f: Field, attributes: Record<string, string>) =>
    f.with({ ...{ name: "x", units: "m s-1", attributes }, values: f.values.map((v) => v - 3) });
  const eastward = { standard_name: "eastward_wind" };
  const smooth = await downscale(baselineDownscaler({ method: "bilinear", factor: 2 }), wind(coarse, eastward));
  const plain = await downscale(baselineDownscaler({ method: "bilinear", factor: 2 }), coarse);
  for (const [i, v] of smooth.values.entries()) close(v, plain.values[i]! - 3, 1e-5, `${i}`);
  const of = (attributes: Record<string, string>, rain?: boolean) => {
    const [fine, past] = [wind(observed, attributes), wind(history, attributes)];
    const stated = rain === undefined ? {} : { rain };
    return downscale(baselineDownscaler({ method: "qm", fine, coarse: past, window: "year", ...stated }), past);
  };
  const mapped = await of(eastward);
  assert.ok(mapped.values.some((v) => v < 0));
  await refuses(of({}), /fine \(.*x\): it may be precipitation: .*"m s-1".*`rain: true`.*`rain: false`/, UnitsError);
  const said = (await of({}, false)).values;
  assert.ok(mapped.values.every((v, i) => Object.is(v, said[i])));
});

test("files tell the method and what it was fitted to; what is read is never written over", async () => {
  await writeNetcdf(at("obs.nc"), observed);
  await writeNetcdf(at("hist.nc"), history);
  const [obs, hist] = [await readField(at("obs.nc")), await readField(at("hist.nc"))];
  const method = baselineDownscaler({ ...qm, fine: obs, coarse: hist });
  const written = await downscaleTo(at("out.nc"), method, hist, { seed: 4, attributes: { title: "A model" } });
  assert.equal(written, {
    path: at("out.nc"),
    dims: ["time", "realization", "lat", "lon"],
    shape: [731, 1, 6, 8],
    units: "mm",
    forced: [],
  });
  const data = await openDataset(at("out.nc"));
  const said = data.attributes;
  data.close();
  assert.is(said["title"], "Downscaled by quantile mapping from: A model");
  assert.match(
    String(said["history"]),
    /monge downscale \(monge [\d.]+\S*, method qm fitted to fine \S*obs\.nc coarse \S*hist\.nc, seed 4\)/,
  );
  const [read, drawn] = [await readField(at("out.nc")), await downscale(method, hist, { seed: 4 })];
  assert.equal([...read.values], [...drawn.values]);
  const over = downscaleTo(at("obs.nc"), method, hist, { overwrite: true });
  await refuses(over, /obs\.nc/, OptionsError);
});

test("options that do not go together, other intervals and bad values are refused with the way out", async () => {
  const wrong: readonly (readonly [Partial<BaselineOptions>, RegExp])[] = [
    [{ method: "spline" as "qm" }, /method is "spline", expected one of "bilinear", "qm", "qdm", "rainfarm"/],
    [{ method: "qdm", fine: observed }, /qdm needs `coarse`, the coarse data set over a historical period/],
    [{ ...qm, factor: 2 }, /qm has the grid of `fine`; leave `factor` out/],
    [{ method: "bilinear" }, /Give `grid`, a field or grid, or `factor`, or `fine`/],
    [{ ...qm, window: 2 }, /window is 2, expected "year", "season", "month" or 3 to 366 days/],
    [{ method: "bilinear", factor: 2, slope: 2 }, /`slope` is for the methods rainfarm/],
    [{ method: "bilinear", factor: 2.5 }, /factor is 2.5, expected a whole number/],
    [{ method: "bilinear", factor: 2, grid: observed }, /`grid` or `factor`, not both/],
  ];
  for (const [options, pattern] of wrong) {
    throws(() => baselineDownscaler(options as BaselineOptions), OptionsError, pattern);
  }
  const hourly = history.with({
    coordinates: history.coordinates.map((c) =>
      c.name === "time" ? { ...c, bounds: c.bounds!.map((v, i) => v + (i % 2 ? -0.5 : 0)) } : c,
    ),
  });
  await refuses(
    downscale(baselineDownscaler(qm), hourly),
    /values over 43200 s, those of `fine` are over 86400 s/,
    DomainError,
  );
  await refuses(
    downscale(baselineDownscaler(qm), history, { members: 2 }),
    /gives one field; leave `members` out/,
    OptionsError,
  );
  const members = history.with({ dims: ["model", "lat", "lon"], coordinates: history.coordinates.slice(1) });
  await refuses(
    downscale(baselineDownscaler({ ...qm, coarse: members }), history),
    /dimensions time, y, x/,
    ShapeError,
  );
  // 1 % of 0.1 mm a day is 1.2e-8 mm/s: less is rounding, and said; more is not.
  const negative = (least: number) => history.with({ values: history.values.map((v, i) => (i === 5 ? least : v)) });
  const beyond = downscale(baselineDownscaler(qm), negative(-2e-8));
  await refuses(beyond, /1 values are negative.*`clipNegative: true`/, DomainError);
  assert.ok(await downscale(baselineDownscaler(qm), negative(-2e-8), { clipNegative: true }));
  const said: string[] = [];
  await downscale(baselineDownscaler(qm), negative(-1e-8), { onNotice: (line) => said.push(line) });
  assert.ok(
    said.some((line) => /1 values are negative, down to -[\d.]+e-9 kg m-2 s-1; set to 0/.test(line)),
    said.join(),
  );
});

test.run();
