/** The model of the package: it loads, is what its card says, keeps block means, and refuses what it was not trained for. */
import { readFileSync } from "node:fs";
import { defined } from "../../../engine/defined.ts";
import { DomainError, OptionsError, rng, type ShapedArray } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { Downscaler, downscale, downscaleTo, loadDownscaler, pretrained, train } from "../../../generative/index.ts";
import { factorsOf, measuredAmplitude } from "../../../generative/model/index.ts";
import { Field, openDataset } from "../../../io/index.ts";
import { assert, axis, refuses, temporaryFolder, test } from "../../harness.ts";

const model = await pretrained();
const side = 12;
const { at } = temporaryFolder(test);

/** Smoothed noise that is dry in places, on cells of so many km; rates over an hour. */
function coarseRain(kilometres: number, hours = 1): Field {
  const noise = rng(3).normal((side + 4) ** 2);
  const values = Float32Array.from({ length: side * side }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 25; k++) {
      sum += noise[(Math.floor(i / side) + Math.floor(k / 5)) * (side + 4) + (i % side) + (k % 5)]!;
    }
    return Math.max(0, sum / 2);
  });
  const line = (name: "y" | "x") =>
    axis(
      name,
      Float64Array.from({ length: side }, (_, i) => i * kilometres * 1000),
      { units: "m", standard_name: `projection_${name}_coordinate` },
    );
  const time = axis(
    "time",
    Float64Array.of(1),
    { units: "hours since 2020-06-01", standard_name: "time" },
    Float64Array.of(1 - hours, 1),
  );
  return new Field({
    ...{ name: "pr", values, dims: ["time", "y", "x"], shape: [1, side, side], units: "mm h-1" },
    ...{ attributes: { standard_name: "precipitation_flux" }, coordinates: [time, line("y"), line("x")] },
  });
}
const how = { members: 2, evaluations: 4, seed: 1 } as const;

test("the model of the package loads by its name, knows its version and data, and its card names them all", async () => {
  const { provenance } = model.configuration;
  assert.equal(factorsOf(model.configuration), [2, 4, 8, 16]);
  const again = await loadDownscaler("pretrained");
  assert.is(again.file!.sha256, model.file!.sha256);
  await again.dispose();
  const card = readFileSync(new URL("../../../models/README.md", import.meta.url), "utf8");
  assert.ok(card.includes(`version ${provenance!["version"]}`));
  assert.ok(card.includes(model.file!.sha256), "its scores are of these weights");
  for (const owner of ["Finnish", "Netherlands", "Deutscher Wetterdienst", "Météo-France", "NOAA", "CC BY 4.0"]) {
    assert.ok(card.includes(owner), owner);
  }
});

test("it refines a field by the factor that is asked for, to the same bits, keeps block means, and says which version it is", async () => {
  const lines: string[] = [];
  const input = coarseRain(8);
  const fine = await downscale(model, input, { ...how, factor: 4, onNotice: (line) => lines.push(line) });
  assert.equal(fine.shape, [1, 2, side * 4, side * 4]);
  assert.equal((await downscale(model, input, { ...how, factor: 4 })).values, fine.values);
  const means = blockMean(Float32Array.from(fine.values), 2, side * 4, side * 4, 4);
  for (const [i, mean] of means.entries()) {
    const wanted = input.values[i % input.values.length]!;
    assert.ok(Math.abs(mean - wanted) <= 1e-4 * (1 + wanted), `${mean} is not ${wanted}`);
  }
  assert.ok(
    lines.some((line) => /^model pretrained, version \d+: fine cells of .* km, values over 300 to 86400 s/.test(line)),
  );
});

test("an amplitude widens the ensemble in its order, stays in 0.5 to 2, and the file says which it had", async () => {
  const input = coarseRain(8);
  const spread = async (amplitude?: number) => {
    const fine = await downscale(model, input, { ...how, factor: 4, ...defined({ amplitude }) });
    const values = Float64Array.from(fine.values);
    const second = values.subarray(values.length / 2);
    return second.reduce((sum, v, i) => sum + (v - values[i]!) ** 2, 0);
  };
  const [less, usual, more] = [await spread(0.8), await spread(), await spread(1.25)];
  assert.ok(less < 0.9 * usual && more > 1.1 * usual, `${[less, usual, more]}`);
  assert.is(await spread(1), usual);
  await refuses(
    downscale(model, input, { amplitude: 0.4 }),
    /amplitude is 0\.4, expected a number from 0\.5 to 2/,
    OptionsError,
  );
  await downscaleTo(at("wide.nc"), model, input, { ...how, factor: 4, amplitude: 1.25, overwrite: true });
  const data = await openDataset(at("wide.nc"));
  assert.is(data.attributes["noise_amplitude"], 1.25);
  assert.match(String(data.attributes["history"]), /amplitude 1\.25, seed 1/);
  data.close();
});

test("a factor, cells, an interval and a variable beyond training are refused by name, and forced where that is asked for", async () => {
  const refused = async (input: Field, factor: number, kind: new (...args: never[]) => Error, pattern: RegExp) => {
    const error = await downscale(model, input, { ...how, factor }).then(
      () => undefined,
      (met: unknown) => met,
    );
    assert.instance(error, kind);
    assert.match((error as Error).message, pattern);
  };
  await refused(coarseRain(8), 5, OptionsError, /factor is 5; the model refines by 2, 4, 8, 16/);
  await refused(coarseRain(200), 4, DomainError, /fine cells of 50 km, but it was trained for fine cells of/);
  await refused(coarseRain(8, 24 * 30), 4, DomainError, /values over 2592000 s, but it was trained for/);
  const both = /50 km, .* 15.8 km, and values over 2592000 s, .* `force: \["spacing", "interval"\]` goes on/;
  await refused(coarseRain(200, 24 * 30), 4, DomainError, both);
  const runoff = coarseRain(8).with({ name: "runoff", attributes: {} });
  await refused(runoff, 4, DomainError, /no precipitation \(its name is "runoff"\), .* `force: \["variable"\]`/);
  // Named before the gaps, which a look at all frames finds.
  const gaps = coarseRain(200);
  await refused(gaps.with({ values: gaps.values.map(() => Number.NaN) }), 4, DomainError, /fine cells of 50 km/);
  const forced = await downscale(model, coarseRain(200), { ...how, factor: 2, force: ["spacing"] });
  assert.is(forced.shape[2], side * 2);
});

/** The rain of some times in hours, as rates, without bounds of time. */
function scans(hours: readonly number[], attributes: Readonly<Record<string, string>> = {}): Field {
  const one = coarseRain(8);
  const time = axis("time", Float64Array.from(hours), { units: "hours since 2020-06-01", standard_name: "time" });
  return new Field({
    ...{ name: one.name, dims: one.dims, units: one.units! },
    attributes: { ...one.attributes, ...attributes },
    shape: [hours.length, side, side],
    values: Float32Array.from(hours.flatMap(() => Array.from(one.values))),
    coordinates: [time, ...one.coordinates.filter(({ name }) => name !== "time")],
  });
}

/** Members of an input, and what was said. */
async function told(input: Field, options: { readonly interval?: number | "time" } = {}) {
  const lines: string[] = [];
  const quick = { ...how, members: 1, evaluations: 2, factor: 2 };
  const fine = await downscale(model, input, { ...quick, ...options, onNotice: (line) => lines.push(line) });
  return { values: fine.values, said: lines.join("\n") };
}

test("an interval that is stated counts for rates as bounds of that length do, and one that is assumed is told", async () => {
  const bounds = await told(coarseRain(8, 1 / 12));
  const scan = scans([1], { cell_methods: "time: point" });
  const [stated, open] = [await told(scan, { interval: 300 }), await told(scan)];
  assert.equal(stated.values, bounds.values);
  assert.not.match(stated.said, /interval/);
  assert.not.equal(open.values, stated.values);
  assert.match(open.said, /interval.* taken as 24\d\d s.*`interval: SECONDS` says it/);
});

test("rates a day apart are taken as means over a day only with a word, and scans years apart as scans", async () => {
  const [daily, mean] = [
    await told(scans([0, 24, 48])),
    await told(scans([0, 24, 48], { cell_methods: "time: mean" })),
  ];
  assert.match(daily.said, /rates are taken as means over 86400 s, .* spacing .* `interval: SECONDS` says otherwise/);
  assert.not.match(mean.said, /spacing of its times/);
  assert.equal(mean.values, daily.values);
  const apart = await told(scans([0, 42_335]));
  assert.match(apart.said, /interval.* taken as 24\d\d s/);
  assert.equal(apart.values.subarray(0, apart.values.length / 2), (await told(scans([0]))).values);
});

test("cells that are longer than 1.5 times their width are told, with the ratio", async () => {
  const squares = coarseRain(8);
  const long = (by: number) =>
    squares.with({
      coordinates: squares.coordinates.map((one) =>
        one.name === "y"
          ? axis(
              "y",
              Float64Array.from(one.values, (v) => v * by),
              one.attributes,
            )
          : one,
      ),
    });
  assert.match((await told(long(1.75))).said, /its cells are 1.75 times as long as wide.*up to 1.5/);
  assert.match((await told(long(0.5))).said, /its cells are 2 times as long as wide/);
  assert.not.match((await told(long(1.45))).said, /as long as wide/);
});

test("cells that are copies of larger ones are told, with the size of these", async () => {
  const input = coarseRain(8);
  // 2 x 3 cells have one value, but for those that the map cuts.
  const at = (i: number) => Math.floor(i / side / 2) * 2 * side + Math.floor((i % side) / 3) * 3;
  const copied = input.with({ values: input.values.map((_, i) => 1 + ((37 * at(i)) % 101) / 50) });
  const said = async (field: Field): Promise<string> => {
    const lines: string[] = [];
    await downscale(model, field, { ...how, factor: 2, onNotice: (line) => lines.push(line) });
    return lines.join("\n");
  };
  assert.match(await said(copied), /copies of larger ones, of about 2 x 3 cells/);
  assert.not.match(await said(input), /copies/);
});

test("tuned, it is fixed at the scale of the data: a model of one factor with the same sampling, whose first loss is half of an untrained one's", async () => {
  const file = new URL("../../data/radar/fmi_20160928_cut.nc", import.meta.url).pathname;
  const { network } = model.configuration;
  const losses: number[] = [];
  for (const start of ["pretrained", undefined]) {
    const { downscaler } = await train(file, {
      ...{ variable: "pr", factor: 4, steps: 1, batch: 8, seed: 1, threads: 1, network },
      ...(start && { start }),
      onProgress: ({ step, loss }) => void (step > 0 && losses.push(loss)),
    });
    if (start) {
      assert.equal(factorsOf(downscaler!.configuration), [4]);
      assert.equal(downscaler!.configuration.sampling, model.configuration.sampling);
      const coarse = { values: new Float32Array(64).fill(2), shape: [8, 8] };
      assert.is((await downscaler!.sample(coarse, how)).height, 32);
    }
    await downscaler!.dispose();
  }
  assert.ok(losses[0]! < losses[1]! / 2, losses.join(" and "));
});

const place = { interval: 300, grid: { units: "m", y: 2000, x: 2000 } } as const;

/** exp of a field whose spectrum falls with the power of the wavenumber, by sums of smoothed noise; `finest` cells are smoothed over. */
function rainOfTexture(side: number, finest: number): ShapedArray {
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

/** The model without what it learned of the last octaves, as those before version 4. */
function beforeOctaves(): Downscaler {
  const { configuration, parameters } = model;
  const channels = configuration.channels.filter(({ name }) => !name.includes("octave"));
  const { shape, values } = parameters["input.filter"]!;
  const [rows, columns, from, to] = shape as [number, number, number, number];
  const inputs = 1 + channels.length;
  const filter = new Float32Array(rows * columns * inputs * to);
  for (let at = 0; at < rows * columns; at++) {
    filter.set(values.subarray(at * from * to, (at * from + inputs) * to), at * inputs * to);
  }
  return new Downscaler(
    { ...configuration, channels, network: { ...configuration.network, inputChannels: inputs } },
    { ...parameters, "input.filter": { shape: [rows, columns, inputs, to], values: filter } },
  );
}

test("the coarser the finest texture of rain, the smoother are its members, without a measured amplitude", async () => {
  const roughness: number[] = [];
  for (const finest of [1, 2, 4]) {
    const rain = rainOfTexture(64, finest);
    assert.is(await measuredAmplitude(model, [rain], place), 1);
    const { values } = await model.sample(rain, { ...how, factor: 2, place });
    let [rough, size] = [0, 0];
    for (let i = 2; i < values.length; i++) {
      rough += (values[i]! - 2 * values[i - 1]! + values[i - 2]!) ** 2;
      size += values[i]! ** 2;
    }
    roughness.push(rough / size);
  }
  const [rough, middle, smooth] = roughness as [number, number, number];
  assert.ok(middle < 0.5 * rough && smooth < middle, `${roughness}`);
});

test("to a model that is not given the last octaves, the coarser the finest texture, the less noise, down to a least part", async () => {
  const before = beforeOctaves();
  const amplitudes: number[] = [];
  for (const finest of [1, 2, 4]) amplitudes.push(await measuredAmplitude(before, [rainOfTexture(160, finest)], place));
  const [rough, middle, smooth] = amplitudes as [number, number, number];
  assert.ok(rough > 0.9 && rough <= 1 && smooth >= 0.6, `${amplitudes}`);
  assert.ok(middle < 0.8 && smooth < middle, `${amplitudes}`);
  await before.dispose();
});

test("few windows, rain without any texture and cells beyond training give all of the noise", async () => {
  const before = beforeOctaves();
  assert.is(await measuredAmplitude(before, [rainOfTexture(64, 4)], place), 1);
  const even = { values: new Float32Array(160 * 160).fill(2), shape: [160, 160] };
  assert.is(await measuredAmplitude(before, [even], place), 1);
  const wide = { interval: 300, grid: { units: "m", y: 40_000, x: 40_000 } } as const;
  assert.is(await measuredAmplitude(before, [rainOfTexture(160, 4)], wide), 1);
  await before.dispose();
});

test.after(() => model.dispose());

test.run();
