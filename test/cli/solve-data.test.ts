/** `monge solve` of problems with data: functions of files, results on a file's own grid, functionals in the output. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, readField, writeField } from "../../io/index.ts";
import { allClose, assert, axis, evenly, temporaryFolder, test } from "../harness.ts";
import { mongeDone, mongeRefused } from "./run.ts";

const { folder } = temporaryFolder(test);
const at = (name: string) => join(folder, name);
const lengths = (name: string, values: Float64Array) =>
  axis(name, values, { units: "m", standard_name: `projection_${name}_coordinate` });

const mapping = { name: "crs", attributes: { grid_mapping_name: "transverse_mercator", false_easting: 500000 } };
/** Conductivity 2 + x on cells of a kilometre, rows from north to south. */
const conductivity = new Field({
  ...{ name: "k", dims: ["y", "x"], shape: [8, 12], units: "m2 s-1", gridMapping: mapping },
  values: Float64Array.from({ length: 96 }, (_, i) => 2 + (i % 12)),
  coordinates: [lengths("y", evenly(8, 6_700_000, -1000)), lengths("x", evenly(12, 300_000, 1000))],
});

async function problem(more: object = {}): Promise<string> {
  await writeField(at("perm.nc"), conductivity, { overwrite: true });
  const spec = {
    ...{ name: "seepage", domain: { x: [301, 309], y: [6694, 6699] }, equations: "-div(k*grad(u)) = 0" },
    functions: { k: { file: "perm.nc:k", lengths: "km" } },
    conditions: ["u = 0 on x = 301", "u = 1 on x = 309", "u_n = 0 on y"],
    functionals: { flow: "integral(k*u_n, x = 309)", half: "u(305, 6697)" },
    ...more,
  };
  writeFileSync(at("problem.json"), JSON.stringify(spec));
  return at("problem.json");
}

test("a coefficient of a file gives the flow of the formula, and the result lies on the file's grid with its mapping", async () => {
  const args = ["--steps", "6", "--json", "-o", at("out.nc"), "--like", "k", "--overwrite", "--allow-doubtful"];
  const { stdout, stderr } = await mongeDone("solve", await problem(), ...args);
  const { functionals } = JSON.parse(stdout);
  // u' = c/(2 + x), from x = 1 to x = 9 of the file.
  const c = 1 / Math.log(11 / 3);
  allClose([functionals.flow.value, functionals.half.value], [5 * c, c * Math.log(7 / 3)], 1e-6);
  assert.match(stderr, /k +interpolated \(cubic\) on y \(8\) × x \(12\) of perm\.nc:k: k in m2 s-1/);
  const u = await readField(at("out.nc"), { variable: "u" });
  assert.equal(
    [...u.coordinate("y")!.values],
    [6699, 6698, 6697, 6696, 6695, 6694].map((v) => 1000 * v),
  );
  assert.equal([...u.coordinate("x")!.values], [...evenly(9, 301_000, 1000)]);
  assert.equal(u.gridMapping, mapping);
  allClose(
    u.values.subarray(0, 9),
    evenly(9, 3, 1).map((v) => c * Math.log(v / 3)),
    1e-5,
  );
});

test("--like is refused for a function without a file's grid, and without a NetCDF file to write", async () => {
  const path = await problem();
  await mongeRefused(/--like q.*did you mean k\?|--like q.*k/s, "solve", path, "-o", at("q.nc"), "--like", "q");
  await mongeRefused(/--like is for NetCDF; give -o FILE\.nc/, "solve", path, "--like", "k");
});

test("a domain beyond the data and a file that is not there are refused before any work", async () => {
  const beyond = await problem({ domain: { x: [301, 320], y: [6694, 6699] } });
  await mongeRefused(/of perm\.nc:k is known for x from 299\.5 to 311\.5 \(km\)/, "solve", beyond, "--steps", "2");
  const none = await problem({ functions: { k: { file: "none.nc" } } });
  await mongeRefused(/none\.nc.*there is no such file/s, "solve", none, "--steps", "2");
});

test("an ensemble is solved member by member, and the spread of functionals is that of the members", async () => {
  const factors = [1, 2, 6];
  const ensemble = conductivity.with({
    ...{ dims: ["member", "y", "x"], shape: [3, 8, 12] },
    values: Float64Array.from({ length: 288 }, (_, i) => factors[Math.floor(i / 96)]! * conductivity.values[i % 96]!),
    coordinates: [axis("member", evenly(3), { standard_name: "realization" }), ...conductivity.coordinates],
  });
  await writeField(at("members.nc"), ensemble);
  const path = await problem({ functions: { k: { file: "members.nc:k", lengths: "km" } } });
  const args = ["--steps", "6", "--json", "-o", at("all.nc"), "--like", "k", "--allow-doubtful"];
  const { stdout } = await mongeDone("solve", path, "--members", ...args);
  const { flow, half } = JSON.parse(stdout).functionals;
  const c = 5 / Math.log(11 / 3);
  allClose([flow.mean, flow.least, flow.most, flow.spread], [3 * c, c, 6 * c, c * Math.sqrt(7)], 1e-5);
  assert.ok(half.spread < 1e-6, `${half.spread}`);
  const u = await readField(at("all.nc"), { variable: "u" });
  assert.equal(u.shape, [3, 6, 9]);
  await mongeRefused(/"k" has 3 members along member; take one.*--members/s, "solve", path);
  await mongeRefused(/no function of the problem has members/, "solve", await problem(), "--members");
});

test.run();
