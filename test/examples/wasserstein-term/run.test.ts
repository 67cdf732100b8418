/** The script on files of the repository: it trains each arm once, and prints its tables from the files that it keeps. */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CellResult } from "../../../examples/wasserstein-term/cell.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { runScript } from "../../script.ts";

const { folder: out } = temporaryFolder(test);

const run = (...options: string[]) => script("run.ts", ...options);

const script = (name: string, ...options: string[]) =>
  runScript(`examples/wasserstein-term/${name}`, options, { MONGE_DATA: undefined });

test("an interrupted run goes on with what is missing, to the same bits but for the seconds", async () => {
  const quick = ["--quick", "--results", out, "--only", "edm"];
  const whole = await run(...quick);
  assert.is(whole.status, 0, whole.stderr);
  const folder = join(out, "quick-x4-s0");
  const files = readdirSync(folder).sort();
  assert.equal(
    files,
    ["control", "none", "pixels", "sliced"].map((term) => `edm-${term}.json`),
  );
  for (const file of files) assert.ok(statSync(join(folder, file)).size < 20_000, `${file} is small`);

  const read = () => JSON.parse(readFileSync(join(folder, "edm-sliced.json"), "utf8")) as CellResult;
  const before = read();
  rmSync(join(folder, "edm-sliced.json"));
  const again = await run(...quick);
  assert.match(again.stderr, /edm-sliced\.json: CRPS/);
  assert.not.match(again.stderr, /edm-none\.json/);
  assert.equal({ ...read(), seconds: undefined }, { ...before, seconds: undefined });

  const printed = await run("--quick", "--print", "--results", out);
  assert.is(printed.stderr, "");
  assert.match(printed.stdout, /\| EDM ×4: quick \(1\) \| sliced − none \|/);
  assert.match(printed.stdout, /\| quick ×4 \| EDM, control \| 0\.\d{4} \|/);
});

test("without its files the experiment says where to put them", async () => {
  const cases: [string[], RegExp][] = [
    [[], /^wasserstein-term: no folder of radar files; give --data DIR, or set MONGE_DATA/],
    [["--data", out], /^wasserstein-term: .* has no fmi_20160928\.nc, fmi_20170509\.nc, .*; give --data DIR/],
    [["--quick", "--part", "3/2"], /^wasserstein-term: --part is 3\/2, expected as 1\/2/],
  ];
  for (const [options, message] of cases) {
    const { status, stderr } = await run("--results", join(out, "none"), ...options);
    assert.match(stderr, message);
    assert.is(status, 2);
  }
});

test("remedies and the model of several archives say where to put the radar files", async () => {
  for (const name of ["remedies.ts", "one-model.ts"]) {
    const { status, stderr } = await script(name, "--results", join(out, "none"));
    assert.match(stderr, /^wasserstein-term: no folder of radar files; give --data DIR/);
    assert.is(status, 2);
  }
});

test.run();
