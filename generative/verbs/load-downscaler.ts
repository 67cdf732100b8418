/** The verb `loadDownscaler`: reads a model of either kind. */
import { readSafetensors } from "../../engine/files/safetensors.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { Downscaler, findModel } from "../downscaling/index.ts";
import { pairMetadataKey } from "../pairs/configuration.ts";
import { PairedDownscaler } from "../pairs/index.ts";

/**
 * Reads a trained downscaler. Free it with `dispose` when done.
 *
 * @param path - a model file, the folder of a run, or a folder of runs (the newest finished one is taken)
 * @returns a `Downscaler` of block means, or a `PairedDownscaler` of two data sets; `downscale` takes either
 * @throws OptionsError where there is none; FormatError where the file is damaged or holds something else
 */
export async function loadDownscaler(
  path: string,
  options: CompiledDenoiserOptions = {},
): Promise<Downscaler | PairedDownscaler> {
  const file = findModel(path);
  const { metadata } = await readSafetensors(file);
  return pairMetadataKey in metadata ? PairedDownscaler.load(file, options) : Downscaler.load(file, options);
}
