/** A grid in a model's metadata that no memory holds. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fineGridCheck } from "../../../generative/model/fine-grid.ts";

test("a stored grid of 10¹⁰ pixels, which its axes of 10⁵ positions claim, is refused by their number", () => {
  const axis = (name: string, n: number) => ({
    name,
    dim: name,
    values: Array.from({ length: n }, (_, i) => i),
    attributes: {},
  });
  const grid = (n: number) => ({ y: axis("y", n), x: axis("x", n), runs: [n * n] });
  assert.is(fineGridCheck(grid(1000), "grid"), undefined);
  assert.is(fineGridCheck(grid(1e5), "grid"), "grid has 10000000000 pixels, expected at most 268435456");
});

test.run();
