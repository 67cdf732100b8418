import { assert, test } from "../../harness.ts";
import { kill } from "./kill.ts";

test("352 commands killed at random moments lose nothing, leave nothing half-written, and go on to the same bits", async () => {
  const told = await kill(44, 2026);
  assert.is(
    told.reduce((sum, { killed, finished }) => sum + killed + finished, 0),
    352,
  );
});

test.run();
