import { existsSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryFolder, test } from "../harness.ts";
import { runScript, type ScriptResult } from "../script.ts";

const { folder: out } = temporaryFolder(test);

const arms = (options: readonly string[], data?: string): Promise<ScriptResult> =>
  runScript("examples/radar-arms.ts", options, { MONGE_DATA: data });

test("the radar experiment trains every arm, conserves block means, and does not repeat what it finished", async () => {
  const options = ["--out", out, "--quick", "--steps", "3", "--members", "2", "--seeds", "1"];
  const run = async () => {
    const { status, stdout, stderr } = await arms([...options, "--arms", "none,wasserstein:2"]);
    assert.is(status, 0, stderr);
    return stdout;
  };
  const table = await run();
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
  assert.is(await run(), table);
});

test("without its radar files the experiment says where to put them, before it makes anything", async () => {
  const made = join(out, "nothing");
  const cases: [options: string[], data: string | undefined, RegExp][] = [
    [["--out", made], out, /radar has no fmi_20160928\.nc, .*fmi_20170509\.nc; give --data DIR/],
    [["--out", made, "--data", out], undefined, /^radar-arms: .* has no fmi_20160928\.nc/],
  ];
  for (const [options, data, message] of cases) {
    const { status, stdout, stderr } = await arms(options, data);
    assert.match(stderr, message);
    assert.equal([status, stdout, existsSync(made)], [2, "", false]);
  }
});

test.run();
