/** `loadDownscaler`: finds a model, and reads it. */
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { Downscaler } from "./downscaler.ts";
import { findModel } from "./find-model.ts";

/**
 * Reads a trained downscaler. Free it with `dispose` when done.
 *
 * @param path - a model file, the folder of a run, or a folder of runs (the newest finished one is taken)
 * @throws OptionsError where there is none; FormatError where the file is damaged or holds something else
 */
export async function loadDownscaler(path: string, options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
  return Downscaler.load(findModel(path), options);
}
