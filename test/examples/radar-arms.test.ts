import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "monge-arms-"));
test.after(() => rmSync(out, { recursive: true, force: true }));

function arms(options: readonly string[], data?: string): SpawnSyncReturns<string> {
  const { MONGE_DATA: _, ...rest } = process.env;
  return spawnSync(process.execPath, ["--import", "tsx", "examples/radar-arms.ts", ...options], {
    cwd: root,
    encoding: "utf8",
    env: { ...rest, ...(data === undefined ? {} : { MONGE_DATA: data }) },
  });
}

test("the radar experiment trains every arm, conserves block means, and does not repeat what it finished", () => {
  const options = ["--out", out, "--quick", "--steps", "3", "--members", "2", "--seeds", "1"];
  const run = () => {
    const { status, stdout, stderr } = arms([...options, "--arms", "none,wasserstein:2"]);
    assert.is(status, 0, stderr);
    return stdout;
  };
  const table = run();
  const rows = new Map(
    table
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| ·"))
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .map(([, name, crps, mae, ...rest]) => [name!, { crps: Number(crps), mae: Number(mae), rest }]),
  );
  // One field has no spread: its score is its mean absolute error.
  const bilinear = rows.get("bilinear")!;
  assert.is(bilinear.crps, bilinear.mae);
  for (const arm of ["none, seed 1, conserving", "wasserstein:2, seed 1, conserving"]) {
    const blockError = Number(rows.get(arm)!.rest[7]);
    assert.ok(blockError < 0.02, `${arm}: block means are off by ${blockError} mm/h`);
    assert.ok(rows.get(arm)!.crps < bilinear.crps, `${arm}: scaled blocks beat plain interpolation`);
  }
  assert.is(run(), table);
});

test("without its radar files the experiment says where to put them, before it makes anything", () => {
  const made = join(out, "nothing");
  const cases: [SpawnSyncReturns<string>, RegExp][] = [
    [
      arms(["--out", made]),
      /^radar-arms: no folder of radar files; give --data DIR, or set MONGE_DATA .*or give --quick/,
    ],
    [arms(["--out", made], out), /radar has no fmi_20160928\.nc, .*fmi_20170509\.nc; give --data DIR/],
    [arms(["--out", made, "--data", out]), /^radar-arms: .* has no fmi_20160928\.nc/],
    [arms(["--quick"]), /^radar-arms: no folder for the results; give --out DIR/],
  ];
  for (const [{ status, stdout, stderr }, message] of cases) {
    assert.match(stderr, message);
    assert.equal([status, stdout, existsSync(made)], [2, "", false]);
  }
});

test.run();
