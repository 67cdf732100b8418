/** Generators of members from conditions: one interface for every kind, chosen by the model file. */
import { OptionsError } from "../../engine/errors.ts";
import { type CompiledDenoiserOptions, compiledDenoiser } from "../diffusion/denoiser.ts";
import { type DrawOptions, drawResiduals, type ResolvedDraw } from "../diffusion/draw.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import { levelsFor } from "../diffusion/sampler.ts";
import type { ImageRows } from "../diffusion/tiling.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { checkOneEvaluation, compiledOneStep, drawOneStep } from "../one-step/draw.ts";
import { noiseBlocks } from "../one-step/noise.ts";
import type { Target } from "./channel.ts";
import type { ModelConfiguration } from "./configuration.ts";

/** Diffusion integrates a flow in many evaluations of its network, the one-step generator takes one a member. */
export const generatorNames = ["diffusion", "one-step"] as const;

/** Name of a generator. */
export type GeneratorName = (typeof generatorNames)[number];

/** A one-step generator in a few words. */
export const oneStepText = "one step: a member is one evaluation";

/** Images that a member is drawn from, on a grid that the network takes. */
export interface GeneratorImages {
  readonly height: number;
  readonly width: number;
  /** Standardised, [height, width, channels]. */
  readonly condition: Float32Array | ImageRows;
  /** Pixels whose clean data are 0 by definition, where this is 0, [height, width]. @defaultValue none */
  readonly valid?: Uint8Array;
  /**
   * Makes residuals of what the network of a one-step generator says, [members, height, width, outputs], in its place: what the
   * loss of that network is computed on. It is called once for all members.
   */
  readonly constrain: (output: Float32Array) => void;
}

/** A trained network as what it draws. */
export interface Generator {
  readonly name: GeneratorName;
  /** The noise process; undefined where there is none. */
  readonly process: NoiseProcess | undefined;
  /** @throws OptionsError for options that this generator does not have */
  check(caller: string, options: DrawOptions): void;
  /** @returns the data less their background, [members, height, width, outputs] */
  draw(images: GeneratorImages, o: ResolvedDraw): Promise<Float32Array>;
  /** Frees the compiled programs. */
  dispose(): Promise<void>;
}

/** Images that the network of a generator sees besides the conditions: the noisy fields, or noise. */
export const ownChannels = (generator: GeneratorName = "diffusion", outputs = 1): number =>
  generator === "one-step" ? noiseBlocks.length : outputs;

/**
 * Dry threshold of members, from that of the data: where block means are conserved, diffusion leaves the small rates that it draws
 * beside the rain from half of it on, since cutting them takes rain from where it is light (research/generator-results.md).
 */
export function dryBelow(
  { generator = "diffusion", blocks }: Pick<ModelConfiguration, "generator" | "blocks">,
  { wetThreshold }: Pick<Target, "wetThreshold">,
): number | undefined {
  if (wetThreshold === undefined || blocks === undefined || generator === "one-step") return wetThreshold;
  return wetThreshold / 2;
}

/** Network evaluations of one member. */
export const evaluationsOf = (generator: GeneratorName, { evaluations = 16 }: DrawOptions): number =>
  generator === "one-step" ? 1 : evaluations;

/**
 * Checks the options of a solver before there is an input, and returns the evaluations of a member.
 *
 * @param usual - what the model brings
 * @throws OptionsError where the generator has no such choice, or the solver not that many evaluations
 */
export function checkedEvaluations(
  generator: GeneratorName,
  options: DrawOptions,
  usual: Pick<DrawOptions, "evaluations" | "method"> = {},
): number {
  const evaluations = evaluationsOf(generator, { ...usual, ...options });
  if (generator === "one-step") checkOneEvaluation("downscale", options);
  else levelsFor(options.method ?? usual.method ?? "dpm++2m", evaluations);
  return evaluations;
}

/** Parts of a generator. */
export interface GeneratorParts {
  readonly generator: GeneratorName;
  /** Name of the noise process. @defaultValue "edm" */
  readonly process?: string;
  /** Of the clean data, measured. */
  readonly sigmaData: number;
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** @throws OptionsError where the noise process is missing, or given to a generator without one */
export function generatorOf(caller: string, parts: GeneratorParts, options: CompiledDenoiserOptions): Generator {
  return parts.generator === "one-step" ? oneStep(caller, parts, options) : diffusion(parts, options);
}

function diffusion(parts: GeneratorParts, options: CompiledDenoiserOptions): Generator {
  const { process: name, sigmaData, network, parameters } = parts;
  const process = processOfModel(name, options.process);
  const denoiser = compiledDenoiser(network, parameters, sigmaData, { ...options, process });
  const outputs = network.options.outputChannels;
  return {
    name: "diffusion",
    process,
    check: () => undefined,
    draw: ({ constrain: _, ...grid }, draw) => drawResiduals({ denoiser, process, sigmaData, outputs, ...grid }, draw),
    dispose: () => denoiser.dispose(),
  };
}

function oneStep(caller: string, { network, parameters }: GeneratorParts, o: CompiledDenoiserOptions): Generator {
  const { process, ...run } = o;
  checkNoProcess(caller, process);
  const program = compiledOneStep(network, parameters, run);
  const outputs = network.options.outputChannels;
  return {
    name: "one-step",
    process: undefined,
    check: checkOneEvaluation,
    async draw({ height, width, condition, constrain }, draw) {
      const output = await drawOneStep({ program, height, width, outputs, condition }, draw);
      constrain(output);
      return output;
    },
    dispose: () => program.dispose(),
  };
}

/** @throws OptionsError where a one-step generator is given a noise process */
export function checkNoProcess(caller: string, process: unknown): void {
  if (process === undefined) return;
  const name = typeof process === "object" ? (process as NoiseProcess).name : process;
  const text = `${caller}: process is "${name}", but a one-step generator has no noise process; leave it out`;
  throw new OptionsError(text, "process", name);
}
