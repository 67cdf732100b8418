/** Speed of the kernels that take the time of training: convolutions in float32 and products in float64. */
import { availableParallelism } from "node:os";
import { rng } from "../random/rng.ts";
import { compile } from "../tensors/compile.ts";
import { conv2d } from "../tensors/nn.ts";
import { tf } from "../tensors/tensor.ts";

/** Rates of one thread and of all, in 10⁹ floating-point operations a second. */
export interface SpeedCheck {
  readonly threads: number;
  /** 3 × 3 convolutions of 16 images of 64 × 64, 32 channels, float32. */
  readonly convolution: readonly [one: number, all: number];
  /** Products of matrices of 512 × 512, float64. */
  readonly product: readonly [one: number, all: number];
  /** Speed of one thread on the machine of the documentation's numbers, and its measurement. */
  readonly usual: { readonly convolution: number; readonly product: number; readonly measured: string };
}

/** Best of 4 s, 2026-11-26; the machine was not quiet, so that an idle one may be faster. */
const usual = {
  convolution: 33,
  product: 20,
  measured: "2 threads of an Intel Xeon with AVX-512, best of 4 s while other work ran beside it",
};

/** @param seconds - to spend in all @defaultValue 4 */
export async function speedCheck(seconds = 4): Promise<SpeedCheck> {
  const threads = availableParallelism();
  const counts = threads === 1 ? [1] : [1, threads];
  const each = seconds / (2 * counts.length);
  const convolution: number[] = [];
  const product: number[] = [];
  for (const count of counts) {
    convolution.push(await convolutionRate(count, each));
    product.push(await productRate(count, each));
  }
  return {
    threads,
    convolution: [convolution[0]!, convolution.at(-1)!],
    product: [product[0]!, product.at(-1)!],
    usual,
  };
}

async function convolutionRate(threads: number, seconds: number): Promise<number> {
  const [images, side, channels] = [16, 64, 32];
  const filter = Float32Array.from(rng(1).uniform(9 * channels * channels), (u) => (u - 0.5) / channels);
  const step = await compile(
    (x) => {
      const weights = tf.tensor4d(filter, [3, 3, channels, channels]);
      return [conv2d(conv2d(x as tf.Tensor4D, weights), weights)];
    },
    [{ shape: [images, side, side, channels] }],
    { threads, name: "speed" },
  );
  const operations = 2 * 2 * 9 * channels * channels * images * side * side;
  return rateOf(step, [new Float32Array(images * side * side * channels).fill(0.1)], operations, seconds);
}

async function productRate(threads: number, seconds: number): Promise<number> {
  const n = 512;
  const product = await compile(
    (a, b) => [tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)],
    [{ shape: [n, n] }, { shape: [n, n] }],
    { threads, precision: "float64", name: "speed" },
  );
  const matrix = Float64Array.from(rng(2).uniform(n * n), (u) => u - 0.5);
  return rateOf(product, [matrix, matrix], 2 * n ** 3, seconds);
}

type Compiled = Awaited<ReturnType<typeof compile>>;

/** The best of the runs that fit into the time: other work on the machine only ever slows one down. */
async function rateOf(
  program: Compiled,
  inputs: Parameters<Compiled["run"]>[0],
  operations: number,
  seconds: number,
): Promise<number> {
  await program.run(inputs);
  let best = 0;
  const end = performance.now() + 1e3 * seconds;
  do {
    const began = performance.now();
    await program.run(inputs);
    best = Math.max(best, operations / (1e6 * (performance.now() - began)));
  } while (performance.now() < end);
  await program.dispose();
  return best;
}
