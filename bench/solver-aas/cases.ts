/**
 * The cases of AAS (arXiv 2305.18702) in few seconds: the text alone (elements or a network, as `solve` chooses), Gauss–Newton with points of an
 * adversary, of a mixture and Sobol points, and the published method with a tenth of its steps a round. Its whole schedules are in
 * research/solver-aas/results.json.
 *
 * `node --import tsx --conditions=source bench/solver-aas/cases.ts [--record research/solver-aas/cases.jsonl] [--seeds 501-503] [--arms text,…]`
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
    arms: { type: "string", default: "text,adversary,mixture,uniform,aas" },
    record: { type: "string", default: "research/solver-aas/cases.jsonl" },
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

const published = ["peak", "two-peaks", "gaussian-10d"] as const;
type CaseName = (typeof published)[number] | "parametric";
type Arm = keyof typeof seconds;
/** Processor seconds. */
const seconds = { text: 6, adversary: 8, mixture: 8, uniform: 8, aas: 8 };

/** Gauss–Newton's samplers, by the cases that they are for. */
const samplers: Readonly<Record<string, Partial<Record<CaseName, SolveOptions["sampler"]>>>> = {
  adversary: { peak: adversarial(), "two-peaks": adversarial(), parametric: adversarial() },
  mixture: { "gaussian-10d": gaussianMixture(), parametric: gaussianMixture({ components: 8 }) },
  uniform: { peak: sobol(), "two-peaks": sobol(), "gaussian-10d": sobol(), parametric: sobol() },
};
/** The published method with a tenth of its steps a round. */
const aas: SolveOptions = {
  ...{ preset: "aas", term: null, stepsPerRound: 50 },
  sampler: adversarial({ regularizer: "wasserstein", form: "flow", flow: "krnet", steps: 100 }),
};

/** Options of an arm, where it is for the case. */
function optionsOf(name: CaseName, arm: Arm): SolveOptions | undefined {
  if (arm === "text") return { budget: { processorSeconds: seconds.text } };
  const common = { clock: { ...systemClock, wall: systemClock.processor }, budget: { seconds: seconds[arm] } };
  if (arm === "aas") return { ...aas, ...common };
  const sampler = samplers[arm]![name];
  const network = name === "parametric" ? { network: mlp({ width: 14, depth: 3, scale: 6 }) } : {};
  return sampler && { ...common, ...network, sampler };
}

const [first, last = first] = asked.seeds.split("-").map(Number);
const lines = recordedLines<CaseRun>(asked.record);

async function run(name: CaseName, arm: Arm, seed: number): Promise<void> {
  const options = optionsOf(name, arm);
  if (options === undefined || lines.some((l) => l.problem === name && l.arm === arm && l.seed === seed)) return;
  const reference = name === "parametric" ? undefined : referenceProblem(name);
  const solution = await solve(reference ? pde(reference.spec) : parametric, { ...options, seed });
  const { relativeL2 } = await solution.errors(reference?.testSet(rng(999)));
  const { steps } = solution.report;
  const line: CaseRun = {
    ...{ problem: name, arm, seed, seconds: seconds[arm], steps, l2: relativeL2, by: solution.trial.kind },
  };
  await solution.dispose();
  appendFileSync(asked.record, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${name}, ${arm}, seed ${seed}: ${relativeL2.toExponential(1)}, ${steps} steps, ${line.by}\n`);
}

for (let seed = first!; seed <= last!; seed++)
  for (const arm of asked.arms.split(",") as Arm[])
    for (const name of [...published, "parametric"] as const) await run(name, arm, seed);
