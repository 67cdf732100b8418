/**
 * Every example of DeepXDE's `pinn_forward` and `pinn_inverse`: our text, our error by text alone, a classical method, and theirs.
 *
 * `node --import tsx --conditions=source bench/deepxde-examples.ts [--seconds 3] [--only NAME,…] [--python python3] [--theirs FILE] [--write]`
 *
 * Texts are in `examples/deepxde`. Seconds are those of the processor, one thread, seed 0. Results go to `research/deepxde-examples/results.json` one by one:
 * what is there is not run again. Classical solutions come from `deepxde-examples/reference.py`, theirs from `deepxde-examples/theirs.py`, whose
 * lines `--theirs` adds. `--write` writes `research/deepxde-examples.md`; `--seconds 0` runs nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt, parseExpression } from "../equations/expression/index.ts";
import type { Problem, ProblemSpec } from "../equations/problem/index.ts";
import { pde, scopeOf } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { type Example, pageOf, type Reference, type Result, type Theirs } from "./deepxde-examples/page.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    only: { type: "string" },
    python: { type: "string", default: "python3" },
    theirs: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const folder = "research/deepxde-examples";
const read = <T>(path: string, none: T): T => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : none);
const keep = (path: string, what: unknown) => writeAtomically(path, `${JSON.stringify(what, null, 1)}\n`);

const kinds = ["forward", "inverse"] as const;
const examples = kinds.flatMap((kind) =>
  read<readonly Example[]>(`examples/deepxde/${kind}.json`, []).map((e) => ({ ...e, kind })),
);
const results = read<Result[]>(`${folder}/results.json`, []);
const references = read<Reference[]>(`${folder}/references.json`, []);
const theirs = read<Theirs[]>(`${folder}/theirs.json`, []);
const seconds = Number(values.seconds);
const only = values.only?.split(",");

if (values.theirs !== undefined) {
  const lines = readFileSync(values.theirs, "utf8").trim().split("\n");
  for (const line of lines.map((l): Theirs => JSON.parse(l))) {
    const { example, error, processorSeconds, failed } = line;
    const at = theirs.findIndex((t) => t.example === example);
    if (at >= 0) theirs.splice(at, 1);
    theirs.push({ example, error, processorSeconds, ...(failed !== undefined && { failed }) });
  }
  await keep(`${folder}/theirs.json`, theirs);
}

/** What scipy says: error and seconds of the classical run, and values at points. */
interface Truth {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly (readonly number[])[];
}

function classical(name: string): Truth | undefined {
  const run = spawnSync(values.python, ["bench/deepxde-examples/reference.py", name], {
    encoding: "utf8",
    timeout: 300_000,
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0) return undefined;
  const { method, processorSeconds, error, ...truth } = JSON.parse(run.stdout) as Truth & Omit<Reference, "example">;
  if (!references.some((r) => r.example === name)) references.push({ example: name, method, processorSeconds, error });
  return truth;
}

const relative = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  let [gap, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    gap += (found[i]! - wanted[i]!) ** 2;
    size += wanted[i]! ** 2;
  }
  return Math.sqrt(gap / size);
};

/** The error of a solution: of constants or fields where these are asked for, else of the unknowns. */
async function errorOf(
  problem: Problem,
  example: Example,
  truth: Truth | undefined,
  solution: Awaited<ReturnType<typeof solve>>,
): Promise<{ readonly error: number; readonly of: string } | undefined> {
  const found = Object.entries(solution.report.constants);
  if (found.length > 0) {
    const worst = found.map(([name, { value }]) => Math.abs(value / problem.constants[name]! - 1));
    return Number.isFinite(worst[0])
      ? { error: Math.max(...worst), of: found.map(([name]) => name).join(", ") }
      : undefined;
  }
  const d = problem.axes.length;
  const fields = typeof example.truth === "object" ? example.truth : undefined;
  const formula = typeof example.truth === "string" ? { [problem.unknowns[0]!]: example.truth } : fields;
  const field = Object.keys((problem.text.fields as object | undefined) ?? {})[0];
  if (formula) {
    const [name, text] = Object.entries(formula)[0]!;
    const points = domainOf(problem.domain).interior(4096, rng(0).split("judge"));
    const wanted = evaluateAt(
      parseExpression(text, scopeOf(problem), { unknowns: false }),
      points,
      d,
      problem.constants,
    );
    return { error: relative(await solution.quantity(name, points), wanted), of: name };
  }
  if (problem.exact) {
    const errors = await solution.errors();
    return field === undefined ? { error: errors.relativeL2, of: "" } : { error: errors.perUnknown[field]!, of: field };
  }
  if (!truth) return undefined;
  const points = Float64Array.from(truth.points.flat());
  const wanted = truth.values.flat();
  if (example.quantity !== undefined)
    return { error: relative(await solution.quantity(example.quantity, points), wanted), of: "" };
  const all = await solution.evaluate(points);
  return { error: relative(all, wanted), of: "" };
}

const known: readonly string[] = JSON.parse(
  spawnSync(values.python, ["bench/deepxde-examples/reference.py"], { encoding: "utf8" }).stdout || "[]",
);
for (const example of examples) {
  const name = example.example;
  if (!example.problem || seconds === 0 || (only && !only.includes(name)) || results.some((r) => r.example === name))
    continue;
  const truth = known.includes(name) ? classical(name) : undefined;
  const problem = pde(example.problem as ProblemSpec);
  const solution = await solve(problem, { seed: 0, budget: { processorSeconds: seconds } });
  const judged = await errorOf(problem, example, truth, solution);
  const { status, processorSeconds = 0, method = [] } = solution.report;
  await solution.dispose();
  results.push({
    ...{ example: name, error: judged?.error ?? null, of: judged?.of ?? "", status, processorSeconds, budget: seconds },
    taken: (method.at(-1) ?? "").replace("taken: ", ""),
  });
  await keep(`${folder}/results.json`, results);
  await keep(`${folder}/references.json`, references);
  console.error(
    `${name}: ${status}, error ${judged?.error.toExponential(1)} ${judged?.of}, ${processorSeconds.toFixed(1)} s`,
  );
}
if (values.write)
  await writeAtomically("research/deepxde-examples.md", pageOf(examples, { results, references, theirs }));
