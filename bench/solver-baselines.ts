/**
 * `node --import tsx bench/solver-baselines.ts [PROBLEM…] [--quick] [--seeds N] [--seconds S] [--threads N]`: random features
 * against `solve` on reference problems; a Markdown table of relative L² errors and seconds, several numbers of features and
 * scales each. Nothing is picked: every row that was run is printed.
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/rng.ts";
import { type RandomFeatureOptions, randomFeatures } from "../solvers/baseline/random-features.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { pde } from "../solvers/problem/pde.ts";
import { type ReferenceName, referenceProblem } from "../solvers/reference/catalogue.ts";
import type { SolveOptions } from "../solvers/solve/options.ts";
import type { Solution } from "../solvers/solve/solution.ts";
import { solve } from "../solvers/solve/solve.ts";
import { describeMachine } from "./machine.ts";

interface Case {
  readonly name: ReferenceName;
  readonly features: readonly RandomFeatureOptions[];
  readonly network: SolveOptions;
  /** What `solve` is given, in words. */
  readonly label: string;
}

const shallow = { network: mlp({ depth: 1, width: 64 }) };

const cases: readonly Case[] = [
  {
    name: "poisson-2d",
    features: [
      { features: 100, scale: 1.5 },
      { features: 200, scale: 1.5 },
      { features: 1000 },
      { features: 500, scale: 1.5, conditions: "fitted" },
      { features: 500, activation: "tanh", scale: 2 },
    ],
    network: shallow,
    label: "tanh 1×64",
  },
  {
    name: "poisson-5d",
    features: [
      { features: 500, scale: 0.5 },
      { features: 1000, scale: 0.5 },
      { features: 1000, scale: 1 },
      { features: 1500, scale: 0.5 },
    ],
    network: { ...shallow, points: 2500, boundaryPoints: 1000 },
    label: "tanh 1×64",
  },
  {
    name: "heat-1d",
    features: [{ features: 100, scale: 2 }, { features: 300, scale: 2 }, { features: 1000 }],
    network: shallow,
    label: "tanh 1×64",
  },
  {
    name: "helmholtz-6-6",
    features: [
      { features: 1000 },
      { features: 1000, scale: [12, 20] },
      { features: 1500, scale: 12 },
      { features: 2000, scale: 15 },
    ],
    network: { network: mlp({ depth: 2, width: 24, activation: "sin", scale: 18 }) },
    label: "sin 2×24, scale 18",
  },
  {
    name: "harmonic-10d",
    features: [
      { features: 500, scale: 0.1 },
      { features: 1000, scale: 0.1 },
      { features: 1000, scale: 0.01 },
      { features: 1000, scale: 1 },
    ],
    network: { ...shallow, points: 3000, boundaryPoints: 1000 },
    label: "tanh 1×64",
  },
  {
    name: "peak",
    features: [
      { features: 1000 },
      { features: 1000, scale: [8, 16] },
      { features: 2000, scale: [16, 32] },
      { features: 2000, activation: "tanh", scale: 20 },
    ],
    network: { network: mlp({ width: 14, scale: 20 }) },
    label: "tanh 4×14, scale 20, adversarial points",
  },
  {
    name: "burgers",
    features: [
      { features: 500 },
      { features: 1000, scale: [4, 8, 16] },
      { features: 1000, activation: "tanh", scale: [2, 20] },
    ],
    network: { points: 4000 },
    label: "tanh 4×16, adversarial points",
  },
];

interface Outcome {
  readonly error: number;
  readonly seconds: number;
  readonly status: string;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
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
  print(`Median and worst relative L² error of ${seeds} seed${seeds > 1 ? "s" : ""}, median seconds.\n`);
  print("| problem | method | error | worst | seconds | status |");
  print("|---|---|--:|--:|--:|---|");
  for (const { name, features, network, label } of chosen) {
    const { spec, testSet } = referenceProblem(name);
    const problem = pde(spec);
    const test = testSet(rng(1234));
    const row = async (method: string, run: (seed: number) => Promise<Solution>) => {
      const outcomes: Outcome[] = [];
      for (let seed = 0; seed < seeds; seed++) {
        const solution = await run(seed);
        const { relativeL2: error } = await solution.errors(test);
        outcomes.push({ error, seconds: solution.report.seconds, status: solution.status });
        await solution.dispose();
      }
      print(`| ${[name, method, ...summary(outcomes)].join(" | ")} |`);
    };
    for (const options of features) {
      const { features: count = 1000, activation = "sin", scale = [1, 2, 4] } = options;
      const smaller = quick ? { features: Math.min(count, 200) } : {};
      const fitted = options.conditions === "fitted" ? ", conditions fitted" : "";
      const method = `random features, ${smaller.features ?? count} ${activation}, scale ${scale}${fitted}`;
      await row(method, (seed) => randomFeatures(problem, { ...options, ...smaller, seed, threads }));
    }
    const budget = quick ? { steps: 10 } : { seconds };
    await row(`solve, ${label}`, (seed) => solve(problem, { ...network, budget, seed, threads }));
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
