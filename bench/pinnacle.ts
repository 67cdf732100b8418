/**
 * Problems of PINNacle: the best published network, monge, and a classical code at the error of each, by the rules of arXiv 2407.07218
 * (equal error, an efficient code, failures kept).
 *
 * `node --import tsx --conditions=source bench/pinnacle.ts [--seeds 1] [--only NAME] [--seconds 6] [--record FOLDER]`
 *
 * Errors are relative L² over points in the domain, in time at eight moments. The classical codes are `bench/peers/pinnacle.py` (NumPy and
 * SciPy, one thread); where no formula has the solution, their finest resolution stands for it. Results go to `--record` one by one: what is
 * there is not run again.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { type Problem, pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { peerEnvironment, python } from "./peer.ts";
import { type PinnacleProblem, problems } from "./pinnacle/problems.ts";
import { type PinnacleResult, pinnacleRows } from "./pinnacle/rows.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    only: { type: "string" },
    seconds: { type: "string", default: "6" },
    record: { type: "string", default: "research/pinnacle" },
  },
});
const file = join(values.record, "results.json");
const results: PinnacleResult[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const folder = mkdtempSync(join(tmpdir(), "monge-pinnacle-"));
/** Points, moments of an evolution, and processor seconds after which the classical code takes no finer resolution. */
const [count, moments, limit] = [800, 8, 20];

function pointsOf({ domain, bounds, axes, time }: Problem): Float64Array {
  const points = domainOf(domain).interior(count, rng(7));
  if (time === undefined) return points;
  const [begin, end] = bounds[time]!;
  for (let i = 0; i < count; i++)
    points[i * axes.length + time] = begin + ((end - begin) * (1 + (i % moments))) / moments;
  return points;
}

type Classical = Pick<PinnacleResult, "code" | "levels"> & { readonly truth: readonly (readonly number[])[] };

function classical({ name, exact }: PinnacleProblem, { axes }: Problem, points: Float64Array): Classical {
  const path = join(folder, "case.json");
  writeFileSync(path, JSON.stringify({ name, exact, axes, width: axes.length, points: [...points], limit }));
  const ran = spawnSync(python, ["bench/peers/pinnacle.py", path], {
    ...{ encoding: "utf8", maxBuffer: 1 << 28, env: peerEnvironment(1) },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}

const [first, last = first] = values.seeds.split("-").map(Number);
for (const one of problems) {
  const { name, spec, judged } = one;
  if (!spec || (values.only !== undefined && values.only !== name)) continue;
  const problem = pde({ ...spec, name });
  const seeds = Array.from({ length: last! - first! + 1 }, (_, k) => first! + k);
  const missing = seeds.filter((seed) => !results.some((r) => r.name === name && r.seed === seed));
  if (missing.length === 0) continue;
  const points = pointsOf(problem);
  const { truth, code, levels } = classical(one, problem, points);
  for (const seed of missing) {
    const began = process.cpuUsage();
    const budget = { processorSeconds: Number(values.seconds) };
    const solution = await solve(problem, { seed, threads: 1, budget });
    const { user, system } = process.cpuUsage(began);
    const found = await solution.evaluate(points);
    const all = problem.unknowns.length;
    let [off, size] = [0, 0];
    for (let i = 0; i < count; i++)
      for (let k = 0; k < (judged ?? all); k++) {
        off += (found[i * all + k]! - truth[i]![k]!) ** 2;
        size += truth[i]![k]! ** 2;
      }
    const { status, estimate } = solution.report;
    results.push({
      ...{ name, seed, status, error: Math.sqrt(off / size), estimate: estimate?.relativeL2 ?? null },
      ...{ seconds: (user + system) / 1e6, code, levels },
    });
    await solution.dispose();
    await writeAtomically(file, `[\n${results.map((r) => JSON.stringify(r)).join(",\n")}\n]\n`, { overwrite: true });
    const { levels: _, ...said } = results.at(-1)!;
    console.error(JSON.stringify(said));
  }
}
console.log(markdown(pinnacleRows(results)));
