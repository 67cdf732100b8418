/** Flows of the literature by mixed elements. */
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, close, test } from "../../harness.ts";

const cylinder = "(x-0.2)^2 + (y-0.2)^2 = 0.0025";
const inside = ["y = 0", "y = 0.41", cylinder];

const equations = (viscosity: string): Omit<ProblemSpec, "name" | "domain"> => ({
  unknowns: ["u", "v", "p"],
  equations: [
    `u*u_x + v*u_y + p_x = ${viscosity}*lap(u)`,
    `u*v_x + v*v_y + p_y = ${viscosity}*lap(v)`,
    "u_x + v_y = 0",
  ],
});

test("the drag of a cylinder at Reynolds number 20 is that of Schäfer and Turek's benchmark to 1e-3", async () => {
  const problem = pde({
    name: "cylinder",
    ...equations("0.001"),
    domain: {
      difference: [
        { x: [0, 2.2], y: [0, 0.41] },
        { shape: "ball", center: [0.2, 0.2], radius: 0.05 },
      ],
    },
    conditions: [
      { type: "dirichlet", equation: "u = 1.2*y*(0.41-y)/0.41^2", on: "x = 0" },
      { type: "dirichlet", equation: "v = 0", on: ["x = 0", ...inside] },
      { type: "dirichlet", equation: "u = 0", on: inside },
      { type: "robin", equation: "0.001*u_x - p = 0", on: "x = 2.2" },
      { type: "neumann", equation: "v_x = 0", on: "x = 2.2" },
    ],
  });
  const solution = await solve(problem, { budget: { processorSeconds: 6 } });
  assert.is(solution.report.estimate!.advice, undefined);
  const drag = await solution.functional(`500*integral(p*nx - 0.001*u_n, ${cylinder.replaceAll(" ", "")})`);
  assert.ok("value" in drag);
  close(drag.value / 5.57953523, 1, 1e-3);
});

test("the lid-driven cavity at Reynolds number 1000 has the extreme velocities of Botella and Peyret (1998)", async () => {
  const problem = pde({
    name: "cavity",
    ...equations("1/1000"),
    domain: { x: [0, 1], y: [0, 1] },
    conditions: ["u = 1 on y = 1", "u = 0 on y = 0", "u = 0 on x", "v = 0"],
    integrals: ["p = 0"],
    allow: ["corner-mismatch"],
  });
  const solution = await solve(problem, { budget: { processorSeconds: 20 } });
  assert.is(solution.report.estimate!.advice, undefined);
  const n = 2000;
  const ticks = Array.from({ length: n + 1 }, (_, k) => k / n);
  const lines = await Promise.all([
    solution.evaluate(Float64Array.from(ticks.flatMap((y) => [0.5, y]))),
    solution.evaluate(Float64Array.from(ticks.flatMap((x) => [x, 0.5]))),
  ]);
  const along = (line: number, unknown: number) => ticks.map((_, k) => lines[line]![3 * k + unknown]!);
  close(Math.min(...along(0, 0)) / -0.3885698, 1, 1e-3);
  close(Math.max(...along(1, 1)) / 0.3769447, 1, 1e-3);
  close(Math.min(...along(1, 1)) / -0.5270771, 1, 1e-3);
});

test("a flow over a step at Reynolds number 800 comes back to the walls where Gartling (1990) found it", async () => {
  const problem = pde({
    name: "step",
    ...equations("1/800"),
    domain: { x: [0, 15], y: [-0.5, 0.5] },
    conditions: [
      "u = if(y > 0, 24*y*(0.5-y), 0) on x = 0",
      "v = 0 on x = 0",
      "1/800*u_x - p = 0 on x = 15",
      "v_x = 0 on x = 15",
      "u = 0 on y",
      "v = 0 on y",
    ],
    quantities: { slope: "u_y" },
  });
  const solution = await solve(problem, { budget: { processorSeconds: 20 } });
  assert.is(solution.report.estimate!.advice, undefined);
  const n = 1500;
  const zerosAt = async (y: number) => {
    const points = Float64Array.from(Array.from({ length: n }, (_, k) => [1 + (13 * k) / n, y]).flat());
    const slopes = await solution.expressions(
      problem.quantities.map(({ quantity }) => quantity),
      points,
    );
    return [...slopes].flatMap((v, k) => (k > 0 && v * slopes[k - 1]! < 0 ? [1 + (13 * k) / n] : []));
  };
  const [lower, upper] = [await zerosAt(-0.5), await zerosAt(0.5)];
  assert.is(lower.length, 1);
  assert.is(upper.length, 2);
  close(lower[0]! / 6.1, 1, 1e-2);
  close(upper[0]! / 4.85, 1, 1e-2);
  close(upper[1]! / 10.48, 1, 1e-2);
});

test.run();
