import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Field } from "../io/field.ts";
import { writeNetcdf } from "../io/write-netcdf.ts";
import { mongeHere } from "./cli-run.ts";

const test = suite("monge distance");
const folder = mkdtempSync(join(tmpdir(), "monge-distance-"));
const file = (name: string) => join(folder, `${name}.nc`);

/** One cell of mass 2 at (row, column) of an 8 × 8 grid with spacing 10. */
async function write(name: string, cells: readonly (readonly [number, number, number])[], units = "mm h-1") {
  const values = new Float64Array(64);
  for (const [row, column, mass] of cells) values[row * 8 + column] = mass;
  const axis = (dim: string) => ({
    name: dim,
    dims: [dim],
    values: Float64Array.from({ length: 8 }, (_, i) => 10 * i),
    attributes: { units: "km", axis: dim.toUpperCase() },
  });
  const coordinates = [axis("y"), axis("x")];
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
  await write("negative", [[0, 0, -1]]);
  await write("inches", [[0, 0, 1]], "inch h-1");
});
test.after(() => rmSync(folder, { recursive: true }));

async function json(...args: readonly string[]) {
  const { status, stdout, stderr } = await mongeHere("distance", ...args, "--json");
  assert.is(status, 0, stderr);
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
  const sliced = await json(file("a"), file("b"), "--method", "sliced");
  assert.ok(Math.abs(sliced.value - 450) < 1e-6);
  const divergence = await json(file("a"), file("b"), "--method", "divergence", "--epsilon", "20");
  assert.ok(Math.abs(divergence.value - 900) < 1e-3 && divergence.bounds === null);
});

test("values and shapes do not see the move: 1d and gromov give 0, multiscale on fine blocks too", async () => {
  for (const method of ["1d", "gromov"]) {
    const { value } = await json(file("a"), file("b"), "--method", method);
    assert.ok(Math.abs(value) < 1e-9, method);
  }
  const { value } = await json(file("a"), file("b"), "--method", "multiscale", "--scales", "1");
  assert.is(value, 0);
});

test("for people it prints value, bracket and method on standard output", async () => {
  const { status, stdout } = await mongeHere("distance", file("a"), file("dry"));
  assert.is(status, 0);
  assert.match(stdout, /^value {4}0\.0625\nbracket {2}0\.0625 to 0\.0625\nmethod {3}1d: W_1\^1 between the values/);
});

test("no mass, negative mass, other units, missing files and wrong orders end with a line that says so", async () => {
  const ends = async (status: number, pattern: RegExp, ...args: readonly string[]) => {
    const said = await mongeHere("distance", ...args);
    assert.is(said.status, status, said.stderr);
    assert.match(said.stderr, pattern);
  };
  await ends(1, /has no mass/, file("a"), file("dry"), "--method", "emd");
  await ends(1, /compare values with --method 1d/, file("a"), file("negative"), "--method", "emd");
  await ends(1, /inch h-1; convert/, file("a"), file("inches"));
  await ends(2, /there is no such file/, file("a"), file("none"));
  await ends(2, /--p is 0.5/, file("a"), file("b"), "--p", "0.5");
  await ends(2, /gromov has p = 2 alone/, file("a"), file("b"), "--method", "gromov", "--p", "1");
  await ends(2, /Allowed choices/, file("a"), file("b"), "--method", "nothing");
});

test.run();
