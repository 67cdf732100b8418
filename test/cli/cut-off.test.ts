/** `monge downscale --cut-off`, and the one that `--calibrate` finds: the same numbers by every way, in every format. */
import { readFileSync } from "node:fs";
import { coarsen, type Field, openDataset, readField, writeNetcdf } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { line, mongeDone, mongeRefused } from "./run.ts";

const { at } = temporaryFolder(test);
const quick = ["--evaluations", "2", "--threads", "1", "--interval", "86400"];
const [model, coarse, truth] = [at("model.safetensors"), at("coarse.nc"), at("truth.nc")];
/** Sixteen thresholds of dry, of sums of a day. */
const CUT_OFF = 1.6;

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 20, units: "mm" });
  await writeNetcdf(coarse, coarsen(fine, 2));
  await writeUntrainedModel(model, 2);
  await mongeDone(
    ...line`downscale ${model} ${coarse} -o ${truth} --members 1 --seed 9 --cut-off ${`${CUT_OFF}`} ${quick}`,
  );
});

test("the cut-off of maps is found with the amplitude, said, kept in the file of it, and drawn with by that file and at once", async () => {
  const run = line`downscale ${model} ${coarse} --calibrate ${truth} -o ${at("amplitude.json")} ${quick}`;
  const { stdout, stderr } = await mongeDone(...run);
  assert.match(stdout, /amplitude [\d.]+ \([\d.]+ to [\d.]+\), cut-off 1\.6 mm +1\.00/);
  assert.match(stderr, /wet: [\d.]+ % of readings, [\d.]+ % of members, [\d.]+ % with the cut-off 1\.6 mm; halves/);
  const { amplitude, cutOff, units } = JSON.parse(readFileSync(at("amplitude.json"), "utf8"));
  assert.ok(Math.abs(cutOff - CUT_OFF) < 1e-6, `${cutOff}`);
  assert.is(units, "mm");

  const draw = line`downscale ${model} ${coarse} --members 2 --seed 1 ${quick}`;
  const given = ["--amplitude", `${amplitude}`, "--cut-off", `${cutOff}`];
  await mongeDone(...draw, "-o", at("by-file.nc"), "--amplitude", at("amplitude.json"));
  await mongeDone(...draw, "-o", at("by-number.zarr"), ...given);
  await mongeDone(...draw, "-o", at("uncut.nc"), "--amplitude", at("amplitude.json"), "--cut-off", "0");
  await mongeDone(...draw, "-o", at("plain.nc"), "--amplitude", `${amplitude}`);
  await mongeDone(...draw, "-o", at("parts.zarr"), ...given, "--shard", "0/2");
  await mongeDone(...draw, "-o", at("parts.zarr"), ...given, "--resume");
  await mongeDone(...draw, "-o", at("map.tif"), ...given, "--time", "0", "--epsg", "none");
  const valuesOf = async (name: string) => (await readField(at(name))).values;
  const byFile = await valuesOf("by-file.nc");
  assert.equal(byFile, await valuesOf("by-number.zarr"));
  assert.equal(byFile, await valuesOf("parts.zarr"));
  const plain = await valuesOf("plain.nc");
  assert.equal(plain, await valuesOf("uncut.nc"));
  assert.not.equal(byFile, plain);
  assert.equal([...(await valuesOf("map.tif"))], [...byFile.subarray(0, 2 * 32 * 32)]);
  const data = await openDataset(at("by-file.nc"));
  assert.ok(Math.abs(Number(data.attributes["rain_cut_off"]) - CUT_OFF) < 1e-6);
  assert.match(String(data.attributes["history"]), /cut-off 1\.6/);
  data.close();

  // At once the same is fitted with the seed of the draw.
  const { stderr: said } = await mongeDone(...draw, "-o", at("at-once.nc"), "--calibrate", truth);
  assert.match(said, /with the cut-off 1\.6 mm/);
  const least = (field: Field) => Math.min(...field.values.filter((v) => v > 0));
  assert.ok(least(await readField(at("at-once.nc"))) > least(await readField(at("plain.nc"))));
});

test("an archive without a cut-off has none found, and its file draws as the amplitude alone", async () => {
  const own = at("own.nc");
  await mongeDone(...line`downscale ${model} ${coarse} -o ${own} --members 1 --seed 9 ${quick}`);
  const run = line`downscale ${model} ${coarse} --calibrate ${own} -o ${at("none.json")} ${quick}`;
  const { stdout, stderr } = await mongeDone(...run);
  assert.ok(!/cut-off/.test(stdout), stdout);
  assert.match(stderr, /wet: .* of readings, .* of members; no cut-off, as none up to 32 thresholds of dry/);
  assert.ok(!("cutOff" in JSON.parse(readFileSync(at("none.json"), "utf8"))));
});

test("cut-offs below 0, of baselines, beside --calibrate and of a file in other units are refused with the way out", async () => {
  const to = line`downscale ${model} ${coarse} -o ${at("none.nc")} ${quick}`;
  await mongeRefused(/--cut-off.*-1/, ...to, "--cut-off=-1");
  await mongeRefused(/cannot be used with/, ...to, "--cut-off", "1", "--calibrate", truth);
  const farm = line`downscale --method rainfarm ${coarse} -o ${at("none.nc")} --factor 2 --interval 86400`;
  await mongeRefused(/--cut-off means nothing here/, ...farm, "--cut-off", "1");
  const rates = line`downscale ${model} ${at("rates.nc")} -o ${at("none.nc")} ${quick} --amplitude ${at("amplitude.json")}`;
  await mongeDone("convert", coarse, "-o", at("rates.nc"), "--to-units", "mm/h", "--interval", "86400");
  await mongeRefused(/is 1\.6\d* mm, and INPUT is in mm\/h; give it in INPUT's units with --cut-off/, ...rates);
});

test.run();
