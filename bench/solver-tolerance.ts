/**
 * Problems drawn by chance, solved to a tolerance that is asked for: are those that converged as near to the truth?
 *
 *   node --import tsx --conditions=source bench/solver-tolerance.ts --numbers 831-860 [--tolerance 1e-2] [--seconds 6]
 *
 * One line for each problem of the random kinds and of the layers; the last line counts.
 */
import { parseArgs } from "node:util";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/index.ts";
import { layerProblem } from "./solver-suite/layers.ts";
import { randomProblem } from "./solver-suite/random.ts";

const { values } = parseArgs({
  options: {
    numbers: { type: "string", default: "831-860" },
    tolerance: { type: "string", default: "1e-2" },
    seconds: { type: "string", default: "6" },
  },
});
const [from, to] = values.numbers.split("-").map(Number) as [number, number];
const tolerance = Number(values.tolerance);

const counts = { problems: 0, within: 0, "within and doubted": 0, "converged and off by 0.1": 0 };
for (const make of [randomProblem, layerProblem]) {
  for (let number = from; number <= to; number++) {
    const { spec } = make(number);
    const solution = await solve(pde(spec), { budget: { processorSeconds: Number(values.seconds), tolerance } });
    const { status, report } = solution;
    const { relativeL2 } = await solution.errors();
    counts.problems++;
    if (relativeL2 <= tolerance) counts.within++;
    if (relativeL2 <= tolerance && status === "doubtful") counts["within and doubted"]++;
    if (!(relativeL2 <= 0.1) && status !== "doubtful") counts["converged and off by 0.1"]++;
    const [error, estimate] = [relativeL2, report.estimate!.relativeL2].map((v) => v.toExponential(1));
    console.log(`${spec.name}: ${status}, error ${error}, estimated ${estimate}, ${report.method?.at(-1)}`);
    await solution.dispose();
  }
}
console.log(JSON.stringify(counts));
