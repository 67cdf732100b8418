// Inside: a decision of the automatic choice by itself.
/** Solutions that meet an integral equation at the nodes of its integrals alone. */
import { finerIntegrals } from "../../../solvers/automatic/integrals.ts";
import { pde, solve } from "../../../solvers/index.ts";
import type { NetworkSolution } from "../../../solvers/solution/index.ts";
import { assert, test } from "../../harness.ts";

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
  const budget = { steps: 4 };
  const coarse = await solve(oscillating(6), { budget, threads: 1 });
  assert.is(coarse.status, "doubtful");
  assert.match(coarse.report.estimate!.advice!, /with half as many nodes again in its integrals it leaves/);
  const fine = await solve(oscillating(32), { budget, threads: 1 });
  const { share, advice } = (await finerIntegrals(fine as NetworkSolution)) ?? { share: 0 };
  assert.is(advice, undefined);
  assert.ok(share < 1e-8, `${share}`);
  assert.is.not(fine.status, "doubtful");
  for (const s of [coarse, fine]) await s.dispose();
});

/** u = f + ½ ∫₀¹ k(x, s) u(s) ds. */
const withKernel = (kernel: string, solution: string) =>
  pde({
    name: "kernel",
    domain: { x: [0, 1] },
    equations: `u = f + integral(${kernel}*u(s), s, 0, 1)/2`,
    ...{ conditions: [], allow: ["missing-condition"], functions: { f: solution } },
  });

test("what a kink of its own leaves out of an integral raises the estimate above the error", async () => {
  const budget = { steps: 4 };
  // ∫₀¹ |s² − x| ds = 4x√x/3 − x + 1/3, so that u = 1 solves it.
  const curved = await solve(withKernel("abs(s^2 - x)", "1 - (4*x*sqrt(x)/3 - x + 1/3)/2"), { budget, threads: 1 });
  const { status, estimate } = curved.report;
  const points = Float64Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
  const off = async (solution: typeof curved) => {
    const u = await solution.evaluate(points);
    return Math.sqrt(u.reduce((sum, v) => sum + (v - 1) ** 2, 0) / u.length);
  };
  const error = await off(curved);
  assert.ok(error > 1e-5, `${error}`);
  assert.is.not(status, "doubtful");
  assert.is(estimate!.by, "more nodes in its integrals");
  assert.ok(
    estimate!.relativeL2 > 0.5 * error && estimate!.relativeL2 < 20 * error,
    `${estimate!.relativeL2}, ${error}`,
  );
  assert.ok(estimate!.gradient! >= estimate!.relativeL2);
  // ∫₀¹ |x − s| ds = x² − x + 1/2: cut at s = x, it is solved to many digits, and nothing is raised.
  const cut = await solve(withKernel("abs(x - s)", "1 - (x^2 - x + 1/2)/2"), { budget, threads: 1 });
  assert.ok((await off(cut)) < 1e-9, `${await off(cut)}`);
  assert.is.not(cut.report.estimate!.by, "more nodes in its integrals");
  for (const s of [curved, cut]) await s.dispose();
});

test("kernels that are infinite at the end of an integral lose no digits: Abel's equations have t² and t", async () => {
  // B(3, 1/2) = 16/15 and B(2, 2/3) = 9/10.
  for (const [equations, power] of [
    ["u = t^2 + 16/15*t^(5/2) - integral(u(s)/sqrt(t - s), s, 0, t)", 2],
    ["integral(u(s)*(t - s)^(-1/3), s, 0, t) = 0.9*t^(5/3)", 1],
  ] as const) {
    const problem = pde({ name: "abel", domain: { t: [0, 1] }, unknowns: ["u"], equations, conditions: [] });
    const solution = await solve(problem, { budget: { steps: 8 }, seed: 1 });
    assert.is.not(solution.status, "doubtful");
    const t = Float64Array.of(0.1, 0.4, 0.95);
    (await solution.evaluate(t)).forEach((v, k) => {
      assert.ok(Math.abs(v - t[k]! ** power) < 1e-8, `${v} ${t[k]! ** power}`);
    });
  }
});

test.run();
