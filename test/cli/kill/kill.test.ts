import { assert, test } from "../../harness.ts";
import { kill } from "./kill.ts";

test("eight commands that are killed lose nothing, leave nothing half-written, and go on to the same bits", async () => {
  const kills = await kill(1, 10);
  const total = kills.reduce((sum, { killed, finished }) => sum + killed + finished, 0);
  assert.is(total, 8);
  assert.ok(kills.some(({ killed }) => killed > 0));
});

test.run();
