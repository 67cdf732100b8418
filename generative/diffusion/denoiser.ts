/** The trained network as a native program: weights as constants, one program for each batch shape. */
import { among, isPlainObject, kind, type OptionChecks, whole } from "../../engine/checks.ts";
import { type Compiled, type CompileOptions, compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { denoise } from "./loss.ts";
import type { NoiseProcess } from "./process/process.ts";
import type { TileDenoiser } from "./tiling.ts";
import type { Parameter, Unet } from "./unet.ts";

/** Options of `compiledDenoiser`. */
export interface CompiledDenoiserOptions extends Pick<CompileOptions, "device" | "threads"> {
  /** The process that the network was trained with. @defaultValue EDM */
  readonly process?: NoiseProcess;
}

/** Checks of {@link CompiledDenoiserOptions}. */
export const denoiserChecks: OptionChecks<CompiledDenoiserOptions> = {
  device: among("cpu", "webgpu", "cuda", "tensorflow"),
  threads: whole(),
  process: kind("a noise process", isPlainObject),
};

export interface CompiledDenoiser {
  /** The denoiser for batches [count, height, width, outputs], compiled at the first request. */
  forShape(count: number, height: number, width: number): Promise<TileDenoiser>;
  dispose(): Promise<void>;
}

/**
 * Prepare the denoiser of a network with fixed parameters.
 *
 * @param parameters - arrays by the names of `network.shapes`
 */
export function compiledDenoiser(
  network: Unet,
  parameters: Readonly<Record<string, Parameter>>,
  sigmaData: number,
  options: CompiledDenoiserOptions = {},
): CompiledDenoiser {
  const { process, ...run } = options;
  const outputs = network.options.outputChannels;
  const channels = network.options.inputChannels - outputs;
  return programsByShape(outputs, (count, height, width) =>
    compile(
      (x, condition, sigma) => {
        const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)] as const);
        const state = x as tf.Tensor4D;
        const tensors = Object.fromEntries(weights);
        return [denoise(network, tensors, state, condition as tf.Tensor4D, sigma as tf.Tensor1D, sigmaData, process)];
      },
      [{ shape: [count, height, width, outputs] }, { shape: [count, height, width, channels] }, { shape: [count] }],
      { name: "denoiser", ...run },
    ),
  );
}

/**
 * Programs that are compiled for a shape at the first request, and kept.
 *
 * @param outputs - values a pixel that they give
 * @param build - compiles one of inputs x, condition and, if it takes it, the noise level [count]
 */
export function programsByShape(
  outputs: number,
  build: (count: number, height: number, width: number) => Promise<Compiled>,
): CompiledDenoiser {
  const programs = new Map<string, Promise<Compiled>>();
  return {
    async forShape(count, height, width) {
      const key = [count, height, width].join("x");
      let program = programs.get(key);
      if (program === undefined) {
        program = build(count, height, width);
        programs.set(key, program);
      }
      const compiled = await program;
      const level = new Float32Array(count);
      const out = new Float32Array(count * height * width * outputs);
      return async (x, condition, sigma) => {
        level.fill(sigma);
        const inputs = [x, condition, level].slice(0, compiled.inputs.length);
        await compiled.run(inputs, { into: [out] });
        return out;
      };
    },
    async dispose() {
      const open = [...programs.values()];
      programs.clear();
      for (const program of open) await (await program).dispose();
    },
  };
}
