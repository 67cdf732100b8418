import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readField } from "../../io/index.ts";
import { assert, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("the example takes ARPEGE to AROME, from two files to an ensemble and its scores", async () => {
  const out = join(mkdtempSync(join(tmpdir(), "monge-")), "ensemble.nc");
  const sizes = ["--steps", "6", "--channels", "8", "--members", "2"];
  const { status, stdout, stderr } = await runScript("examples/downscale-pairs.ts", [...sizes, "--out", out]);
  assert.is(status, 0, stderr);
  const { ours, bilinear, best } = JSON.parse(stdout);
  assert.ok(best >= 1 && best <= 6);
  assert.ok(ours.crps > 0 && bilinear.crps > 0 && bilinear.spreadSkill === null, stdout);
  const { shape, units } = await readField(out);
  assert.equal(shape, [4, 2, 80, 120]);
  assert.match(units ?? "", /^kg m/);
});

test.run();
