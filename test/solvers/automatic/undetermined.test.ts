// Inside: a decision of the automatic choice by itself.
/** Linear problems with many solutions: a function of any size can be added, and equations do not tell. */
import { manySolutions } from "../../../solvers/automatic/row-evidence.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const judged = async (spec: Partial<ProblemSpec>) => {
  const open = { domain: { x: [0, 1] }, conditions: [], allow: ["missing-condition"] } as const;
  const problem = pde({ name: "problem", ...open, ...spec } as ProblemSpec);
  const { status, report } = await solve(problem, { budget: { processorSeconds: 4, tolerance: 1e-6 }, seed: 1 });
  return { status, ...report.estimate! };
};

test("Fredholm's equation at an eigenvalue of its kernel has infinitely many solutions, with a source that fits and without one", async () => {
  // ∫ s² ds = 1/3, ∫ s⁴ ds = 1/5, and 1 − 3x/2 is orthogonal to s.
  for (const equations of [
    "u = 3*integral(x*s*u(s), s, 0, 1)",
    "u = 5*integral((x*s)^2*u(s), s, 0, 1)",
    "u = 3*integral(x*s*u(s), s, 0, 1) + 1 - 1.5*x",
  ]) {
    const { status, advice, relativeL2 } = await judged({ equations });
    assert.is(status, "doubtful", equations);
    assert.is(advice, manySolutions);
    assert.ok(Number.isNaN(relativeL2));
  }
});

test("away from an eigenvalue, of Volterra's kinds and with a divisor in the kernel it has one", async () => {
  for (const equations of [
    "u = 2.99*integral(x*s*u(s), s, 0, 1) + 1",
    "u = 1 + integral(u(s)/(1 + (x-s)^2), s, 0, 1)/pi",
    "u = sin(x) + integral((x-s)*u(s), s, 0, x)",
    "x = integral(exp(x-s)*u(s), s, 0, x)",
  ]) {
    const { status, advice, relativeL2 } = await judged({ equations });
    assert.is(status, "converged", `${equations}: ${advice}`);
    assert.ok(relativeL2 < 1e-6);
  }
});

test("a delay without a start, and Poisson's equation in space with two sides open, leave functions open; with their conditions they do not", async () => {
  const delay = { domain: { t: [0, 3] as const }, equations: "u_t = -u + 0.5*u(t/2)" };
  const cube = { domain: { x: [0, 1], y: [0, 1], z: [0, 1] } as const, equations: "lap(u) = 2" };
  assert.is((await judged(delay)).advice, manySolutions);
  assert.is((await judged({ ...cube, conditions: ["u = 0 on x"] })).advice, manySolutions);
  assert.is((await judged({ ...delay, conditions: ["u = 1 on t = 0"] })).status, "converged");
  const whole = { ...cube, conditions: ["u = x^2"], equations: "lap(u) = 2" };
  assert.is((await judged(whole)).status, "converged");
});

test.run();
