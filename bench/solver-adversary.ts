/**
 * Does the adversary add anything over a damped density of |r|? Problems on which it might: a peak beside a broad bump, a corner
 * layer with an interior one, a source with fine noise, and a ridge in four dimensions. The same network, optimizer, N and
 * seconds for every sampler of a problem; nothing is picked.
 *
 * `node --import tsx --conditions=source bench/solver-adversary.ts [--problems two-scales,…] [--seeds 401-403] [--seconds 15]
 * [--record FILE]`
 *
 * Seconds are those of the processor, one thread. `--record` appends one JSON line per run; runs that are in it are not repeated.
 */

import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { sobolSequence } from "../engine/random/sobol.ts";
import type { ProblemSpec } from "../equations/problem/index.ts";
import { pde } from "../equations/problem/index.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { adversarial } from "../solvers/sampler/adversarial.ts";
import { gaussianMixture } from "../solvers/sampler/gaussian-mixture.ts";
import type { Sampler } from "../solvers/sampler/sampler.ts";
import { sobol } from "../solvers/sampler/uniform.ts";
import { systemClock } from "../solvers/solution/budget.ts";
import type { SolveOptions } from "../solvers/solution/options.ts";
import { solve } from "../solvers/solve/solve.ts";
import { recordedLines } from "./recorded-lines.ts";
import { das } from "./solver-aas/das.ts";

const { values } = parseArgs({
  options: {
    problems: { type: "string" },
    seeds: { type: "string", default: "401-403" },
    seconds: { type: "string", default: "15" },
    record: { type: "string" },
  },
});

interface Case {
  readonly spec: ProblemSpec;
  /** The solution at a point of the box, without the noise's share where there is noise. */
  readonly exact: (x: Float64Array) => number;
  readonly options: SolveOptions;
  readonly samplers: Readonly<Record<string, Sampler>>;
}

const { exp, tanh } = Math;
const square = { x: [-1, 1], y: [-1, 1] } as const;
const onCells: Case["samplers"] = {
  "uniform (Sobol, renewed)": sobol(),
  "|r| density, damped": adversarial(),
  "AAS exact, κ = 0.003": adversarial({ regularizer: "wasserstein" }),
  "AAS exact, κ = 0.03": adversarial({ regularizer: "wasserstein", kappa: 0.03 }),
};
const deep = (scale: number): SolveOptions => ({ network: mlp({ width: 12, depth: 4, scale }), points: 2000 });
const onePeak = "exp(-1000*((x-0.5)^2+(y-0.5)^2))";
const peakAt = (x: Float64Array) => exp(-1000 * ((x[0]! - 0.5) ** 2 + (x[1]! - 0.5) ** 2));

const cases: Readonly<Record<string, Case>> = {
  "two-scales": {
    spec: {
      name: "two-scales",
      domain: square,
      equations: ["-lap(u) = source"],
      manufactured: `${onePeak} + exp(-20*((x+0.4)^2+(y+0.4)^2))`,
      conditions: "exact",
    },
    exact: (x) => peakAt(x) + exp(-20 * ((x[0]! + 0.4) ** 2 + (x[1]! + 0.4) ** 2)),
    options: deep(10),
    samplers: onCells,
  },
  layers: {
    spec: {
      name: "layers",
      domain: square,
      equations: ["-0.02*lap(u) + u_x = source"],
      manufactured: "tanh(30*(x+y/2)) + exp((x-1)/0.02)*exp((y-1)/0.05)",
      conditions: "exact",
    },
    exact: (x) => tanh(30 * (x[0]! + x[1]! / 2)) + exp((x[0]! - 1) / 0.02) * exp((x[1]! - 1) / 0.05),
    options: deep(10),
    samplers: onCells,
  },
  // The noise changes u by 2/(1.2e6) at most, 9e-5 of its root mean square: no error can be seen below that.
  noise: {
    spec: {
      name: "noise",
      domain: square,
      equations: ["-lap(u) = source + 2*sin(900*x + 300*y)*sin(500*y - 300*x)"],
      manufactured: onePeak,
      conditions: "exact",
    },
    exact: peakAt,
    options: deep(20),
    samplers: onCells,
  },
  "ridge-4d": {
    spec: {
      name: "ridge-4d",
      domain: { x1: [-1, 1], x2: [-1, 1], x3: [-1, 1], x4: [-1, 1] },
      equations: ["-lap(u) = source"],
      manufactured: "exp(-40*((x1^2+x2^2-0.3)^2 + x3^2 + x4^2))",
      conditions: "exact",
    },
    exact: ([a, b, c, d]) => exp(-40 * ((a! ** 2 + b! ** 2 - 0.3) ** 2 + c! ** 2 + d! ** 2)),
    options: { network: mlp({ width: 14, depth: 3, squares: true, scale: 3 }), points: 2000 },
    samplers: {
      "uniform (Sobol, renewed)": sobol(),
      "Gaussian mixture, 3": gaussianMixture(),
      "Gaussian mixture, 8": gaussianMixture({ components: 8 }),
      DAS: das(),
      "AAS flow": adversarial({ regularizer: "wasserstein", form: "flow" }),
    },
  },
};

interface Line {
  readonly problem: string;
  readonly sampler: string;
  readonly seed: number;
  readonly budget: number;
  readonly relativeL2: number;
  readonly steps: number;
}

const [first, last = first] = values.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
const budget = Number(values.seconds);
const lines = recordedLines<Line>(values.record);

/** 2^18 scrambled Sobol points: some hundreds of them lie on the smallest feature. */
function testSet({ spec, exact }: Case) {
  const d = Object.keys(spec.domain).length;
  const points = sobolSequence(d, rng(999))
    .next(2 ** 18)
    .map((v) => 2 * v - 1);
  return {
    points,
    values: Float64Array.from({ length: 2 ** 18 }, (_, i) => exact(points.subarray(i * d, (i + 1) * d))),
  };
}

async function measure(problem: string, sampler: string, seed: number): Promise<Line> {
  const { spec, options, samplers } = cases[problem]!;
  const growth = { after: 2, factor: 1 };
  const chosen = {
    ...options,
    growth,
    sampler: samplers[sampler]!,
    seed,
    budget: { seconds: budget },
    clock: { ...systemClock, wall: systemClock.processor },
  };
  const solution = await solve(pde(spec), chosen);
  const { relativeL2 } = await solution.errors(testSet(cases[problem]!));
  await solution.dispose();
  return { problem, sampler, seed, budget, relativeL2, steps: solution.report.steps };
}

const shown = (x: number) => x.toExponential(1);
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
for (const problem of values.problems?.split(",") ?? Object.keys(cases)) {
  const { samplers } = cases[problem]!;
  // Seed by seed through all samplers, so that what else runs on the machine falls on all alike.
  for (const seed of seeds) {
    for (const sampler of Object.keys(samplers)) {
      const same = (l: Line) =>
        l.problem === problem && l.sampler === sampler && l.seed === seed && l.budget === budget;
      if (lines.some(same)) continue;
      const line = await measure(problem, sampler, seed);
      lines.push(line);
      if (values.record) appendFileSync(values.record, `${JSON.stringify(line)}\n`);
      process.stderr.write(`${problem}, ${sampler}, seed ${seed}: ${shown(line.relativeL2)} ${line.steps} steps\n`);
    }
  }
  console.log(`\n${problem}, ${budget} CPU s, N = 2000, seeds ${values.seeds}\n`);
  console.log("| sampler | median | all | steps |\n|---|---|---|---|");
  for (const sampler of Object.keys(samplers)) {
    const mine = lines.filter((l) => l.problem === problem && l.sampler === sampler && l.budget === budget);
    const own = mine.filter((l) => seeds.includes(l.seed));
    const errors = own.map((l) => l.relativeL2);
    console.log(
      `| ${sampler} | ${shown(median(errors))} | ${errors.map(shown).join(", ")} | ${median(own.map((l) => l.steps))} |`,
    );
  }
}
