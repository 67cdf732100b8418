// Inside: a decision of the automatic choice by itself.
/** What solutions with as many features leave out, they leave out alike: one with fewer tells of it. */
import { distance } from "../../../solvers/automatic/distance.ts";
import { pde, randomFeatures } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";
import { estimateBy } from "./assessed.ts";

test("a solution with fewer features counts beside a second one that is near, by its distance and the ratio of the residuals", async () => {
  const problem = pde({
    name: "waves",
    domain: { x: [-1, 1] },
    unknowns: ["u", "v"],
    equations: ["u_xx = source", "v_xx = source"],
    manufactured: ["sin(3*x)", "0.1*sin(20*x)"],
    conditions: "exact",
  });
  const solved = (features: number, seed: number) => randomFeatures(problem, { features, scale: [2, 8], seed });
  const [main, near, far] = [await solved(30, 0), await solved(30, 0), await solved(12, 1)];
  const second = { solution: near, distance: await distance(problem, main, near) };
  const fewer = { solution: far, distance: await distance(problem, main, far) };
  const ratio = main.report.residual / far.report.residual;
  assert.ok(ratio < 0.5, `${ratio}`);
  const alone = await estimateBy(problem, main, { second });
  assert.is(alone.relativeL2, 0, "two that are alike see nothing");
  const both = await estimateBy(problem, main, { second, fewer });
  assert.is(both.by, "a second solution");
  assert.ok(Math.abs(both.relativeL2 / (ratio * fewer.distance.unknowns) - 1) < 1e-12);
  assert.ok(Math.abs(both.unknowns!["v"]! / (ratio * fewer.distance.each[1]!) - 1) < 1e-12);
  // Where the one with fewer, which resolves nothing of v, is all there is, the root of the ratio counts.
  const blind = await estimateBy(problem, main, { fewer });
  assert.ok(Math.abs(blind.relativeL2 / (Math.sqrt(ratio) * fewer.distance.unknowns) - 1) < 1e-12);
  const { perUnknown } = await someErrors(main);
  const off = both.unknowns!["v"]! / perUnknown["v"]!;
  assert.ok(off > 0.2 && off < 5, `${off}`);
  for (const solution of [main, near, far]) await solution.dispose();
});

test.run();
