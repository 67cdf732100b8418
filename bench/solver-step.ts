/** How fast are a gradient and a Gauss–Newton step of the solver, against PyTorch's best of its ways, and what do they cost? */
import { availableParallelism } from "node:os";
import { rng } from "../engine/random/rng.ts";
import { systemBlas } from "../engine/system/system-blas.ts";
import { compile } from "../engine/tensors/compile.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { call, data, laplacian, partial } from "../equations/expression/index.ts";
import { networkProgram } from "../solvers/network/kinds.ts";
import { type MlpOptions, mlp } from "../solvers/network/mlp.ts";
import type { Model } from "../solvers/residual/model.ts";
import { type LeastSquaresProgram, leastSquaresProgram } from "../solvers/residual/program.ts";
import { uniform64 } from "./inputs.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "./measure.ts";
import { agreement, type SharedTensor, startPeer } from "./peer.ts";

/** Hidden layers and their width. */
type Net = readonly [depth: number, width: number];

const nets: readonly Net[] = [
  [4, 14],
  [4, 16],
  [1, 64],
];
const nameOf = ([depth, width]: Net) => `${depth}x${width}`;
const widthsOf = ([depth, width]: Net) => [2, ...new Array<number>(depth).fill(width), 1];

/** Δu + u − f at `count` points of the square, weight 1/N: both sides' problem. */
interface Case {
  readonly program: LeastSquaresProgram;
  readonly theta: Float64Array;
  readonly inputs: readonly SharedTensor[];
}

export function prepare(net: Net, count: number, threads: number): Case {
  const [depth, width] = net;
  const shape: MlpOptions = { depth, width, scale: 2 };
  const network = networkProgram(mlp(shape), { low: [-1, -1], high: [1, 1] }, 1);
  const model: Model = { dimension: 2, network, ansatz: [{}], constants: {}, trainable: [] };
  const residual = call("sub", call("add", laplacian(0, [0, 1], 2), partial(0, [0, 0])), data("source"));
  const group = { name: "equations", count, residuals: [residual], data: ["source"] };
  const program = leastSquaresProgram(model, [group], { threads, blas: systemBlas() });
  const theta = network.initial(rng(3));
  const points = uniform64("points", [count, 2], -1, 1);
  const source = uniform64("source", [count, 1], -0.5, 0.5);
  const root = { name: "root", shape: [count, 1], values: new Float64Array(count).fill(1 / Math.sqrt(count)) };
  const values = [points, source, root].map((t) => t.values as Float64Array);
  program.setPoints([{ points: values[0]!, data: values[1]!, rootWeights: values[2]! }]);
  const parameters = { name: "theta", shape: [theta.length], values: theta };
  return { program, theta, inputs: [points, source, root, parameters] };
}

const plain = { kernel: false, geodesic: false } as const;
const threadCounts = () => (availableParallelism() > 1 ? [1, 2] : [1]);
const plural = (n: number) => `${n} thread${n > 1 ? "s" : ""}`;

async function compare(net: Net, mode: "gradient" | "step", threads: number, { quick, say }: BenchOptions) {
  const count = quick ? 500 : 2000;
  const { program, theta, inputs } = prepare(net, count, threads);
  const slope = new Float64Array(program.size);
  const { diagonal } = await program.linearize(theta);
  const shift = 1e-6 * diagonal.reduce((a, b) => Math.max(a, b), 0);
  let value = 0;
  const run = async () => {
    if (mode === "gradient") {
      const loss = await program.lossAndGradient(theta, slope);
      value = slope.reduce((sum, g, i) => sum + g * theta[i]!, loss);
    } else {
      await program.linearize(theta);
      value = (await program.trial(theta, shift, plain)).loss;
    }
  };
  const tensors = [...inputs, { name: "shift", shape: [1], values: Float64Array.of(shift) }];
  const peer = await startPeer("solver_step.py", tensors, { widths: widthsOf(net), mode }, threads, say);
  try {
    const mine = { inputs: tensors, run, value: () => value, dispose: () => program.dispose() };
    const notes = await agreement(mine, peer);
    const timed = await interleave(
      [ours(`compiled, ${plural(threads)}`, run), ...(peer?.variants ?? []).map((v) => peer!.contender(v))],
      { turns: quick ? 2 : 12, runs: quick ? 1 : 3, settle: 1, drop: 1.5 },
      say,
    );
    const name = `solver-${mode}-${nameOf(net)}-${threads}t`;
    return resultOf(name, timed, { goal: 1.5, notes: [`P = ${program.size}, N = ${count}`, ...notes] });
  } finally {
    await peer?.close();
    await program.dispose();
  }
}

export const solverStep: Bench = {
  name: "solver-step",
  question:
    "loss and gradient, and a Gauss–Newton step (rows, J, JᵀJ, damped solve, new loss), float64, 2-D Laplacian, N = 2000, " +
    "against PyTorch, 1 and 2 threads",
  async run(options) {
    const results: Result[] = [];
    for (const mode of ["gradient", "step"] as const) {
      for (const net of nets) {
        for (const threads of threadCounts()) {
          options.say(` ${mode}, network ${nameOf(net)}, ${plural(threads)}`);
          results.push(await compare(net, mode, threads, options));
        }
      }
    }
    return results;
  },
};

/** GFLOP/s of a large matrix product in float64: what the machine can give. */
async function peakRate(threads: number, quick: boolean): Promise<number> {
  const n = quick ? 512 : 1536;
  const spec = { shape: [n, n] };
  const product = await compile((a, b) => [tf.matMul(a!, b!)], [spec, spec], { precision: "float64", threads });
  const a = uniform64("peak", [n, n], -1, 1).values as Float64Array;
  const into = [new Float64Array(n * n)];
  const times = await ours("peak", () => product.run([a, a], { into })).time(1, quick ? 2 : 8);
  await product.dispose();
  return (2 * n ** 3) / Math.min(...times) / 1e6;
}

/**
 * Operations that a default step needs, JᵀJ counted as symmetric: N·P² for it, P³/3 for Cholesky, and for the rest multiples of N·P:
 * six slot products forward and back and four for the blocks of J, three residual evaluations of four slots each beside
 * that, and six products of J with vectors, at two operations each.
 */
const operations = (n: number, p: number): number => n * p * p + p ** 3 / 3 + 2 * n * p * (6 + 4 + 2 * 4 + 6);

export const solverCost: Bench = {
  name: "solver-cost",
  question:
    "milliseconds of a default Gauss–Newton step (geodesic acceleration, one trial) against N and P, and share of the peak",
  async run({ threads, quick, say }) {
    const peak = await peakRate(threads, quick);
    say(`  float64 matrix product: ${peak.toFixed(1)} GFLOP/s, ${plural(threads)}\n`);
    say("  | net | P | N | J, JᵀJ ms | solve ms | step ms | GFLOP/s | of peak |");
    say("  |---|--:|--:|--:|--:|--:|--:|--:|");
    const results: Result[] = [];
    const sizes = quick ? [500] : [1000, 2000, 4000, 8000];
    const shapes: readonly Net[] = [
      [1, 64],
      [3, 10],
      [4, 14],
      [4, 16],
      [4, 20],
    ];
    for (const net of quick ? shapes.slice(0, 2) : shapes) {
      for (const count of sizes) {
        const { program, theta } = prepare(net, count, threads);
        const { diagonal } = await program.linearize(theta);
        const shift = 1e-6 * diagonal.reduce((a, b) => Math.max(a, b), 0);
        const best = async (run: () => Promise<unknown>) => Math.min(...(await ours("", run).time(1, quick ? 1 : 6)));
        const linearize = await best(() => program.linearize(theta));
        const solve = await best(() => program.trial(theta, shift, { ...plain, geodesic: true }));
        await program.dispose();
        const ms = linearize + solve;
        const rate = operations(count, program.size) / ms / 1e6;
        const cells = [nameOf(net), program.size, count, linearize.toFixed(1), solve.toFixed(1), ms.toFixed(1)];
        say(`  | ${[...cells, rate.toFixed(1), `${((100 * rate) / peak).toFixed(0)} %`].join(" | ")} |`);
        const timing = { label: "compiled", side: "ours", min: ms, median: ms, count: 6 } as const;
        results.push(
          resultOf(
            `solver-cost-${nameOf(net)}-${count}`,
            { timings: [timing], notes: [] },
            {
              notes: [`${rate.toFixed(1)} GFLOP/s, ${((100 * rate) / peak).toFixed(0)} % of ${peak.toFixed(1)}`],
            },
          ),
        );
      }
    }
    return results;
  },
};
