/** `monge downscale --calibrate`: the amplitude that a truth was drawn with is found, kept in a file, and drawn with again. */
import { readFileSync, writeFileSync } from "node:fs";
import { coarsen, Field, openDataset, readField, writeNetcdf } from "../../io/index.ts";
import { assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { line, mongeDone, mongeRefused } from "./run.ts";

const { at } = temporaryFolder(test);
const quick = ["--evaluations", "2", "--threads", "1", "--interval", "86400"];
const [model, coarse, truth] = [at("model.safetensors"), at("coarse.nc"), at("truth.nc")];

test.before(async () => {
  const { name, units, shape, values, coordinates } = await writeSyntheticRain(at("fine.nc"), {
    days: 20,
    units: "mm",
  });
  const degrees = (of: "latitude" | "longitude", first: number) =>
    axis(of, evenly(32, first, 0.05), { units: of === "latitude" ? "degrees_north" : "degrees_east" });
  const fine = new Field({
    ...{ name, units, shape, values, dims: ["time", "latitude", "longitude"] },
    coordinates: [coordinates.find((one) => one.name === "time")!, degrees("latitude", 45), degrees("longitude", 5)],
  });
  await writeNetcdf(coarse, coarsen(fine, 2));
  await writeUntrainedModel(model, 2);
  await mongeDone(...line`downscale ${model} ${coarse} -o ${truth} --members 1 --seed 9 --amplitude 1.3 ${quick}`);
});

test("the amplitude of maps is found, with a table before and after, and kept in a file that gives it again", async () => {
  const run = line`downscale ${model} ${coarse} --calibrate ${truth} -o ${at("amplitude.json")} ${quick}`;
  const { stdout, stderr } = await mongeDone(...run);
  assert.match(
    stdout,
    /spread\/skill +CRPS mm\n.*\nas it is, amplitude 1 +0\.[678]\d .*\namplitude 1\.[23]\d \(1\.\d\d to 1\.\d\d\) +1\.00/,
  );
  assert.match(stdout, /fifths with the amplitude of the others +(0\.9|1\.0)\d/);
  assert.match(stderr, /\d+ readings of 20 times, worth \d+ independent ones; of cells of maps/);
  const { amplitude, factor, fit } = JSON.parse(readFileSync(at("amplitude.json"), "utf8"));
  assert.ok(Math.abs(amplitude - 1.3) < 0.1 && factor === 2 && fit.low < 1.3 && fit.high > 1.3, `${amplitude}`);

  const draw = line`downscale ${model} ${coarse} --members 2 --seed 1 ${quick}`;
  await mongeDone(...draw, "-o", at("by-file.nc"), "--amplitude", at("amplitude.json"));
  await mongeDone(...draw, "-o", at("by-number.nc"), "--amplitude", `${amplitude}`);
  await mongeDone(...draw, "-o", at("at-once.nc"), "--calibrate", truth);
  const [byFile, byNumber, atOnce] = await Promise.all(
    ["by-file.nc", "by-number.nc", "at-once.nc"].map(async (name) => (await readField(at(name))).values),
  );
  assert.equal(byFile, byNumber);
  const data = await openDataset(at("at-once.nc"));
  assert.ok(Math.abs(Number(data.attributes["noise_amplitude"]) - 1.3) < 0.1);
  data.close();
  assert.is(atOnce!.length, byFile!.length);
});

test("a table of stations whose readings are those of cells gives the amplitude of the maps; one of a single day is refused", async () => {
  const field = (await readField(truth)).isel({ realization: 0 });
  const [latitude, longitude] = (["latitude", "longitude"] as const).map((of) => field.coordinate(of)!.values);
  const rows = Array.from({ length: 200 }, (_, k) => (k * 57) % 1024).flatMap((cell, k) => {
    const [row, column] = [cell >> 5, cell & 31];
    return Array.from({ length: 20 }, (_, day) => {
      const place = `s${k},${longitude![column]},${latitude![row]}`;
      return `${place},2020-01-${`${day + 1}`.padStart(2, "0")}T00:00,${field.values[(day * 32 + row) * 32 + column]}`;
    });
  });
  const table = (name: string, own: readonly string[]) =>
    writeFileSync(at(name), `${["id,longitude,latitude,time,pr [mm]", ...own].join("\n")}\n`);
  table("gauges.csv", rows);
  const run = line`downscale ${model} ${coarse} -o ${at("gauges.json")} ${quick} --readings cells --json`;
  const { stdout } = await mongeDone(...run, "--calibrate", `${at("gauges.csv")}:pr`);
  const { low, high, points, readings } = JSON.parse(stdout).calibration;
  assert.ok(points && readings > 200 && low < 1.3 && high > 1.3 && high < 1.6, `${[low, high, readings]}`);
  table("day.csv", rows.slice(0, 1));
  const day = line`downscale ${model} ${coarse} -o ${at("day.json")} ${quick} --calibrate ${at("day.csv")}:pr`;
  await mongeRefused(/readings? are of 1 times or regions|no reading in wet cells/, ...day);
});

test("amplitudes out of range, of other models and without a model are refused with the way out", async () => {
  const of = (path: string) => line`downscale ${path} ${coarse} -o ${at("none.nc")} ${quick}`;
  const draw = of(model);
  const refused = (words: readonly string[], text: RegExp) => mongeRefused(text, ...words);
  await refused([...draw, "--amplitude", "3"], /expected a number from 0\.5 to 2/);
  await refused([...draw, "--amplitude", "1.1", "--calibrate", truth], /cannot be used with/);
  await writeUntrainedModel(at("other.safetensors"), 4);
  await refused(
    [...of(at("other.safetensors")), "--amplitude", at("amplitude.json")],
    /amplitude\.json is of model [0-9a-f]+, and this is model [0-9a-f]+/,
  );
  const record = readFileSync(at("amplitude.json"), "utf8");
  writeFileSync(at("changed.json"), record.replace(/"amplitude": 1/, '"amplitude": 0'));
  await refused([...draw, "--amplitude", at("changed.json")], /changed\.json/);
  const farm = line`downscale --method rainfarm ${coarse} -o ${at("none.nc")} --factor 2 --interval 86400`;
  await refused([...farm, "--calibrate", truth], /--calibrate means nothing here/);
  await refused([...farm, "--amplitude", "1.1"], /--amplitude means nothing here/);
  const figure = line`downscale ${model} ${coarse} --calibrate ${truth} -o ${at("none.json")} --figure ${at("f.png")}`;
  await refused(figure, /--figure needs members/);
});

test.run();
