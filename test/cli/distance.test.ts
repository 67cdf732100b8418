import { join } from "node:path";
import { Field, writeNetcdf } from "../../io/index.ts";
import { assert, axis, evenly, suite, temporaryFolder } from "../harness.ts";
import { mongeDone, mongeRefused } from "./run.ts";

const test = suite("monge distance");
const { folder } = temporaryFolder(test);
const file = (name: string) => join(folder, `${name}.nc`);

/** One cell of mass 2 at (row, column) of an 8 × 8 grid with spacing 10. */
async function write(name: string, cells: readonly (readonly [number, number, number])[], units = "mm h-1") {
  const values = new Float64Array(64);
  for (const [row, column, mass] of cells) values[row * 8 + column] = mass;
  const coordinates = ["y", "x"].map((dim) => axis(dim, evenly(8, 0, 10), { units: "km", axis: dim.toUpperCase() }));
  await writeNetcdf(file(name), new Field({ name: "pr", dims: ["y", "x"], shape: [8, 8], values, units, coordinates }));
}

test.before(async () => {
  await write("a", [
    [1, 1, 2],
    [2, 5, 2],
  ]);
  // Moved by 3 rows, 30 km.
  await write("b", [
    [4, 1, 2],
    [5, 5, 2],
  ]);
  await write("dry", []);
  await write("inches", [[0, 0, 1]], "inch h-1");
  await write(
    "otherUnits",
    [
      [1, 1, 5],
      [2, 5, 5],
    ],
    "K",
  );
});

async function json(...args: readonly string[]) {
  const { stdout } = await mongeDone("distance", ...args, "--json");
  return JSON.parse(stdout);
}

test("mass that moves by 30 km is 900 km² away, exactly by emd, in a bracket by sinkhorn, and 450 sliced", async () => {
  const exact = await json(`${file("a")}:pr`, file("b"), "--method", "emd");
  assert.ok(Math.abs(exact.value - 900) < 1e-9);
  assert.is(exact.a.variable, "pr");
  const rooted = await json(file("a"), file("b"), "--method", "emd", "--root");
  assert.ok(Math.abs(rooted.value - 30) < 1e-9);
  const soft = await json(file("a"), file("b"), "--method", "sinkhorn", "--epsilon", "20");
  assert.ok(soft.bounds[0] <= 900 * (1 + 1e-9) && soft.bounds[1] >= 900 * (1 - 1e-9) && soft.converged);
  assert.ok(soft.bounds[0] <= soft.value && soft.value <= soft.bounds[1]);
  const sliced = await json(file("a"), file("b"), "--method", "sliced");
  assert.ok(Math.abs(sliced.value - 450) < 1e-6);
  const divergence = await json(file("a"), file("b"), "--method", "divergence", "--epsilon", "20");
  assert.ok(Math.abs(divergence.value - 900) < 1e-3 && divergence.bounds === null);
});

test("values do not see the move: 1d gives 0", async () => {
  const { value } = await json(file("a"), file("b"), "--method", "1d");
  assert.ok(Math.abs(value) < 1e-9);
});

/** Mass at one (latitude, longitude) of a grid of whole degrees, or on a map of that name in metres. */
async function writePoint(name: string, row: number, column: number, map?: string) {
  const values = new Float64Array(36);
  values[row * 6 + column] = 3;
  // Packing leaves its rounding where it never rained.
  values[35] = -1e-9;
  const dims = map === undefined ? ["lat", "lon"] : ["y", "x"];
  const units = map === undefined ? ["degrees_north", "degrees_east"] : ["m", "m"];
  const coordinates = dims.map((dim, k) => axis(dim, evenly(6, k === 0 ? 60 : 10), { units: units[k]! }));
  const gridMapping = map === undefined ? undefined : { name: "crs", attributes: { grid_mapping_name: map } };
  const shape = [6, 6];
  await writeNetcdf(file(name), new Field({ name: "pr", dims, shape, values, units: "mm", coordinates, gridMapping }));
}

test("degrees are places on the earth: a degree of longitude at 60° north is the chord of half a degree's arc, in km", async () => {
  await writePoint("here", 0, 1);
  await writePoint("east", 0, 2);
  await writePoint("north", 1, 1);
  const chord = 2 * 6371 * Math.cos(Math.PI / 3) * Math.sin(Math.PI / 360);
  const east = await json(file("here"), file("east"), "--method", "emd", "--root");
  assert.ok(Math.abs(east.value - chord) < 1e-9 && east.unit === "km", `${east.value} ${east.unit}`);
  assert.equal([east.a.places, east.a.clipped], [1, 1]);
  const north = await json(file("here"), file("north"), "--method", "emd");
  assert.ok(Math.abs(north.value - (2 * 6371 * Math.sin(Math.PI / 360)) ** 2) < 1e-6 && north.unit === "(km)^2");
});

test("cells count by their area: as much rain at 64° and 60° is less water at 64°", async () => {
  await writePoint("south", 0, 0);
  await writePoint("polar", 4, 0);
  const { a, b } = await json(file("south"), file("polar"), "--method", "emd");
  assert.ok(Math.abs(b.mass / a.mass - Math.cos((64 * Math.PI) / 180) / 0.5) < 1e-12);
});

test("coarsened by 2, a block's mass lies at its middle", async () => {
  const { value, a } = await json(file("a"), file("b"), "--method", "emd", "--coarsen", "2");
  // Rows 1 and 2 become 5 and 25, rows 4 and 5 both become 45: the best plan moves 40 and 20.
  assert.ok(Math.abs(value - (40 ** 2 + 20 ** 2) / 2) < 1e-9, `${value}`);
  assert.is(a.places, 2);
});

test("places on different maps, or on a map and on the earth, are not compared; units of mass may differ", async () => {
  await writePoint("stereographic", 0, 0, "polar_stereographic");
  await writePoint("conic", 0, 0, "lambert_conformal_conic");
  await writePoint("degrees", 0, 0);
  for (const [other, said] of [
    ["conic", /grid_mapping_name differ/],
    ["degrees", /A lies on map, B on longitude and latitude/],
  ] as const) {
    await mongeRefused(said, "distance", file("stereographic"), file(other), "--method", "sliced");
  }
  const { value } = await json(file("a"), file("otherUnits"), "--method", "emd");
  assert.ok(Math.abs(value) < 1e-12);
});

test("values in another unit of rain are converted to the first's", async () => {
  const { value, unit } = await json(file("a"), file("inches"));
  // 2 and 2 against 0 and one inch, in 64 cells.
  assert.ok(Math.abs(value - (2 + 23.4) / 64) < 1e-6 && unit === "mm h-1", `${value} ${unit}`);
});

test("for people it prints value, bracket and method on standard output", async () => {
  const { stdout } = await mongeDone("distance", file("a"), file("dry"));
  assert.match(stdout, /^value {4}0\.0625 mm h-1\nbracket {2}0\.0625 to 0\.0625\nmethod {3}1d: W_1 between the values/);
});

test.run();
