/** Hundreds of hard calls of transport: numbers or typed errors. */

import { assert, test } from "../harness.ts";
import { calls, transportFuzz } from "./fuzz.ts";

test("hard calls of all public functions give finite numbers, or a typed error that names the function", () => {
  const done = transportFuzz(0, 40 * Object.keys(calls).length);
  for (const outcome of ["value", "refused"])
    assert.ok(done.filter((c) => c.outcome === outcome).length > 200, outcome);
  assert.equal(
    done.filter((c) => c.outcome === "bad"),
    [],
  );
});

test.run();
