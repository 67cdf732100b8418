// Inside: comparison with training, which no door exports.
/** A model takes rain of the kind that it was trained for: spacing, interval, range. */

import { join } from "node:path";
import { DomainError, rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { seenBlocks } from "../../../generative/data/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import {
  comparableBlocks,
  comparablePlace,
  constantsOf,
  differences,
  notStated,
  type SeenBlocks,
  seenOf,
} from "../../../generative/model/index.ts";
import { trainOnTiles } from "../../../generative/training/index.ts";
import { cellSize } from "../../../io/field/index.ts";
import { Field, readField, writeNetcdf } from "../../../io/index.ts";
import { line, mongeDone, mongeHere, oneLine, words } from "../../cli/run.ts";
import { assert, axis, closeRelative, evenly, refuses, temporaryFolder, test } from "../../harness.ts";
import { blockModel, noisyTiles, small } from "../models.ts";

const { folder } = temporaryFolder(test);

const archive = noisyTiles(4, 1);
const radar = { grid: { units: "m", y: 1000, x: 1000 }, interval: 300 } as const;
/** Differences in words. */
const mismatches = (seen: SeenBlocks, place: Parameters<typeof comparablePlace>[0], largest: number) =>
  differences(comparableBlocks(seen), comparablePlace(place, largest)).map(({ text }) => text);
const seen = seenBlocks(archive, 4, [radar, { grid: { units: "m", y: 1000, x: 1100 }, interval: 600 }]);

test("what tiles train a model for: the largest coarse rate, and the ranges of spacing and interval", () => {
  closeRelative(seen.largest, Math.max(...blockMean(archive.values, 4, 16, 16, 4)), 1e-5);
  assert.equal(seen.coarse, { units: "m", y: [4000, 4000], x: [4000, 4400] });
  assert.equal(seen.interval, [300, 600]);
});

test("spacing and interval pass within a fifth, degrees are compared as degrees, or in metres at their latitude", () => {
  const of = (y: number, x: number, interval = 300) => mismatches(seen, { grid: { units: "m", y, x }, interval }, 1);
  assert.equal(of(4000, 4000), []);
  assert.equal(of(3210, 5270), []);
  assert.match(of(3190, 4000).join(), /^cells of 3.19 km \(y\) by 4 km \(x\), .* 4 km \(y\) by 4 to 4.4 km \(x\)$/);
  assert.match(of(4000, 5290).join(), /5.29 km \(x\)/);
  assert.equal(of(4000, 4000, 241), []);
  assert.equal(of(4000, 4000, 719), []);
  assert.match(of(4000, 4000, 86400).join(), /^values over 86400 s, but it was trained for values over 300 to 600 s$/);
  assert.match(of(4000, 4000, 60).join(), /values over 60 s/);

  const degrees = (y: number, x: number, latitude?: number) => ({
    grid: { units: "degrees", y, x, ...(latitude !== undefined && { latitude }) } as const,
  });
  const era = seenBlocks(archive, 4, [degrees(0.0625, 0.125, 60)]);
  assert.equal(mismatches(era, degrees(0.25, 0.5, 0), 1), []);
  assert.match(mismatches(era, degrees(0.5, 0.25), 1).join(), /0.5 degrees \(y\).*are y and x exchanged\?/);
  assert.match(mismatches(era, degrees(0.1, 0.1), 1).join(), /cells of 0.1 degrees/);
  // 0.25 degrees of latitude are 27.8 km; so are 0.5 degrees of longitude at 60 degrees.
  assert.equal(mismatches(era, { grid: { units: "m", y: 27800, x: 27800 } }, 1), []);
  assert.match(mismatches(era, { grid: { units: "m", y: 27800, x: 55600 } }, 1).join(), /55.6 km/);
  assert.match(mismatches(seen, degrees(0.25, 0.25, 50), 1).join(), /0.25 degrees/);
});

test("rates far beyond the largest one seen are refused, and what is not known is not compared but told", () => {
  assert.equal(mismatches(seen, {}, 4.9 * seen.largest), []);
  assert.match(
    mismatches(seen, {}, 5.1 * seen.largest).join(),
    /^values of 0 to .* mm\/h, but it was trained on 0 to .* mm\/h$/,
  );
  const unknown = (trained: Parameters<typeof notStated>[1], place: Parameters<typeof comparablePlace>[0]) =>
    notStated(["cells", "interval", "values"], trained, comparablePlace(place, 1));
  assert.equal(unknown({}, radar), ["spacing", "interval", "range"]);
  assert.equal(unknown(comparableBlocks(seen), {}), ["spacing", "interval"]);
  assert.equal(unknown(comparableBlocks(seen), radar), []);
});

test("the library refuses rain of another kind, goes on with force, and keeps what it knows in file and checkpoint", async () => {
  const path = join(folder, "model.safetensors");
  const made = blockModel({ trainedOn: seen });
  await made.save(path);
  const model = await Downscaler.load(path);
  assert.equal(seenOf(model.configuration), seen);
  const coarse = { values: new Float32Array(16).fill(1), shape: [4, 4] };
  const options = { members: 1, evaluations: 2 };
  await model.sample(coarse, options);
  const daily = { ...options, place: { interval: 86400 } };
  await refuses(model.sample(coarse, daily), /values over 86400 s.*`force: \["interval"\]` goes on/, DomainError);
  await model.sample(coarse, { ...daily, force: true });
  await model.sample(coarse, { ...daily, force: ["interval"] });
  await refuses(model.sample(coarse, { ...daily, force: ["range"] }), /values over 86400 s/, DomainError);
  const seconds = { ...coarse, values: coarse.values.map((v) => v * 86400) };
  await refuses(model.sample(seconds, options), /values of 0 to 86400 mm\/h/, DomainError);
  await model.dispose();
  await made.dispose();
  const recipe = { steps: 1, batch: 2, crop: 8, network: small, warmup: 1 };
  const { checkpoint, downscaler } = await trainOnTiles(archive, { ...recipe, places: [radar] });
  const { unit = 1 } = constantsOf(checkpoint.description)!;
  assert.equal(seenOf(checkpoint.description), seenBlocks(archive, 4, [radar], { wet: 0.1, unit }));
  assert.equal(seenOf(downscaler.configuration), seenOf(checkpoint.description));
  await downscaler.dispose();
});

/** Rain on (time, y, x). */
function rain(o: Record<"seconds" | "step", number> & { units?: string; of?: string; scale?: number }): Field {
  const { seconds, step, units = "mm h-1", of = "km", scale = 1 } = o;
  const [times, size] = [6, 32];
  const along = (name: string, n: number, by: number, attributes: Readonly<Record<string, string>>) =>
    axis(name, evenly(n, 0, by), attributes);
  const wet = rng(7).normal(times * size * size);
  return new Field({
    ...{ name: "pr", dims: ["time", "y", "x"], shape: [times, size, size] },
    ...{ values: Float32Array.from(wet, (z) => scale * Math.max(0, Math.expm1(z))), units },
    coordinates: [
      along("time", times, seconds, { units: "seconds since 2020-01-01", standard_name: "time" }),
      along("y", size, step, { units: of, standard_name: "projection_y_coordinate" }),
      along("x", size, step, { units: of, standard_name: "projection_x_coordinate" }),
    ],
  });
}

test("cells have sizes in metres or degrees, from centres, and none where the file does not tell", () => {
  assert.equal(cellSize(rain({ seconds: 300, step: 2 })), { units: "m", y: 2000, x: 2000 });
  assert.equal(cellSize(rain({ seconds: 300, step: 250, of: "m" })), { units: "m", y: 250, x: 250 });
  assert.is(cellSize(rain({ seconds: 300, step: 1, of: "furlong" })), undefined);
  const line = (name: string, units: string, values: number[]) => axis(name, Float64Array.from(values), { units });
  const globe = new Field({
    ...{ name: "pr", dims: ["lat", "lon"], shape: [3, 2], values: new Float32Array(6) },
    coordinates: [line("lat", "degrees_north", [50.5, 50, 49.5]), line("lon", "degrees_east", [0, 0.25])],
  });
  assert.equal(cellSize(globe), { units: "degrees", y: 0.5, x: 0.25, latitude: 50 });
  // Of a curvilinear grid in metres: a degree is 111.19 km, on the 60th parallel half of it.
  const over = (name: string, values: readonly number[]) => ({
    ...{ name, dims: ["j", "i"], values: Float64Array.from(values) },
    attributes: { standard_name: name },
  });
  const bent = new Field({
    ...{ name: "f", dims: ["j", "i"], shape: [2, 3], values: new Float32Array(6) },
    coordinates: [
      over("latitude", [59.5, 59.5, 59.5, 60.5, 60.5, 60.5]),
      over("longitude", [179, 180, -179, 179, 180, -179]),
    ],
  });
  const { units, y, x } = cellSize(bent)!;
  assert.is(units, "m");
  assert.ok(Math.abs(y - 111_194.93) < 0.01, `${y}`);
  assert.ok(Math.abs(x / (111_194.93 * Math.cos(Math.PI / 3)) - 1) < 2e-4, `${x}`);
  assert.equal(cellSize(globe.with({ coordinates: [] })), undefined);
});

test("the command refuses daily sums, rates times 86 400 and another spacing in a model of five minutes, and --force says so in the history", async () => {
  const [fine, model] = [join(folder, "fine.nc"), join(folder, "runs")];
  await writeNetcdf(fine, rain({ seconds: 300, step: 1 }));
  await mongeDone(
    ...line`train --data ${fine} --steps 2 --batch 2 --set tile=32 --crop 16 --channels 8 --out ${model}`,
  );

  const downscale = async (name: string, field: Field, ...more: string[]) => {
    const [input, output] = [join(folder, `${name}.nc`), join(folder, `${name}-fine.nc`)];
    await writeNetcdf(input, field);
    const quick = words("--members 1 --evaluations 2 --time 0 --rows 0:8 --columns 0:8");
    return { ...(await mongeHere("downscale", model, input, "-o", output, ...quick, ...more)), output };
  };
  const same = await downscale("same", rain({ seconds: 300, step: 4 }));
  assert.is(same.status, 0, same.stderr);
  assert.not.match(same.stderr, /not checked/);

  const refusals: readonly [string, Field, RegExp, string[]][] = [
    ["sums", rain({ seconds: 86400, step: 4, units: "mm" }), /values over 86400 s.*300 s/, ["--interval", "86400"]],
    ["rates", rain({ seconds: 300, step: 4, scale: 86400 }), /values of 0 to .* mm\/h, but it was trained on/, []],
    ["wide", rain({ seconds: 300, step: 25 }), /cells of 25 km .* trained for cells of 4 km/, []],
    ["fine", rain({ seconds: 300, step: 1 }), /cells of 1 km .* trained for cells of 4 km/, []],
  ];
  for (const [name, field, message, more] of refusals) {
    const { status, stderr } = await downscale(name, field, ...more);
    assert.is(status, 2, `${name}: ${stderr}`);
    assert.match(oneLine(stderr), message);
    assert.match(oneLine(stderr), /--force (interval|range|spacing)(,range)? goes on nevertheless/);
  }
  const forced = await downscale("forced", rain({ seconds: 300, step: 25 }), "--force", "spacing");
  assert.is(forced.status, 0, forced.stderr);
  assert.match(
    oneLine(forced.stderr),
    /going on \(--force\) without the guard "spacing", although INPUT has cells of 25 km/,
  );
  const { openDataset } = await import("../../../io/dataset/dataset.ts");
  const data = await openDataset(forced.output);
  assert.match(String(data.attributes["history"]), /forced, although INPUT has cells of 25 km/);
  data.close();

  const mute = await readField(join(folder, "same.nc"));
  const { stderr } = await downscale("mute", mute.with({ coordinates: [] }));
  assert.is(stderr.match(/not checked against the training: spacing, interval/g)?.length, 1, stderr);
});

test.run();
