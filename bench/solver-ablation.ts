/**
 * What do the sampler and the optimizer each contribute on the peaks? {Adam, Gauss–Newton} × samplers at equal seconds and equal
 * N, the same network, initialisation and weights; "paper" is the published algorithm: flow and Adam on both players, boundary as
 * a penalty, unweighted points.
 *
 * `node --import tsx --conditions=source bench/solver-ablation.ts [--problems peak,two-peaks] [--seeds 201-205] [--seconds 20]
 * [--arms NAME,…] [--record FILE]`
 *
 * Seconds are those of the processor, one thread. `--record` appends one JSON line per run; runs that are in it are not repeated.
 */

import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { adam } from "../engine/training/optimizer.ts";
import { pde } from "../equations/problem/index.ts";
import { rad } from "../examples/papers/rad.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { gaussNewton } from "../solvers/optimizer/gauss-newton.ts";
import { adversarial } from "../solvers/sampler/adversarial.ts";
import type { Sampler } from "../solvers/sampler/sampler.ts";
import { sobol } from "../solvers/sampler/uniform.ts";
import { systemClock } from "../solvers/solution/budget.ts";
import type { SolveOptions } from "../solvers/solution/options.ts";
import { solve } from "../solvers/solve/solve.ts";
import { recordedLines } from "./recorded-lines.ts";
import { type ReferenceName, referenceProblem } from "./reference/catalogue.ts";
import { das } from "./solver-aas/das.ts";

const { values } = parseArgs({
  options: {
    problems: { type: "string", default: "peak,two-peaks" },
    seeds: { type: "string", default: "201-205" },
    seconds: { type: "string", default: "20" },
    arms: { type: "string" },
    record: { type: "string" },
  },
});

const published = adversarial({ regularizer: "wasserstein", form: "flow", flow: "krnet" });
const samplers: Readonly<Record<string, Sampler>> = {
  "uniform (Sobol, renewed)": sobol(),
  "RAD (published)": rad(),
  "DAS (published flow)": das(),
  "|r| density, damped, unbiased": adversarial(),
  "AAS exact": adversarial({ regularizer: "wasserstein" }),
  "AAS flow": adversarial({ regularizer: "wasserstein", form: "flow" }),
  "AAS paper density": published,
};
const network = mlp({ width: 12, depth: 4, scale: 20 });
const optimizers: Readonly<Record<string, SolveOptions>> = {
  "Gauss–Newton": { optimizer: gaussNewton() },
  Adam: { optimizer: adam({ learningRate: 2e-3 }) },
};
const arms: Record<string, SolveOptions> = {};
for (const [how, options] of Object.entries(optimizers)) {
  for (const [what, sampler] of Object.entries(samplers)) {
    arms[`${how}, ${what}`] = { network, points: 2000, growth: { after: 2, factor: 1 }, ...options, sampler };
  }
}
/** aas.md: 6 × 32 tanh, Adam 1e-4 on both players, penalty weight 100, no scaling by the library's recipes. */
arms["AAS as published"] = {
  network: mlp({ width: 32, depth: 6, scale: 1 }),
  sampler: published,
  optimizer: adam({ learningRate: 1e-4 }),
  conditions: "penalty",
  weights: { conditions: 100 },
  points: 2000,
  boundaryPoints: 500,
  growth: { after: 2, factor: 1 },
};

interface Line {
  readonly problem: string;
  readonly arm: string;
  readonly seed: number;
  readonly budget: number;
  readonly relativeL2: number;
  readonly steps: number;
  readonly note: string;
}

const [first, last = first] = values.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
const budget = Number(values.seconds);
const known = recordedLines<Line>(values.record);
const chosen = values.arms?.split(";") ?? Object.keys(arms);

async function measure(problemName: ReferenceName, arm: string, seed: number): Promise<Line> {
  const { spec, testSet } = referenceProblem(problemName);
  const about = { problem: problemName, arm, seed, budget };
  try {
    const solution = await solve(pde(spec), {
      ...arms[arm]!,
      seed,
      budget: { seconds: budget },
      clock: { ...systemClock, wall: systemClock.processor },
    });
    const { relativeL2 } = await solution.errors(testSet(rng(999)));
    await solution.dispose();
    return { ...about, relativeL2, steps: solution.report.steps, note: solution.status };
  } catch (error) {
    // An arm that fails is a result of the comparison, not an end of it.
    return { ...about, relativeL2: Number.NaN, steps: 0, note: String(error) };
  }
}

const shown = (x: number) => (Number.isNaN(x) ? "failed" : x.toExponential(1));
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
for (const problem of values.problems.split(",") as ReferenceName[]) {
  const rows: { arm: string; errors: number[]; steps: number }[] = [];
  for (const arm of chosen) {
    const lines: Line[] = [];
    for (const seed of seeds) {
      const found = known.find((l) => l.problem === problem && l.arm === arm && l.seed === seed && l.budget === budget);
      const line = found ?? (await measure(problem, arm, seed));
      if (!found && values.record) appendFileSync(values.record, `${JSON.stringify(line)}\n`);
      process.stderr.write(`${problem}, ${arm}, seed ${seed}: ${shown(line.relativeL2)} ${line.note}\n`);
      lines.push(line);
    }
    rows.push({ arm, errors: lines.map((l) => l.relativeL2), steps: median(lines.map((l) => l.steps)) });
  }
  const uniform = median(rows.find((r) => r.arm.startsWith("Gauss–Newton, uniform"))?.errors ?? [Number.NaN]);
  console.log(`\n${problem}, ${budget} CPU s, N = 2000, seeds ${values.seeds}\n`);
  console.log("| optimizer, sampler | median | worst | uniform's median ÷ this | steps |\n|---|---|---|---|---|");
  for (const { arm, errors, steps } of rows) {
    const ratio = uniform / median(errors);
    const worst = errors.some(Number.isNaN) ? Number.NaN : Math.max(...errors);
    console.log(`| ${arm} | ${shown(median(errors))} | ${shown(worst)} | ${ratio.toPrecision(2)} | ${steps} |`);
  }
}
