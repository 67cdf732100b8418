/**
 * The reach of the text alone, kind by kind, beside classical codes.
 *
 * `node --import tsx --conditions=source bench/solver-reach.ts [--seeds 0-2] [--only NAME,…] [--development WORD] [--deepxde SECONDS] [--at-goal] [--record FOLDER] [--table]`
 *
 * The rule: `solve(pde(spec), { seed, threads: 1, budget: { processorSeconds } })` with 6 s where the problem does not say more, no other option. The error is relative L² over all
 * unknowns at points that do not come from the solver; the worst seed counts. Parameters come from the stream "reach NAME"; `--development` draws others, with
 * which the solver may be developed. Truths are formulas, or what `bench/peers/reach.py` finds with tolerances far below the goals; the same program then tells how long a
 * classical code (NumPy and SciPy, one thread) takes to the error of the worst seed. Results go to `--record` (default `research/solver-reach`) one by one: what is there is not run again.
 * `--at-goal` asks for the goal as a tolerance, so that a solve ends when its estimate is there; its record is `research/solver-reach/at-goal`, of those problems that have 6 s.
 * `--deepxde 60` lets DeepXDE try the same problems for so many processor seconds each (seed 0); its folder stands in PYTHONPATH, and Debian's python3-torch is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt, toText } from "../equations/expression/index.ts";
import type { Problem, ProblemSpec } from "../equations/problem/index.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { python } from "./peer.ts";
import { type DeepxdeTime, deepxdeProblem } from "./solver-reach/deepxde.ts";
import { type Drawn, drawnFor, type ReachProblem, reachKinds } from "./solver-reach/problems.ts";
import { atGoalTable, type ClassicalTime, type ReachResult, reachCounts, reachTable } from "./solver-reach/rows.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0-2" },
    only: { type: "string" },
    development: { type: "string" },
    deepxde: { type: "string" },
    "at-goal": { type: "boolean", default: false },
    record: { type: "string" },
    table: { type: "boolean", default: false },
  },
});

const atGoal = values["at-goal"];
const record = values.record ?? `research/solver-reach${atGoal ? "/at-goal" : ""}`;

/** Values of all unknowns at points, row by row. */
interface Truth {
  readonly points: readonly number[];
  readonly values: readonly number[];
  /** Relative difference of the two finest resolutions of a classical code. */
  readonly difference?: number;
}

const read = <T>(name: string): T[] => {
  const file = join(record, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T[]) : [];
};
const write = (name: string, rows: readonly unknown[]) =>
  writeAtomically(join(record, name), `[\n${rows.map((r) => JSON.stringify(r)).join(",\n")}\n]\n`);

/** Points at which formulas are compared. */
const count = 4000;

function formulaTruth(problem: Problem): Truth | undefined {
  const { exact, axes, constants, domain } = problem;
  if (!exact) return undefined;
  const points = domainOf(domain).interior(count, rng(7).split("judge"));
  const columns = exact.map((e) => evaluateAt(e, points, axes.length, constants));
  return {
    points: Array.from(points),
    values: Array.from({ length: count * columns.length }, (_, i) => {
      return columns[i % columns.length]![Math.floor(i / columns.length)]!;
    }),
  };
}

/** What the classical code is told: the source that the text makes of its solution included. */
function peerOf({ peer }: Drawn, problem: Problem): Record<string, unknown> | undefined {
  if (!peer) return undefined;
  const { axes, unknowns, source } = problem;
  const width = axes.length;
  return {
    ...peer,
    width,
    name: problem.name,
    ...(source && { source: source.map((s) => toText(s, { axes, unknowns })) }),
  };
}

const folder = mkdtempSync(join(tmpdir(), "monge-reach-"));
/** Runs the classical codes on a list of problems; each line of the answer is an object. */
function classical(task: "truths" | "times", problems: readonly object[]): Record<string, unknown>[] {
  if (problems.length === 0) return [];
  const file = join(folder, "problems.json");
  writeFileSync(file, JSON.stringify(problems));
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...environment } = process.env;
  const { stdout, status } = spawnSync(python, ["bench/peers/reach.py", task, file, folder], {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1e9 },
    env: { ...environment, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error("bench/peers/reach.py failed; its error stands above");
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** DeepXDE on one problem, in a process of its own. */
function deepxde(problem: Record<string, unknown>, seconds: string): DeepxdeTime {
  const file = join(folder, "deepxde.json");
  writeFileSync(file, JSON.stringify(problem));
  const { stdout, status } = spawnSync(python, ["bench/peers/deepxde_texts.py", file, seconds, "0"], {
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    env: { ...process.env, DDE_BACKEND: "pytorch" },
  });
  if (status !== 0) throw new Error("bench/peers/deepxde_texts.py failed; its error stands above");
  return JSON.parse(stdout) as DeepxdeTime;
}

function truthOf(drawn: Drawn, problem: Problem): Truth | undefined {
  const file = join(folder, `${problem.name}.json`);
  const known = existsSync(file) ? undefined : formulaTruth(problem);
  if (known) writeFileSync(file, JSON.stringify(known));
  const peer = peerOf(drawn, problem);
  if (!existsSync(file) && peer) classical("truths", [peer]);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Truth) : undefined;
}

/** The text, with noisy values of its truth where constants are to be found. */
function observed({ spec, peer }: Drawn, name: string, truth: () => Truth | undefined): ProblemSpec {
  const sigma = peer?.["observed"] as number | undefined;
  if (sigma === undefined) return { ...spec, name };
  const { points, values: exact } = truth()!;
  const d = points.length / exact.length;
  const noise = rng(11).normal(200);
  const places = Array.from(noise, (_, i) => points.slice(i * d, (i + 1) * d));
  return {
    ...spec,
    name,
    observations: [{ points: places, values: Array.from(noise, (z, i) => exact[i]! + sigma * z), sigma }],
  };
}

/** Relative L² over all unknowns; a pressure is compared up to its mean, and NaN stands for no known value. */
function relativeError({ unknowns }: Problem, truth: readonly number[], found: Float64Array): number {
  const m = unknowns.length;
  let [moved, size] = [0, 0];
  for (let k = 0; k < m; k++) {
    const at = truth.flatMap((v, i) => (i % m === k && v !== null && !Number.isNaN(v) ? [i] : []));
    const mean = (of: ArrayLike<number>) => at.reduce((sum, i) => sum + of[i]!, 0) / at.length;
    const shift = unknowns[k] === "p" && m === 3 ? mean(truth) - mean(found) : 0;
    for (const i of at) {
      moved += (found[i]! + shift - truth[i]!) ** 2;
      size += truth[i]! ** 2;
    }
  }
  return Math.sqrt(moved / size);
}

async function judged(drawn: Drawn, problem: Problem, solution: Awaited<ReturnType<typeof solve>>): Promise<number> {
  const { constants } = solution.report;
  if (drawn.constants)
    return Math.max(
      ...Object.entries(drawn.constants).map(([name, truth]) => {
        const { value, standardDeviation = Number.NaN } = constants[name]!;
        return Math.abs(value - truth) / standardDeviation;
      }),
    );
  if (drawn.test) return (await solution.errors(drawn.test)).relativeL2;
  const truth = truthOf(drawn, problem)!;
  // An eigenvalue is judged alone, since a function's sign is free.
  if (truth.points.length === 0) return Math.abs(constants["lambda"]!.value / truth.values[0]! - 1);
  return relativeError(
    problem,
    truth.values,
    await solution.evaluate(Float64Array.from(truth.points), { outside: "extrapolated" }),
  );
}

/** The estimate over the unknowns that have a truth: the cavity's pressure has none in print. */
function estimated(drawn: Drawn, problem: Problem, { report }: Awaited<ReturnType<typeof solve>>): number | null {
  const { relativeL2 = Number.NaN, unknowns, quantities } = report.estimate ?? {};
  const m = problem.unknowns.length;
  const known = drawn.test || drawn.constants ? [] : truthOf(drawn, problem)!.values.slice(0, m);
  const seen = problem.unknowns.filter((_, k) => known[k] !== null);
  // An eigenvalue is judged alone.
  const own =
    quantities?.["lambda"] ??
    (unknowns && seen.length < m ? Math.max(...seen.map((name) => unknowns[name]!)) : relativeL2);
  return Number.isFinite(own) ? own : null;
}

const [first, last = first] = values.seeds.split("-").map(Number);
const only = values.only?.split(",");
const isListed = ({ name, seconds }: ReachProblem) => (only?.includes(name) ?? true) && !(atGoal && seconds);
const listed = reachKinds.flatMap(({ problems }) => problems).filter(isListed);
const [results, times] = [read<ReachResult>("results.json"), read<ClassicalTime>("classical.json")];
const theirs = read<DeepxdeTime>("deepxde.json");
mkdirSync(record, { recursive: true });
for (const one of values.table ? [] : listed) {
  const drawn = drawnFor(one, values.development);
  if (atGoal && drawn.constants) continue;
  const budget = one.seconds ?? 6;
  const seeds = Array.from({ length: last! - first! + 1 }, (_, k) => first! + k);
  const missing = seeds.filter(
    (s) => !results.some((r) => r.problem === one.name && r.budget === budget && r.seed === s),
  );
  const bare = pde({
    ...drawn.spec,
    name: one.name,
    ...(drawn.peer?.["observed"] ? { trainable: {}, constants: drawn.constants ?? {} } : {}),
  });
  const problem = drawn.peer?.["observed"] ? pde(observed(drawn, one.name, () => truthOf(drawn, bare))) : bare;
  for (const seed of missing) {
    const limits = { processorSeconds: budget, ...(atGoal && { tolerance: one.goal }) };
    const solution = await solve(problem, { seed, threads: 1, budget: limits });
    const error = await judged(drawn, problem, solution);
    const { status, processorSeconds = 0, method = [] } = solution.report;
    const estimate = estimated(drawn, problem, solution);
    await solution.dispose();
    const difference = drawn.test || drawn.constants ? undefined : truthOf(drawn, problem)?.difference;
    results.push({
      ...{ problem: one.name, budget, seed, status, error, estimate, processorSeconds },
      ...(difference !== undefined && { truth: difference }),
      method: method.at(-1) ?? "",
    });
    await write("results.json", results);
    console.error(
      `${one.name}, seed ${seed}: ${status}, error ${error.toExponential(1)}, estimated ${estimate?.toExponential(1)}, ${processorSeconds.toFixed(1)} s`,
    );
  }
  const peer = peerOf(drawn, problem);
  const target = Math.max(...results.filter((r) => r.problem === one.name && r.budget === budget).map((r) => r.error));
  const plain = deepxdeProblem(problem);
  if (values.deepxde && plain && !theirs.some((t) => t.problem === one.name)) {
    theirs.push(deepxde({ ...plain, ...truthOf(drawn, problem), target }, values.deepxde));
    await write("deepxde.json", theirs);
    console.error(`${one.name}: DeepXDE ${theirs.at(-1)!.error?.toExponential(1)}, ${theirs.at(-1)!.seconds} s`);
  }
  if (!peer || drawn.constants || times.some((t) => t.problem === one.name)) continue;
  truthOf(drawn, problem);
  times.push(...(classical("times", [{ ...peer, target }]) as unknown as ClassicalTime[]));
  await write("classical.json", times);
}
rmSync(folder, { recursive: true });
console.log(
  atGoal
    ? markdown(atGoalTable(results, times))
    : `${markdown(reachTable(results, times, theirs))}\n\n${markdown(reachCounts(results, times))}`,
);
