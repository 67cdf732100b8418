/** What a store knows of the files it is drawn from: their contents, and what looking through them found. */
import { copyFileSync, mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { FormatError, OptionsError } from "../../../engine/index.ts";
import { auditUnits, Downscaler, type DownscaleUnitsOptions, downscaleUnits } from "../../../generative/index.ts";
import { LazyField, openDataset, readField, writeNetcdf } from "../../../io/index.ts";
import { writeSyntheticRain } from "../../cli/data.ts";
import { writeUntrainedModel } from "../../cli/model.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
let model: Downscaler;

test.before(async () => {
  // Values as they are: other ones take the same room.
  const rain = await writeSyntheticRain(at("deflated.nc"), { days: 4, units: "mm", size: 16 });
  await writeNetcdf(at("rain.nc"), rain, { compression: 0 });
  await writeUntrainedModel(at("model.safetensors"), 2);
  model = await Downscaler.load(at("model.safetensors"));
});
test.after(() => model.dispose());

/** Bytes of the file of rain in which bits of the last values are others. */
async function otherBytes(path: string): Promise<Buffer> {
  const { values } = await readField(path);
  const last = Buffer.from(Float32Array.from(values.slice(-50)).buffer);
  const bytes = readFileSync(path);
  const from = bytes.indexOf(last);
  assert.ok(from > 0);
  for (let i = 0; i < last.length; i += 4) bytes[from + i]! ^= 1;
  return bytes;
}

/** Draws, and counts the times that are read of the input. */
async function draw(store: string, input: string, more: DownscaleUnitsOptions = {}): Promise<number> {
  const data = await openDataset(input);
  try {
    const field = await data.variable();
    const { store: values } = field.parts;
    let read = 0;
    const counted = new LazyField({
      ...field.parts,
      store: {
        ...values,
        read(slab) {
          read += slab.count[0]!;
          return values.read(slab);
        },
      },
    });
    const how = { members: 1, evaluations: 2, interval: 86400, unit: { times: 1 }, now: new Date(0) };
    await downscaleUnits(store, model, counted, { ...how, inputs: [input], ...more });
    return read;
  } finally {
    data.close();
  }
}

test("a worker that comes later reads what it draws, not the whole input, and one with other options reads all again", async () => {
  const store = at("cheap.zarr");
  const first = await draw(store, at("rain.nc"), { order: [0] });
  const second = await draw(store, at("rain.nc"), { shard: { index: 1, count: 2 }, order: [1] });
  assert.is(first - second, 4);
  await refuses(draw(store, at("rain.nc"), { resume: true, seed: 9 }), /begun with seed/, OptionsError);
});

test("an input that changes while units are drawn ends the work: no row is of other contents, and what is drawn stays sound", async () => {
  const store = at("changing.zarr");
  copyFileSync(at("rain.nc"), at("changing.nc"));
  const bytes = await otherBytes(at("changing.nc"));
  let finished = 0;
  const onUnit = () => {
    if (++finished === 2) writeFileSync(at("changing.nc"), bytes);
  };
  await refuses(draw(store, at("changing.nc"), { onUnit }), /changing\.nc: it changed while it was read/, FormatError);
  const audit = await auditUnits(store);
  assert.equal([audit.missing, audit.damaged, audit.changed], [[2, 3], [], [at("changing.nc")]]);
  await refuses(draw(store, at("changing.nc"), { resume: true }), /other contents of changing\.nc/, OptionsError);
});

test("a file with other contents under the same name, size and date is refused, and a copy elsewhere is not", async () => {
  const store = at("contents.zarr");
  const rain = at("rain.nc");
  await draw(store, rain, { order: [0] });
  mkdirSync(at("elsewhere"), { recursive: true });
  copyFileSync(rain, at("elsewhere/rain.nc"));
  await draw(store, at("elsewhere/rain.nc"), { resume: true, order: [1] });
  assert.equal((await auditUnits(store)).changed, []);

  const before = statSync(rain);
  copyFileSync(rain, at("kept.nc"));
  writeFileSync(rain, await otherBytes(rain));
  utimesSync(rain, before.atime, before.mtime);
  assert.is(statSync(rain).size, before.size);
  await refuses(draw(store, rain, { resume: true }), /begun with other contents of rain\.nc; give what/, OptionsError);
  assert.equal((await auditUnits(store)).changed, [rain]);

  renameSync(at("kept.nc"), rain);
  await draw(store, rain, { resume: true });
  const { complete, changed } = await auditUnits(store);
  assert.equal({ complete, changed }, { complete: true, changed: [] });
});

test("a field that is in no file is known by its values", async () => {
  const data = await openDataset(at("rain.nc"));
  const field = (await (await data.variable()).load()).with({ source: undefined });
  data.close();
  const how = { members: 1, evaluations: 2, interval: 86400, unit: { times: 1 } };
  await downscaleUnits(at("values.zarr"), model, field, { ...how, order: [0] });
  const other = field.with({ values: field.values.map((v, i) => (i === 7 ? v + 1 : v)) });
  await refuses(
    downscaleUnits(at("values.zarr"), model, other, { ...how, resume: true }),
    /begun with other contents of the field/,
    OptionsError,
  );
  await downscaleUnits(at("values.zarr"), model, field, { ...how, resume: true });
});

test.run();
