/**
 * `node --import tsx bench/solver-baselines.ts [PROBLEM…] [--quick] [--seeds N] [--seconds S] [--threads N]
 * [--features-only]`: random features against `solve` with the options that the library recommends on reference problems; a Markdown
 * table of relative L² errors and seconds of the processor, several numbers of features and scales each. Nothing is picked: every row
 * that was run is printed.
 */

import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { pde } from "../equations/problem/index.ts";
import { type RandomFeatureOptions, randomFeatures } from "../solvers/features/random-features.ts";
import { systemClock } from "../solvers/solution/budget.ts";
import type { Solution } from "../solvers/solution/solution.ts";
import { solve } from "../solvers/solve/solve.ts";
import { describeMachine } from "./machine.ts";
import { type ReferenceName, referenceProblem } from "./reference/catalogue.ts";
import { recommendedOptions } from "./reference/recommended.ts";

interface Case {
  readonly name: ReferenceName;
  readonly features: readonly RandomFeatureOptions[];
}

const cases: readonly Case[] = [
  {
    name: "poisson-2d",
    features: [
      { features: 100, scale: 1.5 },
      { features: 200, scale: 1.5 },
      { features: 1000 },
      { features: 500, scale: 1.5, conditions: "penalty" },
      { features: 500, activation: "tanh", scale: 2 },
    ],
  },
  {
    name: "poisson-5d",
    features: [
      { features: 500, scale: 0.5 },
      { features: 1000, scale: 0.5 },
      { features: 1000, scale: 1 },
      { features: 1500, scale: 0.5 },
    ],
  },
  {
    name: "heat-1d",
    features: [{ features: 100, scale: 2 }, { features: 300, scale: 2 }, { features: 1000 }],
  },
  {
    name: "helmholtz-6-6",
    features: [
      { features: 1000 },
      { features: 1000, scale: [12, 20] },
      { features: 1500, scale: 12 },
      { features: 2000, scale: 15 },
    ],
  },
  {
    name: "harmonic-10d",
    features: [
      { features: 500, scale: 0.1 },
      { features: 1000, scale: 0.1 },
      { features: 1000, scale: 0.01 },
      { features: 1000, scale: 1 },
    ],
  },
  {
    name: "peak",
    features: [
      { features: 1000 },
      { features: 1000, scale: [8, 16] },
      { features: 2000, scale: [16, 32] },
      { features: 2000, activation: "tanh", scale: 20 },
    ],
  },
  {
    name: "burgers",
    features: [
      { features: 500 },
      { features: 1000, scale: [4, 8, 16] },
      { features: 1000, activation: "tanh", scale: [2, 20] },
    ],
  },
];

const cpuClock = systemClock.processor;

interface Outcome {
  readonly error: number;
  readonly seconds: number;
  readonly status: string;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    "features-only": { type: "boolean", default: false },
    seeds: { type: "string", default: "3" },
    seconds: { type: "string", default: "60" },
    threads: { type: "string", default: "1" },
  },
});

const whole = (name: "seeds" | "threads" | "seconds"): number => {
  const value = Number(flags[name]);
  if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`--${name} is ${flags[name]}, expected ≥ 1`);
  return value;
};

async function main(): Promise<void> {
  const { quick } = flags;
  const seeds = quick ? 1 : whole("seeds");
  const [seconds, threads] = [whole("seconds"), whole("threads")];
  const unknown = positionals.filter((name) => !cases.some((c) => c.name === name));
  if (unknown.length > 0)
    throw new RangeError(`no problem ${unknown}; there are ${cases.map((c) => c.name).join(", ")}`);
  const chosen = cases.filter((c) => positionals.length === 0 || positionals.includes(c.name));
  print(`${JSON.stringify(await describeMachine())}\n`);
  print(
    `Median and worst relative L² error of ${seeds} seed${seeds > 1 ? "s" : ""}, median seconds of the processor.\n`,
  );
  print("| problem | method | error | worst | seconds | status |");
  print("|---|---|--:|--:|--:|---|");
  for (const { name, features } of chosen) {
    const { spec, testSet } = referenceProblem(name);
    const problem = pde(spec);
    const test = testSet(rng(1234));
    const row = async (method: string, run: (seed: number) => Promise<Solution>) => {
      const outcomes: Outcome[] = [];
      for (let seed = 0; seed < seeds; seed++) {
        const began = cpuClock();
        const solution = await run(seed);
        const seconds = (cpuClock() - began) / 1000;
        const { relativeL2: error } = await solution.errors(test);
        outcomes.push({ error, seconds, status: solution.status });
        await solution.dispose();
      }
      print(`| ${[name, method, ...summary(outcomes)].join(" | ")} |`);
    };
    for (const options of features) {
      const { features: count = 1000, activation = "sin", scale = [1, 2, 4] } = options;
      const smaller = quick ? { features: Math.min(count, 200) } : {};
      const soft = options.conditions === "penalty" ? ", soft conditions" : "";
      const method = `random features, ${smaller.features ?? count} ${activation}, scale ${scale}${soft}`;
      await row(method, (seed) => randomFeatures(problem, { ...options, ...smaller, seed, threads }));
    }
    if (flags["features-only"]) continue;
    const budget = quick ? { steps: 10 } : { seconds };
    const options = { ...recommendedOptions(name), budget, threads, clock: { ...systemClock, wall: cpuClock } };
    await row("solve, recommended options", (seed) => solve(problem, { ...options, seed }));
  }
}

function summary(outcomes: readonly Outcome[]): string[] {
  const sorted = (pick: (o: Outcome) => number) => outcomes.map(pick).sort((a, b) => a - b);
  const errors = sorted((o) => o.error);
  const middle = (list: readonly number[]) => list[list.length >> 1]!;
  const statuses = [...new Set(outcomes.map((o) => o.status))].join(", ");
  return [middle(errors), errors.at(-1)!]
    .map((e) => e.toExponential(1))
    .concat(middle(sorted((o) => o.seconds)).toFixed(1), statuses);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
