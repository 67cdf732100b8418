import { assert, test } from "../../harness.ts";
import { kill } from "./kill.ts";

/** One of each kind of output: a file, a store that is replaced, a store that grows, and a run. */
const commands = ["solve", "convert .zarr --overwrite", "downscale .zarr --shard", "train"];

test("a command of each kind that is killed loses nothing, leaves nothing half-written, and goes on to the same bits", async () => {
  const kills = await kill(1, 10, commands);
  const total = kills.reduce((sum, { killed, finished }) => sum + killed + finished, 0);
  assert.is(total, commands.length);
  assert.ok(kills.some(({ killed }) => killed > 0));
});

test.run();
