import { test } from "uvu";
import * as assert from "uvu/assert";
import { defectCorrection } from "../../../solvers/automatic/defect-correction.ts";
import type { Solved } from "../../../solvers/automatic/feature-solve.ts";
import { solve } from "../../../solvers/automatic/index.ts";
import type { Expression } from "../../../solvers/expression/expression.ts";
import { noDeadline, OutOfTime } from "../../../solvers/features/deadline.ts";
import { mlp } from "../../../solvers/network/mlp.ts";
import { initial, neumann } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/pde.ts";

/** What stays as it is where it is cos x, and grows by e⁸ where it is not. */
const unstable = pde({
  name: "unstable",
  domain: { x: [0, "2*pi"], t: [0, 1] },
  equations: "u_t = 8*u + 0*u_xx - 8*cos(x)",
  conditions: [initial("u = cos(x)"), { type: "periodic", on: "x" }],
  quantities: { slope: "u_x", both: "u + u_t" },
});

/** The same with a second axis, along which nothing changes. */
const inPlane = pde({
  ...unstable.text,
  domain: { x: [0, "2*pi"], y: [0, 1], t: [0, 1] },
  equations: "u_t = 8*u + 0*lap(u) - 8*cos(x)",
  conditions: [initial("u = cos(x)"), { type: "periodic", on: "x" }, neumann("u_n = 0", { on: "y" })],
});

/** cos x + off(x, t), by the derivatives of `off` along x and t. */
const near = (off: (x: number, t: number, order: readonly number[]) => number, axes = 2): Solved => {
  const value = (e: Expression, x: number, t: number) => {
    if (e.kind !== "derivative") throw new Error(`no derivative: ${e.kind}`);
    const [alongX, alongT] = [e.order[0]!, e.order.at(-1)!];
    if (e.order.slice(1, -1).some((n) => n > 0)) return 0;
    return (alongT === 0 ? Math.cos(x + (alongX * Math.PI) / 2) : 0) + off(x, t, [alongX, alongT]);
  };
  const expressions = async (all: readonly Expression[], points: Float64Array) =>
    Float64Array.from({ length: (points.length / axes) * all.length }, (_, k) => {
      const i = Math.floor(k / all.length);
      return value(all[k % all.length]!, points[axes * i]!, points[axes * (i + 1) - 1]!);
    });
  return { expressions } as unknown as Solved;
};

/** Root mean square of f over t in [0, 1] (and over a circle, where it does not depend on x). */
const mean = (f: (t: number) => number) =>
  Math.sqrt(Array.from({ length: 1000 }, (_, i) => f((i + 0.5) / 1000) ** 2).reduce((a, b) => a + b) / 1000);
const isNear = (found: number, known: number, share = 0.05) =>
  assert.ok(Math.abs(found / known - 1) < share, `${found} for ${known}`);

for (const [where, problem, share] of [
  ["on a line", unstable, 0.05],
  // 24 and 32 steps in time do for it.
  ["in a plane", inPlane, 0.5],
] as const) {
  test(`a residual of 1e-4 that the equation lets grow to 0.04 is seen as what it grows to ${where}, to ${share} of it: everywhere, at the end, in slopes and in what is asked for`, async () => {
    // e' = 8e + ε from 0: what a solution is off by that leaves ε everywhere.
    const off = (t: number, order: number) => (1e-4 / 8) * (8 ** order * Math.exp(8 * t) - (order === 0 ? 1 : 0));
    const solution = near((_, t, [alongX, alongT]) => (alongX === 0 ? off(t, alongT!) : 0), problem.axes.length);
    const size = (await defectCorrection(problem, solution, problem === unstable, noDeadline()))!;
    const unit = Math.SQRT1_2;
    isNear(size.unknowns, mean((t) => off(t, 0)) / unit, share);
    isNear(size.each[0]!, size.unknowns, 1e-12);
    isNear(size.end!, off(1, 0) / unit, share);
    // u_x is right, and of size 2π/√2 in units of the domain; u_t should be 0.
    isNear(size.gradient, mean((t) => off(t, 1)) / (2 * Math.PI * unit), share);
    assert.ok(size.quantities[0]! < 1e-12);
    isNear(size.quantities[1]!, mean((t) => off(t, 0) + off(t, 1)) / unit, share);
  });
}

test("where the residual is 0 nothing is added, whatever the grid is", async () => {
  const size = (await defectCorrection(
    unstable,
    near(() => 0),
    true,
    noDeadline(),
  ))!;
  assert.ok(size.unknowns < 1e-11 && size.end! < 1e-11, `${size.unknowns}`);
});

test("waves too short for the grids are no opinion", async () => {
  const spread = pde({ ...unstable.text, equations: "u_t = u_xx/100 + cos(x)/100", quantities: {} });
  const short = near((x, _, [alongX, alongT]) =>
    alongT === 0 ? 1e-3 * 80 ** alongX! * Math.sin(80 * x + (alongX! * Math.PI) / 2) : 0,
  );
  assert.is(await defectCorrection(spread, short, true, noDeadline()), undefined);
});

test("a second grid for which there is no time is not begun", async () => {
  let clock = 0;
  const pace = { left: () => 1 - clock, now: () => (clock += 0.3), rate: 1 };
  const told = await defectCorrection(
    unstable,
    near(() => 0),
    true,
    pace,
  ).catch((error: unknown) => error);
  assert.instance(told, OutOfTime);
});

test("a front from a narrow start, whose tail grows by e¹², is seen to be a fifth off where its residual is a thousandth", async () => {
  const front = pde({
    name: "front",
    domain: { x: [-1, 1], t: [0, 4] },
    equations: "u_t = 2e-3*u_xx + 3*u*(1 - u)",
    conditions: [initial("u = exp(-20*x^2)"), neumann("u_n = 0", { on: "x" })],
  });
  const solution = await solve(front, { network: mlp({ width: 12, depth: 2 }), points: 600, budget: { steps: 400 } });
  // Explicit differences on 200 cells, 2000 steps.
  const [cells, steps] = [200, 2000];
  let u = Float64Array.from({ length: cells + 1 }, (_, i) => Math.exp(-20 * (-1 + (2 * i) / cells) ** 2));
  const [points, values]: [number[], number[]] = [[], []];
  for (let j = 0; j <= steps; j++) {
    if (j % 20 === 0) {
      points.push(...Array.from(u, (_, i) => [-1 + (2 * i) / cells, (4 * j) / steps]).flat());
      values.push(...u);
    }
    const at = (i: number) => u[Math.abs(i) > cells ? 2 * cells - i : Math.abs(i)]!;
    u = u.map(
      (v, i) => v + (4 / steps) * (2e-3 * (at(i + 1) - 2 * v + at(i - 1)) * (cells / 2) ** 2 + 3 * v * (1 - v)),
    );
  }
  const found = await solution.evaluate(Float64Array.from(points));
  const error = Math.hypot(...found.map((v, k) => v - values[k]!)) / Math.hypot(...values);
  const size = (await defectCorrection(front, solution, true, noDeadline()))!;
  assert.ok(error > 0.1 && solution.report.residual < 1e-2, `${error} off, residual ${solution.report.residual}`);
  isNear(size.unknowns, error, 0.1);
});

test.run();
