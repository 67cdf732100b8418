/** What this machine can do at most: a large product and a large copy, by the same runtime, against which shares are said. */
import { compile, trace } from "../engine/tensors/compile.ts";
import { type Graph, sizeOf } from "../engine/tensors/graph.ts";
import { tf } from "../engine/tensors/tensor.ts";
import { uniform32, uniform64 } from "./inputs.ts";

/** Fastest of several large products, GFLOP/s. */
export async function productPeak(options: {
  readonly threads: number;
  readonly double?: boolean;
  readonly device?: "cpu" | "webgpu" | "cuda";
  /** Rows of the matrices. @defaultValue 512 and 1024, on a GPU 2048 and 4096 */
  readonly sizes?: readonly number[];
}): Promise<number> {
  const { threads, double = false, device = "cpu" } = options;
  const { sizes = device === "cpu" ? [512, 1024] : [2048, 4096] } = options;
  const make = double ? uniform64 : uniform32;
  let best = 0;
  for (const n of sizes) {
    const inputs = [make("a", [n, n], -1, 1), make("b", [n, n], -1, 1)];
    // On a GPU the copies to and from it would be timed: many products in a row, of which one number comes back.
    const chain = device === "cpu" ? 1 : 16;
    const run = (a: tf.Tensor, b: tf.Tensor) => {
      let c = a;
      for (let k = 0; k < chain; k++) c = tf.matMul(c as tf.Tensor2D, b as tf.Tensor2D);
      return [chain === 1 ? c : tf.mean(c)];
    };
    const compiled = await compile((a, b) => run(a!, b!), inputs, {
      threads,
      device,
      precision: double ? "float64" : "float32",
    });
    for (let k = 0; k < (device === "cpu" ? 20 : 5); k++) {
      const start = performance.now();
      await compiled.run(inputs.map((t) => t.values));
      best = Math.max(best, (chain * 2 * n ** 3) / (performance.now() - start) / 1e6);
    }
    await compiled.dispose();
  }
  return best;
}

/** Fastest copy of 64 MB, GB/s read and written together. */
export function copyPeak(): number {
  const from = new Float32Array(2 ** 24).fill(1);
  const to = new Float32Array(from.length);
  let best = 0;
  for (let k = 0; k < 10; k++) {
    const start = performance.now();
    to.set(from);
    best = Math.max(best, (2 * from.byteLength) / (performance.now() - start) / 1e6);
  }
  return best;
}

/** Floating-point operations of the products and convolutions of a function, as many as its shapes say, without padding. */
export function flopsOf(...program: [fn: Parameters<typeof trace>[0], inputs: Parameters<typeof trace>[1]]): number {
  return flopsOfGraph(trace(...program, { precision: "float32" }));
}

function flopsOfGraph(graph: Graph): number {
  let flops = 0;
  for (const { operator, inputs, outputs } of graph.nodes) {
    const [a, b, out] = [inputs[0], inputs[1], outputs[0]].map((name) => graph.value(name ?? "")?.shape ?? []);
    if (operator === "Conv") flops += 2 * sizeOf(out!) * sizeOf(b!.slice(1));
    // Every number of the smaller image meets every weight of its channel.
    else if (operator === "ConvTranspose") flops += 2 * sizeOf(a!) * sizeOf(b!.slice(1));
    else if (/MatMul$/.test(operator)) {
      const matrix = (shape: readonly number[]) => sizeOf(shape.slice(-2));
      flops += 2 * sizeOf(out!.slice(0, -2)) * Math.sqrt(matrix(a!) * matrix(b!) * matrix(out!));
    }
  }
  return flops;
}
