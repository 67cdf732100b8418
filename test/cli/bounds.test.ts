/** Edges and corners of cells travel through the commands, and refined cells have exact ones of their own: cdo remaps by them. */

import { coarsen, Field, readField, refine, writeNetcdf } from "../../io/index.ts";
import { moreData } from "../data.ts";
import { assert, axis, temporaryFolder, test } from "../harness.ts";
import { skip, tool } from "../io/oracle.ts";
import { writeUntrainedModel } from "./model.ts";
import { mongeDone } from "./run.ts";

const { at } = temporaryFolder(test);
const quick = ["--evaluations", "2", "--members", "1", "--threads", "1"];
test.before(() => writeUntrainedModel(at("model.safetensors"), 2));

/** A turned grid of 4 x 5 cells on two-dimensional positions, with corners where `corners` says so. */
function turned(corners: boolean): Field {
  const [height, width] = [4, 5];
  const lat = (y: number, x: number) => 45 + 0.5 * y + 0.1 * x;
  const lon = (y: number, x: number) => 5 - 0.1 * y + 0.5 * x;
  const flat = (name: string, units: string, f: (y: number, x: number) => number) => ({
    name,
    dims: ["y", "x"],
    attributes: { units, standard_name: name === "lat" ? "latitude" : "longitude" },
    values: Float64Array.from({ length: height * width }, (_, i) => f(Math.floor(i / width), i % width)),
    ...(corners && {
      bounds: Float64Array.from({ length: 4 * height * width }, (_, i) => {
        const [cell, k] = [Math.floor(i / 4), i % 4];
        const [dy, dx] = [k > 1 ? 0.5 : -0.5, k === 1 || k === 2 ? 0.5 : -0.5];
        return f(Math.floor(cell / width) + dy, (cell % width) + dx);
      }),
    }),
  });
  return new Field({
    name: "pr",
    dims: ["y", "x"],
    shape: [height, width],
    values: Float32Array.from({ length: height * width }, (_, i) => (i * 7) % 5),
    units: "mm/h",
    coordinates: [flat("lat", "degrees_north", lat), flat("lon", "degrees_east", lon)],
  });
}

test("corners of two-dimensional positions travel through `convert` to NetCDF and Zarr", async () => {
  const field = turned(true);
  await writeNetcdf(at("turned.nc"), field);
  await mongeDone("convert", at("turned.nc"), "-o", at("turned.zarr"));
  await mongeDone("convert", at("turned.zarr"), "-o", at("back.nc"));
  for (const name of ["turned.nc", "turned.zarr", "back.nc"]) {
    const read = await readField(at(name));
    for (const one of ["lat", "lon"])
      assert.equal([...read.coordinate(one)!.bounds!], [...field.coordinate(one)!.bounds!], name);
  }
  const part = field.isel({ y: [1, 2], x: [1, 3] }).coordinate("lat")!;
  assert.equal([...part.bounds!], [...field.coordinate("lat")!.bounds!.slice(24, 32)]);
  assert.is(field.isel({ y: 1 }).coordinate("lat")!.bounds, undefined, "corners are no edges of a line");
});

test("refined corners are those of the plane that the cells lie in, anticlockwise as stated ones", () => {
  const fine = refine(turned(false), 2);
  const [lat, lon] = [fine.coordinate("lat")!.bounds!, fine.coordinate("lon")!.bounds!];
  for (let cell = 0; cell < 80; cell++) {
    const [y, x] = [Math.floor(cell / 10), cell % 10];
    for (let k = 0; k < 4; k++) {
      const [v, u] = [(y + (k > 1 ? 1 : 0)) / 2 - 0.5, (x + (k === 1 || k === 2 ? 1 : 0)) / 2 - 0.5];
      assert.ok(Math.abs(lat[4 * cell + k]! - (45 + 0.5 * v + 0.1 * u)) < 1e-12, `lat of ${cell}, ${k}`);
      assert.ok(Math.abs(lon[4 * cell + k]! - (5 - 0.1 * v + 0.5 * u)) < 1e-12, `lon of ${cell}, ${k}`);
    }
  }
});

test("refined cells fill their coarse cell exactly, whichever way its bounds were written, and end at the poles", () => {
  const line = (values: number[], bounds?: number[]) => {
    const own = axis("lat", Float64Array.from(values), { units: "degrees_north" });
    const lat = bounds ? { ...own, bounds: Float64Array.from(bounds) } : own;
    const lon = { name: "lon", dims: ["lon"], values: Float64Array.of(0, 1), attributes: { units: "degrees_east" } };
    const shape = [values.length, 2];
    return new Field({
      name: "pr",
      dims: ["lat", "lon"],
      shape,
      values: new Float32Array(2 * values.length),
      coordinates: [lat, lon],
    });
  };
  const fine = refine(line([3, 1], [2, 5, 0, 2]), 2).coordinate("lat")!;
  assert.equal([...fine.values], [4.25, 2.75, 1.5, 0.5]);
  assert.equal([...fine.bounds!], [5, 3.5, 3.5, 2, 2, 1, 1, 0]);
  const pole = refine(line([90, 88]), 2).coordinate("lat")!;
  assert.equal([...pole.values], [89.75, 89.25, 88.5, 87.5]);
  assert.equal([...pole.bounds!], [90, 89.5, 89.5, 89, 89, 88, 88, 87]);
  const coarse = coarsen(line([3, 1], [2, 5, 0, 2]), 2).coordinate("lat")!;
  assert.equal([...coarse.bounds!], [5, 0]);
});

test("cdo remaps conservatively what `convert` and `downscale` write on a turned grid, and keeps the mean", async () => {
  if (tool("cdo", "--version") === undefined) return skip("remapping with cdo: it is not installed");
  await writeNetcdf(at("plain.nc"), turned(false));
  await writeNetcdf(at("cornered.nc"), turned(true).with({ values: new Float32Array(20).fill(2) }));
  await mongeDone("convert", at("cornered.nc"), "-o", at("copy.nc"));
  await mongeDone("downscale", at("model.safetensors"), at("plain.nc"), "-o", at("fine.nc"), ...quick);
  const grid = "r720x360";
  for (const name of ["copy.nc", "fine.nc"]) tool("cdo", "-s", `remapcon,${grid}`, at(name), at(`cdo-${name}`));
  const out = await readField(at("cdo-copy.nc"), { variable: "pr" });
  const there = out.values.filter((v) => !Number.isNaN(v));
  assert.ok(there.length > 10 && there.every((v) => Math.abs(v - 2) < 1e-5), `${there.length} cells`);
});

test("cdo remaps conservatively what is downscaled from CORDEX on its turned pole", async () => {
  const path = moreData("pairs/cordex_iberia_pr.nc");
  if (path === undefined) return;
  if (tool("cdo", "--version") === undefined) return skip("remapping with cdo: it is not installed");
  const more = ["--time", "0", "--interval", "86400", "--missing", "propagate", "--clip-negative"];
  await mongeDone("downscale", at("model.safetensors"), path, "-o", at("cordex.nc"), ...quick, ...more);
  tool("cdo", "-s", "remapcon,r360x180", at("cordex.nc"), at("cordex-cdo.nc"));
  const out = await readField(at("cordex-cdo.nc"), { variable: "pr" });
  assert.ok(out.values.some((v) => v >= 0));
});

test.run();
