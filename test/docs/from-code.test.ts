/** The page docs/how-to/from-code.md does what it says, block by block, in a folder with small files in place of those of the demo. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { coarsen, readField, writeField } from "../../io/index.ts";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("plots are written, progress ends at one, and a worker solves what it is given", async () => {
  const folder = mkdtempSync(join(root, "test", ".page-"));
  mkdirSync(join(folder, "demo"));
  const hour = await readField(join(root, "models/rain.nc"));
  const [y, x] = hour.dims.slice(-2) as [string, string];
  const part = hour.isel({ [y]: [96, 128], [x]: [96, 128] });
  await writeField(join(folder, "demo/radar.nc"), part);
  await writeField(join(folder, "demo/radar-coarse.nc"), coarsen(part, 4));
  const page = await tryPage("how-to/from-code.md", { folder });
  try {
    assert.ok(page.has("rain.png") && page.has("heat.svg"));
    const { middle, shares, fine } = page.names as { middle: number; shares: number[]; fine: { shape: number[] } };
    assert.ok(Math.abs(middle - Math.exp(-0.1 * Math.PI ** 2)) < 1e-6, `${middle}`);
    assert.is(shares.at(-1), 1);
    assert.equal(fine.shape.slice(-2), [32, 32]);
    const workerData = {
      name: "membrane",
      domain: { x: [0, 1], y: [0, 1] },
      equations: "-lap(u) = 1",
      conditions: "u = 0",
    };
    // The folder is no package that has monge.
    const file = join(folder, "worker.mjs");
    writeFileSync(file, readFileSync(file, "utf8").replace('"monge/solvers"', '"../../solvers/index.ts"'));
    const starter = join(folder, "starter.mjs");
    writeFileSync(starter, 'import { register } from "tsx/esm/api";\nregister();\nawait import("./worker.mjs");\n');
    const worker = new Worker(starter, { workerData });
    const answer = await new Promise<{ status: string; values: Float64Array }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    assert.is(answer.status, "converged");
    assert.ok(Math.abs(answer.values[0]! - 0.07367135328) < 1e-8, `${answer.values[0]}`);
    await worker.terminate();
  } finally {
    page.clear();
  }
});

test.run();
