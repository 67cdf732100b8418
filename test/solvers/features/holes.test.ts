/** Random features in coordinates around holes of a domain. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/random/rng.ts";
import { holesOf } from "../../../solvers/domain/holes.ts";
import { randomFeatures } from "../../../solvers/features/random-features.ts";
import { networkProgram } from "../../../solvers/network/kinds.ts";
import { mlp } from "../../../solvers/network/mlp.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import { evaluator } from "../../../solvers/residual/evaluator.ts";
import { loadWholeSolution as loadSolution } from "../../../solvers/solve/solution.ts";

const disk = (x: number, y: number, radius: number) => ({ shape: "disk", center: [x, y], radius }) as const;

test("features around a small hole meet multipoles there that features of the box do not see", async () => {
  const problem = pde({
    name: "multipoles",
    domain: { difference: [{ x: [-1, 1], y: [-1, 1] }, disk(0.1, 0.2, 0.1)] },
    functions: { r2: "(x - 0.1)^2 + (y - 0.2)^2" },
    equations: "lap(u) = 0",
    conditions: "exact",
    exact: "log(r2) + 0.1*(x - 0.1)/r2 + 0.01*(x - 0.1)*(y - 0.2)/r2^2 + x*y",
  });
  const common = { features: 160, scale: [1, 2, 4], seed: 1 };
  const [plain, around] = [
    await randomFeatures(problem, common),
    await randomFeatures(problem, { ...common, holes: holesOf(problem.domain) }),
  ];
  const [before, after] = [(await plain.errors()).relativeL2, (await around.errors()).relativeL2];
  assert.ok(after < 1e-2 && after < before / 100, `${before}, ${after}`);
  for (const s of [plain, around]) await s.dispose();
});

test("derivatives of a network around two holes are central differences of its values", async () => {
  const holes = holesOf({ difference: [{ x: [-1, 1], y: [-1, 1] }, disk(0.5, 0.5, 0.1), disk(-0.5, 0, 0.2)] });
  const network = networkProgram(mlp({ width: 5, depth: 2, holes }), { low: [-1, -1], high: [1, 1] }, 1);
  const model = { dimension: 2, network, ansatz: [], constants: {}, trainable: [] };
  const u = (order: number[]) => ({ kind: "derivative", unknown: 0, order }) as const;
  const program = evaluator(model, [u([0, 0]), u([2, 0]), u([1, 1]), { kind: "laplacian", unknown: 0, axes: [0, 1] }]);
  const theta = network.initial(rng(1));
  const h = 1e-3;
  const [x, y] = [0.1, -0.4];
  const steps = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [x + i * h, y + j * h]));
  const values = await program.evaluate(theta, Float64Array.from(steps.flat()));
  const at = (i: number, j: number) => values[4 * (3 * (i + 1) + j + 1)]!;
  const [xx, xy, both] = values.slice(4 * 4 + 1, 4 * 5) as unknown as [number, number, number];
  const second = (a: number, b: number) => (a - 2 * at(0, 0) + b) / h ** 2;
  assert.ok(Math.abs(second(at(1, 0), at(-1, 0)) - xx) < 1e-4 * Math.abs(xx) + 1e-5);
  assert.ok(Math.abs((at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h * h) - xy) < 1e-4 * Math.abs(xy) + 1e-5);
  assert.ok(Math.abs(xx + second(at(0, 1), at(0, -1)) - both) < 1e-4 * Math.abs(both) + 1e-4);
  await program.dispose();
});

test("a solution with coordinates around a hole is read back with the same values", async () => {
  const problem = pde({
    name: "ring",
    domain: { difference: [disk(0, 0, 1), disk(0, 0, 0.2)] },
    equations: "lap(u) = 0",
    conditions: "exact",
    exact: "log(x^2 + y^2)",
  });
  const solution = await randomFeatures(problem, { features: 60, holes: holesOf(problem.domain) });
  const folder = await mkdtemp(join(tmpdir(), "holes-"));
  await solution.save(folder);
  const read = await loadSolution(folder);
  const points = Float64Array.from([0.5, 0.1, -0.3, 0.4]);
  assert.equal(await read.evaluate(points), await solution.evaluate(points));
  for (const s of [read, solution]) await s.dispose();
  await rm(folder, { recursive: true });
});

test.run();
