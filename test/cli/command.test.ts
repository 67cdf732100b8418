import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "../../cli/program.ts";
import { dataFiles, testData } from "../data.ts";
import { assert, test } from "../harness.ts";
import { cli, monge, mongeDone, mongeHere, oneLine } from "./run.ts";

const commands =
  "demo new solve train downscale plan audit merge verify report serve info convert distance doctor".split(" ");

test("help names every command and every option that a command parses", async () => {
  const { stdout } = await mongeDone("--help");
  for (const command of (await buildProgram()).commands.filter((one) => one.name() !== "help")) {
    const name = command.name();
    assert.ok(commands.includes(name) && stdout.includes(`  ${name} `), name);
    const help = (await mongeDone(name, "--help")).stdout;
    assert.match(help, /Examples:\n {2}monge /);
    assert.ok(command.options.length > 3, name);
    for (const { long } of command.options) assert.ok(help.includes(long!), `${name} ${long}`);
  }
});

test("every example in the help is a command line that is understood", async () => {
  // An empty folder: what an example would write may be here already.
  const home = process.cwd();
  const empty = mkdtempSync(join(tmpdir(), "examples-"));
  process.chdir(empty);
  for (const name of commands) {
    const examples = (await mongeHere(name, "--help")).stdout.split("Examples:\n")[1]!.trim().split("\n");
    for (const example of examples) {
      const words = example.trim().split(/\s+/).slice(1);
      const end = words.findIndex((word) => word === "|" || word === "&&");
      const result = await mongeHere(...(end < 0 ? words : words.slice(0, end)), "--dry-run");
      // Its files need not be here; that is all that may be wrong.
      if (result.status !== 0)
        assert.match(
          oneLine(result.stderr),
          /there is no such|no file has a name like|holds no unfinished run/,
          example,
        );
    }
  }
  process.chdir(home);
  rmSync(empty, { recursive: true });
});

test("--version prints the version of package.json", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.is((await mongeHere("--version")).stdout.trim(), version);
});

test("the exit status of the process is that of the command", () => {
  const wrong = monge("train", "--foo");
  assert.is(wrong.status, 2, wrong.stderr);
  const failed = monge("info", cli);
  assert.is(failed.status, 2, failed.stderr);
  assert.is(monge("--version").status, 0);
});

test("--dry-run prints every option, resolved, and starts nothing", async () => {
  const out = "/nonexistent/runs";
  const events = testData("radar/fmi_20160928_cut.nc");
  const { stdout } = await mongeDone("train", "--data", events, "--out", out, "--factor", "6", "--dry-run");
  const plan = JSON.parse(stdout);
  // The least multiple of 4 and 6 from 32 on, and the largest multiple of 6 up to 64.
  assert.equal([plan.recipe.factor, plan.recipe.crop, plan.recipe.tile, plan.recipe.steps], [6, 36, 60, 2000]);
  assert.equal(plan.data, { events: [events] });
  assert.not.ok(existsSync(out));
});

test("info tells of a radar file what netCDF tells of it", async () => {
  const { stdout } = await mongeDone("info", testData("radar/fmi_20160928_cut.nc"), "--json");
  const found = JSON.parse(stdout);
  // ncdump -h, and the largest and missing values by netCDF4 in Python.
  assert.is(found.format, "hdf5");
  const pr = found.variables.find(({ name }: { name: string }) => name === "pr");
  assert.equal([pr.dtype, pr.dims, pr.shape, pr.units], ["int16", ["time", "y", "x"], [12, 256, 256], "mm h-1"]);
  assert.equal([pr.values.min, Math.fround(91.6), pr.values.missing], [0, pr.values.max, 252]);
  assert.is(found.times.first, "2016-09-28T15:45:00");
  assert.is(found.times.last, "2016-09-28T16:40:00");
  assert.is(found.times.step, "every 5 min");
  assert.is(found.crs, "polar_stereographic");
});

test("info reads files with odd times and grids", async () => {
  const files = dataFiles(["coarse", "radar"], /^(sresa1b|valparaiso_CHIRPS|canesm2_1950|stageiv|meteonet)/);
  assert.ok(files.length >= 3, files.join());
  for (const path of files) {
    const { stdout } = await mongeDone("info", path);
    assert.match(stdout, /looks like data/);
  }
});

test("help has commands and options in groups; -h leaves out training and advanced options, --help none", async () => {
  const { stdout: all } = await mongeHere("--help");
  assert.equal(all.match(/^\w+:$/gm), ["Options:", "Start:", "Rain:", "Clusters:", "Equations:", "Files:", "Shell:"]);
  for (const name of ["train", "downscale", "solve"]) {
    const [short, long] = [await mongeHere(name, "-h"), await mongeHere(name, "--help")].map(({ stdout }) => stdout);
    const headings = (text: string) => text.match(/^\w+ options:$/gm)!.map((line) => line.split(" ")[0]);
    const flags = (text: string) => text.match(/^ {2}(?:-\w, )?--[\w-]+/gm)!;
    assert.equal(headings(short!), ["Data", "Model", "Output", "General"]);
    assert.equal(headings(long!), ["Data", "Model", "Output", "General", "Training", "Advanced"]);
    assert.ok(flags(short!).length < flags(long!).length - 5, name);
    assert.match(short!, `monge ${name} --help`);
  }
  for (const ask of ["-v", "-V", "--version", "version"])
    assert.match((await mongeHere(ask)).stdout, /^\d+\.\d+\.\d+\n$/);
});

test.run();
