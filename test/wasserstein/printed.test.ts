/** Results of transport on a console. */
import { inspect } from "node:util";
import { rng } from "../../engine/index.ts";
import * as transport from "../../wasserstein/index.ts";
import { emd, gridBarycenter, sinkhorn, sinkhornDivergence } from "../../wasserstein/index.ts";
import { assert, equalBy, test } from "../harness.ts";

const x = { points: Float64Array.of(0, 0, 1, 0), count: 2, dim: 2 };
const y = { points: Float64Array.of(0, 0.5, 1, 0.5), count: 2, dim: 2 };

test("an exact transport prints its cost, its plan and its proof, a line each", () => {
  assert.is(
    inspect(emd({ points: Float64Array.of(0, 0), count: 1, dim: 2 }, y)),
    `emd
  value       0.75
  f           1 numbers, 0 to 0
  g           2 numbers, 0.25 to 1.25
  dualityGap  0
  on demand   plan(), gradient()`,
  );
  assert.is(inspect(emd(x, y).plan()), "2 routes between 2 and 2 points");
});

test("an entropic transport prints what it found and names what it computes on demand, without computing it", () => {
  const result = sinkhorn(x, y, { epsilon: 0.1 });
  const lines = inspect(result).split("\n");
  assert.is(lines[0], "sinkhorn");
  assert.match(lines[1]!, /^ {2}entropicValue +0\.\d{4,6}$/);
  assert.ok(
    lines.includes("  on demand      value, linearCost, bounds, dualityGap, plan(), gradient()"),
    lines.join("\n"),
  );
  assert.ok(lines.length <= 11, lines.join("\n"));
  const divergence = inspect(sinkhornDivergence(x, y, { epsilon: 0.1 }));
  assert.match(divergence, /^sinkhornDivergence\n {2}value +0\.25\n {2}parts +xy 0\.\d+, xx -?0\.\d+, yy -?0\.\d+\n/);
});

test("every other result prints its name, its numbers in short and no raw array", () => {
  const { slicedWasserstein } = transport;
  const density = { values: Float64Array.of(1, 2, 3), shape: [3] };
  const results: Record<string, object> = {
    slicedWasserstein: slicedWasserstein(x, y, { rng: rng(1) }),
    wasserstein1d: transport.wasserstein1d([0, 1], [1, 3]),
    dualSobolevNorm: transport.dualSobolevNorm(density, { spacing: [0.5] }),
  };
  for (const [name, result] of Object.entries(results)) {
    const [title, ...lines] = inspect(result).split("\n");
    assert.is(title, name);
    const keys = Object.entries(result).filter(([, part]) => typeof part !== "function");
    const later = Object.keys(result).length > keys.length ? ["on"] : [];
    equalBy(lines, (line) => line.trim().split(" ")[0], [...keys.map(([key]) => key), ...later], name);
    for (const line of lines) assert.ok(line.length < 130 && !/[[{]|=>|Array/.test(line), line);
  }
});

test("the printing of a result is no part of it: keys, copies and comparisons are as before", () => {
  const result = gridBarycenter([{ values: [1, 2], shape: [2] }]);
  assert.match(inspect(result), /^gridBarycenter\n {2}/);
  assert.equal(Object.getOwnPropertySymbols({ ...result }), []);
  assert.equal(structuredClone(result), { ...result });
});

test.run();
