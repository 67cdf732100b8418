/** Description of a model file without its parameters, as a plan of sampling needs it. */
import { readSafetensors } from "../../engine/files/safetensors.ts";
import { checkedEvaluations, type DrawOptions } from "../diffusion/draw.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { readConfiguration } from "./model-file.ts";

/** A model without its parameters. */
export interface DescribedModel {
  /** Numbers that were learned. */
  readonly parameters: number;
  readonly configuration: ModelConfiguration;
}

/**
 * Reads what a model is.
 *
 * @param path - of the file
 * @throws FormatError where it is damaged, or no model
 */
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
