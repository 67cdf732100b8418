/** The method for time in `cell_methods`. */
import { withTimeMethod } from "../../../io/field/quantity.ts";
import { assert, test } from "../../harness.ts";

test("the method for time is replaced, that of other axes stays, and long texts are read once", () => {
  assert.is(withTimeMethod("area: mean time: sum", "mean"), "area: mean time: mean");
  assert.is(withTimeMethod("lat: lon: time: mean (interval: 1 hr)", "sum"), "lat: lon: time: sum (interval: 1 hr)");
  assert.is(withTimeMethod("t: sum", "mean", "t"), "t: mean");
  assert.is(withTimeMethod("area: mean", "sum"), "area: mean");
  assert.is(withTimeMethod("area: mean", "sum", "t", true), "t: sum area: mean");
  const long = "a: ".repeat(1e5);
  assert.is(withTimeMethod(long, "sum"), long);
  assert.is(withTimeMethod("a".repeat(1e5), "sum"), "a".repeat(1e5));
});

test.run();
