/**
 * Is what the automatic solve believes right? Problems drawn by chance at which a solver may be wrong and not know it.
 *
 * `node --import tsx --conditions=source bench/solver-belief.ts [--numbers 1-220] [--seconds 6] [--seed 0] [--record FILE] [--table]`
 *
 * Rule: no answer is believed that is off by more than 3 % and by more than ten times its estimate, nor one to a problem that has none, or many;
 * of those right to 1e-3 at most one in twenty is doubted; 85 % of the estimates are within a factor of 5 (errors below 1e-10 are left
 * out: truths are known no better). Numbers 1 to 220 are for development; from 1001 on they judge, and no choice was made on them.
 * From 3001 on they are fields, shocks and hidden constraints: 3001 to 3070 for development, from 4001 on to judge.
 * From 5001 on they are shapes in the plane, steady and in time, and bodies: 5001 to 5060 for development, from 6001 on to judge.
 * Results go to the record one by one; what is there is not run again. The table goes to stdout as Markdown.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isMongeError } from "../engine/errors.ts";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { type BeliefResult, beliefRows, isBelievedWrongly } from "./solver-suite/belief-rows.ts";
import { digits } from "./solver-suite/rows.ts";
import { type TreacherousProblem, treacherousProblem } from "./solver-suite/treacherous.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    numbers: { type: "string", default: "1-220" },
    seconds: { type: "string", default: "6" },
    seed: { type: "string", default: "0" },
    record: { type: "string", default: "research/solver-suite/belief.json" },
    table: { type: "boolean", default: false },
  },
});

const results: BeliefResult[] = existsSync(values.record) ? JSON.parse(readFileSync(values.record, "utf8")) : [];
const [first, last = first] = values.numbers.split("-").map(Number);
const problems = Array.from({ length: last! - first! + 1 }, (_, i) => treacherousProblem(first! + i));

/** What comes of a problem, a refusal among it. */
async function answer({ kind, spec, truth }: TreacherousProblem): Promise<BeliefResult> {
  const began = process.cpuUsage();
  const seconds = () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  const named = { problem: spec.name, kind, isKnown: truth !== undefined };
  try {
    const budget = { processorSeconds: Number(values.seconds) };
    const solution = await solve(pde(spec), { seed: Number(values.seed), budget });
    const used = seconds();
    const { status, estimate, method = [] } = solution.report;
    const error = truth ? (await solution.errors(truth())).relativeL2 : null;
    await solution.dispose();
    const advice = estimate?.advice;
    return {
      ...named,
      ...{ status, error, estimate: Number.isFinite(estimate?.relativeL2) ? estimate!.relativeL2 : null },
      ...{ processorSeconds: used, taken: method.at(-1) ?? "", ...(advice !== undefined && { advice }) },
    };
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return {
      ...named,
      status: "refused",
      error: null,
      estimate: null,
      processorSeconds: seconds(),
      advice: error.message,
    };
  }
}

for (const problem of values.table ? [] : problems) {
  if (results.some((r) => r.problem === problem.spec.name)) continue;
  const result = await answer(problem);
  results.push(result);
  await writeAtomically(values.record, `${JSON.stringify(results, null, 1)}\n`);
  const numbers = `error ${digits(result.error)}, estimate ${digits(result.estimate)}`;
  const mark = isBelievedWrongly(result) ? "  <-- WRONG AND BELIEVED" : "";
  console.error(`${result.problem} (${result.kind}): ${result.status}, ${numbers}${mark}`);
}

const shown = results.filter(({ problem }) => problems.some(({ spec }) => spec.name === problem));
console.log(markdown(beliefRows(shown)));
