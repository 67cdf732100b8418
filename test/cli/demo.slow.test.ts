import { existsSync } from "node:fs";
import { join } from "node:path";
import { readField } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { mongeDone, words } from "./run.ts";

const { folder } = temporaryFolder(test);

test("with --train the demo trains on two data sets, scores what it draws, and writes files that are trained on and downscaled again", async () => {
  const out = join(folder, "demo");
  const network = ["--channels", "8", "--batch", "4", "--threads", "1", "--seed", "5"];
  const small = [...network, ...words("--steps 8 --hours 10 --held-out 2 --members 3 --evaluations 2")];
  const { stdout } = await mongeDone("demo", "--train", "--out", out, ...small, "--json");
  const {
    synthetic: { scores, run },
    files,
  } = JSON.parse(stdout);
  const by = new Map<string, { crps: number }>(scores.map((s: { method: string }) => [s.method, s]));
  assert.equal([...by.keys()], ["monge", "bilinear", "quantile mapping"]);
  for (const { crps } of by.values()) assert.ok(crps > 0 && Number.isFinite(crps), `${crps}`);
  for (const file of files) assert.ok(existsSync(file), file);
  const read = (name: string) => readField(join(out, name));
  const [fine, truth, tif, learned] = await Promise.all(
    ["downscaled.nc", "held-out-fine.nc", "downscaled.tif", "fine.nc"].map(read),
  );
  assert.equal(fine!.shape, [2, 3, 64, 64]);
  assert.equal(truth!.shape, [2, 64, 64]);
  assert.equal(tif!.shape, [3, 64, 64]);
  assert.equal(learned!.shape, [10, 64, 64]);
  // Held out are the hours that follow those of training.
  assert.is(learned!.times().at(-1)!.iso, "2001-01-01T09:30:00");
  assert.is(fine!.times()[0]!.iso, "2001-01-01T10:30:00");
  assert.equal(fine!.coordinate("lat")!.values, truth!.coordinate("lat")!.values);
  assert.equal(Float32Array.from(tif!.values).length, fine!.isel({ time: 0 }).values.length);
  // The same model, input and seed give the demo's ensemble; the files that it wrote are all that is needed.
  const again = join(folder, "again.nc");
  const sampling = ["--members", "3", "--evaluations", "2", "--threads", "1", "--seed", "5"];
  const covariate = ["--static", join(out, "orography.nc")];
  await mongeDone("downscale", run, join(out, "held-out-coarse.nc"), ...covariate, "-o", again, ...sampling);
  assert.equal((await readField(again)).values, fine!.values);
});

test.run();
