/** Constants to be found, watched while a network is trained. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { constantsAtWork } from "../../../solvers/automatic/trust.ts";

test("a constant that moved by more than a tenth of itself in the last third of the steps is told, by name", () => {
  const work = constantsAtWork({ trainable: { a: 0, b: 0 } });
  const theta = (a: number, b: number) => Float64Array.from([7, 7, a, b]);
  work.watch(10, theta(0, 0));
  work.watch(20, theta(1, 2));
  work.watch(30, theta(1, 2.9));
  assert.is(work.moving(30, theta(1, 2.1)), undefined);
  assert.is(work.moving(30, theta(1, 4)), "b moved by 50 % in the last third of the steps");
  // Not one step was seen before: nothing is known.
  assert.is(work.moving(12, theta(1, 4)), undefined);
  assert.match(work.moving(30, theta(Number.NaN, 2))!, /^a moved/);
  assert.is(constantsAtWork({ trainable: {} }).moving(30, theta(1, 1)), undefined);
});

test.run();
