/** `loadDownscaler`: finds a model, and reads it. */
import { checkNames } from "../../engine/check-names.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { Downscaler } from "./downscaler.ts";
import { findModel, pretrainedName } from "./find-model.ts";

/**
 * Reads a trained downscaler. Free it with `dispose` when done.
 *
 * @param path - a model file, the folder of a run, or a folder of runs (the newest finished one is taken), or `"pretrained"`
 * @throws OptionsError where there is none; FormatError where the file is damaged or holds something else
 */
export async function loadDownscaler(path: string, options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
  checkNames("loadDownscaler", options, "process device threads");
  return Downscaler.load(findModel(path), options);
}

/**
 * The model that comes with the package: it refines block means of precipitation by several factors, at the scales that
 * `models/README.md` lists. Free it with `dispose` when done.
 *
 * ```ts
 * const fine = await downscale(await pretrained(), await readField("coarse.nc"), { factor: 4, members: 8, seed: 1 });
 * ```
 *
 * @throws OptionsError at the name of an option that there is not
 */
export async function pretrained(options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
  checkNames("pretrained", options, "process device threads");
  return loadDownscaler(pretrainedName, options);
}
