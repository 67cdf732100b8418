/** What a training on pairs is at one step: whatever resuming needs, and the model in it. */
import type { TrainingState } from "../../engine/training.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { parametersOf } from "../diffusion/parameters.ts";
import { type UnetOptions, unet } from "../diffusion/unet.ts";
import type { Best } from "../downscaling/generator/loop.ts";
import { networkEnds, type PairConfiguration, type PairDescription } from "./configuration.ts";
import { PairedDownscaler } from "./paired-downscaler.ts";
import type { ResolvedPairRecipe } from "./recipe.ts";
import type { PairScores } from "./validate.ts";

/** The best model so far. */
export interface BestPairs extends Best<PairScores> {}

/** Whatever resuming needs. */
export interface PairCheckpoint {
  /** With all defaults filled in. */
  readonly recipe: ResolvedPairRecipe;
  /** Channels, targets and grid. */
  readonly description: PairDescription;
  /** Whether the network is told which pixels of each target have a value. */
  readonly masked: boolean;
  /** Parameters, their averages, moments and step. */
  readonly state: TrainingState;
  /** Of the validations so far. @defaultValue none yet */
  readonly best?: BestPairs;
  /** Validations since the best one. */
  readonly worse: number;
}

/**
 * The downscaler at a checkpoint: the best so far; without one, or with `last`, its averaged parameters.
 *
 * @param options - `last` chooses the parameters; the rest says how the network runs
 */
export function pairedOf(
  checkpoint: PairCheckpoint,
  options: CompiledDenoiserOptions & { readonly last?: boolean } = {},
): PairedDownscaler {
  const { last = false, ...run } = options;
  const { best, state } = checkpoint;
  return best === undefined || last
    ? modelOf(checkpoint, state.step, state.ema, run)
    : modelOf(checkpoint, best.step, best.parameters, run);
}

/** The downscaler of one set of flat parameters. */
export function modelOf(
  { recipe, description, masked }: Pick<PairCheckpoint, "recipe" | "description" | "masked">,
  step: number,
  stored: Readonly<Record<string, ArrayLike<number>>>,
  run: CompiledDenoiserOptions,
): PairedDownscaler {
  const configuration: PairConfiguration = {
    network: networkOf(recipe, description, masked),
    ...description,
    masked,
    ...(recipe.generator ? { generator: recipe.generator } : { process: recipe.process }),
    provenance: { step, recipe },
  };
  return new PairedDownscaler(configuration, parametersOf("pairedOf", unet(configuration.network), stored), run);
}

/** Sizes of the network of a recipe. */
export function networkOf(
  { network, generator }: Pick<ResolvedPairRecipe, "network" | "generator">,
  description: PairDescription,
  masked: boolean,
): UnetOptions {
  return { ...network, ...networkEnds(description, masked, generator) };
}
