/** Narrow layers of nonlinear problems on a line, from Cash's and Mazzia's boundary value problems. */

import { solveByElements } from "../../../solvers/elements/index.ts";
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const usual = { clock: () => 0, tolerance: 1e-8, seconds: Number.POSITIVE_INFINITY, meshes: 12 };

/** Largest distance from a function at points, where the solution came to rest. */
function farthest(
  spec: Omit<ProblemSpec, "name" | "domain" | "unknowns">,
  points: readonly number[],
  truth: (x: number) => number,
) {
  const solved = solveByElements(pde({ name: "layer", domain: { x: [0, 1] }, unknowns: ["y"], ...spec }), usual)!;
  assert.ok(solved.converged);
  const found = solved.pieces.at(Float64Array.from(points))(0, [0]);
  return Math.max(...points.map((x, k) => Math.abs(found[k]! - truth(x))));
}

test("a corner of width 1e-4 is ε ln cosh((x − 0.745)/ε), beyond rest at a wrong corner", () => {
  const epsilon = 1e-4;
  const truth = (x: number) => {
    const z = Math.abs(x - 0.745) / epsilon;
    return 1 + epsilon * (z + Math.log1p(Math.exp(-2 * z)) - Math.LN2);
  };
  const spec = {
    equations: `${epsilon}*y'' + y'^2 = 1`,
    conditions: [`y(0) = ${truth(0)}`, `y(1) = ${truth(1)}`],
  };
  const off = farthest(spec, [0.1, 0.5, 0.74, 0.7449, 0.745, 0.7451, 0.746, 0.9], truth);
  assert.ok(off < 1e-9, `${off}`);
});

test("a shock of width 1e-4 and a layer of width 1e-6 join the lines of slope 1 through the conditions", () => {
  const equation = (epsilon: number) => `${epsilon}*y'' + y*y' - y = 0`;
  const shock = { equations: equation(1e-4), conditions: ["y(0) = -7/6", "y(1) = 3/2"] };
  // The line from the left meets minus the line from the right at 1/3.
  const atShock = farthest(shock, [0.1, 0.3, 0.325, 0.342, 0.5, 0.9], (x) => (x < 1 / 3 ? x - 7 / 6 : x + 1 / 2));
  const layer = { equations: equation(1e-6), conditions: ["y(0) = 1", "y(1) = 3/2"] };
  const atLayer = farthest(layer, [1e-3, 0.1, 0.5, 0.9], (x) => x + 1 / 2);
  assert.ok(atShock < 1e-9 && atLayer < 1e-9, `${atShock}, ${atLayer}`);
});

test("shock waves in a nozzle have a steady solution, where y = 0 has no value in the equation (Cash's problem 24)", () => {
  // Beside the shock, at 0.621 for these numbers, the limit of small viscosity holds: a first integral on either side.
  const gamma = 1.4;
  const flux = (y: number, x: number) => y * (1 - ((gamma - 1) / 2) * y * y) ** (1 / (gamma - 1)) * (1 + x * x);
  const nozzle = (epsilon: number) =>
    pde({
      ...{ name: "nozzle", domain: { x: [0, 1] }, unknowns: ["y"], constants: { epsilon, g: gamma } },
      functions: { A: "1 + x^2" },
      equations: "epsilon*A*y*y'' - ((1 + g)/2 - 2*epsilon*x)*y*y' + y'/y + 2*x/A*(1 - (g - 1)/2*y^2) = 0",
      conditions: ["y(0) = 0.9129", "y(1) = 0.375"],
    });
  const solved = solveByElements(nozzle(1e-4), usual)!;
  assert.ok(solved.converged && !solved.isUnled);
  const x = Float64Array.of(0.1, 0.3, 0.55, 0.7, 0.85, 0.95);
  const y = solved.pieces.at(x)(0, [0]);
  const of = y.map((v, k) => flux(v, x[k]!));
  assert.ok(
    of.slice(0, 3).every((v) => Math.abs(v - flux(0.9129, 0)) < 1e-3),
    of.join(),
  );
  assert.ok(
    of.slice(3).every((v) => Math.abs(v - flux(0.375, 1)) < 1e-3),
    of.join(),
  );
  // With no time for a continuation what is left is no solution, and says so.
  let asked = 0;
  const hurried = solveByElements(nozzle(1e-6), { ...usual, seconds: 1, clock: () => (asked++ < 40 ? 0 : 810) })!;
  assert.ok(hurried.isUnled || !hurried.converged);
});

test("a coefficient of y″ that is almost 0 at one place has solutions with a peak there, not the ones that vanish (Cash's problem 9)", async () => {
  const peaks: readonly (readonly [equation: string, truth: (x: number) => number])[] = [
    ["(1e-4 + x^2)*y'' + 4*x*y' + 2*y = 0", (x) => 1 / (1e-4 + x * x)],
    ["(1e-6 + (x - 0.3)^2)*y'' + 4*(x - 0.3)*y' + 2*y = 0", (x) => (2 - x) / (1e-6 + (x - 0.3) ** 2)],
    ["(1e-6 + x^2)*y'' + x*y' - y = 0", (x) => Math.sqrt(1e-6 + x * x) + x / 3],
  ];
  const points = [-0.7, -0.01, -1e-3, 0, 0.01, 0.2, 0.299, 0.3, 0.301, 0.5, 0.9];
  for (const [equations, truth] of peaks) {
    const conditions = [-1, 1].map((x) => `y(${x}) = ${truth(x)}`);
    const problem = pde({ name: "peak", domain: { x: [-1, 1] }, unknowns: ["y"], equations, conditions });
    const solution = await solve(problem, { seed: 0, threads: 1, budget: { tolerance: 1e-8, seconds: 100 } });
    const found = await solution.evaluate(points.map((x) => [x]));
    points.forEach((x, k) => {
      const off = Math.abs(found[k]! / truth(x) - 1);
      assert.ok(off < 1e-6 && solution.report.status === "converged", `${equations} at ${x}: ${off}`);
    });
    await solution.dispose();
  }
});

test.run();
