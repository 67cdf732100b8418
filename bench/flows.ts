/**
 * Flows, fronts, stiff kinetics and waves as texts, with references of our own: what `solve(problem)` gives, and a classical method beside it.
 *
 * `node --import tsx --conditions=source bench/flows.ts [--seconds 30] [--seeds 0] [--only NAME,…] [--python python3]`
 *
 * Texts are in `examples/flows`. Seconds are those of the processor, one thread. Truths are exact solutions in the text, `flows/finite-volume.ts`
 * for shocks, `flows/reference.py` for the rest. Prints a line for each run; of shocks without viscosity also the error in L² over all times, which the
 * estimate speaks of.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gridPoints } from "../equations/domain/index.ts";
import type { Problem } from "../equations/problem/index.ts";
import { problemFromJson } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { burgersExact, burgersVolumes, eulerVolumes, type Gas, riemann } from "./flows/finite-volume.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seeds: { type: "string", default: "0" },
    only: { type: "string" },
    python: { type: "string", default: "python3" },
  },
});

/** A classical method on the same problem. */
interface Classical {
  readonly name: string;
  readonly method: string;
  /** In the same norm, against a finer run or the exact solution. */
  readonly error: number;
  readonly processorSeconds: number;
}

/** Values at points [n, axes], the unknowns of a row together; NaN where nothing is known. */
interface Truth {
  readonly points: Float64Array;
  readonly values: Float64Array;
  readonly norm: 1 | 2;
  readonly classical?: Classical;
}

function relative(found: ArrayLike<number>, { values: wanted, norm }: Pick<Truth, "values" | "norm">): number {
  let [gap, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isNaN(wanted[i])) continue;
    gap += Math.abs(found[i]! - wanted[i]!) ** norm;
    size += Math.abs(wanted[i]!) ** norm;
  }
  return (gap / size) ** (1 / norm);
}

/** The state at the last moment, in cells, beside finite volumes of as many cells. */
function shock(name: "burgers-inviscid" | "sod"): Truth {
  const cells = 400;
  const gas = name === "sod";
  const run = { ...(gas ? { low: -0.5, high: 0.5, time: 0.2 } : { low: -1, high: 1, time: 0.6 }), cells };
  const [left, right]: readonly [Gas, Gas] = [
    [1, 0, 1],
    [0.125, 0, 0.1],
  ];
  const exact = gas ? riemann(left, right, 1.4) : undefined;
  const began = process.cpuUsage();
  const volumes = gas
    ? eulerVolumes((x) => (x < 0 ? left : right), 1.4, run)
    : burgersVolumes((x) => -Math.sin(Math.PI * x), run);
  const { user, system } = process.cpuUsage(began);
  const points = Float64Array.from([...volumes.x].flatMap((x) => [x, run.time]));
  const rows = [...volumes.x].map((x) => (exact ? exact(x / run.time) : [burgersExact(x, run.time)]));
  const truth = { points, values: Float64Array.from(rows.flat()), norm: 1 as const };
  const found = rows.flatMap((_, i) => volumes.values.map((column) => column[i]!));
  return {
    ...truth,
    classical: {
      name,
      method: `finite volumes, ${cells} cells`,
      error: relative(found, truth),
      processorSeconds: (user + system) / 1e6,
    },
  };
}

/** Texts whose reference is that of another, and how many of the quantities that they ask for it knows: the first ones. */
const alike: Readonly<Record<string, { readonly name: string; readonly quantities: number }>> = {
  "cavity-stream": { name: "cavity", quantities: 1 },
  "burgers-potential": { name: "burgers-inviscid", quantities: 1 },
  "sod-potential": { name: "sod", quantities: 3 },
};

/** The exact state of a shock's text without viscosity at all times, for the norm that estimates are in. */
function shocksOverTime(name: string): Pick<Truth, "points" | "values" | "norm"> | undefined {
  const like = alike[name]?.name;
  if (like !== "sod" && like !== "burgers-inviscid") return undefined;
  const gas = like === "sod";
  const tube = riemann([1, 0, 1], [0.125, 0, 0.1], 1.4);
  const [low, high] = gas
    ? ([
        [-0.5, 0],
        [0.5, 0.2],
      ] as const)
    : ([
        [-1, 0],
        [1, 0.6],
      ] as const);
  const points = gridPoints(low, high, [128, 32], true);
  const rows = Array.from({ length: points.length / 2 }, (_, i) => {
    const [x, t] = [points[2 * i]!, points[2 * i + 1]!];
    return gas ? tube(x / t) : [burgersExact(x, t)];
  });
  return { points, values: Float64Array.from(rows.flat()), norm: 2 };
}

function truthOf(name: string, problem: Problem): Truth | undefined {
  const like = alike[name]?.name ?? name;
  if (like === "sod" || like === "burgers-inviscid") return shock(like);
  if (problem.exact) return undefined;
  const run = spawnSync(values.python, ["bench/flows/reference.py", like], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  if (run.status !== 0) throw new Error(`reference.py ${name}: ${run.stderr}`);
  const {
    points,
    values: rows,
    ...rest
  } = JSON.parse(run.stdout) as Omit<Classical, "name"> & {
    readonly points: readonly (readonly number[])[];
    readonly values: readonly (readonly number[])[];
  };
  const n = problem.unknowns.length;
  const filled = rows.flatMap((row) => Array.from({ length: n }, (_, k) => row[k] ?? Number.NaN));
  return {
    points: Float64Array.from(points.flat()),
    values: Float64Array.from(filled),
    norm: 2,
    classical: { name, ...rest },
  };
}

const names = readdirSync("examples/flows").map((file) => file.replace(/\.json$/, ""));
const only = values.only?.split(",");
const seconds = Number(values.seconds);
for (const name of names.filter((n) => seconds > 0 && (only === undefined || only.includes(n)))) {
  const path = `examples/flows/${name}.json`;
  const problem = problemFromJson(readFileSync(path, "utf8"), path);
  const truth = truthOf(name, problem);
  if (truth?.classical) {
    const { method, error, processorSeconds } = truth.classical;
    console.log(`${name}: ${method}, error ${error.toExponential(1)}, ${processorSeconds.toFixed(2)} s`);
  }
  for (const seed of values.seeds.split(",").map(Number)) {
    const solution = await solve(problem, { seed, budget: { processorSeconds: seconds } });
    const asked = problem.quantities.slice(0, alike[name]?.quantities ?? 0).map(({ quantity }) => quantity);
    const evaluate = (points: Float64Array) =>
      asked.length > 0 ? solution.expressions(asked, points) : solution.evaluate(points);
    const error = truth ? relative(await evaluate(truth.points), truth) : (await solution.errors()).relativeL2;
    const { status, processorSeconds = 0, estimate, method = [] } = solution.report;
    const everywhere = shocksOverTime(name);
    const overTime = everywhere && relative(await evaluate(everywhere.points), everywhere);
    await solution.dispose();
    const ofAsked = problem.quantities.map((q) => estimate?.quantities?.[q.name] ?? Number.NaN);
    const estimated = ofAsked.length > 0 ? Math.max(...ofAsked) : (estimate?.relativeL2 ?? Number.NaN);
    const all = overTime === undefined ? "" : `, L² of all times ${overTime.toExponential(1)}`;
    const taken = (method.at(-1) ?? "").replace("taken: ", "");
    console.log(
      `${name}, seed ${seed}: ${status}, error ${error.toExponential(1)}, estimated ${estimated.toExponential(1)}${all}, ${processorSeconds.toFixed(1)} s; ${taken}`,
    );
  }
}
