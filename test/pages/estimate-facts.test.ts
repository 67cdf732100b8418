/** What pages say of how far off a solution is thought to be. */
import { estimateFacts } from "../../pages/estimate-facts.ts";
import { assert, test } from "../harness.ts";

test("pages tell the estimate of the whole, of each unknown and quantity, of the last moment and of the slopes, in this order", () => {
  const facts = estimateFacts({
    ...{ relativeL2: 0.00123, by: "a second solution", gradient: 0.5, end: 0.04 },
    ...{ unknowns: { u: 0.0012, v: 0.3 }, quantities: { flux: 1e-9 } },
  });
  assert.equal(facts, [
    ["estimated error", "0.00123 (relative L2, by a second solution)"],
    ["estimated error of u, beside its own size", "0.0012"],
    ["estimated error of v, beside its own size", "0.3"],
    ["estimated error of flux, beside its own size", "1e−9"],
    ["estimated error at the last moment, beside what is there then", "0.04"],
    ["estimated error of slopes, beside all of them", "0.5"],
  ]);
});

test("pages tell of what was not estimated that it is unknown, and nothing of what there is not", () => {
  assert.equal(estimateFacts({ relativeL2: Number.POSITIVE_INFINITY, by: "nothing" }), [
    ["estimated error", "unknown: there was nothing to compare with"],
  ]);
  assert.equal(estimateFacts(undefined), []);
});

test.run();
