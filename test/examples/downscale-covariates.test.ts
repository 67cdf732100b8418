import { assert, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("the example compares models with and without orography with the exact distribution given as much", async () => {
  const sizes = ["--side", "16", "--hours", "12", "--steps", "4", "--channels", "8", "--members", "2"];
  const { status, stdout, stderr } = await runScript("examples/downscale-covariates.ts", sizes);
  assert.is(status, 0, stderr);
  const found = JSON.parse(stdout);
  assert.equal(Object.keys(found), ["with orography", "without orography"]);
  const [given, not] = [found["with orography"], found["without orography"]];
  assert.ok(given.exact > 0 && given.exact < not.exact, "given the orography the exact distribution is sharper");
  for (const { crps, exact, ratio } of [given, not]) {
    assert.ok(Math.abs(ratio - crps / exact) < 1e-12);
    assert.ok(ratio > 0.9, stdout);
  }
});

test.run();
