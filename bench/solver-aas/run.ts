/**
 * Adversarial adaptive sampling as published beside DAS, RAD and even points on its own schedule; the rule is in research/solver-aas/RULE.md.
 *
 * `node --import tsx --conditions=source bench/solver-aas/run.ts --runs FOLDER [--problems peak,…] [--arms aas,…] [--seeds 501-503]
 * [--until 10,20,…,50] [--print]`
 *
 * Each run is recorded in a folder of its own after every round: started again, the script goes on where it was. Whole schedules that stand in
 * results.json are not run again. All runs are brought to the first
 * number of rounds of `--until` and measured, then to the next, so that arms can be compared where time runs out; after each of them, or at
 * once with `--print`, the table of the runs that are there is printed, with the verdicts that whole schedules allow.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rng } from "../../engine/random/rng.ts";
import { pde } from "../../equations/problem/index.ts";
import { rad } from "../../examples/papers/rad.ts";
import { adversarial } from "../../solvers/sampler/adversarial.ts";
import type { Sampler } from "../../solvers/sampler/sampler.ts";
import { sobol } from "../../solvers/sampler/uniform.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import { solve } from "../../solvers/solve/solve.ts";
import { type ReferenceName, referenceProblem } from "../reference/catalogue.ts";
import { das } from "./das.ts";
import { measure } from "./measure.ts";

const { values: asked } = parseArgs({
  options: {
    runs: { type: "string", default: "runs/solver-aas" },
    problems: { type: "string", default: "peak,two-peaks,gaussian-10d" },
    arms: { type: "string", default: "even,rad,das,aas" },
    seeds: { type: "string", default: "501-503" },
    until: { type: "string", default: "10,20,30,40,50" },
    print: { type: "boolean", default: false },
  },
});

const flow = { steps: 1000, batch: 1000, pool: 5000, learningRate: 8e-4 };
const samplers: Readonly<Record<string, Sampler>> = {
  even: sobol(),
  rad: rad(),
  das: das({ ...flow, flow: "krnet", share: 0, trainingShare: 0, weights: "none" }),
  aas: adversarial({ regularizer: "wasserstein", form: "flow", flow: "krnet" }),
};

/** What is measured of one run. */
interface Measured {
  readonly problem: string;
  readonly arm: string;
  readonly seed: number;
  readonly status: string;
  readonly steps: number;
  readonly seconds: number;
  readonly l2: number;
  readonly max: number;
  readonly h1: number;
  /** std(r²)/mean(r²). */
  readonly spread: number;
}

const whole = 50;
/** Points of an Adam step, where not all of the round are taken (research/solver-aas/RULE.md, amendment of 2026-11-27). */
const batches: Readonly<Record<string, number>> = { "gaussian-10d": 1000 };
const folderOf = (name: string, arm: string, seed: number) => join(asked.runs, name, arm, String(seed));
const resultAt = (until: number) => `measured-${until}.json`;

const results: readonly Measured[] = JSON.parse(
  readFileSync(new URL("../../research/solver-aas/results.json", import.meta.url), "utf8"),
);

function known(name: string, arm: string, seed: number, until: number): Measured | undefined {
  const kept = results.find((one) => one.problem === name && one.arm === arm && one.seed === seed);
  if (until === whole && kept) return kept;
  const done = join(folderOf(name, arm, seed), resultAt(until));
  return existsSync(done) ? JSON.parse(readFileSync(done, "utf8")) : undefined;
}

async function run(name: ReferenceName, arm: string, seed: number, until: number): Promise<void> {
  if (known(name, arm, seed, until)) return;
  const folder = folderOf(name, arm, seed);
  mkdirSync(folder, { recursive: true });
  const { spec, testSet } = referenceProblem(name);
  const problem = pde(spec);
  const begun = readdirSync(folder).find((entry) => {
    const kept = join(folder, entry, "checkpoints");
    return existsSync(kept) && readdirSync(kept).length > 0;
  });
  const stop = new AbortController();
  const solution = await solve(problem, {
    ...{
      preset: "aas",
      term: null,
      sampler: samplers[arm]!,
      seed,
      clock: { ...systemClock, wall: systemClock.processor },
      checkpointEvery: 1,
      signal: stop.signal,
    },
    ...(name in batches && { batch: batches[name] }),
    ...(begun === undefined ? { runs: folder } : { resume: join(folder, begun) }),
    onProgress({ round, steps, seconds, freshLoss, freshError }) {
      process.stderr.write(
        `${name} ${arm} ${seed}: round ${round}, ${steps} steps, ${seconds.toFixed(0)} processor s, ` +
          `loss ${freshLoss.toExponential(2)} ± ${freshError.toExponential(1)}\n`,
      );
      if (round + 1 >= until && until < whole) stop.abort();
    },
  });
  const { status, steps, seconds } = solution.report;
  const measured = {
    ...{ problem: name, arm, seed, status, steps, seconds },
    ...(await measure(solution, problem, testSet(rng(999)))),
  };
  await solution.dispose();
  writeFileSync(join(folder, resultAt(until)), `${JSON.stringify(measured)}\n`);
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
const shown = (list: readonly number[]): string =>
  list.length === 0 ? "–" : `${median(list).toExponential(1)} (${Math.max(...list).toExponential(1)})`;

/** The verdicts of the rule, where all runs that they need are there. */
function verdicts(all: readonly Measured[], problems: readonly string[], seeds: number): string[] {
  const of = (problem: string, arm: string, what: "l2" | "max" | "spread"): number => {
    const found = all.filter((m) => m.problem === problem && m.arm === arm);
    return found.length < seeds ? Number.NaN : median(found.map((m) => m[what]));
  };
  const complete = problems.every((p) => ["even", "das", "aas"].every((arm) => !Number.isNaN(of(p, arm, "l2"))));
  if (!complete || problems.length < 3) return ["not all runs are there: no verdict"];
  const count = (holds: (problem: string) => boolean) => problems.filter(holds).length;
  const ratio = (p: string) => of(p, "aas", "l2") / of(p, "das", "l2");
  const smaller = count((p) => ratio(p) <= 1 / 1.5) >= 2 && count((p) => ratio(p) > 1.5) === 0;
  const larger = count((p) => ratio(p) >= 1.5) >= 2;
  const flatter = count((p) => of(p, "aas", "spread") < Math.min(of(p, "das", "spread"), of(p, "even", "spread"))) >= 2;
  const against = (p: string, what: "l2" | "max") => of(p, "aas", what) / of(p, "even", what);
  const asLoss = count((p) => against(p, "max") <= against(p, "l2") / 1.5) >= 2;
  return [
    `smaller error than DAS: ${smaller ? "confirmed" : larger ? "refuted" : "not decided"}`,
    `flatter residual: ${flatter ? "confirmed" : "not confirmed"}`,
    `published class (≤ 1e-2): reached on ${problems.filter((p) => of(p, "aas", "l2") <= 1e-2).join(", ") || "none"}`,
    `as a loss for the maximum norm: ${asLoss ? "confirmed" : "not confirmed"}`,
  ];
}

const [first, last = first] = asked.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
const problems = asked.problems.split(",") as ReferenceName[];
const arms = asked.arms.split(",");

function table(until: number): void {
  const of = (problem: string, arm: string) => seeds.flatMap((seed) => known(problem, arm, seed, until) ?? []);
  const all = problems.flatMap((problem) => arms.flatMap((arm) => of(problem, arm)));
  if (all.length === 0) return;
  console.log(`\nAfter ${until} of ${whole} rounds:\n`);
  console.log(
    "| problem | arm | runs | relative L², median (worst) | maximum | gradient | std(r²)/mean(r²) | processor s |",
  );
  console.log("|---|---|--:|---|---|---|---|--:|");
  for (const problem of problems) {
    for (const arm of arms) {
      const found = of(problem, arm);
      if (found.length === 0) continue;
      const column = (what: "l2" | "max" | "h1" | "spread") => shown(found.map((m) => m[what]));
      const time = median(found.map((m) => m.seconds)).toFixed(0);
      console.log(
        `| ${problem} | ${arm} | ${found.length} | ${column("l2")} | ${column("max")} | ${column("h1")} | ${column("spread")} | ${time} |`,
      );
    }
  }
  if (until === whole) for (const line of verdicts(all, problems, seeds.length)) console.log(line);
}

for (const until of asked.until.split(",").map(Number)) {
  if (!asked.print) {
    for (const seed of seeds) {
      for (const problem of problems) for (const arm of arms) await run(problem, arm, seed, until);
    }
  }
  table(until);
}
