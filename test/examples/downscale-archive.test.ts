import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockMean } from "../../engine/numerics/index.ts";
import { readField, writeNetcdf } from "../../io/index.ts";
import { writeSyntheticRain } from "../cli/data.ts";
import { writeUntrainedModel } from "../cli/model.ts";
import { assert, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("the example downscales dates out of an archive of two files, keeping block means, times and units", async () => {
  const folder = mkdtempSync(join(tmpdir(), "monge-archive-"));
  const at = (name: string) => join(folder, name);
  try {
    const rain = await writeSyntheticRain(at("whole.nc"), { days: 6, units: "mm", size: 16 });
    await writeNetcdf(at("part_1.nc"), rain.isel({ time: [0, 2] }));
    await writeNetcdf(at("part_2.nc"), rain.isel({ time: [2, 6] }));
    await writeUntrainedModel(at("model.safetensors"), 2);
    const args = [at("model.safetensors"), at("part_*.nc"), "2020-01-02:2020-01-04", at("fine.zarr")];
    const { status, stdout, stderr } = await runScript("examples/downscale-archive.ts", args);
    assert.is(status, 0, stderr);
    assert.equal(JSON.parse(stdout), { out: at("fine.zarr"), shape: [3, 4, 32, 32], units: "mm" });
    const fine = await readField(at("fine.zarr"));
    assert.equal([...fine.coordinate("time")!.values], [1, 2, 3]);
    const means = blockMean(fine.values, 12, 32, 32, 2);
    for (const [i, mean] of means.entries()) {
      const expected = rain.values[(1 + Math.floor(i / 1024)) * 256 + (i % 256)]!;
      // A few roundings of float32.
      assert.ok(Math.abs(mean - expected) <= 1e-4 * Math.max(1, expected), `${mean} is not ${expected}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
