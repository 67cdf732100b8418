/**
 * How accurate are the reference problems after a given time? Fresh seeds, an independent dense test set, the options that the
 * library recommends.
 *
 * `node --import tsx --conditions=source bench/solver-accuracy.ts --problems peak,burgers --seeds 101-105 --seconds 90 [--cpu]
 * [--threads N] [--options JSON] [--record FILE]`
 *
 * With `--cpu` the seconds are those of the processor, all threads together, which other work on the machine disturbs less. `--options`
 * are those of `solve`; its `network` has options
 * of `mlp`. `--record` appends one JSON line per run. The table goes to stdout as Markdown.
 */

import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { pde } from "../equations/problem/index.ts";
import { type MlpOptions, mlp } from "../solvers/network/mlp.ts";
import { systemClock } from "../solvers/solution/budget.ts";
import type { SolveOptions } from "../solvers/solution/options.ts";
import { solve } from "../solvers/solve/solve.ts";
import { type ReferenceName, referenceNames, referenceProblem } from "./reference/catalogue.ts";
import { recommendedOptions } from "./reference/recommended.ts";

const { values } = parseArgs({
  options: {
    problems: { type: "string", default: referenceNames.join() },
    seeds: { type: "string", default: "101-105" },
    seconds: { type: "string", default: "60" },
    threads: { type: "string", default: "1" },
    options: { type: "string", default: "{}" },
    cpu: { type: "boolean", default: false },
    record: { type: "string" },
  },
});
const [first, last = first] = values.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
const { network, ...others }: Omit<SolveOptions, "network"> & { network?: MlpOptions } = JSON.parse(values.options);
const overrides: SolveOptions = { ...others, ...(network && { network: mlp(network) }) };

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
const seconds = Number(values.seconds);
const unit = values.cpu ? "CPU s" : "s";
console.log(`| problem | ${unit} | relative L²: median | worst | all seeds ${values.seeds} | steps |`);
console.log("|---|---|---|---|---|---|");
for (const name of values.problems.split(",") as ReferenceName[]) {
  const { spec, testSet } = referenceProblem(name);
  const problem = pde(spec);
  const test = testSet(rng(999));
  const errors: number[] = [];
  const steps: number[] = [];
  for (const seed of seeds) {
    const options: SolveOptions = {
      ...recommendedOptions(name),
      ...overrides,
      seed,
      threads: Number(values.threads),
      budget: { seconds },
      ...(values.cpu && { clock: { ...systemClock, wall: systemClock.processor } }),
    };
    const solution = await solve(problem, options);
    const { relativeL2, maxError } = await solution.errors(test);
    const { report } = solution;
    await solution.dispose();
    errors.push(relativeL2);
    steps.push(report.steps);
    const line = { ...report, problem: name, seed, budget: seconds, unit, relativeL2, maxError };
    if (values.record) appendFileSync(values.record, `${JSON.stringify(line)}\n`);
    process.stderr.write(`${name} seed ${seed}: ${relativeL2.toExponential(2)} after ${report.steps} steps\n`);
  }
  const shown = (x: number) => x.toExponential(1);
  const all = errors.map(shown).join(", ");
  console.log(
    `| ${name} | ${seconds} | ${shown(median(errors))} | ${shown(Math.max(...errors))} | ${all} | ${median(steps)} |`,
  );
}
