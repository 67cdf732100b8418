/** Radar composites of ODIM and KNMI in HDF5: decoded as their formulas say, on their grid and at their time. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openGrid, readField } from "../../../io/index.ts";
import { all, assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { createHdf5, type Group, type Hdf5File } from "../make-hdf5.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

/** Counts, sums and extremes of the formula applied to the raw numbers by numpy. */
const SUM = `
import sys, h5py, numpy as np, json
f = h5py.File(sys.argv[1]); odim = sys.argv[2] == "odim"
if odim:
    w = f["dataset1/data1/what"].attrs; raw = f["dataset1/data1/data"][()].astype("f8")
    v = np.where(raw == w["undetect"], 0, w["offset"] + w["gain"] * raw); v[raw == w["nodata"]] = np.nan
else:
    raw = f["image1/image_data"][()].astype("f8"); v = 0.01 * raw + 0.0; v[raw == 65535] = np.nan
print(json.dumps([int(np.isnan(v).sum()), int((v == 0).sum()), float(np.nanmax(v)), float(np.nansum(v)), float(np.nansum(v * np.arange(v.size).reshape(v.shape)))]))
`;

function sums(values: ArrayLike<number>): number[] {
  const out = [0, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) out[0]!++;
    else {
      if (v === 0) out[1]!++;
      out[2] = Math.max(out[2]!, v);
      out[3]! += v;
      out[4]! += v * i;
    }
  }
  return out;
}

function near(found: readonly number[], expected: readonly number[]): void {
  // The order of summation differs, and fields hold float32.
  const fits = expected.every((e, i) => Math.abs(found[i]! - e) <= 1e-6 * Math.abs(e));
  assert.ok(fits, `${found} for ${expected}`);
}

test("KNMI's sums of rain are those of its formula, on its grid, with the five minutes as bounds", async () => {
  const path = join(import.meta.dirname, "../../data/corpus/other/knmi_RAD_NL25_RAP_5min_201008260000.h5");
  const field = await readField(path);
  assert.is(field.units, "mm");
  assert.is(field.attributes.cell_methods, "time: sum");
  assert.is(field.gridMapping?.attributes.grid_mapping_name, "polar_stereographic");
  const [x, y, time] = ["x", "y", "time"].map((name) => field.coordinates.find((c) => c.name === name)!);
  // As in the NetCDF files that were made from such files by GDAL.
  assert.equal([x!.values[0], x!.values.at(-1)], [500, 699500]);
  assert.equal([y!.values[0], y!.values.at(-1)], [-3650500, -4414500]);
  assert.is(time!.values[0], Date.UTC(2010, 7, 26) / 1000);
  assert.equal([...time!.bounds!], [Date.UTC(2010, 7, 25, 23, 55) / 1000, Date.UTC(2010, 7, 26) / 1000]);
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  near(sums(field.values), python(SUM, path, "knmi") as number[]);
});

test("OPERA's rates are those of the formula of ODIM, with undetect as 0 and nodata as missing", async () => {
  const path = join(process.env.MONGE_DATA ?? "", "corpus/other/opera_nimbus_20241126010000.hdf");
  if (!process.env.MONGE_DATA || !existsSync(path)) return skip("no MONGE_DATA with opera_nimbus");
  const field = await readField(path);
  assert.equal(field.shape, [1, 2200, 1900]);
  assert.is(field.units, "mm/h");
  // The projection puts the upper left corner at 0, 0; the file states its corners to some metres.
  const [x, y] = ["x", "y"].map((name) => field.coordinates.find((c) => c.name === name)!.values);
  assert.ok(Math.abs(x![0]! - 1000) < 5 && Math.abs(y![0]! + 1000) < 5, `${x![0]}, ${y![0]}`);
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  near(sums(field.values), python(SUM, path, "odim") as number[]);
});

type Attribute = string | number;
const attributes = (group: Group, values: Readonly<Record<string, Attribute>>) => {
  for (const [name, value] of Object.entries(values)) group.create_attribute(name, value);
};

/** A further data set: what differs from the first one's. */
interface Further {
  readonly times?: Readonly<Record<string, Attribute>>;
  readonly where?: Readonly<Record<string, Attribute>>;
  readonly shape?: readonly [number, number];
}

/** A composite of 2 by 3 cells whose lower left corner is the origin of the projection. */
async function composite(
  name: string,
  quantity: string,
  object = "COMP",
  projdef = "+proj=laea +lat_0=0 +lon_0=0 +R=6371000",
  further: readonly Further[] = [],
): Promise<string> {
  const path = join(folder, name);
  const file: Hdf5File = await createHdf5(path);
  attributes(file, { Conventions: "ODIM_H5/V2_4" });
  const degree = 180 / Math.PI / 6371000;
  const where = { LL_lon: 0, LL_lat: 0, UR_lon: 3000 * degree, UR_lat: 2000 * degree, xscale: 1000, yscale: 1000 };
  attributes(file.create_group("where"), { projdef, ...where });
  attributes(file.create_group("what"), { object, date: "20240601", time: "120000" });
  const dataset = file.create_group("dataset1");
  const times = { startdate: "20240601", starttime: "110000", enddate: "20240601", endtime: "120000" };
  attributes(dataset.create_group("what"), times);
  const data = dataset.create_group("data1");
  attributes(data.create_group("what"), { quantity, gain: 0.5, offset: -1, nodata: 255, undetect: 0 });
  data.create_dataset({ name: "data", data: Uint8Array.of(0, 2, 255, 4, 10, 0), shape: [2, 3] });
  further.forEach(({ times: own = {}, where: place, shape = [2, 3] }, i) => {
    const set = file.create_group(`dataset${i + 2}`);
    attributes(set.create_group("what"), { ...times, ...own });
    if (place) attributes(set.create_group("where"), place);
    const image = set.create_group("data1");
    attributes(image.create_group("what"), { quantity, gain: 0.5, offset: -1, nodata: 255, undetect: 0 });
    image.create_dataset({ name: "data", data: new Uint8Array(shape[0] * shape[1]).fill(12), shape: [...shape] });
  });
  file.close();
  return path;
}

test("an hour's sum in ODIM is offset + gain raw, with undetect 0, nodata missing, and the hour as bounds", async () => {
  const field = await readField(await composite("acrr.h5", "ACRR"));
  assert.equal([...field.values], [0, 0, Number.NaN, 1, 4, 0]);
  assert.equal([field.name, field.units, field.attributes.cell_methods], ["ACRR", "mm", "time: sum"]);
  const time = field.coordinates.find(({ name }) => name === "time")!;
  assert.equal([...time.bounds!], [Date.UTC(2024, 5, 1, 11) / 1000, Date.UTC(2024, 5, 1, 12) / 1000]);
  const [x, y] = ["x", "y"].map((name) => field.coordinates.find((c) => c.name === name)!.values);
  all([500, 1500, 2500], (e, i) => Math.abs(x![i]! - e) < 0.01, `x ${x}`);
  // The first row is the northernmost.
  all([1500, 500], (e, i) => Math.abs(y![i]! - e) < 0.01, `y ${y}`);
});

test("undetect is missing in reflectivity, which has no zero", async () => {
  const field = await readField(await composite("dbzh.h5", "DBZH"));
  assert.equal([...field.values], [Number.NaN, 0, Number.NaN, 1, 4, Number.NaN]);
  assert.is(field.units, "dBZ");
});

test("floats in ODIM without gain and offset are the values, NaN missing, whether or not the file names its conventions", async () => {
  const plain = async (name: string, conventions: boolean, type: "<f" | "<i") => {
    const path = join(folder, name);
    const file: Hdf5File = await createHdf5(path);
    if (conventions) attributes(file, { Conventions: "ODIM_H5/V2_0" });
    const degree = 180 / Math.PI / 6371000;
    const projdef = "+proj=laea +lat_0=0 +lon_0=0 +R=6371000";
    const where = { LL_lon: 0, LL_lat: 0, UR_lon: 3000 * degree, UR_lat: 2000 * degree, xscale: 1000, yscale: 1000 };
    attributes(file.create_group("where"), { projdef, ...where });
    attributes(file.create_group("what"), { object: "COMP", date: "20210704", time: "155000" });
    const data = file.create_group("dataset1").create_group("data1");
    attributes(data.create_group("what"), { quantity: "RATE" });
    const values = [0, 0.25, Number.NaN, 1.5, 40, 0];
    const stored = type === "<f" ? Float32Array.from(values) : Int32Array.from(values);
    data.create_dataset({ name: "data", data: stored, shape: [2, 3] });
    file.close();
    return path;
  };
  for (const [i, conventions] of [true, false].entries()) {
    const field = await readField(await plain(`plain${i}.h5`, conventions, "<f"));
    assert.equal([...field.values], [0, 0.25, Number.NaN, 1.5, 40, 0]);
    assert.equal([field.name, field.units, field.dims], ["RATE", "mm/h", ["time", "y", "x"]]);
    assert.is(field.coordinate("time")!.values[0], Date.UTC(2021, 6, 4, 15, 50) / 1000);
  }
  await refuses(openGrid(await plain("counts.h5", true, "<i")), /dataset1\/data1\/data has no gain and offset/);
});

test("polar data in ODIM are refused by name, and corners that do not fit the grid", async () => {
  await refuses(openGrid(await composite("pvol.h5", "DBZH", "PVOL")), /object PVOL; expected a composite/);
  const elsewhere = "+proj=laea +lat_0=0 +lon_0=0 +R=12742000";
  await refuses(
    openGrid(await composite("corners.h5", "RATE", "COMP", elsewhere)),
    /corners are .* apart; expected 3000 by 2000/,
  );
});

const severalSets = (name: string, ...further: Further[]) =>
  composite(name, "ACRR", "COMP", "+proj=laea +lat_0=0 +lon_0=0 +R=6371000", further);

test("a further data set of ODIM at the time and on the grid of the first is read beside it", async () => {
  const path = await severalSets("same.h5", { where: { xscale: 1000 } });
  const first = await readField(path, { variable: "ACRR" });
  const second = await readField(path, { variable: "ACRR_2" });
  assert.equal([...second.values], [5, 5, 5, 5, 5, 5]);
  assert.equal(second.coordinates, first.coordinates);
  assert.is(first.attributes.fields_not_read, undefined);
});

for (const [what, other, reason] of [
  [
    "time",
    { times: { starttime: "120000", endtime: "130000" } },
    /another time, 2024-06-01T12:00:00Z to 2024-06-01T13:00:00Z \(dataset1\/data1\/data, which is read, is 2024-06-01T11/,
  ],
  ["grid", { where: { xscale: 2000 } }, /on another grid, .*,2000,1000,.* is on .*,1000,1000,/],
  ["shape", { shape: [4, 2] }, /another shape, 4 by 2 \(dataset1\/data1\/data, which is read, is 2 by 3\)/],
] satisfies [string, Further, RegExp][]) {
  test(`a further data set of ODIM of another ${what} is never shown as the first one's, but refused and named`, async () => {
    const path = await severalSets(`other-${what}.h5`, other);
    const file = await openGrid(path);
    try {
      assert.not(file.variables.some(({ name }) => name === "ACRR_2"));
      assert.is(file.variables.find(({ name }) => name === "dataset2/data1/data")?.dtype, "other");
      assert.match(String(file.attributes.fields_not_read), reason);
      await refuses(file.read("dataset2/data1/data"), reason);
    } finally {
      file.close();
    }
    await refuses(readField(path, { variable: "dataset2/data1/data" }), reason);
    assert.equal([...(await readField(path)).values], [0, 0, Number.NaN, 1, 4, 0]);
  });
}

test.run();
