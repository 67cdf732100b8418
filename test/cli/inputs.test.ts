/** What is read, and all that belongs to it, is never written over: by patterns, beside files, through links, of stores and runs. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { coarsen, writeNetcdf, writeZarr } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";
import { writeSyntheticRain } from "./data.ts";
import { writeUntrainedModel } from "./model.ts";
import { contents, mongeDone, mongeHere, oneLine } from "./run.ts";

const { folder, at } = temporaryFolder(test);

const smooth = (...files: string[]) => ["downscale", "--method", "bilinear", "--factor", "2", ...files];

test.before(async () => {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm", size: 16 });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 2));
  copyFileSync(at("coarse.nc"), at("pr_2020.nc"));
});

/** Fails unless a command is refused before its work, and no file is other than it was. */
async function refused(args: readonly string[], pattern: RegExp, status = 2): Promise<void> {
  const before = contents(folder);
  const said = await mongeHere(...args);
  assert.is(said.status, status, `${args.join(" ")}\n${said.stderr}`);
  assert.match(oneLine(said.stderr), pattern, args.join(" "));
  assert.equal(contents(folder), before);
}

const input = (name: string) =>
  new RegExp(`${name}.* an input or belongs to one, and is not written over; name another`);

test("a pattern of files does not meet an input, with --overwrite or --resume", async () => {
  await refused([...smooth(at("pr_2020.nc")), "-o", at("pr_{year}.nc"), "--overwrite"], input("pr_2020.nc"));
  mkdirSync(at("again"));
  symlinkSync(at("pr_2020.nc"), at("again/x_2020-01-02.nc"));
  await refused([...smooth(at("pr_2020.nc")), "-o", at("again/x_{day}.nc"), "--overwrite"], input("pr_2020.nc"));
});

test("--resume replaces files that were written from the store, and no others of such a name", async () => {
  mkdirSync(at("months"));
  const draw = (name: string) => [...smooth(at("coarse.nc")), "-o", at(`months/o_${name}.nc`)];
  await mongeDone(...draw("{year}"));
  writeFileSync(at("months/o_2020-01.nc"), "notes");
  await refused(
    [...draw("{month}"), "--resume"],
    /it is there, and is not what was written from the store; move it away/,
  );
  rmSync(at("months/o_2020-01.nc"));
  writeFileSync(at("months/o_2020.nc"), "changed");
  await refused([...draw("{year}"), "--resume"], /is not what was written from the store; move it away/);
  rmSync(at("months/o_2020.nc"));
  await mongeDone(...draw("{year}"), "--resume");
  assert.ok(existsSync(at("months/o_2020.nc")));
});

test("work that --overwrite began is gone on with, and replaces what was there then and nothing that came since", async () => {
  mkdirSync(at("anew"));
  const draw = [...smooth(at("coarse.nc")), "-o", at("anew/o_{day}.nc")];
  for (const day of [1, 2, 3]) writeFileSync(at(`anew/o_2020-01-0${day}.nc`), `of before ${day}`);
  await mongeDone(...draw, "--overwrite");
  // As a kill leaves it before the first file has its name.
  const [first, row] = [at("anew/o_2020-01-01.nc"), at("anew/o-units.zarr/.monge/files")];
  for (const name of readdirSync(row))
    if (name.startsWith("o_2020-01-01") && !name.includes(".old.")) rmSync(join(row, name));
  writeFileSync(first, "of before 1");
  const told = (await mongeHere("audit", at("anew/o-units.zarr"))).stdout;
  assert.not.match(told, /file:/, "what was to be replaced is not written yet");
  await mongeDone(...draw, "--resume");
  assert.is.not(readFileSync(first, "utf8"), "of before 1");
  for (const name of readdirSync(row))
    if (name.startsWith("o_2020-01-01") && !name.includes(".old.")) rmSync(join(row, name));
  writeFileSync(first, "came since");
  await refused([...draw, "--resume"], /is not what was written from the store/);
});

test("the grid's file is an input", async () => {
  const grid = ["convert", at("fine.nc"), "-o", at("coarse.nc"), "--grid", at("coarse.nc"), "--overwrite"];
  await refused(grid, input("coarse.nc"));
});

const MASKED = `
import sys, numpy as np
from osgeo import gdal
gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "NO")
f = gdal.GetDriverByName("GTiff").Create(sys.argv[1], 4, 4, 1, gdal.GDT_Float32)
f.SetGeoTransform([0, 1, 0, 44, 0, -1])
f.GetRasterBand(1).WriteArray(np.arange(16.0).reshape(4, 4))
f.CreateMaskBand(gdal.GMF_PER_DATASET)
f.GetRasterBand(1).GetMaskBand().WriteArray(np.full((4, 4), 255, "u1"))
f = None
print("{}")
`;

test("the file of a mask that lies beside a GeoTIFF is an input", async () => {
  if (!hasPython("osgeo", "numpy")) return skip("no GDAL for /usr/bin/python3");
  python(MASKED, at("pr.tif"));
  for (const side of ["pr.tif.msk", "pr.tif"])
    await refused(["convert", at("pr.tif"), "-o", at(side), "--format", "netcdf4", "--overwrite"], input(side));
  linkSync(at("pr.tif.msk"), at("hard.html"));
  await refused(["report", at("pr.tif"), "-o", at("hard.html"), "--overwrite"], input("pr.tif.msk"));
});

/** A file with external storage, one with a virtual dataset, and one with a link, of 4 x 8 x 8 cells. */
const LEADS = `
import sys, h5py, numpy as np
d = sys.argv[1] + "/"
rain = np.ones((4, 8, 8), "<f4")
def axes(f):
    for name, n, units in (("time", 4, b"hours since 2020-01-01"), ("y", 8, b"m"), ("x", 8, b"m")):
        f[name] = np.arange(n, dtype="f8") * (1 if name == "time" else 1000.0)
        f[name].attrs["units"] = units
        f[name].make_scale(name)
def attach(f, pr):
    pr.attrs["units"] = b"mm h-1"
    for i, name in enumerate(("time", "y", "x")): pr.dims[i].attach_scale(f[name])
open(d + "stored.nc", "wb").write(rain.tobytes())
with h5py.File(d + "storage.nc", "w") as f:
    axes(f); attach(f, f.create_dataset("pr", shape=rain.shape, dtype="<f4", external=[(d + "stored.nc", 0, rain.nbytes)]))
with h5py.File(d + "source.nc", "w") as f:
    axes(f); f["pr"] = rain; attach(f, f["pr"])
layout = h5py.VirtualLayout(shape=rain.shape, dtype="<f4")
layout[:] = h5py.VirtualSource("source.nc", "pr", shape=rain.shape)
with h5py.File(d + "virtual.nc", "w") as f:
    axes(f); attach(f, f.create_virtual_dataset("pr", layout))
with h5py.File(d + "linked.nc", "w") as f:
    axes(f); f["rain"] = rain; attach(f, f["rain"]); f["pr"] = h5py.ExternalLink("plain.nc", "/pr")
with h5py.File(d + "plain.nc", "w") as f:
    f["pr"] = rain
print(1)
`;

test("what external storage, virtual datasets, external links and links of Zarr lead to is an input", async () => {
  await writeZarr(at("led.zarr"), coarsen(await writeSyntheticRain(at("more.nc"), { days: 4, units: "mm" }), 2));
  mkdirSync(at("chunks"));
  copyFileSync(at("led.zarr/pr/zarr.json"), at("chunks/zarr.json"));
  rmSync(at("led.zarr/pr/zarr.json"));
  symlinkSync(at("chunks/zarr.json"), at("led.zarr/pr/zarr.json"));
  const over = (from: string, to: string) => ["convert", at(from), "-o", at(to), "--allow-external", "--overwrite"];
  await refused([...over("led.zarr", "chunks/zarr.json"), "--format", "netcdf4"], input("chunks/zarr.json"));
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  python(LEADS, folder);
  await refused([...over("storage.nc", "stored.nc"), "--variable", "pr"], input("stored.nc"));
  await refused([...over("virtual.nc", "source.nc"), "--variable", "pr"], input("source.nc"));
  await refused([...over("linked.nc", "plain.nc"), "--variable", "rain"], input("plain.nc"));
});

test("what a store was drawn from, and the whole run of a model, are inputs", async () => {
  await mongeDone(...smooth(at("coarse.nc")), "-o", at("drawn.zarr"));
  await refused(["merge", at("drawn.zarr"), "-o", at("coarse.nc"), "--overwrite"], input("coarse.nc"));
  await refused(["convert", at("drawn.zarr"), "-o", at("coarse.nc"), "--overwrite"], input("coarse.nc"));
  await refused(["verify", at("drawn.zarr"), at("fine.nc"), "-o", at("coarse.nc"), "--overwrite"], input("coarse.nc"));
  const run = at("run");
  mkdirSync(join(run, "checkpoints"), { recursive: true });
  await writeUntrainedModel(join(run, "model.safetensors"), 2);
  for (const name of ["options.json", "metrics.jsonl", "loss.svg"]) writeFileSync(join(run, name), "{}");
  writeFileSync(join(run, "checkpoints/step-00000002.safetensors"), "tensors");
  symlinkSync(join(run, "checkpoints/step-00000002.safetensors"), at("link.nc"));
  const draw = ["downscale", run, at("coarse.nc"), "--interval", "86400", "--overwrite"];
  await refused([...draw, "-o", at("link.nc")], input("checkpoints"));
  await refused([...draw, "-o", at("x.nc"), "--figure", join(run, "loss.svg")], input("loss.svg"));
});

test("the outline that a problem names is an input", async () => {
  const square = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ];
  writeFileSync(at("lake.csv"), JSON.stringify({ type: "Polygon", coordinates: square }));
  const problem = {
    ...{ name: "lake", domain: { shape: "geojson", file: "lake.csv" } },
    ...{ equations: ["u_xx + u_yy = 0"], conditions: [{ type: "dirichlet", equation: "u = x" }] },
  };
  writeFileSync(at("lake.json"), JSON.stringify(problem));
  await refused(["solve", at("lake.json"), "--steps", "1", "-o", at("lake.csv"), "--overwrite"], input("lake.csv"));
});

test.run();
