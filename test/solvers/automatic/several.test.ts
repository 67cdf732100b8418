import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../solvers/automatic/index.ts";
import { mayHaveSeveral } from "../../../solvers/automatic/several.ts";
import { randomFeatures } from "../../../solvers/baseline/index.ts";
import { pde } from "../../../solvers/problem/pde.ts";

const line = (equations: string) => pde({ name: "line", domain: { x: [0, 1] }, equations, conditions: "u = 0" });
/** Beyond the first eigenvalue π² a pitchfork has opened. */
const [beyond, before] = [line("u_xx + 30*u - u^3 = 0"), line("u_xx + 5*u - u^3 = 0")];

/** Length of half a period of u″ + 30u − u³ = 0 with the amplitude A: 2∫ dθ/√(30 − A²(1 + sin²θ)/2) over a quarter. */
function halfPeriod(amplitude: number): number {
  const n = 400;
  const at = (k: number) =>
    1 / Math.sqrt(30 - (amplitude ** 2 * (1 + Math.sin(((k + 0.5) / n) * (Math.PI / 2)) ** 2)) / 2);
  return (Math.PI / n) * Array.from({ length: n }, (_, k) => at(k)).reduce((a, b) => a + b, 0);
}

test("from another start random features find the branch of a pitchfork that an elliptic integral tells", async () => {
  const solution = await randomFeatures(beyond, { features: 200, startSize: 3, seed: 0 });
  const [found] = await solution.evaluate(Float64Array.of(0.5));
  assert.ok(Math.abs(halfPeriod(Math.abs(found!)) - 1) < 1e-6, `${found}`);
  const [fromNothing] = await (await randomFeatures(beyond, { features: 200 })).evaluate(Float64Array.of(0.5));
  assert.is(Math.abs(fromNothing!), 0);
});

test("u = 0 is doubted where the equation has another solution, and is not where an estimate of energy leaves none", async () => {
  const { status, estimate } = (await solve(beyond, { budget: { steps: 40 } })).report;
  assert.is(status, "doubtful");
  assert.match(estimate!.advice!, /it is 0, and another start leads to a solution that is not/);
  const [features, startSize, seed] = /--random-features (\d+) --start-size (\d+) --seed (\d+)$/
    .exec(estimate!.advice!)!
    .slice(1)
    .map(Number) as [number, number, number];
  const [there] = await (await randomFeatures(beyond, { features, startSize, seed })).evaluate(Float64Array.of(0.5));
  assert.ok(Math.abs(halfPeriod(Math.abs(there!)) - 1) < 1e-4, `what is advised leads there: ${there}`);
  assert.ok(Math.abs(estimate!.another! - 1) < 1e-6);
  // ∫u′² = 5∫u² − ∫u⁴ < π²∫u² for every u that is not 0.
  assert.is((await solve(before, { budget: { steps: 40 } })).report.status, "converged");
});

test("of Bratu's two solutions the lower one is converged, and the other one is told", async () => {
  const solution = await solve(line("u_xx + 2*exp(u) = 0"), { budget: { steps: 40 } });
  // In the middle 2 log cosh θ, with the lower root of θ = √(λ/8) cosh θ.
  let theta = 0.5;
  for (let k = 0; k < 200; k++) theta = Math.cosh(theta) / 2;
  const [middle] = await solution.evaluate(Float64Array.of(0.5));
  assert.ok(Math.abs(middle! - 2 * Math.log(Math.cosh(theta))) < 1e-9, `${middle}`);
  assert.is(solution.report.status, "converged");
  // The upper one is three to nine times as high.
  const { another } = solution.report.estimate!;
  assert.ok(another! > 0.5 && another! < 1, `${another}`);
});

test("only nonlinear steady problems are looked at", () => {
  const heat = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx + u^2" } as const;
  const inTime = pde({ ...heat, conditions: [{ type: "initial", equation: "u = 0" }, "u = 0"] });
  assert.equal([beyond, line("u_xx + 30*u = 0"), inTime].map(mayHaveSeveral), [true, false, false]);
});

test.run();
