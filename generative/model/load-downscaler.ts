/** Models by name: loaded to draw, or described. */
import { checkOptions } from "../../engine/checks.ts";
import { readSafetensors } from "../../engine/files/safetensors.ts";
import { fetchPackaged } from "../../engine/platform/packaged.ts";
import { type CompiledDenoiserOptions, denoiserChecks } from "../diffusion/denoiser.ts";
import { checkedEvaluations, type DrawOptions } from "../diffusion/draw.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { Downscaler } from "./downscaler.ts";
import { findModel, pretrainedName } from "./find-model.ts";
import { readConfiguration } from "./model-file.ts";

/**
 * Reads a trained downscaler. Free it with `dispose` when done.
 *
 * @param path - a model file, the folder of a run, or a folder of runs (the newest finished one is taken), or `"pretrained"`
 * @throws OptionsError where there is none; FormatError where the file is damaged or holds something else
 */
export async function loadDownscaler(path: string, options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
  checkOptions("loadDownscaler", options, denoiserChecks);
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
 * @throws OptionsError for an option that there is not, or a value that it does not take
 */
export async function pretrained(options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
  checkOptions("pretrained", options, denoiserChecks);
  const fetched = await fetchPackaged(`models/${pretrainedName}.safetensors`);
  return loadDownscaler(fetched ?? pretrainedName, options);
}

/** A model without its parameters. */
export interface DescribedModel {
  /** Numbers that were learned. */
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
}

/** Reads what a model is. @throws FormatError where it is damaged, or no model */
export async function describeModel(path: string): Promise<DescribedModel> {
  const { tensors, metadata } = await readSafetensors(path);
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const configuration = readConfiguration(path, metadata);
  return { configuration, parameters };
}

/**
 * Network evaluations of a member.
 *
 * @param options - what is asked for beside what the model brings
 * @throws OptionsError where the solver has not that many evaluations
 */
export const evaluationsFor = (
  { configuration: { sampling } }: DescribedModel,
  options: Pick<DrawOptions, "evaluations" | "method">,
): number => checkedEvaluations(options, sampling);
