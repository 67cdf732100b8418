/** Terms of equations, beside which residuals are large or small, and a stiff problem whose residual features leave. */

import { evaluateAt, number, termsOf } from "../../../equations/expression/index.ts";
import { pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

test("terms of a choice are those of the branch that holds: a straight line breaks no second derivative on its side", () => {
  const problem = pde({
    ...{ name: "sides", domain: { x: [-1, 1] }, equations: "if(x < 0, u_xx + 3*u, u/100) = 0" },
    conditions: "u = x",
  });
  const sizes = evaluateAt(
    termsOf(problem.equations[0]!, (leaf) => (leaf.kind === "derivative" ? number(leaf.order[0]! > 0 ? 5 : 2) : leaf)),
    Float64Array.of(-0.5, 0.5),
    1,
  );
  assert.equal([...sizes], [11, 0.02]);
});

/** Van der Pol's oscillator from 2 at rest, by the classical Runge–Kutta method. */
function oscillator(stiffness: number, until: number, moments: number, each = 200): Float64Array {
  const h = until / (moments * each);
  const rate = ([u, v]: readonly [number, number]) => [v, stiffness * (1 - u * u) * v - u] as const;
  const moved = ([u, v]: readonly [number, number], by: number, [a, b]: readonly [number, number]) =>
    [u + by * a, v + by * b] as const;
  let at: readonly [number, number] = [2, 0];
  return Float64Array.from({ length: moments }, () => {
    for (let k = 0; k < each; k++) {
      const a = rate(at);
      const b = rate(moved(at, h / 2, a));
      const c = rate(moved(at, h / 2, b));
      const d = rate(moved(at, h, c));
      at = [0, 1].map((i) => at[i]! + (h / 6) * (a[i]! + 2 * b[i]! + 2 * c[i]! + d[i]!)) as [number, number];
    }
    return at[0];
  });
}

test("a stiff oscillator that features do not resolve is marched", async () => {
  const problem = pde({
    name: "oscillator",
    domain: { t: [0, 60] },
    equations: "u_tt = 20*(1-u^2)*u_t - u",
    conditions: [{ type: "initial", equation: ["u = 2", "u_t = 0"] }],
  });
  const solution = await solve(problem, { budget: { steps: 4, tolerance: 1e-8 } });
  const values = oscillator(20, 60, 600);
  const points = values.map((_, i) => (i + 1) / 10);
  const { relativeL2 } = await solution.errors({ points, values, unknowns: 1 });
  assert.is(solution.status, "converged");
  assert.ok(solution.report.estimate!.relativeL2 < 1e-8, `${solution.report.estimate!.relativeL2}`);
  assert.ok(relativeL2 < 1e-5, `${relativeL2}`);
});

test.run();
