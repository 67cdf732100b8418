/**
 * How well does the automatic solve do on problems that nobody tunes on? Split and verdict: `solver-suite/RULE.md`.
 *
 * `node --import tsx --conditions=source bench/solver-suite.ts --half final --seconds 60,6 --seeds 0-2 [--only NAME,…] [--record FILE]`
 *
 * With `--tuned` the method is not chosen by itself but by hand (`solver-suite/tuned.ts`): features take what they take, a network all of the seconds; such results belong in a record of their own. Seconds are those of the processor, one thread. Results go to `--record` (default `bench/solver-suite/results.json`) one by one: what is
 * there is not run again. The table goes to stdout as Markdown.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { solveWithFeatures } from "../solvers/automatic/feature-solve.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { Speed } from "../solvers/automatic/speed.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { pde } from "../solvers/problem/pde.ts";
import type { ProblemSpec } from "../solvers/problem/problem.ts";
import { suggestedScale } from "../solvers/solve/scale.ts";
import { development } from "./solver-suite/development.ts";
import { final } from "./solver-suite/final.ts";
import { tuned } from "./solver-suite/tuned.ts";

const { values } = parseArgs({
  options: {
    half: { type: "string", default: "development" },
    seconds: { type: "string", default: "60,6" },
    seeds: { type: "string", default: "0" },
    only: { type: "string" },
    record: { type: "string", default: "bench/solver-suite/results.json" },
    table: { type: "boolean", default: false },
    tuned: { type: "boolean", default: false },
  },
});

/** One result. */
interface Result {
  readonly problem: string;
  readonly half: string;
  readonly budget: number;
  readonly seed: number;
  readonly status: string;
  readonly error: number;
  readonly estimate: number | null;
  readonly by: string;
  readonly residual: number;
  readonly processorSeconds: number;
  readonly seconds: number;
  readonly method: readonly string[];
}

/** By the method that was chosen by hand: features without a limit, a network within a budget of processor seconds. */
async function byHand(spec: ProblemSpec, seed: number, processorSeconds: number) {
  const problem = pde(spec);
  const plan = tuned[spec.name]!;
  if ("network" in plan) {
    const network = mlp({ scale: suggestedScale(problem, plan.conditions), ...plan.network });
    return solve(problem, { ...plan, network, seed, budget: { processorSeconds } });
  }
  const speed = new Speed({ steps: 1 }, () => ({ seconds: 0, processorSeconds: 0 }));
  const solution = await solveWithFeatures(problem, plan, {
    seed,
    threads: 1,
    speed,
    pace: speed.until(1),
  });
  return solution!;
}

const { record } = values;
const results: Result[] = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : [];
const [first, last = first] = values.seeds.split("-").map(Number);
const names = values.only?.split(",");
const problems = (values.half === "final" ? final : development).filter((p) => names?.includes(p.spec.name) ?? true);

for (const { spec, truth } of values.table ? [] : problems) {
  for (const budget of values.seconds.split(",").map(Number)) {
    for (let seed = first!; seed <= last!; seed++) {
      if (results.some((r) => r.problem === spec.name && r.budget === budget && r.seed === seed)) continue;
      const began = process.cpuUsage();
      const solution = values.tuned
        ? await byHand(spec, seed, budget)
        : await solve(pde(spec), { seed, budget: { processorSeconds: budget } });
      const { user, system } = process.cpuUsage(began);
      const { relativeL2 } = await solution.errors(truth());
      const { status, estimate, residual, seconds, method = [] } = solution.report;
      const processorSeconds = (user + system) / 1e6;
      await solution.dispose();
      results.push({
        ...{ problem: spec.name, half: values.half, budget, seed, status, error: relativeL2 },
        ...{ estimate: Number.isFinite(estimate?.relativeL2) ? estimate!.relativeL2 : null, by: estimate?.by ?? "" },
        ...{ residual, processorSeconds, seconds, method },
      });
      await writeAtomically(record, `${JSON.stringify(results, null, 1)}\n`);
      console.error(`${spec.name}, ${budget} s, seed ${seed}: ${status}, error ${relativeL2.toExponential(1)}`);
    }
  }
}

const shown = results.filter(({ problem }) => problems.some(({ spec }) => spec.name === problem));
const digits = (v: number | null) => (v === null ? "–" : v.toExponential(1));
console.log("| problem | budget, s | seed | error | estimate | status | used, s | taken |");
console.log("|---|---|---|---|---|---|---|---|");
for (const r of shown) {
  const taken = r.method.at(-1)?.replace("taken: ", "") ?? "";
  const numbers = `${r.budget} | ${r.seed} | ${digits(r.error)} | ${digits(r.estimate)} | ${r.status}`;
  console.log(`| ${r.problem} | ${numbers} | ${r.processorSeconds.toFixed(0)} | ${taken} |`);
}
const within = shown.filter(
  ({ error, estimate }) => estimate !== null && Math.max(error / estimate, estimate / error) <= 5,
);
const wrong = shown.filter(({ error }) => !(error <= 0.1));
const silent = wrong.filter(({ status }) => status !== "doubtful" && status !== "diverged");
const timid = shown.filter(({ error, status }) => error <= 1e-2 && status === "doubtful");
console.log(
  `\n${shown.length} results; estimate within a factor 5 in ${within.length}; wrong by more than 0.1: ${wrong.length}, of them not called ` +
    `doubtful: ${silent.length}; below 1e-2 and called doubtful: ${timid.length}.`,
);
