/**
 * Conservation laws with jumps beside a plain code of finite volumes (`bench/peers/finite_volumes.py`, NumPy): 400 cells on a line, 100² in
 * a plane.
 *
 * `node --import tsx --conditions=source bench/conservation.ts [--seeds 1-3] [--only NAME] [--seconds 1] [--record FOLDER]`
 *
 * Errors are those of the first unknown at the last moment, in L¹ over its size (relative L¹). Where no formula has the solution, a fine
 * grid of the peer stands for it. Results go to `--record` (default `research/conservation`) one by one: what is there is not run again.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { type ConservationProblem, problems } from "./conservation/problems.ts";
import { type ConservationResult, conservationRows } from "./conservation/rows.ts";
import { python } from "./peer.ts";
import { markdown } from "./tables/page.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-3" },
    only: { type: "string" },
    seconds: { type: "string" },
    record: { type: "string", default: "research/conservation" },
  },
});
const file = join(values.record, "results.json");
const results: ConservationResult[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
mkdirSync(values.record, { recursive: true });

/** Means of cells of the first unknown by the peer. */
function peer(name: string, cells: number): { readonly seconds: number; readonly first: readonly number[] } {
  const ran = spawnSync(python, ["bench/peers/finite_volumes.py", name, String(cells)], {
    ...{ encoding: "utf8", maxBuffer: 1 << 28 },
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}

/** Centres of cells of a grid, with the last moment. */
function centres({ spec }: ConservationProblem, cells: number): Float64Array {
  const { t, ...space } = spec.domain as Readonly<Record<string, readonly [number, number]>>;
  const sides = Object.values(space);
  const d = sides.length;
  const points = new Float64Array(cells ** d * (d + 1));
  for (let i = 0; i < cells ** d; i++) {
    for (const [k, [low, high]] of sides.entries()) {
      const at = Math.floor(i / cells ** (d - 1 - k)) % cells;
      points[i * (d + 1) + k] = low + ((high - low) * (at + 0.5)) / cells;
    }
    points[i * (d + 1) + d] = t![1];
  }
  return points;
}

const relative = (found: ArrayLike<number>, truth: ArrayLike<number>, every = 1): number => {
  let [off, size] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    off += Math.abs(found[i * every]! - truth[i]!);
    size += Math.abs(truth[i]!);
  }
  return off / size;
};

/** Values at centres of `to` cells of means of `from` cells, with d axes: those of the cells that they lie in. */
function onCells(means: ArrayLike<number>, from: number, to: number, d: number): Float64Array {
  return Float64Array.from({ length: to ** d }, (_, i) => {
    let at = 0;
    for (let k = 0; k < d; k++) {
      const along = Math.floor(i / to ** (d - 1 - k)) % to;
      at = at * from + Math.min(from - 1, Math.floor(((along + 0.5) / to) * from));
    }
    return means[at]!;
  });
}

const [first, last = first] = values.seeds.split("-").map(Number);
for (const one of problems) {
  const { name } = one.spec;
  if (values.only !== undefined && values.only !== name) continue;
  const problem = pde(one.spec);
  const d = problem.axes.length - 1;
  const seconds = Number(values.seconds ?? one.seconds);
  const missing = Array.from({ length: last! - first! + 1 }, (_, k) => first! + k).filter(
    (seed) => !results.some((r) => r.name === name && r.seed === seed && r.seconds === seconds),
  );
  if (missing.length === 0) continue;
  const cells = one.fine ?? 4000;
  const points = centres(one, cells);
  const truth = one.exact
    ? Float64Array.from({ length: cells }, (_, i) => one.exact!(points[2 * i]!))
    : Float64Array.from(peer(name, cells).first);
  const plain = d === 1 ? 400 : 100;
  const theirs = peer(name, plain);
  const theirError = relative(onCells(theirs.first, plain, cells, d), truth);
  for (const seed of missing) {
    const began = process.cpuUsage();
    const solution = await solve(problem, { seed, threads: 1, budget: { processorSeconds: seconds } });
    const used = process.cpuUsage(began);
    const { status, estimate, method = [] } = solution.report;
    results.push({
      ...{ name, seed, seconds, status, method: method.at(-1)!, used: (used.user + used.system) / 1e6 },
      error: relative(await solution.evaluate(points), truth, problem.unknowns.length),
      estimate: estimate?.end ?? null,
      ...(one.goal !== undefined && { goal: one.goal }),
      peer: { cells: plain, error: theirError, seconds: theirs.seconds },
    });
    await solution.dispose();
    await writeAtomically(file, `[\n${results.map((r) => JSON.stringify(r)).join(",\n")}\n]\n`);
    console.error(JSON.stringify(results.at(-1)));
  }
}
console.log(markdown(conservationRows(results)));
