/** What a model file says of itself, without its parameters: what a plan of drawing from it needs. */
import { readSafetensors } from "../../engine/files/safetensors.ts";
import type { DrawOptions } from "../diffusion/draw.ts";
import { type DownscalerConfiguration, readConfiguration } from "../downscaling/configuration.ts";
import { checkedEvaluations, type GeneratorName } from "../downscaling/generator/generator.ts";
import { type PairConfiguration, pairMetadataKey, readPairConfiguration } from "../pairs/configuration.ts";

/** A model of either kind. */
export type ModelDescription = {
  /** What draws its members. */
  readonly generator: GeneratorName;
  /** Numbers that were learned. */
  readonly parameters: number;
} & (
  | { readonly kind: "blocks"; readonly configuration: DownscalerConfiguration }
  | { readonly kind: "pairs"; readonly configuration: PairConfiguration }
);

/**
 * Reads what a model is.
 *
 * @param path - of the file
 * @throws FormatError where it is damaged, or no model
 */
export async function describeModel(path: string): Promise<ModelDescription> {
  const { tensors, metadata } = await readSafetensors(path);
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const pairs = pairMetadataKey in metadata;
  const told = pairs
    ? { kind: "pairs" as const, configuration: readPairConfiguration(path, metadata) }
    : { kind: "blocks" as const, configuration: readConfiguration(path, metadata) };
  return { ...told, generator: told.configuration.generator ?? "diffusion", parameters };
}

/**
 * Network evaluations of a member.
 *
 * @param options - what is asked for beside what the model brings
 * @throws OptionsError where the generator of the model has no such choice, or the solver not that many evaluations
 */
export function evaluationsFor(
  { kind, configuration, generator }: ModelDescription,
  options: Pick<DrawOptions, "evaluations" | "method">,
): number {
  return checkedEvaluations("downscale", generator, options, kind === "blocks" ? configuration.sampling : {});
}
