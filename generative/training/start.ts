/** Start of a training that does not begin anew: a model to tune further, or a checkpoint to fork. */
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { parametersOf } from "../diffusion/parameters.ts";
import type { NoiseProcessName } from "../diffusion/process/kinds.ts";
import { type Parameter, type UnetOptions, type UnetSizes, unet } from "../diffusion/unet.ts";
import { constantsOf } from "../model/blocks.ts";
import type { ModelDescription } from "../model/configuration.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { networkOf, type TrainingCheckpoint } from "./checkpoint.ts";
import type { TrainingRecipe } from "./recipe.ts";

/** Parameters, and what belongs to them. */
export interface Start {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly description: ModelDescription;
  readonly masked: boolean;
  /** Part of the recipe that is the model's. */
  readonly recipe: Pick<TrainingRecipe, "network" | "factor" | "unit" | "divisor" | "target" | "process">;
}

/** The description in a larger record. */
export const descriptionOf = ({
  channels,
  targets,
  sigmaData,
  blocks,
  steps,
  grid,
  spacing,
  seen,
}: ModelDescription): ModelDescription => ({
  channels,
  targets,
  ...defined({ sigmaData, blocks, steps, grid, spacing, seen }),
});

function partsOf(from: Downscaler | TrainingCheckpoint) {
  if (!("state" in from)) {
    const { configuration, parameters } = from;
    const { masked = false, process = "edm", network } = configuration;
    return {
      parameters,
      description: descriptionOf(configuration),
      masked,
      process,
      network: sizesOf(network),
    };
  }
  const { recipe, description, masked, state } = from;
  const { network, process } = recipe;
  const parameters = parametersOf("train", unet(networkOf(recipe, description, masked)), state.parameters);
  return { parameters, description, masked, process, network };
}

/** Sizes of a network that can be chosen. */
export const sizesOf = ({ inputChannels: _in, outputChannels: _out, ...sizes }: UnetSizes): UnetOptions => sizes;

/**
 * @param recipe - as asked for: options that it lacks are the model's
 * @throws OptionsError where it asks for another network, noise process, or other block means
 */
export function startFrom(from: Downscaler | TrainingCheckpoint, recipe: TrainingRecipe): Start {
  const { parameters, description, masked, process, network } = partsOf(from);
  const same = (name: keyof TrainingRecipe, now: unknown, then: unknown): void => {
    if (now === undefined || JSON.stringify(now) === JSON.stringify(then)) return;
    const text = `train: ${name} is ${JSON.stringify(now)}, the model to start from has ${JSON.stringify(then)}; leave \`${name}\` out`;
    throw new OptionsError(text, name, now);
  };
  same("process", typeof recipe.process === "object" ? recipe.process.name : recipe.process, process);
  const constants = constantsOf(description);
  const { factor, unit = 1, divisor = 1, whole } = constants ?? {};
  const own = constants && {
    factor: factor!,
    unit,
    divisor,
    target: whole ? ("field" as const) : ("residual" as const),
  };
  for (const [name, value] of Object.entries(own ?? {})) {
    same(name as keyof TrainingRecipe, recipe[name as keyof TrainingRecipe], value);
  }
  const all = (sizes: UnetOptions) => unet(networkOf({ network: sizes }, description, masked)).options;
  if (recipe.network && JSON.stringify(all(recipe.network)) !== JSON.stringify(all(network))) {
    same("network", all(recipe.network), all(network));
  }
  // Of a noise process of one's own a model has the name alone.
  const noise = recipe.process ?? (process as NoiseProcessName);
  const kept = { network: recipe.network ?? network, process: noise, ...own };
  return { parameters, description, masked, recipe: kept };
}

/** @throws OptionsError where channels or targets are not the same */
export function checkSameDescription(
  option: "resume" | "start",
  now: ModelDescription,
  then: ModelDescription,
  except: readonly string[] = [],
): void {
  const shown = (value: object | undefined) =>
    JSON.stringify(value, (key, v) => (except.includes(key) ? undefined : v)) ?? "none";
  for (const part of ["channels", "targets"] as const) {
    for (let i = 0; i < Math.max(now[part].length, then[part].length); i++) {
      const [a, b] = [shown(now[part][i]), shown(then[part][i])];
      if (a === b) continue;
      const hint = `standardise the images by the description of what \`${option}\` goes on from`;
      throw new OptionsError(`train: ${part}[${i}] is ${a}, \`${option}\` has ${b}; ${hint}`, option);
    }
  }
}
