import { join } from "node:path";
import { readField } from "../../io/index.ts";
import { writeSyntheticRain } from "../cli/data.ts";
import { assert, inFolder, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("the example trains on a file, beats interpolation and writes an ensemble", async () => {
  await inFolder(async (folder) => {
    const [data, out] = [join(folder, "rain.nc"), join(folder, "ensemble.nc")];
    await writeSyntheticRain(data, { days: 30, units: "mm h-1" });
    const args = [data, "--steps", "60", "--channels", "8", "--out", out];
    const { status, stdout, stderr } = await runScript("examples/train-and-downscale.ts", args);
    assert.is(status, 0, stderr);
    const { crps, bilinear } = JSON.parse(stdout);
    // Conserving block means alone wins this; 60 steps need not train well.
    assert.ok(crps > 0 && crps < bilinear, `${crps} is not below ${bilinear}`);
    const field = await readField(out);
    assert.equal(field.dims, ["realization", "y", "x"]);
    assert.equal(field.shape, [8, 32, 32]);
  });
});

test.run();
