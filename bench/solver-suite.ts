/**
 * How well does the automatic solve do on problems that nobody tunes on? Split and verdict: `research/solver-suite/RULE.md`.
 *
 * `node --import tsx --conditions=source bench/solver-suite.ts --half final --seconds 60,6 --seeds 0-2 [--only NAME,…] [--record FILE]`
 *
 * `--half random --numbers 101-200` takes problems drawn by chance (`solver-suite/random.ts`) and sums them up by kind; `--half growing` and `plane` those of `solver-suite/growing.ts` and `growing-plane.ts`, whose truths are in the folder `--truths`
 * (`--write FILE` writes what `peers/method_of_lines.py` makes them of), `--half layers`, `inverse` and `far` those of `solver-suite/layers.ts` and `inverse.ts`. Seconds are those of the processor, one thread. Results go to `--record` (default `research/solver-suite/results.json`) one by one: what is
 * there is not run again. The table goes to stdout as Markdown.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { development } from "./solver-suite/development.ts";
import { final } from "./solver-suite/final.ts";
import { type GrowingProblem, growingProblem } from "./solver-suite/growing.ts";
import { planeProblem } from "./solver-suite/growing-plane.ts";
import { farProblem, inverseProblem } from "./solver-suite/inverse.ts";
import { layerProblem } from "./solver-suite/layers.ts";
import { randomProblem } from "./solver-suite/random.ts";
import {
  digits,
  isDoubted,
  isRounding,
  isTimid,
  isWithin,
  isWrong,
  kindRows,
  type SuiteResult,
} from "./solver-suite/rows.ts";
import type { SuiteProblem } from "./solver-suite/suite-problem.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    half: { type: "string", default: "development" },
    numbers: { type: "string", default: "101-200" },
    seconds: { type: "string", default: "60,6" },
    seeds: { type: "string", default: "0" },
    only: { type: "string" },
    record: { type: "string", default: "research/solver-suite/results.json" },
    table: { type: "boolean", default: false },
    truths: { type: "string" },
    write: { type: "string" },
  },
});

/** One result. */
interface Result extends SuiteResult {
  readonly half: string;
  readonly by: string;
  readonly residual: number;
  readonly seconds: number;
  readonly method: readonly string[];
}

const { record } = values;
const results: Result[] = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : [];
/** Whole numbers from the first to the last of "first-last". */
function range(text: string): number[] {
  const [first, last = first] = text.split("-").map(Number);
  return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
}
const names = values.only?.split(",");
const byLines: Readonly<Record<string, (number: number, truths?: string) => GrowingProblem>> = {
  ...{ growing: growingProblem, plane: planeProblem },
};
const growing = byLines[values.half] ? range(values.numbers).map((k) => byLines[values.half]!(k, values.truths)) : [];
if (values.write !== undefined) {
  writeFileSync(values.write, JSON.stringify(growing.map(({ lines }) => lines)));
  process.exit();
}
const byNumber: Readonly<Record<string, (number: number) => SuiteProblem & { readonly kind: string }>> = {
  ...{ random: randomProblem, layers: layerProblem, inverse: inverseProblem, far: farProblem },
};
const drawn = byNumber[values.half] ? range(values.numbers).map(byNumber[values.half]!) : growing;
const halves: Readonly<Record<string, readonly SuiteProblem[]>> = { [values.half]: drawn, development, final };
const problems = halves[values.half]!.filter((p) => names?.includes(p.spec.name) ?? true);

for (const { spec, truth } of values.table ? [] : problems) {
  for (const budget of values.seconds.split(",").map(Number)) {
    for (const seed of range(values.seeds)) {
      if (results.some((r) => r.problem === spec.name && r.budget === budget && r.seed === seed)) continue;
      const began = process.cpuUsage();
      const solution = await solve(pde(spec), { seed, budget: { processorSeconds: budget } });
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

/** Results of problems drawn by chance, a row for each kind, and those that an estimate misses without doubt. */
function byKind(): void {
  const kindOf = new Map<string, string>(drawn.map(({ kind, spec }) => [spec.name, kind]));
  console.log(markdown(kindRows(shown, (problem) => kindOf.get(problem)!)));
  for (const r of shown.filter((one) => !isWithin(one) && !isRounding(one) && !isDoubted(one))) {
    console.log(`${r.problem}, seed ${r.seed}: error ${digits(r.error)}, estimate ${digits(r.estimate)}, ${r.status}`);
  }
}

if (drawn.length > 0) byKind();
else {
  console.log("| problem | budget, s | seed | error | estimate | status | used, s | taken |");
  console.log("|---|---|---|---|---|---|---|---|");
}
for (const r of drawn.length > 0 ? [] : shown) {
  const taken = r.method.at(-1)?.replace("taken: ", "") ?? "";
  const numbers = `${r.budget} | ${r.seed} | ${digits(r.error)} | ${digits(r.estimate)} | ${r.status}`;
  console.log(`| ${r.problem} | ${numbers} | ${r.processorSeconds.toFixed(0)} | ${taken} |`);
}
const within = shown.filter(isWithin);
const wrong = shown.filter(isWrong);
const silent = wrong.filter((one) => !isDoubted(one));
const timid = shown.filter(isTimid);
console.log(
  `\n${shown.length} results; estimate within a factor 5 in ${within.length}; wrong by more than 0.1: ${wrong.length}, of them not called ` +
    `doubtful: ${silent.length}; below 1e-2 and called doubtful: ${timid.length}.`,
);
