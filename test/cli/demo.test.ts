import { existsSync } from "node:fs";
import { join } from "node:path";
import { readField } from "../../io/index.ts";
import { all, assert, equalBy, temporaryFolder, test } from "../harness.ts";
import { mongeDone, mongeHere } from "./run.ts";

const { folder } = temporaryFolder(test);

test("the demo refines real rain better than what needs no training, and the command that it names draws the same again", async () => {
  const out = join(folder, "first");
  const small = ["--members", "2", "--evaluations", "3", "--threads", "1", "--seed", "5"];
  const { stdout } = await mongeDone("demo", "--out", out, ...small, "--json");
  const { scores, files } = JSON.parse(stdout) as { scores: { method: string; crps: number }[]; files: string[] };
  equalBy(scores, ({ method }) => method, ["monge, 3 evaluations", "bilinear", "RainFARM"]);
  const [monge, ...others] = scores.map(({ crps }) => crps);
  all(others, (crps) => monge! < crps, `${monge} is not below ${others}`);
  for (const file of files) assert.ok(existsSync(file), file);
  assert.is((await mongeHere("demo", "--out", join(folder, "no"), "--steps", "3")).status, 2);
  const again = join(folder, "radar-again.nc");
  await mongeDone("downscale", join(out, "radar-coarse.nc"), "-o", again, "--factor", "4", ...small);
  const [first, second] = await Promise.all([join(out, "radar-downscaled.nc"), again].map((path) => readField(path)));
  assert.equal(first!.shape, [1, 2, 256, 256]);
  assert.equal(second!.values, first!.values);
});

test.run();
