/**
 * What the text alone reaches on problems with a goal of their own.
 *
 * `node --import tsx --conditions=source bench/solver-reach.ts [--seconds 60] [--seeds 0-2] [--only NAME,…] [--record FILE] [--table]`
 *
 * The rule, written before any run: `solve(pde(spec), { seed, budget: { processorSeconds } })`, no option but seed and budget, one thread. The error is relative L² over all unknowns,
 * at points that do not come from the solver; the worst seed counts. A goal is reached where the worst of three seeds is at or below it. Problems are those of the development half of
 * `solver-suite`, Lotka and Volterra's equations, whose truth is a Runge–Kutta solution of order four with 2·10⁵ steps, and the lid-driven cavity as a stream function (`examples/flows/cavity-stream.json`), whose velocities are
 * compared with the table of Ghia, Ghia and Shin between the walls. Results go to `--record` (default
 * `research/solver-suite/reach.json`) one by one: what is there, or among the suite's own results in `results.json`, is not run again. The table goes to stdout as Markdown.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { pde } from "../solvers/problem/pde.ts";
import type { ProblemSpec } from "../solvers/problem/problem.ts";
import { relativeL2 } from "../solvers/solve/test-set.ts";
import { type ReferenceName, referenceProblem } from "./reference/catalogue.ts";
import { ghia100 } from "./reference/cavity.ts";
import { development } from "./solver-suite/development.ts";
import { goals, longer } from "./solver-suite/goals.ts";
import { evolution } from "./solver-suite/ordinary.ts";
import { reachRows, type SuiteResult } from "./solver-suite/rows.ts";
import type { SuiteProblem } from "./solver-suite/suite-problem.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seeds: { type: "string", default: "0-2" },
    only: { type: "string" },
    record: { type: "string", default: "research/solver-suite/reach.json" },
    table: { type: "boolean", default: false },
  },
});

/** A problem with a goal, and how its solution is judged. */
interface ReachProblem {
  readonly spec: ProblemSpec;
  readonly error: (solution: Awaited<ReturnType<typeof solve>>) => Promise<number>;
}

const judged = ({ spec, truth }: Pick<SuiteProblem, "spec" | "truth">): ReachProblem => ({
  spec,
  error: async (solution) => (await solution.errors(truth())).relativeL2,
});

const lotkaVolterra = judged({
  spec: {
    name: "lotka-volterra",
    domain: { t: [0, 1] },
    unknowns: ["r", "p"],
    equations: ["r_t = 20*(2*r - 8*r*p)", "p_t = 20*(4*r*p - 1.06*p)"],
    conditions: [{ type: "initial", equation: ["r = 0.5", "p = 0.075"] }],
  },
  truth: () => evolution((_, [r, p]) => [20 * (2 * r! - 8 * r! * p!), 20 * (4 * r! * p! - 1.06 * p!)], [0.5, 0.075], 1),
});

/** Velocities on the middle lines against a table that is good to about 3e-3. */
const cavity: ReachProblem = {
  spec: JSON.parse(readFileSync("examples/flows/cavity-stream.json", "utf8")),
  async error(solution) {
    const between = (rows: readonly (readonly [number, number])[]) => rows.filter(([at]) => at > 0 && at < 1);
    const [u, v] = [between(ghia100.u), between(ghia100.v)];
    const found = [
      ...(await solution.quantity("dy(psi)", Float64Array.from(u.flatMap(([y]) => [0.5, y])))),
      ...(await solution.quantity("-dx(psi)", Float64Array.from(v.flatMap(([x]) => [x, 0.5])))),
    ];
    const values = Float64Array.from([...u, ...v], ([, value]) => value);
    return relativeL2({ points: values, values }, found);
  },
};
/** A reference problem of the library by text alone. */
const referenced = (name: ReferenceName): ReachProblem => {
  const { spec, testSet } = referenceProblem(name);
  return { spec, error: async (solution) => (await solution.errors(testSet(rng(1)))).relativeL2 };
};

interface Result extends SuiteResult {
  readonly method: readonly string[];
}

const { record } = values;
const results: Result[] = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : [];
const suite: readonly SuiteResult[] = JSON.parse(readFileSync("research/solver-suite/results.json", "utf8"));
const known = () => [...results, ...suite];
const [first, last = first] = values.seeds.split("-").map(Number);
const budget = Number(values.seconds);
const only = values.only?.split(",");
const candidates = [
  ...[lotkaVolterra, cavity, ...development.map(judged)],
  ...(["burgers", "allen-cahn", "gaussian-10d-off-centre"] as const).map(referenced),
];
const asked = (name: string) => only?.includes(name) ?? (longer[name] ?? 60) === budget;
const problems = Object.keys(goals).flatMap((name) =>
  // Some are in the development half as well as among the references.
  candidates.filter(({ spec }) => spec.name === name && asked(name)).slice(0, 1),
);

for (let seed = first!; seed <= last! && !values.table; seed++) {
  for (const { spec, error: errorOf } of problems) {
    if (known().some((r) => r.problem === spec.name && r.budget === budget && r.seed === seed)) continue;
    const solution = await solve(pde(spec), { seed, budget: { processorSeconds: budget } });
    const error = await errorOf(solution);
    const { status, estimate, processorSeconds = 0, method = [] } = solution.report;
    await solution.dispose();
    const estimated = Number.isFinite(estimate?.relativeL2) ? estimate!.relativeL2 : null;
    results.push({ problem: spec.name, budget, seed, status, error, estimate: estimated, processorSeconds, method });
    await writeAtomically(record, `${JSON.stringify(results, null, 1)}\n`);
    console.error(`${spec.name}, ${budget} s, seed ${seed}: ${status}, error ${error.toExponential(1)}`);
  }
}

const names = problems.map(({ spec }) => spec.name);
console.log(markdown(reachRows(known(), goals, budget, names)));
