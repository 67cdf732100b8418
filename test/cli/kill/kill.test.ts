import { test } from "uvu";
import * as assert from "uvu/assert";
import { kill } from "./kill.ts";

test("commands that are killed lose nothing, leave nothing half-written, and go on to the same bits", async () => {
  const told = await kill(3, 10);
  const total = told.reduce((sum, { killed, finished }) => sum + killed + finished, 0);
  assert.is(total, 24);
  assert.ok(told.some(({ killed }) => killed > 0));
});

test.run();
