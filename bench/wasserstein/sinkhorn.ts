/** Sinkhorn against POT at the same ε and tolerance; with and without Newton steps; 20 000 points in memory of order n. */
import { rng } from "../../engine/random/rng.ts";
import type { CostProblem } from "../../wasserstein/measure/problem.ts";
import type { SinkhornOptions } from "../../wasserstein/sinkhorn/input.ts";
import { sinkhorn } from "../../wasserstein/sinkhorn/sinkhorn.ts";
import { type Bench, type BenchOptions, inProcessPeer, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";

const uniform = (name: string, length: number): Float64Array => rng(1).split(name).uniform(new Float64Array(length));

/** 2000 points in the unit square against 2000 in a shifted one. */
async function againstPot({ threads, quick, say }: BenchOptions): Promise<Result[]> {
  const n = quick ? 200 : 2000;
  const [epsilon, tolerance] = [0.02, 1e-6];
  const [x, y] = [uniform("x", 2 * n), uniform("y", 2 * n).map((v) => 0.7 * v + 0.4)];
  const clouds = [x, y].map((points) => ({ points, count: n, dim: 2 }));
  const way = (options: SinkhornOptions) => async () =>
    sinkhorn(clouds[0]!, clouds[1]!, { epsilon, tolerance, ...options });
  const inputs = [
    { name: "x", shape: [n, 2], values: x },
    { name: "y", shape: [n, 2], values: y },
  ];
  const peer = await startPeer("sinkhorn.py", inputs, { epsilon, tolerance }, threads, say);
  try {
    const { linearCost, iterations, converged } = await way({})();
    const mine = [
      ours("stored plan", way({})),
      ours("stored plan, no mixing", way({ mixing: false })),
      ours("online", way({ online: true })),
      ours("Newton", way({ refine: "newton" })),
    ];
    const results: Result[] = [];
    for (const variant of peer?.variants ?? []) {
      const contender = { ...peer!.contender(variant), label: `POT ${variant}` };
      // POT in the log domain takes a minute: hardly any turns.
      const turns = { turns: quick || variant === "sinkhorn_log" ? 1 : 3, drop: 100 };
      const timed = await interleave([...mine, contender], turns, say);
      const difference = Math.abs(linearCost - peer!.value(variant)!) / linearCost;
      const notes = [
        `${iterations} passes, converged ${converged}`,
        `cost ${linearCost.toPrecision(8)}, POT differs by ${difference.toExponential(1)}`,
      ];
      results.push(resultOf(`sinkhorn-2000-${variant}`, timed, { goal: 2, notes }));
    }
    return results;
  } finally {
    await peer?.close();
  }
}

/** The problems of Sinkhorn–Newton–Sparse (arXiv 2401.12253, §5), η = 1200, on seeded data. */
function problems(quick: boolean): readonly { name: string; problem: CostProblem }[] {
  const n = quick ? 60 : 500;
  const side = quick ? 8 : 32;
  const images = { xWeights: image("first", side), yWeights: image("second", side) };
  return [
    { name: "assignment", problem: { cost: uniform("assignment", n * n), rows: n, columns: n } },
    { name: "images-l2", problem: { ...pixels(side, (u, v) => u * u + v * v), ...images } },
    { name: "images-l1", problem: { ...pixels(side, (u, v) => Math.abs(u) + Math.abs(v)), ...images } },
  ];
}

/** Four bright strokes on a dim ground, of sum one. */
function image(name: string, side: number): Float64Array {
  const draw = uniform(name, 16);
  const values = Float64Array.from({ length: side * side }, (_, k) => {
    const [u, v] = [Math.floor(k / side) / side, (k % side) / side];
    let sum = 0.01;
    for (let s = 0; s < 4; s++) {
      const [p, q, r, t] = draw.slice(4 * s, 4 * s + 4) as unknown as [number, number, number, number];
      const along = (u - p) * Math.cos(6 * t) + (v - q) * Math.sin(6 * t);
      const across = (v - q) * Math.cos(6 * t) - (u - p) * Math.sin(6 * t);
      sum += Math.exp(-((along / (0.1 + 0.2 * r)) ** 2) - (across / 0.05) ** 2);
    }
    return sum;
  });
  const total = values.reduce((s, v) => s + v, 0);
  return values.map((v) => v / total);
}

/** Costs between the pixels of a square image, the largest being 1. */
function pixels(side: number, of: (u: number, v: number) => number): CostProblem {
  const n = side * side;
  const largest = of(side - 1, side - 1);
  const cost = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return of(Math.floor(i / side) - Math.floor(j / side), (i % side) - (j % side)) / largest;
  });
  return { cost, rows: n, columns: n };
}

async function newton({ quick, say }: BenchOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, problem } of problems(quick)) {
    const options = { epsilon: 1 / 1200, tolerance: 1e-10, maxIterations: 100_000 };
    const notes: string[] = [];
    const run = (refine: SinkhornOptions) => async () => {
      const r = sinkhorn(problem, undefined, { ...options, ...refine });
      const steps = `${r.iterations} passes and ${r.newtonSteps} Newton steps`;
      const note = `${steps}, error ${r.marginalError.toExponential(1)}, value ${r.entropicValue.toPrecision(12)}`;
      notes.push(note);
      say(`  ${name}: ${note}`);
    };
    // Warming up would take minutes and change nothing: each once.
    const mine = ours("Newton", run({ refine: "newton" }));
    const other = inProcessPeer("Sinkhorn alone", run({ mixing: false }));
    const timings = [];
    for (const one of [mine, other]) {
      const [ms] = await one.time(0, 1);
      timings.push({ label: one.label, side: one.side, min: ms!, median: ms!, count: 1 });
      say(`  ${name} ${one.label}: ${ms!.toFixed(0)} ms`);
    }
    const [mixing] = await ours("mixing", run({})).time(0, 1);
    notes.push(`the last is with mixing: ${mixing!.toFixed(0)} ms`);
    results.push(resultOf(`newton-${name}`, { timings, notes }, { goal: 1 }));
  }
  return results;
}

async function online({ quick }: BenchOptions): Promise<Result[]> {
  const n = quick ? 1000 : 20_000;
  const [x, y] = [uniform("far x", 2 * n), uniform("far y", 2 * n).map((v) => 0.7 * v + 0.4)];
  const clouds = [x, y].map((points) => ({ points, count: n, dim: 2 }));
  const results: Result[] = [];
  for (const [name, epsilon, tolerance] of [
    ["sinkhorn-online-20000", 0.05, 1e-3],
    ["sinkhorn-online-20000-sharp", 0.01, 1e-6],
  ] as const) {
    const notes: string[] = [];
    const one = ours("online", async () => {
      const r = sinkhorn(clouds[0]!, clouds[1]!, { epsilon, tolerance, online: true });
      notes.push(`${r.iterations} passes, converged ${r.converged}, value ${r.entropicValue.toPrecision(8)}`);
    });
    const [ms] = await one.time(0, 1);
    notes.push(`largest memory of the whole process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
    const timings = [{ label: one.label, side: one.side, min: ms!, median: ms!, count: 1 }];
    results.push(resultOf(name, { timings, notes }));
  }
  return results;
}

export const sinkhornOnline: Bench = {
  name: "sinkhorn-online",
  question: "20 000 points against 20 000: time, and memory of the whole process (run it alone)",
  run: online,
};

export const sinkhornSpeed: Bench = {
  name: "sinkhorn-speed",
  question: "n = 2000 against POT at one ε and tolerance",
  run: againstPot,
};

export const sinkhornNewton: Bench = {
  name: "sinkhorn-newton",
  question: "Newton refinement against Sinkhorn alone, error 1e-10, ε = 1/1200",
  run: newton,
};
