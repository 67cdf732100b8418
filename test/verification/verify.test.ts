// Inside: fewer values kept than by default.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DomainError, OptionsError, rng, ShapeError, UnitsError } from "../../engine/index.ts";
import { quantile } from "../../engine/numerics/index.ts";
import { verifyTiles } from "../../examples/array-scores/verify-tiles.ts";
import { Field, openDataset, writeNetcdf } from "../../io/index.ts";
import { type Score, type Verification, verify } from "../../verification/index.ts";
import { eachScore } from "../../verification/tally/index.ts";
import { verifyKeeping } from "../../verification/verify.ts";
import { assert, close, equalBy, refuses, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";
import { blocks, rain, SIDE } from "../oracles/rain-by-congruence.ts";
import { maps } from "./maps.ts";

const [N, M] = [4, 5];
const attributes = { standard_name: "lwe_precipitation_rate" };
const line = (name: string, dim: string, n: number, first: number, step: number, more: Record<string, string>) => ({
  name,
  dims: [dim],
  values: Float64Array.from({ length: n }, (_, i) => first + i * step),
  attributes: more,
});
const hours = (n: number, first = 0, units = "hours since 2020-06-01") => line("time", "time", n, first, 1, { units });
const lat = (n: number, first = 45, step = 0.01) => line("lat", "lat", n, first, step, { units: "degrees_north" });
const lon = (n: number, first = 6, step = 0.01) => line("lon", "lon", n, first, step, { units: "degrees_east" });

/** Hours of rain on a grid, of members where there are some. */
function field(values: Float32Array | Float64Array, members: number | undefined, side = SIDE): Field {
  return maps(values, [side, side], {
    members,
    units: "mm h-1",
    attributes,
    since: "hours since 2020-06-01",
    lines: [lat(side), lon(side)],
  });
}
const truth = field(rain(2, N), undefined);
const forecast = field(rain(1, N * M), M);
const at = (f: Field, name: string, changes: object) =>
  f.with({ coordinates: f.coordinates.map((c) => (c.name === name ? { ...c, ...changes } : c)) });

test("without gaps verify gives what verifyTiles gives, pooled and by event, with ties", async () => {
  const shapes = [
    { ...forecast, values: forecast.values },
    { ...truth, values: truth.values },
    { values: blocks(rain(2, N)), shape: [N, SIDE / 4, SIDE / 4] },
  ] as const;
  const labels = ["a", "b", "a", "b"];
  for (const seed of [undefined, 3]) {
    const tiles = verifyTiles(...shapes, { events: labels, ...(seed !== undefined && { seed }) });
    const seeded = { events: labels, ...(seed !== undefined && { seed }) };
    const fields = await verify(forecast, truth, { ...seeded, spectrum: true });
    const pairs = [
      [fields.scores, tiles.pooled],
      [fields.events["a"]!.scores, tiles.events["a"]!],
      [fields.events["b"]!.scores, tiles.events["b"]!],
    ] as const;
    for (const [k, [ours, theirs]] of pairs.entries()) {
      for (const name of ["crps", "crpsEcdf", "mae", "bias", "rmse", "spreadSkill", "wetFractionBias"] as const) {
        close(ours[name], theirs[name], 1e-12 * Math.max(1, Math.abs(theirs[name])), name);
      }
      // Of rain both are of ln(1 + R), R in mm/h.
      close(ours.ralsd, theirs.ralsd.log, 1e-5, "ralsd");
      // Random ranks of one event are drawn anew; shared ones are the same.
      if (seed === undefined || k === 0) {
        for (const [i, r] of theirs.rankHistogram.entries()) close(ours.rankHistogram[i]!, r, 1e-14, "rank");
      }
      for (const [i, q] of theirs.quantiles.entries()) {
        close(ours.quantiles[i]!.pooledBias, q.pooledBias, 1e-12);
        close(ours.quantiles[i]!.mapBias, q.mapBias, 1e-12);
        close(ours.quantiles[i]!.mapError, q.mapError, 1e-11);
      }
    }
    assert.equal(fields.coverage, {
      times: [N, N],
      truthTimes: N,
      cells: [N * SIDE * SIDE, N * SIDE * SIDE],
      share: 1,
      gaps: { truth: 0, forecast: 0 },
    });
    assert.equal([fields.members, fields.units, fields.wetThreshold], [M, "mm h-1", 0.1]);
  }
});

test("order of dimensions, direction of lines, longitudes round the circle, and units of rates change nothing", async () => {
  const plain = await verify(forecast, truth);
  const turned = forecast.transpose(["realization", "lon", "time", "lat"]);
  const upside = new Field({
    ...forecast,
    values: forecast.values.map((_, i) => {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
      return forecast.values[i - y * SIDE - x + (SIDE - 1 - y) * SIDE + x]!;
    }),
    coordinates: [hours(N), lat(SIDE, 45 + 0.01 * (SIDE - 1), -0.01), lon(SIDE, 366)],
  });
  for (const other of [
    turned,
    upside,
    at(forecast, "lat", { values: Float64Array.from(lat(SIDE).values, Math.fround) }),
  ]) {
    assert.equal((await verify(other, truth)).scores, plain.scores);
  }
  const daily = forecast.with({ units: "mm day-1", values: Float64Array.from(forecast.values, (v) => 24 * v) });
  const { scores } = await verify(daily, truth);
  close(scores.crps, plain.scores.crps, 1e-6 * plain.scores.crps, "converted");
  const inDays = await verify(forecast, truth, { units: "mm day-1" });
  close(inDays.wetThreshold!, 2.4, 1e-12, "threshold in the units of scores");
  close(inDays.scores.crps, 24 * plain.scores.crps, 1e-5 * plain.scores.crps, "scored per day");
});

test("sums of hours against rates are converted by their bounds of time, or by the interval that is given", async () => {
  const sums = forecast.with({ units: "mm", attributes: {} });
  const bounds = Float64Array.from({ length: 2 * N }, (_, i) => Math.floor(i / 2) + (i % 2));
  const plain = await verify(forecast, truth);
  assert.equal((await verify(at(sums, "time", { bounds }), truth)).scores, plain.scores);
  assert.equal((await verify(sums, truth, { interval: 3600 })).scores, plain.scores);
  assert.equal((await verify(sums, truth, { interval: "time" })).scores, plain.scores);
  await refuses(verify(sums, truth), /amount "mm" into rate "mm h-1"/, UnitsError);
});

test("events by date are those of the middles of bounds, wherever the stamps lie", async () => {
  // Days that end at midnight: the first is 1 June, its end the 2nd; the last is 30 June, its end 1 July.
  const ended = (f: Field) =>
    at(f, "time", {
      values: Float64Array.of(1, 2, 29, 30),
      bounds: Float64Array.of(0, 1, 1, 2, 28, 29, 29, 30),
      attributes: { units: "days since 2020-06-01" },
    });
  const [own, seen] = [ended(forecast), ended(truth)];
  assert.equal(Object.keys((await verify(own, seen, { events: "month" })).events), ["2020-06".slice(5)]);
  const days = await verify(own, seen, { events: (time) => time.slice(5, 10) });
  assert.equal(Object.keys(days.events), ["06-01", "06-02", "06-29", "06-30"]);
});

test("times are matched by their moments in other units and an order of their own, and by position where asked", async () => {
  const later = at(forecast.isel({ time: [1, 4] }), "time", {
    values: Float64Array.of(60, 120, 180),
    attributes: { units: "minutes since 2020-06-01" },
  });
  const { coverage, scores } = await verify(later, truth, { events: (time) => time.slice(11, 13) });
  assert.equal([coverage.times, coverage.truthTimes], [[3, 3], N]);
  assert.equal(scores, (await verify(later, truth.isel({ time: [1, 4] }))).scores);
  const { events } = await verify(forecast, truth, { events: (time) => time.slice(11, 13) });
  assert.equal(Object.keys(events), ["00", "01", "02", "03"]);
  const elsewhen = at(forecast, "time", { attributes: { units: "hours since 2021-06-01" } });
  await refuses(verify(elsewhen, truth), /2020-06-01T00:00:00 … .*2021-06-01T00:00:00 …/, ShapeError);
  const byPosition = await verify(elsewhen, truth, { times: "position" });
  assert.equal(byPosition.scores, (await verify(forecast, truth)).scores);
  const noleap = at(forecast, "time", { attributes: { units: "hours since 2020-06-01", calendar: "noleap" } });
  await refuses(verify(noleap, truth), /calendar of the forecast is 365_day, that of the truth standard/, UnitsError);
});

test("where both have bounds these decide: stamps at either end of an hour are the same hour, other bounds an error", async () => {
  const ended = (f: Field, shift: number, length = 1) => {
    const values = Float64Array.from({ length: N }, (_, i) => i + shift);
    const bounds = Float64Array.from({ length: 2 * N }, (_, i) => Math.floor(i / 2) + (i % 2 === 0 ? 1 - length : 1));
    return at(f, "time", { values, bounds });
  };
  const { coverage, scores } = await verify(ended(forecast, 0), ended(truth, 1));
  assert.equal(coverage.times, [N, N]);
  assert.equal(scores, (await verify(forecast, truth)).scores);
  await refuses(
    verify(ended(forecast, 1), ended(truth, 1, 3)),
    /bounds of 2020-06-01T01:00:00: expected 2020-05-31T22:00:00 to 2020-06-01T01:00:00.*got 2020-06-01T00:00:00 to 2020-06-01T01/,
    ShapeError,
  );
});

test("other grids, dimensions, units and members of the truth are refused with the way out", async () => {
  const off = at(forecast, "lon", { values: Float64Array.from(lon(SIDE, 6.005).values) });
  await refuses(
    verify(off, truth),
    /lon: expected 6 at position 0.*got 6.005.*`regrid: "conservative"`.*`monge convert --grid`/,
    ShapeError,
  );
  await refuses(verify(forecast.isel({ lat: [0, 8] }), truth), /lat: expected 45 … .*got 45 …/, ShapeError);
  await refuses(verify(forecast, forecast), /the truth has 5 members along realization; expected one/, OptionsError);
  const kelvin = truth.with({ units: "K", attributes: {} });
  await refuses(verify(forecast, kelvin), /units "mm h-1" against units "K"/, UnitsError);
  await refuses(verify(forecast, truth.with({ units: undefined })), /against no units/, UnitsError);
  const broken = truth.values.slice();
  broken[7] = -1;
  await refuses(
    verify(forecast, truth.with({ values: broken })),
    /truth.*a value is -1; precipitation is/,
    DomainError,
  );
  broken.fill(Number.NaN);
  await refuses(verify(forecast, truth.with({ values: broken })), /at 4 common times no cell has a value/, DomainError);
  await refuses(verify(forecast, truth, { quantiles: [1] }), /quantiles\[0\] is 1/, OptionsError);
  await refuses(
    verify(forecast, truth, { scores: [{ name: "crps", of: () => 0 }] }),
    /has the name crps of a score of verify, expected another/,
    OptionsError,
  );
});

/** All scores without their units: those that have some, as multiples of the wet threshold. */
function unitless({ scores, wetThreshold }: Verification): readonly (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  eachScore(scores, (value, name) => {
    const hasUnits = /^(crps.*|mae|bias|rmse|energy|mapError|pooled|cells)$/.test(name);
    found.push([name, hasUnits ? value / wetThreshold! : value]);
  });
  return found;
}

test("the same rain has the same scores in mm, mm a day, kg m-2 s-1 and m: dry is 0.1 mm over the time of a value", async () => {
  // Daily sums on a raster of 0.1 mm, as gauges have them: many lie at thresholds.
  const daily = (f: Field, name: string, units: string, factor: number) =>
    f.with({
      ...{ name, units, attributes: {} },
      values: Float32Array.from(f.values, (v) => (Math.round(10 * v) / 10) * factor),
      coordinates: [line("time", "time", N, 0, 1, { units: "days since 2020-06-01" }), ...f.coordinates.slice(1)],
    });
  const every = { seed: 0, spectrum: true, sal: true } as const;
  const scored = (name: string, units: string, factor: number) =>
    verify(daily(forecast, name, units, factor), daily(truth, name, units, factor), every);
  const plain = await scored("pr", "mm", 1);
  assert.equal([plain.wetThreshold, plain.interval], [0.1, 86400]);
  equalBy(plain.scores.events, ({ threshold }) => threshold, [0.1, 1, 10]);
  const expected = unitless(plain);
  assert.ok(expected.length > 40, `${expected.length}`);
  for (const [name, units, factor] of [
    ["pr", "mm/day", 1],
    ["pr", "kg m-2 s-1", 1 / 86400],
    ["tp", "m", 1e-3],
    ["pr", "mm h-1", 1 / 24],
  ] as const) {
    const found = await scored(name, units, factor);
    close(found.wetThreshold!, 0.1 * factor, 1e-12 * factor, units);
    for (const [k, [score, value]] of unitless(found).entries()) {
      // Float32 keeps seven digits; quantiles of the rarest values are ratios of two of them.
      if (Number.isNaN(value) && Number.isNaN(expected[k]![1])) continue;
      close(value, expected[k]![1], 2e-5 * Math.max(1, Math.abs(expected[k]![1])), `${units}: ${score}`);
    }
  }
});

test("of 5 minutes and of months dry is 0.1 mm an hour and 0.1 mm, and what is not known of amounts is asked for", async () => {
  const every = (seconds: number, units: string, n = N) => {
    const time = line("time", "time", n, 0, seconds, { units: "seconds since 2020-06-01" });
    return (f: Field) => f.with({ units, attributes: {}, coordinates: [time, ...f.coordinates.slice(1)] });
  };
  const dry = async (how: (f: Field) => Field, options = {}) =>
    (await verify(how(forecast), how(truth), options)).wetThreshold;
  close((await dry(every(300, "mm")))!, 0.1 / 12, 1e-15);
  close((await dry(every(300, "mm/h")))!, 0.1, 1e-15);
  close((await dry(every(30 * 86400, "mm/day")))!, 0.1 / 30, 1e-15);
  const one = (f: Field) => every(300, "mm")(f).isel({ time: [0, 1] });
  await refuses(dry(one), /holds amounts \("mm"\).*`interval: SECONDS`.*`wetThreshold`/, UnitsError);
  close((await dry(one, { interval: 300 }))!, 0.1 / 12, 1e-15);
  close((await dry(one, { wetThreshold: 0.3 }))!, 0.3, 0);
  const notices: string[] = [];
  const rates = (f: Field) => every(300, "mm/h")(f).isel({ time: [0, 1] });
  assert.is(await dry(rates, { onNotice: (text: string) => notices.push(text) }), 0.1);
  assert.match(notices.join(), /nothing says over how long a rate stands.*`interval`/);
});

test("an event of less rain than counts as dry is refused", async () => {
  await refuses(
    verify(forecast, truth, { thresholds: [0.05, 1] }),
    /thresholds is 0.05; below 0.1 .*`wetThreshold`/,
    OptionsError,
  );
  await refuses(verify(forecast, truth, { thresholds: [0] }), /thresholds is 0;/, OptionsError);
  assert.ok(await verify(forecast, truth, { thresholds: [0.1, 0.05], wetThreshold: 0.05 }));
});

test("names that converters write do not hide rain, and what is open is asked for", async () => {
  const named = (name: string, units: string, standard?: string) => (f: Field) =>
    f.with({ name, units, attributes: standard === undefined ? {} : { standard_name: standard } });
  const wet = async (how: (f: Field) => Field, options = {}) =>
    (await verify(how(forecast), how(truth), options)).wetThreshold;
  assert.is(await wet(named("tp", "m", "unknown")), 1e-4);
  assert.is(await wet(named("pr", "mm", "pr")), 0.1);
  await refuses(wet(named("Band1", "m")), /may be precipitation: .*"m".*`rain: true`.*`rain: false`/, UnitsError);
  assert.is(await wet(named("Band1", "m"), { rain: true }), 1e-4);
  const notices: string[] = [];
  const onNotice = (text: string) => notices.push(text);
  assert.is(await wet(named("Band1", "m"), { rain: false, onNotice }), null);
  assert.match(notices.join(), /not taken as precipitation, so that nothing is an event: CSI.*`rain: true`/);
});

test("rounding below 0 is set to 0 and said, what lies lower is refused unless it is to be clipped", async () => {
  const less = (value: number) => truth.with({ values: truth.values.map((v, i) => (i === 7 ? value : v)) });
  const none = (await verify(forecast, less(0))).scores;
  const notices: string[] = [];
  const onNotice = (text: string) => notices.push(text);
  assert.equal((await verify(forecast, less(-0.0006), { onNotice })).scores, none);
  assert.match(notices.join(), /1 values of the truth are negative, down to -0.0006.*; set to 0/);
  await refuses(verify(forecast, less(-0.5)), /a value is -0.5; .*`clipNegative: true`/, DomainError);
  assert.equal((await verify(forecast, less(-0.5), { clipNegative: true })).scores, none);
});

test("quantities that are no rain have no threshold: winds keep their signs", async () => {
  const wind = (f: Field) =>
    f.with({ units: "m s-1", attributes: { standard_name: "eastward_wind" }, values: f.values.map((v) => v - 3) });
  const { wetThreshold, scores } = await verify(wind(forecast), wind(truth));
  assert.is(wetThreshold, null);
  assert.ok(Number.isNaN(scores.wetFractionBias) && scores.fss.length === 0);
  const plain = await verify(forecast, truth, { wetThreshold: null });
  close(scores.crps, plain.scores.crps, 1e-12, "CRPS does not change with a shift of both");
});

/** Gaps in the truth, and in some members. */
function withGaps(f: Field, seed: number, share: number): Field {
  const u = rng(seed).uniform(f.values.length);
  return f.with({ values: f.values.map((v, i) => (u[i]! < share ? Number.NaN : v)) });
}

const peer = `
import sys, json, numpy as np, xarray as xr
f = xr.open_dataset(sys.argv[1])["pr"]
wet = float(np.array(0.1, f.dtype))
f = f.astype("float64").transpose("realization", "time", "lat", "lon")
t = xr.open_dataset(sys.argv[2])["pr"].astype("float64")
f, t = xr.align(f, t, join="inner", exclude=["realization"])
ok = (t.notnull() & f.notnull().all("realization")).values
f, t = np.where(f.values < wet, 0, f.values), np.where(t.values < wet, 0, t.values)
f, t = f[:, ok], t[ok]
m = len(f)
pairs = np.abs(f[:, None] - f[None]).sum((0, 1))
crps = np.abs(f - t).mean(0) - pairs / (2 * m * (m - 1))
mean = f.mean(0)
print(json.dumps(dict(cells=int(ok.sum()), crps=crps.mean(), mae=np.abs(mean - t).mean(), bias=(mean - t).mean(),
  rmse=np.sqrt(((mean - t) ** 2).mean()), q=np.quantile(f, .99) / np.quantile(t, .99) - 1,
  wet=(f > 0).mean() / (t > 0).mean() - 1,
  ss=np.sqrt((m + 1) / m * f.var(0, ddof=1).mean() / ((mean - t) ** 2).mean()))))
`;

test("with gaps verify of two files gives what xarray and numpy give where both have values", async () => {
  if (!hasPython("numpy", "xarray", "netCDF4")) return skip("python with xarray and netCDF4 is missing");
  const [gappyForecast, gappyTruth] = [withGaps(forecast, 5, 0.03), withGaps(truth, 6, 0.2)];
  const folder = await mkdtemp(join(tmpdir(), "monge-"));
  const opened: Awaited<ReturnType<typeof openDataset>>[] = [];
  try {
    const paths = [join(folder, "forecast.nc"), join(folder, "truth.nc")] as const;
    await writeNetcdf(paths[0], gappyForecast.isel({ time: [1, 4] }));
    await writeNetcdf(paths[1], gappyTruth);
    const theirs = python(peer, ...paths) as Record<string, number>;
    for (const path of paths) opened.push(await openDataset(path));
    const [f, t] = [await opened[0]!.variable("pr"), await opened[1]!.variable("pr")];
    const { scores, coverage } = await verify(f, t);
    assert.is(coverage.cells[0], theirs["cells"]);
    const all = gappyTruth.isel({ time: [1, 4] });
    assert.is(coverage.cells[1], all.values.length - all.countMissing());
    assert.equal(
      [coverage.gaps.truth, coverage.gaps.forecast],
      [all.countMissing(), coverage.cells[1] - coverage.cells[0]],
    );
    assert.equal(coverage.times, [3, 3]);
    for (const [name, ours] of Object.entries({
      crps: scores.crps,
      mae: scores.mae,
      bias: scores.bias,
      rmse: scores.rmse,
      q: scores.quantiles[0]!.pooledBias,
      wet: scores.wetFractionBias,
      ss: scores.spreadSkill,
    })) {
      close(ours, theirs[name]!, 1e-6 * Math.max(1, Math.abs(theirs[name]!)), name);
    }
    // In memory and lazily it is the same.
    const { scores: again } = await verify(gappyForecast.isel({ time: [1, 4] }), gappyTruth);
    assert.equal(again, scores);
  } finally {
    for (const data of opened) data.close();
    await rm(folder, { recursive: true });
  }
});

test("cells with a gap count for nothing: whatever stands there, the scores are the same", async () => {
  const gappy = withGaps(truth, 6, 0.3);
  const spoilt = forecast.with({
    values: forecast.values.map((v, i) => {
      const [n, cell] = [Math.floor(i / (M * SIDE * SIDE)), i % (SIDE * SIDE)];
      return Number.isNaN(gappy.values[n * SIDE * SIDE + cell]) ? 1e6 : v;
    }),
  });
  assert.equal(await verify(spoilt, gappy), await verify(forecast, gappy));
});

test("a score of one's own sees every cell once, and stands beside those of the package, by event too", async () => {
  /** Mean over cells of (share of members above 5 mm/h − whether it was)². */
  const brier: Score<{ readonly brier: number; readonly cells: number }> = {
    name: "brier5",
    of({ maps, members, cells }) {
      let sum = 0;
      for (const { forecast: f, truth: t } of maps) {
        for (const [i, y] of t.entries()) {
          let above = 0;
          for (let m = 0; m < members; m++) if (f[m * t.length + i]! > 5) above++;
          sum += (above / members - (y > 5 ? 1 : 0)) ** 2;
        }
      }
      return { brier: sum / cells, cells };
    },
  };
  const gappy = withGaps(truth, 6, 0.3);
  const { scores, coverage, events } = await verify(forecast, gappy, { scores: [brier], events: ["a", "b", "a", "a"] });
  const found = scores["brier5"] as { brier: number; cells: number };
  let [sum, cells] = [0, 0];
  for (const [i, y] of gappy.values.entries()) {
    if (Number.isNaN(y)) continue;
    const [n, cell] = [Math.floor(i / (SIDE * SIDE)), i % (SIDE * SIDE)];
    let above = 0;
    for (let m = 0; m < M; m++) if (forecast.values[(n * M + m) * SIDE * SIDE + cell]! > 5) above++;
    sum += (above / M - Number(y > 5)) ** 2;
    cells++;
  }
  close(found.brier, sum / cells, 1e-14, "Brier score");
  assert.is(found.cells, coverage.cells[0]);
  const parts = ["a", "b"].map((label) => events[label]!.scores["brier5"] as { brier: number; cells: number });
  assert.is(parts[0]!.cells + parts[1]!.cells, cells);
  assert.ok(parts[0]!.brier !== parts[1]!.brier);
});

test("an ensemble from the law of the truth is calibrated: flat ranks, spread–skill 1, and the CRPS of that law", async () => {
  // Normal members and truth: E CRPS of the fair score is E|X − Y| − ½E|X − X′| = 1/√π.
  const [n, side, members] = [4, 64, 8];
  const of = (seed: number, count: number) => new Float64Array(rng(seed).normal(count));
  const plain = { units: "K", attributes: { standard_name: "air_temperature" } };
  const { scores } = await verify(
    field(of(1, n * members * side * side), members, side).with(plain),
    field(of(2, n * side * side), undefined, side).with(plain),
  );
  // Four standard errors of 16 384 cells, whose scores have a deviation below 0.7.
  close(scores.crps, 1 / Math.sqrt(Math.PI), (4 * 0.7) / 128, "CRPS");
  close(scores.spreadSkill, 1, 0.03, "spread–skill");
  for (const share of scores.rankHistogram) close(share, 1 / 9, 4 * Math.sqrt(8 / 81 / 16384), "rank");
});

test("W₁ over time is that of each cell by itself, where maps have gaps of their own and cells are many", async () => {
  // More values than are put in the order of cells at a time.
  const [times, members, side] = [200, 2, 24];
  const cells = side * side;
  const winds = (seed: number, count: number) => rng(seed).normal(count);
  const gappy = (values: Float64Array) => values.map((v, i) => (i % 7 === 0 || i % cells === 5 ? Number.NaN : v));
  const [ours, seen] = [gappy(winds(1, times * members * cells)), gappy(winds(2, times * cells))];
  const wind = { name: "wind", units: "m s-1", attributes: {} };
  const { scores } = await verify(maps(ours, [side, side], { ...wind, members }), maps(seen, [side, side], wind));
  const distances: number[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const [x, y]: [number[], number[]] = [[], []];
    for (let t = 0; t < times; t++) {
      const own = [0, 1].map((m) => ours[(t * members + m) * cells + cell]!);
      const truth = seen[t * cells + cell]!;
      if ([...own, truth].some(Number.isNaN)) continue;
      x.push(...own);
      y.push(truth, truth);
    }
    if (x.length === 0) continue;
    const [a, b] = [x, y].map((values) => values.sort((p, q) => p - q)) as [number[], number[]];
    distances.push(a.reduce((sum, v, k) => sum + Math.abs(v - b[k]!), 0) / a.length);
  }
  assert.ok(distances.length === cells - 1);
  close(scores.wasserstein.cells, distances.reduce((a, b) => a + b, 0) / distances.length, 1e-12, "over time");
});

test("beyond what is kept, sums over maps are of all cells and distributions of one in so many, as is said", async () => {
  const regions = truth.isel({ time: 0 });
  const options = {
    ...{
      events: ["a", "a", "a", "a"],
      against: field(rain(3, N * M), M),
      bootstrap: { seed: 1, draws: 100, block: 1 },
    },
    regions: regions.with({ values: regions.values.map((_, i) => 1 + (i % 2)), attributes: {}, units: "1" }),
  };
  const lines: string[] = [];
  const onNotice = (line: string) => lines.push(line);
  const all = await verify(forecast, truth, options);
  const some = await verifyKeeping(forecast, truth, { ...options, onNotice }, (2 * (M + 1) * N * SIDE ** 2) / 2.5);
  const step = SIDE % 3 === 0 ? 5 : 3;
  assert.ok(
    lines.some((line) => line.includes(`one in ${step} cells`)),
    lines.join(),
  );
  // Without what is of the distribution of all values.
  const sums = (one: object) =>
    JSON.parse(JSON.stringify(one), (key, value) =>
      ["wasserstein", "pooledBias", "crpsResolution"].includes(key) ? undefined : value,
    );
  for (const of of ["scores", "coverage", "against", "intervals"] as const) {
    assert.equal(sums({ one: some[of] }), sums({ one: all[of] }), of);
  }
  assert.equal(sums(some.events["a"]!.scores), sums(all.events["a"]!.scores), "event");
  for (const part of [1, 2]) assert.equal(sums(some.regions[part]!.scores), sums(all.regions[part]!.scores), `${part}`);
  const kept = truth.values.filter((_, i) => (i % SIDE ** 2) % step === 0);
  const { levels, truth: found } = some.diagrams.quantiles;
  assert.equal(
    found,
    levels.map((q) =>
      quantile(
        kept.map((v) => (v < 0.1 ? 0 : v)),
        q,
      ),
    ),
  );
});

test.run();
