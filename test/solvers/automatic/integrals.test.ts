/** Solutions that meet an integral equation at the nodes of its integrals alone. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { unresolvedIntegrals } from "../../../solvers/automatic/integrals.ts";
import { solve } from "../../../solvers/automatic/solve.ts";
import { pde } from "../../../solvers/problem/pde.ts";

/** u(x) − ∫₀¹ cos(40 x s) u(s) ds = x², with so many nodes. */
const oscillating = (nodes: number) =>
  pde({
    name: "oscillating kernel",
    domain: { x: [0, 1] },
    equations: `u - integral(cos(40*x*s)*u(s), s, 0, 1, ${nodes}) = x^2`,
    conditions: [],
    allow: ["missing-condition"],
  });

test("an integral equation is doubtful where its nodes do not follow the kernel, and is not where they do", async () => {
  const budget = { processorSeconds: 2 };
  const coarse = await solve(oscillating(6), { budget, threads: 1 });
  assert.is(coarse.status, "doubtful");
  assert.match(coarse.report.estimate!.advice!, /with half as many nodes again in its integrals it leaves/);
  const fine = await solve(oscillating(32), { budget, threads: 1 });
  assert.is(await unresolvedIntegrals(fine), undefined);
  assert.is.not(fine.status, "doubtful");
  for (const s of [coarse, fine]) await s.dispose();
});

test.run();
