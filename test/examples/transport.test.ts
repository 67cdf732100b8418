/** The examples of transport: two radar fields an hour apart, and a network that names directions. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { amortise } from "../../examples/amortised-directions.ts";
import { assert, inFolder, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("matched intensities keep a barycenter's peak above that of the plain mean, and the picture is drawn", async () => {
  await inFolder(async (folder) => {
    const options = ["--factor", "32", "--iterations", "5", "--out", folder];
    const { status, stdout, stderr } = await runScript("examples/transport-on-grids.ts", options);
    assert.is(status, 0, stderr);
    const largest = (name: string) => Number(new RegExp(`^${name}: largest ([\\d.]+) mm/h`, "m").exec(stdout)![1]);
    assert.ok(largest("matched") > largest("mean"), stdout);
    assert.ok(existsSync(join(folder, "transport-on-grids.png")));
  });
});

test("no direction passes the power iteration's, and its own from a network's start reaches it nearly", async () => {
  const { network, random, shift, warm } = await amortise(3, 1);
  for (const share of [network, random, shift]) assert.ok(share > 0 && share < 1, `${share}`);
  assert.ok(warm > 0.9 && warm < 1 + 1e-9, `${warm}`);
});

test.run();
