/** The verbs on fields: what is drawn in memory, time by time, into files, and by the command is one and the same. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { DomainError, OptionsError, ShapeError, UnitsError } from "../../../engine/index.ts";
import { Downscaler, downscale, downscaleLazy, downscaleTo } from "../../../generative/index.ts";
import { coarsen, type Field, openDataset, readField, writeNetcdf } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { writeUntrainedModel } from "../../cli/model.ts";
import { mongeDone, mongeHere, oneLine } from "../../cli/run.ts";
import { assert, none, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder, at } = temporaryFolder(test);
const quick = { members: 2, evaluations: 2, seed: 5, interval: "time" } as const;
const flags = ["--members", "2", "--evaluations", "2", "--seed", "5", "--interval", "time", "--threads", "1"];
const quiet = { ...quick, interval: 86400 };
let model: Downscaler;
let coarse: Field;

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 5, units: "mm" });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 2), {
    attributes: { title: "Gauges", institution: "An institute" },
  });
  await writeUntrainedModel(at("model.safetensors"), 2);
  model = await Downscaler.load(at("model.safetensors"));
  coarse = await readField(at("coarse.nc"));
});
test.after(() => model.dispose());

async function command(output: string, input: string, ...more: readonly string[]): Promise<Field> {
  await mongeDone("downscale", at("model.safetensors"), at(input), "-o", at(output), ...flags, ...more);
  return readField(at(output));
}

/** Everything but the source. */
const parts = ({ name, dims, shape, units, values, coordinates, attributes, gridMapping }: Field) => ({
  ...{ name, dims, shape, units, values: [...values] },
  ...{ coordinates: [...coordinates].sort((a, b) => (a.name < b.name ? -1 : 1)), attributes, gridMapping },
});

test("downscaling a field gives the members that the command writes, bit for bit", async () => {
  const fine = await downscale(model, coarse, quick);
  assert.equal(fine.dims, ["time", "realization", "y", "x"]);
  assert.equal(fine.shape, [5, 2, 32, 32]);
  assert.equal(parts(await command("command.nc", "coarse.nc")), parts(fine));
  assert.equal((await command("command.zarr", "coarse.nc")).values, fine.values);
});

test("--sampler draws with the solver of that name, and a budget below two of its levels is refused before anything is made", async () => {
  const one = coarse.isel({ time: [0, 1] });
  const fine = await downscale(model, one, { ...quiet, evaluations: 4, method: "predictor-corrector" });
  const given = ["--time", "0", "--sampler", "predictor-corrector"];
  assert.equal((await command("pc.nc", "coarse.nc", ...given, "--evaluations", "4")).values, fine.values);
  const plain = await downscale(model, one, { ...quiet, evaluations: 4 });
  assert.not.equal(fine.values, plain.values);
  const output = ["-o", at("none.nc"), ...flags, ...given];
  const said = await mongeHere("downscale", at("model.safetensors"), at("coarse.nc"), ...output);
  assert.match(oneLine(said.stderr), /--evaluations is 2; expected an integer of at least 4 for predictor-corrector/);
  assert.not.ok(existsSync(at("none.nc")));
});

test("a lazy archive step by step equals all at once, and a part of it has the numbers of the whole", async () => {
  const all = await downscale(model, coarse, quick);
  const data = await openDataset(at("coarse.nc"));
  try {
    const lazy = await data.variable("pr");
    assert.equal(parts(await downscale(model, lazy, quick)), parts(all));
    for (const name of ["steps.nc", "steps.zarr"]) {
      const written = await downscaleTo(at(name), model, lazy, quick);
      assert.equal(written, { path: at(name), dims: all.dims, shape: all.shape, units: "mm", forced: [] });
      assert.equal((await readField(at(name))).values, all.values, name);
    }
    const drawn = await downscaleLazy(model, lazy, quick);
    const window = { time: [1, 3], realization: 1, y: [3, 20], x: [5, 9] } as const;
    assert.equal((await drawn.isel(window).load()).values, all.isel(window).values);

    const part = lazy.isel({ time: [3, 5], y: [4, 12], x: [2, 16] });
    // An interior window meets other neighbours; its noise is that of its place, not that of a field of its own.
    const there = await downscale(model, part, { ...quick, whole: lazy });
    const stated = await downscale(model, part, { ...quiet, origin: [8, 4] });
    assert.equal(there.values, stated.values);
    const moved = await downscale(model, part, { ...quiet, origin: [0, 0] });
    assert.not.equal(there.values, moved.values);
    assert.equal((await downscale(model, lazy.isel({ time: 3 }), quiet)).values, all.isel({ time: 3 }).values);
    const window2 = ["--time", "3:5", "--rows", "4:12", "--columns", "2:16"];
    assert.equal((await command("window.nc", "coarse.nc", ...window2)).values, there.values);
  } finally {
    data.close();
  }
});

test("frames over several leading dimensions, y and x first, are drawn as they lie", async () => {
  const plain = coarse
    .isel({ time: [0, 4] })
    .with({ coordinates: coarse.coordinates.filter(({ name }) => name !== "time") });
  const folded = plain.with({ dims: ["height", "step", "y", "x"], shape: [2, 2, 16, 16] });
  const out = await downscale(model, folded, quiet);
  assert.equal(out.dims, ["height", "step", "realization", "y", "x"]);
  assert.equal(out.values, (await downscale(model, coarse, quick)).isel({ time: [0, 4] }).values);
  const one = coarse.isel({ time: 2 });
  const single = await downscale(model, one, quiet);
  assert.equal(
    [single.dims, single.shape],
    [
      ["realization", "y", "x"],
      [2, 32, 32],
    ],
  );
});

test("units, coordinates, bounds and attributes travel, in memory and through files", async () => {
  const time = coarse.coordinate("time")!;
  const bounds = Float64Array.from({ length: 2 * time.values.length }, (_, i) => time.values[i >> 1]! + (i % 2));
  const station: Field["coordinates"][number] = {
    ...{ name: "season", dims: ["time"], values: Float64Array.of(1, 1, 2, 2, 3) },
    attributes: { long_name: "season" },
  };
  const input = coarse.with({
    coordinates: [...coarse.coordinates.filter((c) => c !== time), { ...time, bounds }, station],
    attributes: { ...coarse.attributes, long_name: "rain of a day", actual_range: [0, 50] },
  });
  const { interval: _, ...bare } = quick;
  const fine = await downscale(model, input, bare);
  assert.is(fine.units, "mm");
  assert.equal([...fine.coordinate("time")!.bounds!], [...bounds]);
  assert.equal(fine.coordinate("season"), station);
  assert.equal([...fine.coordinate("realization")!.values], [0, 1]);
  assert.equal(fine.coordinate("y")!.bounds!.length, 64);
  assert.is(fine.attributes["long_name"], "rain of a day");
  assert.is(fine.attributes["standard_name"], "lwe_thickness_of_precipitation_amount");
  assert.not.ok("actual_range" in fine.attributes);
  // The block means are the input, in its units.
  const means = coarsen(fine, 2);
  for (const [i, v] of means.values.entries()) {
    const expected = input.values[Math.floor(i / 512) * 256 + (i % 256)]!;
    // A few roundings of float32, of the largest value of a block.
    assert.ok(Math.abs(v - expected) <= 1e-4 * Math.max(1, expected), `${v} is not ${expected}`);
  }
  const { path } = await downscaleTo(at("travel.nc"), model, input, { ...bare, attributes: { title: "Gauges" } });
  await writeNetcdf(at("memory.nc"), fine);
  assert.equal(parts(await readField(path)), parts(await readField(at("memory.nc"))));
  const data = await openDataset(path);
  data.close();
  assert.match(String(data.attributes["title"]), /^Ensemble of fine precipitation.* from: Gauges$/);
  assert.match(String(data.attributes["history"]), /model SHA-256 [0-9a-f]{64}, seed 5/);
  assert.is(data.attributes["model_sha256"], model.file!.sha256);
});

test("work that is ended, or fails, keeps the finished times, in NetCDF and Zarr, and says so", async () => {
  const all = await downscale(model, coarse, quick);
  for (const format of ["nc", "zarr"]) {
    const controller = new AbortController();
    const kept: unknown[] = [];
    const stop = downscaleTo(at(`cut.${format}`), model, coarse, {
      ...quick,
      signal: controller.signal,
      onKept: (one) => kept.push(one),
      onProgress: ({ done }) => done === 5 && controller.abort(new Error("enough")),
    });
    await refuses(stop, /^enough$/, Error);
    assert.equal(kept, [{ path: at(`cut.partial.${format}`), steps: 2, of: 5 }]);
    assert.not.ok(existsSync(at(`cut.${format}`)));
    assert.equal((await readField(at(`cut.partial.${format}`))).values, all.isel({ time: [0, 2] }).values);
  }
  const kept: unknown[] = [];
  const stop = AbortSignal.abort(new Error("at once"));
  await refuses(
    downscaleTo(at("none.nc"), model, coarse, { ...quick, signal: stop, onKept: (one) => kept.push(one) }),
    /at once/,
    Error,
  );
  assert.equal(kept, [{ path: undefined, steps: 0, of: 5 }]);
  none(await readdir(folder), (name) => /none|tmp$/.test(name));
});

test("what cannot be is refused before the first evaluation, with nothing written", async () => {
  const before = await readdir(folder);
  let evaluations = 0;
  const watched = { ...quick, onProgress: () => evaluations++ };
  const { interval: _, ...bare } = watched;
  const gap = coarse.with({ values: coarse.values.map((v, i) => (i === 700 ? Number.NaN : v)) });
  const less = coarse.with({ values: coarse.values.map((v, i) => (i === 1279 ? -0.25 : v)) });
  const ensemble = await downscale(model, coarse.isel({ time: [0, 1] }), quiet);
  const cases: readonly [Field, object, RegExp, Parameters<typeof refuses>[2]][] = [
    [coarse, bare, /holds amounts \("mm"\), not rates; give `interval: SECONDS`/, UnitsError],
    [coarse, { ...watched, interval: -1 }, /interval is -1, expected a finite number > 0, or "time"/, OptionsError],
    [coarse, { ...watched, grid: 1.5 }, /grid is 1.5, expected a field, or a whole number of fine cells/, OptionsError],
    [coarse, { ...watched, force: ["gaps"] }, /force\[0\] is "gaps", expected one of "variable", "int/, OptionsError],
    [coarse.isel({ time: [0, 1] }), watched, /it has 1 time; give `interval` in seconds/, OptionsError],
    [gap, watched, /1 of 1280 values are missing; .*`missing: "propagate"`/, DomainError],
    [less, watched, /1 values are negative, down to .*`clipNegative: true`/, DomainError],
    [coarse.with({ units: "K" }), watched, /units "K"/, UnitsError],
    [coarse.with({ coordinates: [], dims: ["a", "b", "c"] }), quiet, /y and x as its last dimensions/, ShapeError],
    [ensemble, quiet, /it has a dimension realization; select one member first/, OptionsError],
    [coarse.with({ values: coarse.values.map(() => Number.NaN) }), watched, /only missing values/, DomainError],
  ];
  for (const [field, options, message, kind] of cases) {
    await refuses(downscale(model, field, options), message, kind);
    await refuses(downscaleTo(at("no.nc"), model, field, options), message, kind);
  }
  await refuses(
    downscaleTo(at("no.tif"), model, coarse, watched),
    /a GeoTIFF holds one time, the input has 5/,
    OptionsError,
  );
  await refuses(downscaleTo(at("no.csv"), model, coarse, watched), /the format is not clear/, OptionsError);
  await refuses(
    downscaleTo(at("coarse.nc"), model, coarse, { ...watched, overwrite: true }),
    /is an input or belongs to one/,
    OptionsError,
  );
  await refuses(downscaleTo(at("fine.nc"), model, coarse, watched), /it is there already/, OptionsError);
  // What packing leaves of a 0 is no negative rain.
  const packed = coarse.with({ values: coarse.values.map((v, i) => (i === 1279 ? -1e-5 : v)) });
  const said: string[] = [];
  assert.ok(
    (await downscale(model, packed, { ...quick, onNotice: (line) => said.push(line) })).values.every((v) => v >= 0),
  );
  assert.ok(
    said.some((line) => /1 values are negative, down to -0\.00000999.* mm; set to 0/.test(line)),
    said.join("\n"),
  );
  const clipped = await downscale(model, less, { ...quick, clipNegative: true });
  assert.ok(clipped.values.every((v) => v >= 0));
  assert.is(evaluations, 0);
  assert.equal(await readdir(folder), before);
});

test.run();
