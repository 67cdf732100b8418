/** The page docs/how-to/one-regularizer.md does what it says. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeSyntheticRain } from "../cli/data.ts";
import { assert, test } from "../harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the program of the page gives one term to a network and to the downscaler, in at most twenty lines", async () => {
  const page = await readFile(join(root, "docs/how-to/one-regularizer.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(page)![1]!;
  assert.ok(code.trim().split("\n").length <= 20);
  const folder = await mkdtemp(join(root, "test", ".page-"));
  try {
    const [file, data] = [join(folder, "page.ts"), join(folder, "rain.nc")];
    await writeSyntheticRain(data, { days: 40, units: "mm h-1" });
    const small = `batch: 2, network: { baseChannels: 8 }, tile: 32, steps: 2, out: ${JSON.stringify(join(folder, "runs"))}`;
    const run = code
      .replaceAll(/"monge\/(\w+)"/g, '"../../$1/index.ts"')
      .replace('"rain.nc"', JSON.stringify(data))
      .replace('steps: 20, out: "runs"', small)
      .replace("steps: 200", "steps: 20");
    await writeFile(file, run);
    const { equation, rain } = await import(pathToFileURL(file).href);
    assert.equal([equation.report.steps, rain.status], [20, "finished"]);
    assert.match(
      await readFile(join(rain.run, "options.json"), "utf8"),
      /"term": ?\{\s*"kind": ?"wasserstein",\s*"weight": ?0.2/,
    );
    await rain.downscaler?.dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.run();
