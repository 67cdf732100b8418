/**
 * In which norm do points by the adversary help, or the adversary as a loss? Three problems that nothing was tuned on, Gauss–Newton, the
 * same network, number of points and processor seconds for all samplers; the rule is in research/solver-aas/RULE.md, part 2.
 *
 * `node --import tsx --conditions=source bench/solver-aas/norms.ts [--problems …] [--seeds 411-415] [--seconds 6] [--record FILE]`
 *
 * `--record` appends one JSON line per run; runs that are in it are not repeated.
 */

import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rng } from "../../engine/random/rng.ts";
import { sobolSequence } from "../../engine/random/sobol.ts";
import { evaluateAt } from "../../equations/expression/index.ts";
import { pde } from "../../equations/problem/index.ts";
import { mlp } from "../../solvers/network/mlp.ts";
import { adversarial } from "../../solvers/sampler/adversarial.ts";
import type { Sampler } from "../../solvers/sampler/sampler.ts";
import { sobol } from "../../solvers/sampler/uniform.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import { solve } from "../../solvers/solve/solve.ts";
import { recordedLines } from "../recorded-lines.ts";
import { measure } from "./measure.ts";

const { values: asked } = parseArgs({
  options: {
    problems: { type: "string", default: "peak-3d,moving-peak,noisy-peak" },
    seeds: { type: "string", default: "411-415" },
    seconds: { type: "string", default: "6" },
    record: { type: "string" },
  },
});

const samplers: Readonly<Record<string, Sampler>> = {
  "even (Sobol)": sobol(),
  "damped |r|": adversarial(),
  adversary: adversarial({ regularizer: "wasserstein" }),
  "adversary as loss": adversarial({ regularizer: "wasserstein", weights: "paper" }),
};

const square = { x: [-1, 1], y: [-1, 1] } as const;
const specs = {
  "peak-3d": {
    domain: { ...square, z: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-50*((x-0.3)^2+(y+0.2)^2+(z-0.4)^2))",
  },
  "moving-peak": {
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t + u_x = 0.02*u_xx + source",
    manufactured: "exp(-400*(x+0.5-t)^2)",
  },
  // The noise changes u by at most 9e-5 of its root mean square.
  "noisy-peak": {
    domain: square,
    equations: "-lap(u) = source + 2*sin(900*x + 300*y)*sin(500*y - 300*x)",
    manufactured: "exp(-1000*((x+0.3)^2+(y-0.6)^2))",
  },
} as const;

interface Line {
  readonly problem: string;
  readonly sampler: string;
  readonly seed: number;
  readonly budget: number;
  readonly steps: number;
  readonly l2: number;
  readonly max: number;
  readonly h1: number;
}

const budget = Number(asked.seconds);
const [first, last = first] = asked.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
const lines = recordedLines<Line>(asked.record);

async function line(name: keyof typeof specs, sampler: string, seed: number): Promise<Line> {
  const problem = pde({ name, ...specs[name], conditions: "exact" });
  const d = problem.axes.length;
  const points = sobolSequence(d, rng(999)).next(2 ** 16);
  for (let i = 0; i < points.length; i++) {
    const [low, high] = problem.bounds[i % d]!;
    points[i] = low + (high - low) * points[i]!;
  }
  const values = evaluateAt(problem.exact![0]!, points, d, problem.constants);
  const solution = await solve(problem, {
    ...{ network: mlp({ width: 12, depth: 4, scale: 10 }), points: 2000, growth: { after: 2, factor: 1 } },
    ...{
      sampler: samplers[sampler]!,
      seed,
      budget: { seconds: budget },
      clock: { ...systemClock, wall: systemClock.processor },
    },
  });
  const { l2, max, h1 } = await measure(solution, problem, { points, values });
  await solution.dispose();
  return { problem: name, sampler, seed, budget, steps: solution.report.steps, l2, max, h1 };
}

const names = asked.problems.split(",") as (keyof typeof specs)[];
for (const seed of seeds) {
  for (const name of names) {
    for (const sampler of Object.keys(samplers)) {
      const same = (l: Line) => l.problem === name && l.sampler === sampler && l.seed === seed && l.budget === budget;
      if (lines.some(same)) continue;
      const one = await line(name, sampler, seed);
      lines.push(one);
      if (asked.record) appendFileSync(asked.record, `${JSON.stringify(one)}\n`);
      process.stderr.write(`${name}, ${sampler}, seed ${seed}: ${one.l2.toExponential(1)}, ${one.steps} steps\n`);
    }
  }
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
const shown = (list: readonly number[]): string =>
  list.length === 0 ? "–" : `${median(list).toExponential(1)} (${Math.max(...list).toExponential(1)})`;
console.log("| problem | sampler | runs | L², median (worst) | maximum | gradient | steps |");
console.log("|---|---|--:|---|---|---|--:|");
for (const name of names) {
  for (const sampler of Object.keys(samplers)) {
    const mine = lines.filter((l) => l.problem === name && l.sampler === sampler && l.budget === budget);
    const column = (what: "l2" | "max" | "h1") => shown(mine.map((l) => l[what]));
    const steps = median(mine.map((l) => l.steps));
    console.log(
      `| ${name} | ${sampler} | ${mine.length} | ${column("l2")} | ${column("max")} | ${column("h1")} | ${steps} |`,
    );
  }
}
