/** What version 0.1.0 saved, kept in `saved/`: a solution and an aborted run. Later versions load them and go on. */
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adam, OptionsError } from "../../engine/index.ts";
import { separable } from "../../examples/papers/separable.ts";
import { adversarial, loadSolution, mlp, pde, solve } from "../../solvers/index.ts";
import type { NetworkSolution } from "../../solvers/solution/index.ts";
import { mongeDone } from "../cli/run.ts";
import { assert, inFolder, refuses, test } from "../harness.ts";

const saved = fileURLToPath(new URL("../saved/", import.meta.url));
const expected = JSON.parse(await readFile(join(saved, "expected.json"), "utf8"));
const points = Float64Array.from(expected.points);
const heat = pde({
  ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t - 0.1*u_xx = 0" },
  conditions: [
    { type: "initial", equation: "u = sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0" },
  ],
});
const small = { points: 40, boundaryPoints: 10, stepsPerRound: 3, seed: 2, network: mlp({ width: 4, depth: 1 }) };

/** Another Node may round sines otherwise in the last place, and twenty steps of the optimizer make more of that. */
function near(found: Float64Array, wanted: readonly number[], tolerance: number): void {
  assert.is(found.length, wanted.length);
  for (const [i, value] of wanted.entries()) assert.ok(Math.abs(found[i]! - value) <= tolerance, `${found} ${wanted}`);
}

async function withCopy(name: string, work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (root) => {
    await cp(join(saved, name), join(root, name), { recursive: true });
    await work(join(root, name));
  });
}

test("a solution that 0.1.0 saved has the values that it had", async () => {
  const solution = await loadSolution(join(saved, "solution"), { network: separable({ rank: 2, width: 4 }) });
  near(await solution.evaluate(points), expected.solution, 1e-13);
  assert.is((solution as NetworkSolution).trial.network.kind, "separable");
  const { conditions, exactConditions, penalizedConditions } = solution.report;
  assert.equal([conditions, exactConditions, penalizedConditions], ["penalty", [], ["u = exact"]]);
  await solution.dispose();
  const way = /network of the kind "separable", which this package has not; hand the object in/;
  await refuses(loadSolution(join(saved, "solution")), way, OptionsError);
});

test("a run that 0.1.0 left goes on to where it would have gone", () =>
  withCopy("run", async (folder) => {
    const solution = await solve(heat, {
      ...small,
      sampler: adversarial({ regularizer: "wasserstein", shape: [8, 8] }),
      warmStart: { optimizer: adam(), steps: 4 },
      ...{ checkpointEvery: 1, budget: { steps: 24 }, resume: folder },
    });
    assert.equal([solution.status, solution.report.steps], [expected.run.status, expected.run.steps]);
    near(solution.coefficients, expected.run.theta, 1e-6);
    await solution.dispose();
  }));

test("the command line goes on with such a run", () =>
  withCopy("run", async (folder) => {
    await mongeDone("solve", "--resume", folder);
    const solution = await loadSolution(folder);
    near(solution.coefficients, expected.run.theta, 1e-6);
  }));

test.run();
