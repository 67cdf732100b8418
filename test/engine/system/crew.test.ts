/** Threads that share the parts of a task. */
import { Crew, sharedFloats } from "../../../engine/system/index.ts";
import { assert, test } from "../../harness.ts";

test("where the module of its threads is missing, as in some bundles, a crew computes all parts by itself", async () => {
  const squares = new Crew<Float32Array>(import.meta.url, "no-such-thread", (out) => (k) => {
    // Long enough for a thread to start and to fail meanwhile.
    for (const end = performance.now() + 20; performance.now() < end; );
    out[k] = k * k;
  });
  for (let turn = 0; turn < 2; turn++) {
    const out = sharedFloats(6, 3);
    await squares.share(out, 6, 3);
    assert.equal([...out], [0, 1, 4, 9, 16, 25]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});

test.run();
