/** `--profile cordex-cmip6` and `info --check`: what is written breaks no rule, and every rule that is broken is named. */
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { type Coordinate, Field, readField, writeField } from "../../io/index.ts";
import { moreData } from "../data.ts";
import { allClose, assert, temporaryFolder, test } from "../harness.ts";
import { mongeDone, mongeHere, mongeRefused } from "./run.ts";

const { at } = temporaryFolder(test);
const [rows, columns, days] = [3, 4, 5];
const line = (n: number, first: number, step: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);

/** Daily sums from 2011-01-01 on, on a turned pole, by times at the end of their day. */
function daily({ times = line(days, 1, 1), units = "days since 2011-01-01", step = 1 } = {}): Field {
  const edges = Float64Array.from([...times].flatMap((v) => [v - step, v]));
  const cells = rows * columns;
  const place = (name: string, standard_name: string, unit: string, first: number): Coordinate => ({
    ...{ name, dims: ["rlat", "rlon"], attributes: { standard_name, units: unit } },
    values: Float64Array.from(
      { length: cells },
      (_, i) => first + (name === "lat" ? Math.floor(i / columns) : i % columns) / 10,
    ),
  });
  const axis = (name: string, standard_name: string, n: number, first: number): Coordinate => ({
    ...{ name, dims: [name], values: line(n, first, 0.11), attributes: { standard_name, units: "degrees" } },
  });
  return new Field({
    ...{ name: "tp", units: "mm", dims: ["time", "rlat", "rlon"], shape: [times.length, rows, columns] },
    values: Float32Array.from({ length: times.length * cells }, (_, i) => (i === 3 ? Number.NaN : i % 7)),
    attributes: { cell_methods: "time: sum" },
    coordinates: [
      {
        name: "time",
        dims: ["time"],
        values: times,
        bounds: edges,
        attributes: { standard_name: "time", units, calendar: "standard" },
      },
      axis("rlat", "grid_latitude", rows, -1),
      axis("rlon", "grid_longitude", columns, 2),
      place("lat", "latitude", "degrees_north", 49),
      place("lon", "longitude", "degrees_east", 10),
    ],
    gridMapping: {
      name: "rotated_pole",
      attributes: {
        ...{ grid_mapping_name: "rotated_latitude_longitude", grid_north_pole_latitude: 39.25 },
        ...{ grid_north_pole_longitude: -162, earth_radius: 6371229 },
      },
    },
  });
}

const attributes = {
  ...{ activity_id: "ESD", contact: "data@example.org", domain_id: "EUR-12", driving_experiment_id: "evaluation" },
  ...{ driving_institution_id: "ECMWF", driving_source_id: "ERA5", driving_variant_label: "r1i1p1f1" },
  ...{
    grid: "Rotated-pole latitude-longitude with 0.11 degree grid spacing",
    institution: "Institute",
    institution_id: "INST",
  },
  ...{ source: "monge", source_id: "monge-1", source_type: "ARCM", version_realization: "v1-r1" },
};
const name = "pr_EUR-12_ERA5_evaluation_r1i1p1f1_INST_monge-1_v1-r1_day_20110101-20110105.nc";
const put = (file: string, value: unknown) => writeFileSync(at(file), JSON.stringify(value));
const profile = ["--profile", "cordex-cmip6", "--attributes"] as const;

test("a field becomes the file that the specifications ask for, by name, times, units, missing values and attributes", async () => {
  await writeField(at("daily.nc"), daily());
  put("all.json", attributes);
  const { stdout, stderr } = await mongeDone("convert", at("daily.nc"), "-o", at("out"), ...profile, at("all.json"));
  assert.is(stdout.trim(), at(`out/${name}`));
  assert.ok(!/\d\. /.test(stderr), stderr);
  assert.equal(readdirSync(at("out")), [name]);
  const field = await readField(at(`out/${name}`));
  assert.equal([field.name, field.units, field.dims], ["pr", "kg m-2 s-1", ["time", "rlat", "rlon"]]);
  assert.equal(
    [...field.coordinate("time")!.values].map((v) => v - 22280),
    [0.5, 1.5, 2.5, 3.5, 4.5],
  );
  allClose(
    field.values.slice(4, 12),
    [4, 5, 6, 0, 1, 2, 3, 4].map((v) => v / 86_400),
    1e-9,
  );
  assert.ok(Number.isNaN(field.values[3]!));
  assert.match((await mongeDone("info", at(`out/${name}`), "--check", "cordex-cmip6")).stdout, /no rule is broken/);
});

test("hours, and rows of degrees whose edges lie on whole degrees, have their own names", async () => {
  const hours = daily({ times: line(48, 1, 1), units: "hours since 2011-01-01" });
  const [time] = hours.coordinates;
  const degrees = (axis: string, standard_name: string, first: number, n: number): Coordinate => ({
    ...{ name: axis, dims: [axis], values: line(n, first, 0.125) },
    attributes: { standard_name, units: axis === "lat" ? "degrees_north" : "degrees_east" },
  });
  const regular = new Field({
    ...{ name: "tp", units: "mm", dims: ["time", "lat", "lon"], shape: hours.shape, values: hours.values },
    attributes: { cell_methods: "time: sum" },
    coordinates: [time!, degrees("lat", "latitude", 49.0625, rows), degrees("lon", "longitude", 10.0625, columns)],
  });
  await writeField(at("hours.nc"), regular);
  put("regular.json", { ...attributes, domain_id: "EUR-12i" });
  const { stdout } = await mongeDone("convert", at("hours.nc"), "-o", at("hours"), ...profile, at("regular.json"));
  assert.match(stdout, /pr_EUR-12i_.*_1hr_201101010030-201101022330\.nc/);
  assert.match((await mongeDone("info", stdout.trim(), "--check", "cordex-cmip6")).stdout, /no rule is broken/);
});

test("attributes that are missing, other frequencies and other files are refused before anything is written", async () => {
  await writeField(at("daily.nc"), daily(), { overwrite: true });
  put("few.json", { domain_id: "EUR-12" });
  const folder = ["-o", at("none"), ...profile] as const;
  await mongeRefused(
    /lacks the attributes activity_id, contact, driving_experiment,.*--attributes/,
    "convert",
    at("daily.nc"),
    ...folder,
    at("few.json"),
  );
  put("list.json", [1]);
  await mongeRefused(
    /is something else; expected an object of texts/,
    "convert",
    at("daily.nc"),
    ...folder,
    at("list.json"),
  );
  await writeField(at("two.nc"), daily({ times: line(4, 2, 2), step: 2 }));
  put("all.json", attributes);
  await mongeRefused(/times cover 172800 s.*--every 1day/, "convert", at("two.nc"), ...folder, at("all.json"));
  assert.ok(!readdirSync(at("")).includes("none"));
});

/** Findings of the check, which ends with a failure. */
async function findings(file: string, ...more: readonly string[]): Promise<string> {
  const { status, stdout } = await mongeHere("info", at(file), "--check", "cordex-cmip6", ...more);
  assert.is(status, 1);
  return stdout;
}

/** A whole file with a change, and what the check says of it. */
const faults: readonly (readonly [
  RegExp,
  (field: Field, global: Record<string, string>) => Field | Record<string, string>,
])[] = [
  [/1\. DRS elements: source_id is "my_model"; elements consist of/, (_, all) => ({ ...all, source_id: "my_model" })],
  [/2\. Global attributes: no contact; table 1/, (_, all) => ({ ...all, contact: "" })],
  [/product is "output", not "model-output"/, (_, all) => ({ ...all, product: "output" })],
  [/activity_id is "XX"/, (_, all) => ({ ...all, activity_id: "XX" })],
  [/source_type is "RCM"/, (_, all) => ({ ...all, source_type: "RCM" })],
  [/creation_date is "2024"/, (_, all) => ({ ...all, creation_date: "2024" })],
  [/tracking_id is "1"/, (_, all) => ({ ...all, tracking_id: "1" })],
  [/driving_variant_label is "r1"/, (_, all) => ({ ...all, driving_variant_label: "r1" })],
  [/version_realization is "v0-r1"/, (_, all) => ({ ...all, version_realization: "v0-r1" })],
  [/frequency is "daily"/, (_, all) => ({ ...all, frequency: "daily" })],
  [/domain_id is "EUR-11"/, (_, all) => ({ ...all, domain_id: "EUR-11" })],
  [/domain is "Asia", not "Europe"/, (_, all) => ({ ...all, domain: "Asia" })],
  [/driving_experiment is "x", not "reanalysis/, (_, all) => ({ ...all, driving_experiment: "x" })],
  [/driving_experiment_id is "rcp85"/, (_, all) => ({ ...all, driving_experiment_id: "rcp85" })],
  [/there is no variable "tas"/, (_, all) => ({ ...all, variable_id: "tas" })],
  [/units are "mm\/day", not "kg m-2 s-1"/, (field) => field.with({ units: "mm/day" })],
  [/standard_name is "rain"/, (field) => field.with({ attributes: { ...field.attributes, standard_name: "rain" } })],
  [
    /cell_methods are "time: sum", not time: mean/,
    (field) => field.with({ attributes: { ...field.attributes, cell_methods: "time: sum" } }),
  ],
  [
    /grid mapping has no earth_radius/,
    (field) =>
      field.with({ gridMapping: { name: "crs", attributes: { grid_mapping_name: "rotated_latitude_longitude" } } }),
  ],
  [
    /grid mapping is named pole, not crs/,
    (field) => field.with({ gridMapping: { name: "pole", attributes: field.gridMapping!.attributes } }),
  ],
  [
    /no lat over rows and columns/,
    (field) => field.with({ coordinates: field.coordinates.filter((c) => c.name !== "lat") }),
  ],
  [
    /longitudes rise.*|they fall along a row/,
    (field) => changed(field, "lon", (c) => ({ ...c, values: c.values.toReversed() })),
  ],
  [
    /units are "days since 1949-12-01"/,
    (field) =>
      changed(field, "time", (c) => ({ ...c, attributes: { ...c.attributes, units: "days since 1949-12-01" } })),
  ],
  [
    /calendar is "julian"/,
    (field) => changed(field, "time", (c) => ({ ...c, attributes: { ...c.attributes, calendar: "julian" } })),
  ],
  [
    /a time is not the middle of its bounds/,
    (field) => changed(field, "time", (c) => ({ ...c, values: c.values.map((v) => v + 0.5) })),
  ],
  [
    /bounds are 24 hours from 12:00 on/,
    (field) =>
      changed(field, "time", (c) => ({
        ...c,
        values: c.values.map((v) => v + 0.5),
        bounds: c.bounds!.map((v) => v + 0.5),
      })),
  ],
  [
    /it holds 2010 to 2011/,
    (field) =>
      changed(field, "time", (c) => ({
        ...c,
        values: c.values.map((v) => v - 3),
        bounds: c.bounds!.map((v) => v - 3),
      })),
  ],
];
const changed = (field: Field, of: string, change: (c: Coordinate) => Coordinate): Field =>
  field.with({ coordinates: field.coordinates.map((c) => (c.name === of ? change(c) : c)) });

test("each rule that a file breaks is named by its section, with what was found", async () => {
  const whole = await readField(at(`out/${name}`));
  const { attributes: global } = JSON.parse(
    (await mongeDone("info", at(`out/${name}`), "--json", "--no-values")).stdout,
  );
  const storage = { dtype: "float32", fillValue: 1e20 } as const;
  for (const [message, change] of faults) {
    const made = change(whole, global);
    const [field, all] = made instanceof Field ? [made, global] : [whole, made];
    await writeField(at(name), field, { ...storage, attributes: all, overwrite: true });
    assert.match(await findings(name), message);
  }
  await writeField(at(name), whole, { ...storage, dtype: "float64", attributes: global, overwrite: true });
  assert.match(await findings(name), /pr is of type float64/);
  await writeField(at(name), whole, { attributes: global, overwrite: true });
  assert.match(await findings(name), /5\. File format: missing is/);
  renameSync(at(`out/${name}`), at("out/pr.nc"));
  assert.match(
    JSON.parse(await findings("out/pr.nc", "--json")).files[0].findings[0].found,
    /^the name is pr\.nc, not pr_EUR-12_/,
  );
});

test("of a file without the profile each missing attribute is named once, and no rule that needs one of them speaks", async () => {
  await writeField(at("plain.nc"), daily(), { overwrite: true });
  const lines = (await findings("plain.nc")).trim().split("\n");
  const [missing, ...others] = lines.map((text) => text.slice(`${at("plain.nc")}: `.length));
  assert.match(missing!, /^2\. Global attributes: no activity_id, contact, .*, variable_id, .*; table 1 lists/);
  assert.equal(
    others.map((text) => text.split(";")[0]),
    ['7. Time coordinate: units are "days since 2011-01-01"'],
  );
  assert.ok(!/nothing|there is no|there are no/.test(lines.join()), lines.join("\n"));
});

test("a variable that is named and not there, and days without times, are told as such", async () => {
  const all = { ...attributes, variable_id: "tas", frequency: "day" };
  const ground = daily().isel({ time: 0 });
  const still = ground.with({ coordinates: ground.coordinates.filter((one) => one.name !== "time") });
  await writeField(at("still.nc"), still, { attributes: all, overwrite: true });
  const text = await findings("still.nc");
  assert.match(text, /there is no variable "tas"/);
  assert.match(text, /7\. Time coordinate: there are no times/);
  assert.ok(!/units are nothing/.test(text), text);
});

test("names of stations along an axis are no coordinates, and the rest of their file is checked", async () => {
  const path = moreData("coarse/stations_ahccd_1950-2013.nc");
  if (path === undefined) return;
  const { stdout } = await mongeHere("info", path, "--check", "cordex-cmip6");
  assert.match(stdout, /no activity_id, contact/);
});

test.run();
