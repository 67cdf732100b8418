/**
 * The cases of AAS (arXiv 2305.18702) in few seconds: the text alone (elements or a network, as `solve` chooses), and for a parametric case points by
 * a mixture, by a tree and uniform ones with Gauss–Newton. The published method's whole schedules on the other cases are in
 * research/solver-aas/results.json.
 *
 * `node --import tsx --conditions=source bench/solver-aas/cases.ts --record FILE [--seeds 501-503] [--arms text,…]`
 *
 * A line of JSON is appended to the record after each run; runs that are in it are not repeated.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../../engine/random/rng.ts";
import { pde } from "../../equations/problem/index.ts";
import { adversarial, gaussianMixture, mlp, type SolveOptions, sobol, solve } from "../../solvers/index.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import { recordedLines } from "../recorded-lines.ts";
import { referenceProblem } from "../reference/catalogue.ts";
import type { CaseRun } from "./rows.ts";

const { values: asked } = parseArgs({
  options: {
    seeds: { type: "string", default: "501-503" },
    arms: { type: "string", default: "text,mixture,tree,uniform" },
    record: { type: "string" },
  },
});

/** A peak whose centre is a parameter: one solution for all centres. */
const parametric = pde({
  name: "parametric-peak",
  domain: { x: [-1, 1], y: [-1, 1] },
  parameters: { a: [-0.5, 0.5], b: [-0.5, 0.5] },
  equations: "-(diff(u, x, x) + diff(u, y, y)) = source",
  manufactured: "exp(-100*((x-a)^2+(y-b)^2))",
  conditions: "exact",
});

const names = ["peak", "two-peaks", "gaussian-10d"] as const;
/** Processor seconds. */
const [forText, forNetworks] = [6, 8];
const network = mlp({ width: 14, depth: 3, scale: 6 });
const clock = { ...systemClock, wall: systemClock.processor };
const arms: Readonly<Record<string, SolveOptions>> = {
  text: { budget: { processorSeconds: forText } },
  mixture: { network, sampler: gaussianMixture({ components: 8 }), clock, budget: { seconds: forNetworks } },
  tree: { network, sampler: adversarial(), clock, budget: { seconds: forNetworks } },
  uniform: { network, sampler: sobol(), clock, budget: { seconds: forNetworks } },
};

const [first, last = first] = asked.seeds.split("-").map(Number);
const lines = recordedLines<CaseRun>(asked.record);

async function run(name: string, arm: string, seed: number): Promise<void> {
  if (lines.some((l) => l.problem === name && l.arm === arm && l.seed === seed)) return;
  const published = names.find((one) => one === name);
  const reference = published && referenceProblem(published);
  const solution = await solve(reference ? pde(reference.spec) : parametric, { ...arms[arm]!, seed });
  const { relativeL2 } = await solution.errors(reference?.testSet(rng(999)));
  const { steps } = solution.report;
  const seconds = arm === "text" ? forText : forNetworks;
  const line: CaseRun = { problem: name, arm, seed, seconds, steps, l2: relativeL2, by: solution.trial.kind };
  await solution.dispose();
  if (asked.record) appendFileSync(asked.record, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${name}, ${arm}, seed ${seed}: ${relativeL2.toExponential(1)}, ${steps} steps, ${line.by}\n`);
}

for (let seed = first!; seed <= last!; seed++) {
  for (const arm of asked.arms.split(",")) {
    if (arm === "text") for (const name of names) await run(name, arm, seed);
    await run("parametric", arm, seed);
  }
}
