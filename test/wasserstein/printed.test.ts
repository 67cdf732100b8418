/** Results of transport on a console. */
import { inspect } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { emd, emdGradient } from "../../wasserstein/exact/emd.ts";
import { gromovWasserstein1d } from "../../wasserstein/gromov/gromov-line.ts";
import { sinkhornDivergence } from "../../wasserstein/sinkhorn/divergence.ts";
import { sinkhorn } from "../../wasserstein/sinkhorn/sinkhorn.ts";

const x = { points: Float64Array.of(0, 0, 1, 0), count: 2, dim: 2 };
const y = { points: Float64Array.of(0, 0.5, 1, 0.5), count: 2, dim: 2 };

test("an exact transport prints its cost, its plan and its proof, a line each", () => {
  assert.is(
    inspect(emd({ x: { points: Float64Array.of(0, 0), count: 1, dim: 2 }, y })),
    `emd
  value       0.75
  plan        2 routes between 1 and 2 points
  u           1 numbers, 0 to 0
  v           2 numbers, 0.25 to 1.25
  dualityGap  0`,
  );
  assert.is(inspect(emd({ x, y }).plan), "2 routes between 2 and 2 points");
  assert.match(inspect(emdGradient({ x, y })), /^emd with gradient\n(.*\n)* {2}x +4 numbers, -0.5 to 0\n/);
});

test("an entropic transport prints what it found and names what it computes on demand, without computing it", () => {
  const result = sinkhorn(x, y, { epsilon: 0.1 });
  const lines = inspect(result).split("\n");
  assert.is(lines[0], "sinkhorn");
  assert.match(lines[1]!, /^ {2}value +0\.\d{4,6}$/);
  assert.ok(lines.includes("  on demand      linearCost, bounds, dualityGap, plan(), gradient()"), lines.join("\n"));
  assert.ok(lines.length <= 11, lines.join("\n"));
  const divergence = inspect(sinkhornDivergence(x, y, { epsilon: 0.1 }));
  assert.match(divergence, /^sinkhornDivergence\n {2}value +0\.25\n {2}parts +xy 0\.\d+, xx -?0\.\d+, yy -?0\.\d+\n/);
});

test("the printing of a result is no part of it: keys, copies and comparisons are as before", () => {
  const result = gromovWasserstein1d([0, 1, 3], [0, 2, 2]);
  assert.match(inspect(result), /^gromovWasserstein1d\n {2}value +/);
  assert.equal(Object.getOwnPropertySymbols({ ...result }), []);
  assert.equal(structuredClone(result), { ...result });
});

test.run();
