/** What does compiling bring over running the same function op by op on tfjs (its WebAssembly backend, or the plain one where that lacks a kernel)? */
import "@tensorflow/tfjs-backend-wasm";
import {
  type Compiled,
  compile,
  compileEagerly,
  type TensorFunction,
  type TensorSpec,
} from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { denoise } from "../../generative/diffusion/loss.ts";
import { type Bench, inProcessPeer, interleave, ours, type Result, resultOf } from "../measure.ts";
import type { SharedTensor } from "../peer.ts";
import { residualForward, residualInputs, residualStep } from "./residual-block.ts";
import { sigmaData, unetCase } from "./unet-program.ts";

interface Case {
  readonly name: string;
  readonly fn: TensorFunction;
  readonly inputs: readonly SharedTensor[];
}

function unetForward(count: number, size: number): Case {
  const { network, parameters, batch } = unetCase(count, size);
  const names = Object.keys(parameters);
  return {
    name: "unet-forward",
    fn: (x, condition, sigma, ...weights) => {
      const tensors = Object.fromEntries(names.map((name, i) => [name, weights[i]!]));
      return [denoise(network, tensors, x as tf.Tensor4D, condition as tf.Tensor4D, sigma as tf.Tensor1D, sigmaData)];
    },
    inputs: [batch[2]!, batch[1]!, batch[3]!, ...names.map((name) => ({ name, ...parameters[name]! }))],
  };
}

export const compiledVsEager: Bench = {
  name: "compiled-vs-eager",
  question:
    "the same function compiled and eager on tfjs: residual block forward (8×64×64×64), U-Net forward (4×32²), " +
    "residual block forward and backward (2×16×16×32)",
  async run({ threads, quick, say }) {
    const results: Result[] = [];
    const cases: Case[] = [
      { name: "block-forward", fn: residualForward, inputs: residualInputs(8, 64, 64) },
      unetForward(4, 32),
      { name: "block-step", fn: residualStep, inputs: residualInputs(2, 16, 32) },
    ];
    for (const { name, fn, inputs } of cases) {
      const arrays = inputs.map((t) => t.values as Float32Array);
      const fast = await compile(fn, inputs, { threads, name });
      const [slow, backend] = await eagerly(fn, inputs);
      const buffers = () => fast.outputs.map((o) => new Float32Array(o.shape.reduce((a, b) => a * b, 1)));
      const [a, b] = [buffers(), buffers()];
      await fast.run(arrays, { into: a });
      await slow.run(arrays, { into: b });
      say(` ${name}: eager on ${backend}`);
      const timed = await interleave(
        [
          ours(`compiled ${name}`, () => fast.run(arrays, { into: a })),
          inProcessPeer(`eager ${name} on ${backend}`, () => slow.run(arrays, { into: b })),
        ],
        { turns: quick ? 1 : 6, runs: 1, settle: 0, drop: Number.POSITIVE_INFINITY },
        say,
      );
      const notes = [
        `eager ran on tfjs ${backend}`,
        `results differ by ${difference(a, b).toExponential(1)} of the largest`,
      ];
      results.push(
        resultOf(`${compiledVsEager.name}-${name}`, timed, {
          goal: 8,
          notes,
        }),
      );
      await fast.dispose();
      await slow.dispose();
    }
    return results;
  },
};

/** On WebAssembly where that has every kernel, else on the plain backend. */
async function eagerly(fn: TensorFunction, inputs: readonly TensorSpec[]): Promise<[Compiled, string]> {
  await tf.setBackend("wasm");
  for (const backend of ["wasm", "cpu"] as const) {
    try {
      return [await compileEagerly(fn, inputs, { backend }), backend];
    } catch (error) {
      if (backend === "cpu" || !/not registered/.test(String(error))) throw error;
    }
  }
  throw new Error("unreachable");
}

/** Largest difference of two lists of arrays, relative to the largest entry of each array. */
function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let worst = 0;
  a.forEach((array, k) => {
    let [largest, apart] = [0, 0];
    array.forEach((v, i) => {
      largest = Math.max(largest, Math.abs(v));
      apart = Math.max(apart, Math.abs(v - b[k]![i]!));
    });
    if (largest > 0) worst = Math.max(worst, apart / largest);
  });
  return worst;
}
