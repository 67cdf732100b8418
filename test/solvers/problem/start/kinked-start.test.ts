import { test } from "uvu";
import * as assert from "uvu/assert";
import { domainOf } from "../../../../solvers/domain/domain.ts";
import { derivativesOfExpression } from "../../../../solvers/expression/differentiate.ts";
import { evaluateAt } from "../../../../solvers/expression/expression.ts";
import { initial, neumann, type ProblemSpec, pde, solve } from "../../../../solvers/index.ts";
import { construct, suggestedHardness } from "../../../../solvers/solve/lift.ts";

const nu = 0.03;
const spec = {
  name: "heat in a rod",
  domain: { x: [-1, 1], t: [0, 1] },
  constants: { nu },
  equations: "u_t = nu*u_xx",
  conditions: [initial("u = max(x - 0.2, 0)"), neumann("u_n = 0", { on: "x" })],
} satisfies ProblemSpec;
const from = (start: string, change: Partial<ProblemSpec> = {}) =>
  pde({ ...spec, conditions: [initial(`u = ${start}`), neumann("u_n = 0", { on: "x" })], ...change });
const hardness = (...args: Parameters<typeof from>) => {
  const problem = from(...args);
  return suggestedHardness(problem, domainOf(problem.domain));
};
const liftOf = (...args: Parameters<typeof from>) => {
  const problem = from(...args);
  const { ansatz, held } = construct(problem, domainOf(problem.domain), "rounded");
  assert.is(held.length, 1);
  return { lift: ansatz[0]!.lift!, constants: problem.constants };
};
const places = [-0.9, 0.1, 0.19, 0.2, 0.25, 0.6].flatMap((x) => [1e-4, 0.03, 1].flatMap((t) => [x, t]));
const points = Float64Array.from(places);

test("a lift of kinks and jumps of straight lines solves the heat equation, and is the start at first", () => {
  const starts: Record<string, (x: number) => number> = {
    "max(x - 0.2, 0)": (x) => Math.max(x - 0.2, 0),
    "min(3*x, 1 - 2*x)": (x) => Math.min(3 * x, 1 - 2 * x),
    "abs(x - 0.2)": (x) => Math.abs(x - 0.2),
    "relu(2*x - 0.4) + 1": (x) => Math.max(2 * x - 0.4, 0) + 1,
    "if(x < 0.2, 1, 0)": (x) => (x < 0.2 ? 1 : 0),
    "if(x < 0.2, 0.2 - x, 0)": (x) => (x < 0.2 ? 0.2 - x : 0),
    "if(x < 0.2, x, 3 - x)": (x) => (x < 0.2 ? x : 3 - x),
    "heaviside(x - 0.2)": (x) => (x < 0.2 ? 0 : 1),
    "if(x > -0.5 and x < 0.2, 1, 0)": (x) => (x > -0.5 && x < 0.2 ? 1 : 0),
  };
  for (const [start, value] of Object.entries(starts)) {
    const { lift, constants } = liftOf(start);
    const derivative = derivativesOfExpression(lift, 2);
    const [rate, bend] = [[0, 1] as const, [2, 0] as const].map((order) =>
      evaluateAt(derivative(order), points, 2, constants),
    );
    for (const [i, r] of rate!.entries()) {
      // Steps that do not see each other yet.
      const near = start.includes("and") && points[2 * i + 1]! > 0.03 ? Number.POSITIVE_INFINITY : 1e-9;
      assert.ok(
        Math.abs(r - nu * bend![i]!) < near * (1 + Math.abs(r)),
        `${start} at ${points.slice(2 * i, 2 * i + 2)}: ${r}`,
      );
    }
    const early = Float64Array.of(-0.9, 0, 0.1, 0, 0.3, 0, 0.9, 0);
    for (const [i, v] of evaluateAt(lift, early, 2, constants).entries())
      assert.ok(Math.abs(v - value(early[2 * i]!)) < 1e-12, `${start}: ${v}`);
  }
});

test("a layer is as wide as the coefficient of diffusion at its kink makes it", () => {
  const put = "min(u_t - 0.02*x^2*u_xx - 0.05*x*u_x + 0.05*u, u - max(1 - x, 0)) = 0";
  const change = { domain: { x: [0, 4], t: [0, 1] }, equations: put } as const;
  const { lift, constants } = liftOf("max(1 - x, 0)", change);
  for (const t of [0.01, 1]) {
    const [v] = evaluateAt(lift, Float64Array.of(1, t), 2, constants);
    // σ√t/√(2π), the price of Black and Scholes at the strike for small times, with σ = 0.2.
    assert.ok(Math.abs(v! - (0.2 * Math.sqrt(t)) / Math.sqrt(2 * Math.PI)) < 1e-7, `${v}`);
  }
  // Of two kinks with coefficients of their own none can be chosen, of two turns each has its own.
  assert.is(hardness("abs((x - 1)*(x - 3))", change), "hard");
  assert.is(hardness("abs(x - 1) + abs(x - 3)", change), "rounded");
});

test("starts of several unknowns and along slanted lines are rounded off, each by its own equation", () => {
  const two = pde({
    ...spec,
    unknowns: ["u", "v"],
    equations: ["u_t = nu*u_xx - u*v", "v_t = 4*nu*v_xx + u*v"],
    conditions: [initial(["u = abs(x)", "v = abs(x)"]), neumann(["u_n = 0", "v_n = 0"], { on: "x" })],
  });
  const domain = domainOf(two.domain);
  assert.is(suggestedHardness(two, domain), "rounded");
  const at = construct(two, domain, "rounded").ansatz.map(
    ({ lift }) => evaluateAt(lift!, Float64Array.of(0, 0.25), 2, two.constants)[0]!,
  );
  assert.ok(Math.abs(at[1]! / at[0]! - 2) < 1e-6, `${at}`);
  const plane = { domain: { x: [-1, 1], y: [-1, 1], t: [0, 1] }, equations: "u_t = nu*lap(u)" } as const;
  const walls = neumann("u_n = 0", { on: "boundary" });
  const slanted = { ...plane, conditions: [initial("u = max(3*x + 4*y, 0)"), walls] };
  const { lift, constants } = liftOf("", slanted);
  const [v] = evaluateAt(lift, Float64Array.of(0.4, -0.3, 0.25), 3, constants);
  assert.ok(Math.abs(v! - 5 * Math.sqrt((nu * 0.25) / Math.PI)) < 1e-6, `${v}`);
});

test("where nothing diffuses, or higher derivatives or slopes of the unknown decide, a kinked start stays a row", () => {
  for (const equations of [
    "u_t + u_x = 0",
    "u_t = -nu*u_xx",
    "u_t = nu*u_xx - u_xxxx",
    "u_t = nu*u_xx + u_xxx",
    "u_t = u_x^2*u_xx",
    "u_t^2 = u_xx",
  ])
    assert.is(hardness("abs(x)", { equations, allow: ["missing-condition"] }), "hard", equations);
  assert.is(hardness("abs(x)", { equations: "u_t = (1 + x^2)*u_xx + u*u_x" }), "rounded");
  assert.is(hardness("abs(x) + 1", { equations: "u_t = dx(u^2*u_x)" }), "rounded");
  assert.is(hardness("abs(x)", { equations: "u_t = dx(u^2*u_x)" }), "hard", "no diffusion where u = 0");
  const observations = [{ points: [[0, 0.5]], values: [0.1], sigma: 0.1 }];
  assert.is(
    hardness("abs(x)", { constants: {}, trainable: { D: 1 }, equations: "u_t = D*u_xx", observations }),
    "hard",
  );
});

test("a kink on an obstacle is rounded off where that stays on its side of the obstacle", () => {
  assert.is(hardness("abs(x)", { equations: "min(u_t - nu*u_xx, u - abs(x)) = 0" }), "rounded");
  assert.is(hardness("abs(x)", { equations: "max(u_t - nu*u_xx, u - abs(x)) = 0" }), "hard");
  assert.is(hardness("1 - abs(x)", { equations: "min(u_t - nu*u_xx, u - 1 + abs(x)) = 0" }), "hard");
  assert.is(hardness("1 - abs(x)", { equations: "max(u_t - nu*u_xx, u - 1 + abs(x)) = 0" }), "rounded");
  assert.is(hardness("1 - abs(x)", { equations: "min(u_t - nu*u_xx, u + 1) = 0" }), "rounded");
});

test("text alone prices an American put to a thousandth of the strike", async () => {
  const put = pde({
    name: "american put",
    domain: { s: [0, 4], t: [0, 1] },
    constants: { r: 0.05, sigma: 0.2 },
    equations: "min(u_t - sigma^2/2*s^2*u_ss - r*s*u_s + r*u, u - max(1 - s, 0)) = 0",
    conditions: [
      initial("u = max(1 - s, 0)"),
      { type: "dirichlet", equation: "u = 1", on: "s = 0" },
      { type: "dirichlet", equation: "u = 0", on: "s = 4" },
    ],
  });
  const solution = await solve(put, { budget: { steps: 28 } });
  assert.is(solution.report.conditions, "rounded");
  // By finite differences with 2000 points about the strike and 1000 steps in time, and policy iteration.
  const prices = { "0.7": 0.3, "0.9": 0.114927, "1.0": 0.060904, "1.1": 0.029865, "1.4": 0.002432 };
  const at = Object.keys(prices).map(Number);
  const found = await solution.evaluate(Float64Array.from(at.flatMap((s) => [s, 1])));
  for (const [i, price] of Object.values(prices).entries())
    assert.ok(Math.abs(found[i]! - price) < 1e-3, `${found[i]} at ${at[i]}`);
  await solution.dispose();
});

test.run();
