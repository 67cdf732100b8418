import { Field, lazyField, writeField } from "../../io/index.ts";
import { fieldOf, hours, steps } from "../generative/fields-for-tests.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";
import { mongeHere, words } from "./run.ts";

const files = temporaryFolder(test);
const [fine, coarse, made] = ["fine.nc", "coarse.nc", "made.nc"].map(files.at) as [string, string, string];

/** Sums over hours and means over 2 x 2 cells of what was drawn, against the coarse file, by xarray. */
const CHECK = `
import sys, xarray as xr, numpy as np, json
made, coarse = xr.open_dataset(sys.argv[1]), xr.open_dataset(sys.argv[2])
rr = made.rr
hourly = rr.resample(time="1h").sum().coarsen(lat=2, lon=2).mean()
off = np.abs(hourly.transpose("realization", ...).values - coarse.rr.values)
ends = made.time_bnds.values if "time_bnds" in made else made[made.time.attrs["bounds"]].values
print(json.dumps([float(off.max()), rr.attrs["cell_methods"], rr.attrs["units"], len(made.time), bool((ends[1:, 0] == ends[:-1, 1]).all())]))
`;

test("--time-factor trains on a fine file and makes one whose sums xarray finds to be the coarse file's, and a single member is refined again", async () => {
  const time = hours(
    Array.from({ length: 40 }, (_, i) => i / 4),
    Array.from({ length: 40 }, (_, i) => [i / 4, (i + 1) / 4] as const),
  );
  const [lat, lon] = [steps(40, 0.5, 12), steps(0, 0.5, 8)];
  const value = (t: number, y: number, x: number) => Math.max(0, 6 * Math.sin(t / 3 + 3 * y + x) + 2 * Math.cos(t * x));
  const rain = { name: "rr", units: "mm", lat, lon, time, value, more: { attributes: { cell_methods: "time: sum" } } };
  await writeField(fine, fieldOf(rain));
  const whole = await fieldOf(rain).load();
  const values = Float32Array.from({ length: 10 * 6 * 4 }, (_, i) => {
    const [n, y, x] = [Math.floor(i / 24), Math.floor(i / 4) % 6, i % 4];
    let sum = 0;
    for (let t = 4 * n; t < 4 * n + 4; t++) {
      for (const at of [0, 1, 8, 9]) sum += whole.values[t * 96 + 2 * y * 8 + 2 * x + at]!;
    }
    return sum / 4;
  });
  const middles = (line: readonly number[]) =>
    line.filter((_, i) => i % 2 === 0).map((v, i) => (v + line[2 * i + 1]!) / 2);
  const hourly = hours(
    Array.from({ length: 10 }, (_, i) => i),
    Array.from({ length: 10 }, (_, i) => [i, i + 1] as const),
  );
  const cells = await fieldOf({ ...rain, time: hourly, lat: middles(lat), lon: middles(lon), value: () => 0 }).load();
  await writeField(coarse, lazyField(new Field({ ...cells, values })));
  const small = words("--factor 2 --time-factor 4 --steps 2 --batch 2 --channels 8 --threads 1");
  const trained = await mongeHere("train", "--data", `${fine}:rr`, ...small, "--out", files.at("runs"));
  assert.equal(trained.status, 0, trained.stderr);
  assert.match(trained.stderr, /37 steps of 4 times of 900 s; 0 times belong to no whole step/);
  const drawing = [files.at("runs"), coarse, "-o", made, "--members", "2", "--evaluations", "2", "--threads", "1"];
  const drawn = await mongeHere("downscale", ...drawing);
  assert.equal(drawn.status, 0, drawn.stderr);
  const single = ["--members", "1", "--quiet"];
  const one = await mongeHere(
    "downscale",
    ...drawing.slice(0, 2),
    "-o",
    files.at("one.nc"),
    "--evaluations",
    "2",
    ...single,
  );
  assert.equal(one.status, 0, one.stderr);
  const bilinear = ["downscale", "--method", "bilinear", "--factor", "2", ...single];
  const finer = await mongeHere(...bilinear, files.at("one.nc"), "-o", files.at("finer.nc"));
  assert.equal(finer.status, 0, finer.stderr);
  const several = await mongeHere(...bilinear, made, "-o", files.at("none.nc"));
  assert.match(several.stderr, /it has a dimension realization\n.*\n *to do +select one member first/);
  if (!hasPython("xarray")) return skip("no xarray for /usr/bin/python3");
  const [off, method, units, count, joined] = python(CHECK, made, coarse) as [number, string, string, number, boolean];
  assert.ok(off < 1e-4, `${off}`);
  assert.equal([method, units, count, joined], ["time: sum", "mm", 40, true]);
});

test.run();
