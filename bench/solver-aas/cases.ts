/**
 * The cases of AAS (arXiv 2305.18702) in few seconds: Gauss–Newton with the best points and with uniform ones, the text alone (elements or
 * a network, as `solve` chooses), and a parametric case with the published method cut off, whose whole schedules are in
 * research/solver-aas/results.json.
 *
 * `node --import tsx --conditions=source bench/solver-aas/cases.ts --record FILE [--seeds 501-503]`
 *
 * A line of JSON is appended to the record after each run; runs that are in it are not repeated.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../../engine/random/rng.ts";
import { type Problem, pde } from "../../equations/problem/index.ts";
import { adversarial, gaussianMixture, mlp, type SolveOptions, sobol, solve } from "../../solvers/index.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { recordedLines } from "../recorded-lines.ts";
import { referenceProblem } from "../reference/catalogue.ts";
import { recommendedOptions } from "../reference/recommended.ts";
import type { CaseRun } from "./rows.ts";

const { values: asked } = parseArgs({
  options: { seeds: { type: "string", default: "501-503" }, record: { type: "string" } },
});

/** The published model of the density. */
const paperDensity = adversarial({ regularizer: "wasserstein", form: "flow", flow: "krnet" });

interface Case {
  readonly problem: Problem;
  readonly seconds: number;
  /** Network and sampler by Gauss–Newton; `solve` chooses for the text alone. */
  readonly options: SolveOptions;
  readonly test?: TestSet;
}

/** A peak whose centre is a parameter: one solution for all centres. */
const parametric = pde({
  name: "parametric-peak",
  domain: { x: [-1, 1], y: [-1, 1] },
  parameters: { a: [-0.5, 0.5], b: [-0.5, 0.5] },
  equations: "-(diff(u, x, x) + diff(u, y, y)) = source",
  manufactured: "exp(-100*((x-a)^2+(y-b)^2))",
  conditions: "exact",
});

function published(name: "peak" | "two-peaks" | "gaussian-10d", seconds: number): Case {
  const { spec, testSet } = referenceProblem(name);
  const sampler = name === "gaussian-10d" ? gaussianMixture({ tempering: 0.5 }) : adversarial();
  const options = { ...recommendedOptions(name), sampler };
  return { problem: pde(spec), seconds, options, test: testSet(rng(999)) };
}

const cases: Readonly<Record<string, Case>> = {
  peak: published("peak", 15),
  "two-peaks": published("two-peaks", 15),
  "gaussian-10d": published("gaussian-10d", 30),
  "parametric-peak": {
    problem: parametric,
    seconds: 15,
    options: { network: mlp({ width: 14, depth: 3, scale: 6 }), sampler: gaussianMixture({ components: 8 }) },
  },
};

const [first, last = first] = asked.seeds.split("-").map(Number);
const lines = recordedLines<CaseRun>(asked.record);

async function run(name: string, arm: string, seed: number): Promise<void> {
  if (lines.some((l) => l.problem === name && l.arm === arm && l.seed === seed)) return;
  const { problem, seconds, options, test } = cases[name]!;
  const clock = { ...systemClock, wall: systemClock.processor };
  const budget = arm === "text" ? { processorSeconds: 6 } : { seconds };
  const chosen: Readonly<Record<string, SolveOptions>> = {
    "best form": { ...options, clock },
    uniform: { ...options, sampler: sobol(), clock },
    text: {},
    aas: { preset: "aas", term: null, sampler: paperDensity, clock, budget },
  };
  const solution = await solve(problem, { ...chosen[arm]!, seed, budget });
  const { relativeL2 } = await solution.errors(test);
  const { steps } = solution.report;
  const by = arm === "text" ? solution.trial.kind : "network";
  const line = { problem: name, arm, seed, seconds: budget.seconds ?? 6, steps, l2: relativeL2, by };
  await solution.dispose();
  if (asked.record) appendFileSync(asked.record, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${name}, ${arm}, seed ${seed}: ${relativeL2.toExponential(1)}, ${steps} steps, ${by}\n`);
}

for (let seed = first!; seed <= last!; seed++) {
  for (const name of Object.keys(cases)) {
    const arms = ["best form", "uniform", "text"];
    for (const arm of name === "parametric-peak" ? [...arms, "aas"] : arms) await run(name, arm, seed);
  }
}
