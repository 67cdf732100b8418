/** Starts that have a kink as periodic functions, and what diffusion makes of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../../solvers/automatic/solve.ts";
import { randomFeatures } from "../../../../solvers/baseline/random-features.ts";
import { domainOf } from "../../../../solvers/domain/domain.ts";
import { derivativesOfExpression } from "../../../../solvers/expression/differentiate.ts";
import { evaluateAt } from "../../../../solvers/expression/expression.ts";
import { initial, periodic } from "../../../../solvers/problem/conditions.ts";
import { pde } from "../../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../../solvers/problem/problem.ts";
import { construct, suggestedHardness } from "../../../../solvers/solve/lift.ts";
import { loadWholeSolution as loadSolution } from "../../../../solvers/solve/solution.ts";

const nu = 1e-3;
const spec = {
  name: "heat in a ring",
  domain: { x: [0, 1], t: [0, 0.5] },
  constants: { nu },
  equations: "u_t = nu*u_xx",
  conditions: [initial("u = x*(1-x)"), periodic({ on: "x" })],
} satisfies ProblemSpec;
const heat = pde(spec);
const hardness = (change: Partial<ProblemSpec>) => {
  const problem = pde({ ...spec, ...change });
  return suggestedHardness(problem, domainOf(problem.domain));
};

/** Fourier's series of x(1 − x) with period 1, every term with its decay. */
function series(x: number, t: number): number {
  let sum = 1 / 6;
  for (let k = 1; k < 4000; k++) {
    const decay = Math.exp(-nu * (2 * Math.PI * k) ** 2 * t);
    if (decay < 1e-18) break;
    sum -= (Math.cos(2 * Math.PI * k * x) / (Math.PI * k) ** 2) * decay;
  }
  return sum;
}
const places = [0, 0.001, 0.02, 0.07, 0.3, 0.5, 0.95, 0.999, 1].flatMap((x) => [0.01, 0.1, 0.5].map((t) => [x, t]));
const points = Float64Array.from(places.flat());

test("the lift of a kinked start is Fourier's series but for what diffusion makes of the smooth part", () => {
  const { ansatz, held } = construct(heat, domainOf(heat.domain), "rounded");
  assert.equal(
    held.map((c) => c.text),
    ["u = x*(1-x)"],
  );
  const lift = evaluateAt(ansatz[0]!.lift!, points, 2, heat.constants);
  for (const [i, [x, t]] of places.entries()) {
    const error = lift[i]! - 2 * nu * t! - series(x!, t!);
    assert.ok(Math.abs(error) < 1e-12, `${error} at ${x}, ${t}`);
  }
});

test("the lift is finite with all its derivatives to the fourth where the kink is, at the first moment too", () => {
  const { ansatz } = construct(heat, domainOf(heat.domain), "rounded");
  const derivative = derivativesOfExpression(ansatz[0]!.lift!, 2);
  for (const order of [
    [1, 0],
    [0, 1],
    [2, 0],
    [1, 1],
    [2, 1],
    [4, 0],
  ]) {
    const values = evaluateAt(derivative(order), Float64Array.of(0, 0, 1, 0, 0.5, 0, 0, 1e-9), 2, heat.constants);
    assert.ok(values.every(Number.isFinite), `${order}: ${values}`);
  }
});

test("text alone solves it to eleven digits, and what is saved is the same when it is loaded", async () => {
  const solution = await solve(heat, { budget: { steps: 4 } });
  assert.is(solution.report.conditions, "rounded");
  const values = await solution.evaluate(points);
  for (const [i, [x, t]] of places.entries()) assert.ok(Math.abs(values[i]! - series(x!, t!)) < 1e-11);
  const folder = await mkdtemp(join(tmpdir(), "monge-"));
  try {
    await solution.save(folder);
    const again = await loadSolution(folder);
    assert.equal(await again.evaluate(points), values);
    await again.dispose();
  } finally {
    await rm(folder, { recursive: true });
  }
  await solution.dispose();
  const hard = await randomFeatures(heat, { features: 100, conditions: "hard" });
  const other = await hard.evaluate(points);
  assert.ok(places.some(([x, t], i) => Math.abs(other[i]! - series(x!, t!)) > 1e-4));
  await hard.dispose();
});

test("nonlinear terms of lower order, other axes and shifted times change nothing", () => {
  assert.is(hardness({}), "rounded");
  assert.is(hardness({ equations: "u_t = nu*u_xx - 5*u^3 + 5*u - sin(x)*u*u_x" }), "rounded");
  assert.is(hardness({ equations: "3*u_t - 6*nu*u_xx = exp(u)" }), "rounded");
  const plane = { x: [0, 1], y: [0, 1], t: [2, 3] } as const;
  const conditions: ProblemSpec["conditions"] = [
    initial("u = x*(1-x)*cos(2*pi*y)"),
    periodic({ on: "x" }),
    periodic({ on: "y" }),
  ];
  assert.is(hardness({ domain: plane, equations: "u_t = nu*lap(u)", conditions }), "rounded");
});

test("where there is no kink, no constant diffusion, or more than one unknown, it stays as it was", () => {
  assert.is(hardness({ conditions: [initial("u = sin(2*pi*x)"), periodic({ on: "x" })] }), "hard");
  assert.is(hardness({ conditions: [initial("u = x"), periodic({ on: "x" })], allow: ["corner-mismatch"] }), "hard");
  for (const equations of [
    "u_t = (1+u^2)*u_xx",
    "u_t = (1+x)*u_xx",
    "u_t = -nu*u_xx",
    "u_t + u_x = 0",
    "u_t^2 = u_xx",
  ]) {
    assert.is(hardness({ equations }), "hard", equations);
  }
  const two = { unknowns: ["u", "v"], equations: ["u_t = nu*u_xx", "v_t = nu*v_xx"] };
  assert.is(hardness({ ...two, conditions: [initial(["u = x*(1-x)", "v = x*(1-x)"]), periodic({ on: "x" })] }), "hard");
});

test.run();
