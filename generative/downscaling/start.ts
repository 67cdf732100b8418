/** What a training begins with where it does not begin anew: a model to tune further, or a checkpoint to fork. */
import { OptionsError } from "../../engine/errors.ts";
import { parametersOf } from "../diffusion/parameters.ts";
import { type Parameter, type UnetOptions, unet } from "../diffusion/unet.ts";
import type { Normalization } from "./archive/conditions.ts";
import type { Downscaler } from "./downscaler.ts";
import type { GeneratorName } from "./generator/generator.ts";
import { networkOf, type TrainingRecipe } from "./recipe.ts";
import type { DownscalerCheckpoint } from "./train.ts";

/** Parameters, and what belongs to them. */
export interface Start {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly normalization: Normalization;
  readonly archives: readonly string[] | undefined;
  /** What of a recipe is the model's. */
  readonly recipe: Pick<TrainingRecipe, "network" | "factor" | "unit" | "divisor" | "target" | "generator">;
}

/**
 * @param recipe - as asked for: what it leaves out is the model's
 * @throws OptionsError where it asks for another network, factor, unit or noise process
 */
export function startFrom(from: Downscaler | DownscalerCheckpoint, recipe: TrainingRecipe): Start {
  const { network, normalization, archives, process, generator, parameters } =
    "state" in from ? ofCheckpoint(from) : ofModel(from);
  const { factor, unit = 1, divisor = 1 } = normalization;
  const target = normalization.whole ? "field" : "residual";
  const fail = (name: string, now: unknown, then: unknown): never => {
    const text = `train: ${name} is ${JSON.stringify(now)}, the model to start from has ${JSON.stringify(then)}; leave it out`;
    throw new OptionsError(text, name, now);
  };
  if ((recipe.generator ?? generator) !== generator) fail("generator", recipe.generator, generator);
  const asked = typeof recipe.process === "object" ? recipe.process.name : (recipe.process ?? "edm");
  if (asked !== process) fail("process", asked, process);
  if ((recipe.factor ?? factor) !== factor) fail("factor", recipe.factor, factor);
  if ((recipe.unit ?? unit) !== unit) fail("unit", recipe.unit, unit);
  if ((recipe.divisor ?? divisor) !== divisor) fail("divisor", recipe.divisor, divisor);
  if ((recipe.target ?? target) !== target) fail("target", recipe.target, target);
  const sizes = (options: UnetOptions) => unet(networkOf(options, archives, generator)).options;
  const [now, then] = [sizes(recipe.network ?? network), sizes(network)];
  if (JSON.stringify(now) !== JSON.stringify(then)) fail("network", now, then);
  return {
    parameters,
    normalization,
    archives,
    recipe: { network: recipe.network ?? network, factor, unit, divisor, target, generator },
  };
}

type From = Omit<Start, "recipe"> & {
  readonly network: UnetOptions;
  readonly process: string;
  readonly generator: GeneratorName;
};

function ofModel({ configuration, parameters, generator }: Downscaler): From {
  const { normalization, archives, process = "edm" } = configuration;
  return { parameters, normalization, archives, process, generator, network: configuration.network };
}

function ofCheckpoint({ recipe, normalization, archives, state }: DownscalerCheckpoint): From {
  const { network, process = "edm", generator = "diffusion" } = recipe;
  const sizes = unet(networkOf(network, archives, generator));
  const parameters = parametersOf("trainDownscaler", sizes, state.parameters);
  return { parameters, normalization, archives, process, generator, network };
}
