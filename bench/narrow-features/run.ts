/**
 * Which points for narrow features in five and six axes? Forms of the adversary beside uniform points, RAD and PACMANN, at equal processor
 * seconds, with the same network and optimizer; the rule is in research/narrow-features/RULE.md.
 *
 * `node --import tsx --conditions=source bench/narrow-features/run.ts [--problems NAME,…] [--arms NAME,…] [--seeds 601-605] [--seconds 8]
 * [--record research/narrow-features/results.jsonl]`
 *
 * A line of JSON is appended to the record after each run; runs that are in it are not repeated.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ConvergenceError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { pacmann } from "../../examples/papers/pacmann.ts";
import { rad } from "../../examples/papers/rad.ts";
import { adversarial, gaussianMixture, mlp, type SolveOptions, sobol, solve, uniform } from "../../solvers/index.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import { recordedLines } from "../recorded-lines.ts";
import { das } from "../solver-aas/das.ts";
import { type NarrowName, narrowNames, narrowProblem, testSet } from "./problems.ts";
import type { NarrowRun } from "./rows.ts";

/** Training of a flow a round, so that it takes about a third of the seconds. */
const training = { steps: 40, batch: 256, pool: 4096, learningRate: 1e-2 };
const longer = { ...training, steps: 160 };
const samplers: Readonly<Record<string, NonNullable<SolveOptions["sampler"]>>> = {
  uniform: uniform(),
  Sobol: sobol(),
  RAD: rad(),
  PACMANN: pacmann(),
  "χ² on a tree": adversarial(),
  "χ² by a mixture": gaussianMixture(),
  "entropy on a tree": adversarial({ regularizer: "entropy", kappa: 0.1 }),
  "Wasserstein paper": adversarial({ regularizer: "wasserstein", form: "flow", flow: "krnet", ...training }),
  "Wasserstein flow": adversarial({ regularizer: "wasserstein", form: "flow", ...training }),
  "DAS flow": das(training),
  "Wasserstein flow of 160 steps": adversarial({ regularizer: "wasserstein", form: "flow", ...longer }),
  "DAS flow of 160 steps": das(longer),
};
/** The flows of the rule; those of more steps are a variant, run by their names. */
const judged = Object.keys(samplers).filter((name) => !name.endsWith("160 steps"));

const { values: asked } = parseArgs({
  options: {
    problems: { type: "string", default: narrowNames.slice(1).join(",") },
    arms: { type: "string", default: judged.join(",") },
    seeds: { type: "string", default: "601-605" },
    seconds: { type: "string", default: "8" },
    record: { type: "string", default: "research/narrow-features/results.jsonl" },
  },
});

const budget = Number(asked.seconds);
const [first, last = first] = asked.seeds.split("-").map(Number);
const lines = recordedLines<NarrowRun>(asked.record);

async function measured(problem: NarrowName, sampler: string, seed: number): Promise<NarrowRun> {
  const about = { problem, sampler, seed, budget };
  const narrow = narrowProblem(problem);
  const run = solve(narrow.problem, {
    ...{
      network: mlp({ width: 14, depth: 3, squares: true, scale: 3 }),
      points: 2000,
      growth: { after: 1, factor: 1 },
    },
    ...{ sampler: samplers[sampler]!, seed, budget: { seconds: budget } },
    clock: { ...systemClock, wall: systemClock.processor },
  });
  const solution = await run.catch((error: unknown) => {
    if (error instanceof ConvergenceError) return error;
    throw error;
  });
  // A sampler that fails is a result of the comparison, with the error of u = 0.
  if (solution instanceof ConvergenceError) return { ...about, steps: 0, l2: 1, max: 1, status: solution.message };
  const test = testSet(narrow, rng(999));
  const { relativeL2, maxError } = await solution.errors(test);
  const { steps, status } = solution.report;
  await solution.dispose();
  const top = test.values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return { ...about, steps, l2: relativeL2, max: maxError / top, status };
}

for (let seed = first!; seed <= last!; seed++) {
  for (const problem of asked.problems.split(",") as NarrowName[]) {
    for (const sampler of asked.arms.split(",")) {
      const same = (l: NarrowRun) =>
        l.problem === problem && l.sampler === sampler && l.seed === seed && l.budget === budget;
      if (lines.some(same)) continue;
      const line = await measured(problem, sampler, seed);
      lines.push(line);
      appendFileSync(asked.record, `${JSON.stringify(line)}\n`);
      process.stderr.write(
        `${problem}, ${sampler}, seed ${seed}: ${line.l2.toExponential(1)} max ${line.max.toExponential(1)} ${line.steps} steps ${line.status}\n`,
      );
    }
  }
}
