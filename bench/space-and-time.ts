/**
 * Problems in three axes of space and shapes in time, beside formulas, printed numbers, a classical code or four times the time.
 *
 * `node --import tsx --conditions=source bench/space-and-time.ts [--seeds 0-2] [--only WORD] [--record FOLDER]`
 *
 * Each has the processor seconds of its goal, one thread, and the goal as its tolerance. Errors are relative L² over unknowns that have a truth, at points in the
 * domain, in time at eight moments. Results go to `--record` (default `research/space-and-time`) one by one: what is there is not run again.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { type Problem, pde } from "../equations/problem/index.ts";
import type { Solution } from "../solvers/index.ts";
import { solve } from "../solvers/index.ts";
import { peerEnvironment, python } from "./peer.ts";
import { problems, type SpaceProblem } from "./space-and-time/problems.ts";
import { type SpaceResult, spaceRows } from "./space-and-time/rows.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0-2" },
    only: { type: "string", default: "" },
    record: { type: "string", default: "research/space-and-time" },
  },
});
const file = join(values.record, "results.json");
const results: SpaceResult[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
mkdirSync(values.record, { recursive: true });
/** Points, moments of an evolution, and how much more time a second solve has that stands for the truth. */
const [count, moments, longer] = [2000, 8, 4];

function pointsOf({ domain, bounds, axes, time }: Problem): Float64Array {
  const points = domainOf(domain).interior(count, rng(7));
  if (time === undefined) return points;
  const [begin, end] = bounds[time]!;
  for (let i = 0; i < count; i++)
    points[i * axes.length + time] = begin + ((end - begin) * (1 + (i % moments))) / moments;
  return points;
}

/** Values of the first unknowns at points, [n, unknowns], and where they come from. */
interface Truth {
  readonly values: ArrayLike<number>;
  readonly unknowns: number;
  readonly of: string;
}

const peerTruth = (script: string, points: Float64Array): ArrayLike<number> => {
  const path = join(mkdtempSync(join(tmpdir(), "monge-space-")), "case.json");
  writeFileSync(path, JSON.stringify({ points: [...points], nodes: 32, steps: 100 }));
  const ran = spawnSync(python, [`bench/peers/${script}`, path], {
    ...{ encoding: "utf8", maxBuffer: 1 << 28, env: peerEnvironment(1) },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return (JSON.parse(ran.stdout) as { readonly values: number[] }).values;
};

const longSolve = (problem: Problem, seconds: number): Promise<Solution> =>
  solve(problem, { seed: 99, threads: 1, budget: { processorSeconds: longer * seconds } });

async function truthOf({ exact, peer }: SpaceProblem, problem: Problem, points: Float64Array, seconds: number) {
  const [d, m] = [problem.axes.length, problem.unknowns.length];
  if (exact) {
    const values = Array.from({ length: count }, (_, i) => exact([...points.subarray(i * d, (i + 1) * d)]));
    return {
      values: values.flatMap((own) => own ?? new Array<number>(m).fill(Number.NaN)),
      ...{ unknowns: m, of: "its formula" },
    };
  }
  if (peer) return { values: peerTruth(peer, points), unknowns: 3, of: "Fourier, 32³" };
  const long = await longSolve(problem, seconds);
  const { relativeL2 } = long.report.estimate!;
  const of = `${longer} times the time (estimate ${relativeL2.toExponential(0)})`;
  return { values: await long.evaluate(points), unknowns: m, of };
}

/** Relative L², where the truth is known. */
function errorOf(found: ArrayLike<number>, m: number, { values: truth, unknowns }: Truth): number {
  let [off, size] = [0, 0];
  for (let i = 0; i < count; i++)
    for (let k = 0; k < unknowns; k++) {
      const own = truth[i * unknowns + k]!;
      if (Number.isNaN(own)) continue;
      off += (found[i * m + k]! - own) ** 2;
      size += own ** 2;
    }
  return Math.sqrt(off / size);
}

async function numberOf(solution: Solution, text: string): Promise<number> {
  const found = await solution.functional(text);
  if (!("value" in found)) throw new Error(`${text} is a series`);
  return found.value;
}

const [first, last = first] = values.seeds.split("-").map(Number);
for (const one of problems.filter(({ spec }) => spec.name.includes(values.only))) {
  const problem = pde(one.spec);
  const { name } = one.spec;
  const { functional } = one;
  const points = pointsOf(problem);
  const most = Math.max(...one.goals.map(([seconds]) => seconds));
  let truth: Truth | undefined;
  let known = functional?.value;
  for (const [seconds, goal] of one.goals)
    for (let seed = first!; seed <= last!; seed++) {
      if (results.some((r) => r.name === name && r.seed === seed && r.seconds === seconds)) continue;
      const began = process.cpuUsage();
      const budget = { processorSeconds: seconds, tolerance: goal };
      const solution = await solve(problem, { seed, threads: 1, budget });
      const { user, system } = process.cpuUsage(began);
      let error: number;
      if (functional) {
        known ??= await numberOf(await longSolve(problem, most), functional.text);
        error = Math.abs((await numberOf(solution, functional.text)) / known - 1);
      } else {
        truth ??= await truthOf(one, problem, points, most);
        error = errorOf(await solution.evaluate(points), problem.unknowns.length, truth);
      }
      const { status, estimate, method } = solution.report;
      results.push({
        ...{ name, seed, seconds, used: (user + system) / 1e6, status, method: method!.at(-1)!, error },
        ...{ estimate: estimate?.relativeL2 ?? null, goal, truth: functional?.of ?? truth!.of },
      });
      await solution.dispose();
      await writeAtomically(file, `[\n${results.map((r) => JSON.stringify(r)).join(",\n")}\n]\n`, { overwrite: true });
      console.error(JSON.stringify(results.at(-1)));
    }
}
console.log(markdown(spaceRows(results)));
