/**
 * What elements reach, and which indicator refines them best.
 *
 * `node --import tsx --conditions=source bench/solver-elements.ts [--seconds 6] [--draws 3] [--only NAME,…] [--indicators] [--table]`
 *
 * Each kind of `solver-elements/problems.ts` is drawn three times and solved by `solve(pde(spec), { seed, budget: { processorSeconds } })`, no option but seed and budget, one
 * thread; the error is relative L² over all unknowns at 20 000 even points. With `--indicators` the local kinds are refined by three indicators instead, by the rule in
 * `research/solver-elements/RULE.md`. Results go to `research/solver-elements/` one by one; what is there is not run again.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt } from "../equations/expression/index.ts";
import type { Problem } from "../equations/problem/index.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { discretised } from "../solvers/elements/discretisation.ts";
import { elementPieces } from "../solvers/elements/element-pieces.ts";
import { solveByElements, usualRefinement } from "../solvers/elements/solve.ts";
import { indicators } from "./solver-elements/indicators.ts";
import { drawn, kinds } from "./solver-elements/problems.ts";
import { type Compared, comparedRows, type Reached, reachedRows } from "./solver-elements/rows.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    draws: { type: "string", default: "3" },
    only: { type: "string" },
    indicators: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
  },
});
const folder = "research/solver-elements";
const budget = Number(values.seconds);
const draws = Array.from({ length: Number(values.draws) }, (_, k) => k);
const asked = kinds.filter(({ name }) => values.only?.split(",").includes(name) ?? true);
const read = <T>(file: string): T[] => (existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T[]) : []);
const write = (file: string, results: readonly unknown[]) =>
  writeAtomically(file, `[\n${results.map((r) => JSON.stringify(r)).join(",\n")}\n]\n`);

/** Relative L² over all unknowns. */
function errorOf(problem: Problem, found: (unknown: number, points: Float64Array) => Float64Array): number {
  const d = problem.axes.length;
  const points = domainOf(problem.domain).interior(20_000, rng(7).split("judge"));
  let [moved, size] = [0, 0];
  problem.unknowns.forEach((_, j) => {
    const truth = evaluateAt(problem.exact![j]!, points, d, problem.constants);
    // A pressure is known up to its mean over the domain, which formulas need not have as 0.
    const own = found(j, points);
    const mean = (of: Float64Array) => of.reduce((a, b) => a + b, 0) / of.length;
    const shift = problem.unknowns[j] === "p" ? mean(truth) - mean(own) : 0;
    own.forEach((v, i) => {
      moved += (v + shift - truth[i]!) ** 2;
      size += truth[i]! ** 2;
    });
  });
  return Math.sqrt(moved / size);
}

async function reach(): Promise<void> {
  const file = `${folder}/reach.json`;
  const results = read<Reached>(file);
  for (const kind of asked) {
    for (const draw of draws) {
      if (results.some((r) => r.kind === kind.name && r.draw === draw && r.budget === budget)) continue;
      const problem = pde(drawn(kind, draw));
      const solution = await solve(problem, { seed: draw, threads: 1, budget: { processorSeconds: budget } });
      const points = domainOf(problem.domain).interior(20_000, rng(7).split("judge"));
      const m = problem.unknowns.length;
      const all = await solution.evaluate(points, { outside: "extrapolated" });
      const error = errorOf(problem, (j) => Float64Array.from({ length: all.length / m }, (_, i) => all[i * m + j]!));
      const { status, estimate, processorSeconds = 0, method = [] } = solution.report;
      const estimated = Number.isFinite(estimate?.relativeL2) ? estimate!.relativeL2 : null;
      results.push({
        kind: kind.name,
        draw,
        budget,
        status,
        error,
        estimate: estimated,
        processorSeconds,
        taken: method.at(-1) ?? "",
      });
      await write(file, results);
      await solution.dispose();
      console.error(
        `${kind.name} ${draw}: ${status}, error ${error.toExponential(1)}, estimated ${estimated?.toExponential(1)}, ${processorSeconds.toFixed(1)} s`,
      );
    }
  }
}

async function compare(): Promise<void> {
  const file = `${folder}/indicators.json`;
  const results = read<Compared>(file);
  for (const kind of asked.filter(({ local }) => local)) {
    for (const draw of draws) {
      for (const [indicator, of] of Object.entries(indicators)) {
        if (results.some((r) => r.kind === kind.name && r.draw === draw && r.indicator === indicator)) continue;
        const problem = pde(drawn(kind, draw));
        const course: [number, number][] = [];
        const ends = new AbortController();
        solveByElements(
          problem,
          {
            ...{ clock: () => 0, tolerance: 0, meshes: 40, seconds: Number.POSITIVE_INFINITY, signal: ends.signal },
            onMesh: (mesh, { elements }) => {
              if (elements > 150) ends.abort();
              else {
                const pieces = elementPieces(mesh);
                const still = problem.axes.map(() => 0);
                course.push([elements, errorOf(problem, (j, points) => pieces.at(points)(j, still))]);
              }
            },
          },
          { ...usualRefinement, atOnce: 24, indicator: of(discretised(problem)) },
        );
        const error = Math.min(...course.map(([, e]) => e));
        results.push({ kind: kind.name, draw, indicator, error, elements: course.at(-1)![0], meshes: course.length });
        await write(file, results);
        console.error(`${kind.name} ${draw} by ${indicator}: ${error.toExponential(1)}`);
      }
    }
  }
}

if (!values.table) await (values.indicators ? compare() : reach());
const rows = values.indicators
  ? comparedRows(read(`${folder}/indicators.json`))
  : reachedRows(read(`${folder}/reach.json`), budget);
console.log(markdown(rows));
