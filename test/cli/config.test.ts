/** Options from a file: those of a run are those of its command line, and a flag beside them takes precedence. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProgram } from "../../cli/program.ts";
import { withConfig } from "../../cli/shell/config.ts";
import { syntheticPairs } from "../../generative/index.ts";
import { writeNetcdf } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { mongeDone, mongeHere, mongeRefused } from "./run.ts";

const { folder } = temporaryFolder(test);
const { fine, coarse, orography } = syntheticPairs({ seed: 0, times: 12 });
mkdirSync(join(folder, "demo"));
for (const [name, field] of Object.entries({ fine, coarse, orography }))
  await writeNetcdf(join(folder, `demo/${name}.nc`), field);
const written = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};
const problem = written("membrane.json", {
  ...{ name: "membrane", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 1", conditions: "u = 0" },
});
const chosen = ["--steps", "3", "--points", "60", "--width=6", "--depth", "1"];
const plan = async (...args: readonly string[]) => {
  const { stdout } = await mongeDone("solve", ...args, "--dry-run", "--json");
  return JSON.parse(stdout);
};

test("options.json of a run gives the options of its command line; flags and operands beside it take precedence", async () => {
  const run = written("options.json", { seed: 0, command: ["node", "main.js", "solve", problem, ...chosen] });
  const typed = await plan(problem, ...chosen);
  assert.equal(await plan("--config", run), typed);
  assert.equal(await plan(`--config=${run}`, problem), typed);
  const other = await plan("--config", run, "--width", "8", "--seed", "5");
  assert.equal([other.network.width, other.network.depth, other.seed, other.points], [8, 1, 5, 60]);
});

/** Of every command: operands, options as they are typed, and the same as an object. */
const commands: readonly (readonly [line: string, options: string, object: Readonly<Record<string, unknown>>])[] = [
  ["demo", "--out new --seed 3 --train", { out: "new", seed: 3, train: true }],
  ["new problem", "-o x.json", { output: "x.json" }],
  ["doctor", "--out runs", { out: "runs" }],
  ["serve", "--port 8080 --threads 1", { port: 8080, threads: 1 }],
  [
    "train",
    "--fine demo/fine.nc --coarse demo/coarse.nc --out runs --validate 0:2",
    { out: "runs", validate: "0:2", coarse: "demo/coarse.nc", fine: ["demo/fine.nc"] },
  ],
  [
    "downscale demo/coarse.nc",
    "--method rainfarm --factor 2 -o x.nc",
    { method: "rainfarm", factor: 2, output: "x.nc" },
  ],
  ["plan demo/coarse.nc", "-o x.zarr --static demo/orography.nc", { output: "x.zarr", static: ["demo/orography.nc"] }],
  ["verify demo/fine.nc demo/fine.nc", "--thresholds 1,5 --by season", { thresholds: "1,5", by: "season" }],
  ["report demo/fine.nc", "-o x.html --at -3,40 --at 2,41", { output: "x.html", at: ["-3,40", "2,41"] }],
  ["audit demo", "--no-checksums", { checksums: false }],
  ["merge demo", "-o x.nc", { output: "x.nc" }],
  ["solve example:peak", "--random-features 50 --seed 2", { "random-features": 50, seed: 2 }],
  ["info demo/fine.nc", "--no-values", { values: false }],
  ["convert demo/fine.nc", "-o x.nc --time 0:2 --rename pr=rain", { output: "x.nc", time: "0:2", rename: "pr=rain" }],
  ["distance demo/fine.nc demo/coarse.nc", "--method sliced --root", { method: "sliced", root: true }],
];

for (const [line, options, object] of commands) {
  test(`${line.split(" ")[0]} takes its options from a file as it takes them from its command line`, async () => {
    process.chdir(folder);
    const [name, ...operands] = line.split(" ") as [string, ...string[]];
    const typed = [...operands, ...options.split(" ")];
    const dry = async (...words: readonly string[]) => (await mongeDone(name, ...words, "--dry-run")).stdout;
    const expected = await dry(...typed);
    assert.is(await dry("--config", written("own.json", object), ...operands), expected);
    const recorded = written("recorded.json", { command: ["node", "main.js", name, ...typed] });
    assert.is(await dry(`--config=${recorded}`), expected);
    assert.not.match(expected, /"(?:config|dryRun)"/);
  });
}

test("the words that a record keeps are those of the file, not its name", async () => {
  process.chdir(folder);
  const own = written("own.json", { "no-values": true, variable: "pr" });
  const info = (await buildProgram(["info"])).commands[0]!;
  const words = withConfig(info, ["--config", own, "demo/fine.nc", "--quiet"]);
  assert.equal(words, ["demo/fine.nc", "--quiet", "--no-values", "--variable", "pr"]);
});

test("an object of options in a file means what the flags mean", async () => {
  const own = written("own.json", {
    steps: 3,
    points: 60,
    width: 6,
    depth: 1,
    overwrite: false,
    "boundary-points": 40,
    out: null,
  });
  assert.equal(await plan(problem, "--config", own), await plan(problem, ...chosen, "--boundary-points", "40"));
});

test("the files of monge new run as they are, and are not written over", async () => {
  process.chdir(folder);
  const made = await mongeHere("new", "problem");
  assert.equal([made.status, made.stdout], [0, "problem.json\n"], made.stderr);
  const quick = ["--random-features", "200", "--seed", "1", "--json"];
  const { stdout } = await mongeDone("solve", "problem.json", ...quick);
  assert.is(JSON.parse(stdout).problem, "membrane");
  await mongeRefused(/problem\.json.*it is there already; .*--overwrite/, "new", "problem");

  await mongeDone("new", "train");
  const trained = await mongeDone("train", "--config", "train.json", "--steps", "2", "--channels", "8", "--batch", "2");
  assert.match(trained.stdout, /runs\/00001-train\n$/);
});

test.run();
