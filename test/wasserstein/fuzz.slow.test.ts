/** Twelve thousand and more hard calls of transport: numbers or typed errors. */

import { assert, test } from "../harness.ts";
import { transportFuzz } from "./fuzz.ts";

test("14 000 hard calls give finite numbers, or a typed error that names the function", () => {
  assert.equal(
    transportFuzz(1000, 15_000).filter((c) => c.outcome === "bad"),
    [],
  );
});

test.run();
