/** Regridding from and to turned, projected and curvilinear grids against cdo's remapbil, remapnn and remapcon on real files. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { withCorners } from "../../../io/field/index.ts";
import { type Coordinate, Field, readField, regrid, regularGrid, writeNetcdf } from "../../../io/index.ts";
import type { RegridMethod } from "../../../io/regrid/index.ts";
import { moreData, testData } from "../../data.ts";
import { assert, equalBy, temporaryFolder, test } from "../../harness.ts";
import { skip } from "../oracle.ts";
import { cdoGrid, northUp } from "./regrid-cases.ts";

const { at } = temporaryFolder(test);
const hasCdo = !spawnSync("cdo", ["--version"]).error;

const operators = { bilinear: "remapbil", nearest: "remapnn", conservative: "remapcon" } as const;

/** What cdo makes of a file on the grid of another, or one that is described. */
async function remap(method: RegridMethod, grid: string, file: string, variable: string): Promise<Field> {
  const args = ["-s", "-O", "-b", "F64", `${operators[method]},${grid}`, `-selname,${variable}`, file, at("out.nc")];
  const done = spawnSync("cdo", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`cdo ${args.join(" ")}: ${done.stderr}`);
  return readField(at("out.nc"), { variable });
}

interface Difference {
  /** Largest difference over the largest value. */
  readonly worst: number;
  readonly compared: number;
  /** Cells that are missing here alone, and there alone. */
  readonly holes: readonly [number, number];
}

function compare(ours: Field, theirs: Field): Difference {
  assert.equal(ours.shape, theirs.shape);
  let [worst, here, there, compared, largest] = [0, 0, 0, 0, 0];
  theirs.values.forEach((v, i) => {
    const mine = ours.values[i]!;
    if (Number.isNaN(v) || Number.isNaN(mine)) {
      if (!Number.isNaN(v)) here++;
      if (!Number.isNaN(mine)) there++;
      return;
    }
    compared++;
    largest = Math.max(largest, Math.abs(v));
    worst = Math.max(worst, Math.abs(v - mine));
  });
  return { worst: worst / largest, holes: [here, there], compared };
}

/** Cells that one field alone has values in. */
const holesIn = (there: Field, here: Field): number =>
  Array.from(there.values).filter((v, i) => !Number.isNaN(v) && Number.isNaN(here.values[i]!)).length;

/** Real files with two-dimensional positions or a turned pole, and grids of their region that reach beyond them. */
// biome-ignore format: a table
const sources = [
  ["Total_precipitation_surface_1_Hour_Accumulation", "radar/stageiv_xyt_cut.nc", { time: [0, 3] },
    regularGrid({ step: 0.05, lat: [32, 38], lon: [-81, -74.5] })],
  ["pr", "pairs/cordex_iberia_pr.nc", { time: [0, 5] }, regularGrid({ step: 0.5, lat: [34, 46], lon: [-12, 8] })],
  ["tas", "corpus/netcdf/ncarg_tas_rotated_grid_EUR11.nc", { rlat: [100, 250], rlon: [50, 200] },
    regularGrid({ step: 0.2, lat: [30, 60], lon: [-25, 25] })],
  ["data", "corpus/netcdf/iris_toa_brightness_stereographic.nc", {},
    northUp(regularGrid({ step: 0.5, lat: [40, 74], lon: [-40, 30] }))],
] as const;

for (const [variable, name, part, grid] of sources) {
  const title = name.split("/").at(-1)!.replace(".nc", "");
  test(`${title} comes out as cdo's remapbil, remapnn and remapcon give it`, async () => {
    if (!hasCdo) return skip("no cdo");
    const path = name.includes("_cut") ? testData(name) : moreData(name);
    if (path === undefined) return;
    const read = (await readField(path, { variable })).isel(part as Readonly<Record<string, [number, number]>>);
    // cdo wants corners for remapcon.
    const [height, width] = read.shape.slice(-2) as [number, number];
    const field = read.with({ coordinates: withCorners(read.coordinates, height, width) });
    await writeNetcdf(at("in.nc"), field);
    writeFileSync(at("grid.txt"), cdoGrid(grid));
    let between: Field | undefined;
    for (const method of ["bilinear", "nearest", "conservative"] as const) {
      const theirs = await remap(method, at("grid.txt"), at("in.nc"), variable);
      // A projection gives exact corners, cdo those between centres: it is told ours to take them too.
      const given = read.gridMapping && method === "conservative" && name.includes("stereographic") ? field : read;
      const ours = regrid(given, grid, { method, minimumValid: method === "conservative" ? 0 : 1 });
      const { worst, holes, compared } = compare(ours, theirs);
      const told = `${method}: ${worst} of the largest, missing here ${holes[0]}, there ${holes[1]}, of ${compared}`;
      assert.ok(worst < 1e-5 && holes[1] === 0 && compared > 3000, told);
      if (method === "bilinear") between = theirs;
      // cdo's remapnn takes the nearest centre however far it is; here a cell must hold the place.
      const lost = method === "nearest" ? holesIn(between!, ours) : holes[0];
      assert.is(lost, 0, told);
    }
  });
}

test("a coarse field on the rows and columns of a turned grid is that of cdo's remapbil and remapcon", async () => {
  if (!hasCdo) return skip("no cdo");
  const template = moreData("pairs/cordex_iberia_pr.nc");
  if (template === undefined) return;
  const path = testData("pairs/ncep_iberia_pr_cut.nc");
  const like = (await readField(template, { variable: "pr" })).isel({ time: 0 });
  const [height, width] = like.shape as [number, number];
  const cornered = like.with({ coordinates: withCorners(like.coordinates, height, width) });
  await writeNetcdf(at("like.nc"), cornered);
  const field = (await readField(path, { variable: "pr" })).isel({ time: [0, 20] });
  await writeNetcdf(at("in.nc"), field);
  for (const method of ["bilinear", "conservative"] as const) {
    const ours = regrid(field, like, { method, minimumValid: method === "conservative" ? 0 : 1 });
    const theirs = await remap(method, at("like.nc"), at("in.nc"), "pr");
    const { worst, holes, compared } = compare(ours, theirs);
    const told = `${method}: ${worst} of the largest, missing here ${holes[0]}, there ${holes[1]}, of ${compared}`;
    // Edges of cells follow their great circles to 1e-5 of their length.
    assert.ok(worst < 3e-5 && holes[0] + holes[1] === 0 && compared > 3000, told);
    assert.equal(ours.dims.slice(-2), ["rlat", "rlon"]);
    assert.equal(ours.shape.slice(-2), [28, 30]);
    equalBy(ours.coordinates, ({ name }) => name, ["time", "rlat", "rlon", "lat", "lon"]);
    assert.equal(ours.coordinate("lat")!.values, like.coordinate("lat")!.values);
  }
});

test("one curvilinear grid on another, is cdo's remapbil, remapnn and remapcon", async () => {
  if (!hasCdo) return skip("no cdo");
  const path = testData("radar/stageiv_xyt_cut.nc");
  const name = "Total_precipitation_surface_1_Hour_Accumulation";
  const field = (await readField(path, { variable: name })).isel({ time: [0, 2] });
  // Every other row and column, from the second on, moved north by a third of a cell and turned over.
  const pick = (c: Float64Array, shift: number) =>
    Float64Array.from(
      { length: 50 * 40 },
      (_, i) => c[(1 + 2 * (49 - Math.floor(i / 40))) * 87 + 1 + 2 * (i % 40)]! + shift,
    );
  const [lat, lon] = ["lat", "lon"].map((c) => field.coordinate(c)!) as [Coordinate, Coordinate];
  const like = new Field({
    name: "z",
    dims: ["row", "column"],
    shape: [50, 40],
    values: new Float32Array(2000),
    coordinates: [lat, lon].map((c, k) => ({
      ...c,
      dims: ["row", "column"],
      values: pick(c.values, k === 0 ? 0.012 : 0.017),
    })),
  });
  const cornered = (one: Field) => {
    const [height, width] = one.shape.slice(-2) as [number, number];
    return one.with({ coordinates: withCorners(one.coordinates, height, width) });
  };
  await writeNetcdf(at("in.nc"), cornered(field));
  await writeNetcdf(at("like.nc"), cornered(like));
  for (const method of ["bilinear", "nearest", "conservative"] as const) {
    const ours = regrid(field, like, { method, minimumValid: method === "conservative" ? 0 : 1 });
    const { worst, holes, compared } = compare(ours, await remap(method, at("like.nc"), at("in.nc"), name));
    assert.ok(worst < 1e-5 && compared > 2500, `${method}: ${worst} ${holes} ${compared}`);
    assert.equal(ours.dims, ["time", "row", "column"]);
    equalBy(ours.coordinates, (c) => c.name, ["time", "lat", "lon"]);
    if (method !== "nearest") assert.equal(holes, [0, 0], method);
  }
});

test.run();
