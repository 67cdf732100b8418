/** What makes members out of conditions: one interface for every kind of generator, chosen by what the model file says. */
import { OptionsError } from "../../../engine/errors.ts";
import { type CompiledDenoiserOptions, compiledDenoiser } from "../../diffusion/denoiser.ts";
import { type DrawOptions, drawResiduals, type ResolvedDraw } from "../../diffusion/draw.ts";
import { processOfModel } from "../../diffusion/process/kinds.ts";
import type { NoiseProcess } from "../../diffusion/process/process.ts";
import type { Parameter, Unet } from "../../diffusion/unet.ts";
import { checkOneEvaluation, compiledOneStep, drawOneStep } from "../../one-step/draw.ts";
import { noiseBlocks } from "../../one-step/noise.ts";
import type { Normalization } from "../archive/conditions.ts";

/** Diffusion integrates a flow in many evaluations of its network, the one-step generator takes one a member. */
export const generatorNames = ["diffusion", "one-step"] as const;

/** Name of a generator. */
export type GeneratorName = (typeof generatorNames)[number];

/** Images that a member is drawn from, on a grid that the network takes. */
export interface GeneratorImages {
  /** mm/h without gaps, [height / factor, width / factor]. */
  readonly coarse: { readonly values: Float32Array; readonly height: number; readonly width: number };
  /** Standardised, [height, width, channels]. */
  readonly condition: Float32Array;
  /** ln(1 + R/c), [height, width]. */
  readonly background: Float32Array;
}

/** A trained network as what it draws. */
export interface Generator {
  /** The noise process; undefined where there is none. */
  readonly process: NoiseProcess | undefined;
  /** @throws OptionsError for options that this generator does not have */
  check(caller: string, options: DrawOptions): void;
  /** @returns ln(1 + R/c) less the background, [members, height, width] */
  draw(images: GeneratorImages, o: ResolvedDraw): Promise<Float32Array>;
  /** Frees the compiled programs. */
  dispose(): Promise<void>;
}

/** Images that the network of a generator sees besides the conditions: the noisy field, or noise. */
export const ownChannels = (generator: GeneratorName = "diffusion"): number =>
  generator === "one-step" ? noiseBlocks.length : 1;

/** Network evaluations of one member. */
export const evaluationsOf = (generator: GeneratorName, { evaluations = 16 }: DrawOptions): number =>
  generator === "one-step" ? 1 : evaluations;

/** What a generator is made of. */
export interface GeneratorParts {
  readonly generator: GeneratorName;
  /** Name of the noise process. @defaultValue "edm" */
  readonly process?: string;
  readonly normalization: Normalization;
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** @throws OptionsError where the noise process is missing, or given to a generator without one */
export function generatorOf(parts: GeneratorParts, options: CompiledDenoiserOptions): Generator {
  return parts.generator === "one-step" ? oneStep(parts, options) : diffusion(parts, options);
}

function diffusion({ process: name, normalization, network, parameters }: GeneratorParts, o: CompiledDenoiserOptions) {
  const { factor, sigmaData } = normalization;
  const process = processOfModel(name, o.process);
  const denoiser = compiledDenoiser(network, parameters, sigmaData, { ...o, process });
  const generator: Generator = {
    process,
    check: () => undefined,
    draw({ coarse, condition }, draw) {
      const [height, width] = [coarse.height * factor, coarse.width * factor];
      return drawResiduals({ denoiser, process, sigmaData, height, width, condition }, draw);
    },
    dispose: () => denoiser.dispose(),
  };
  return generator;
}

function oneStep({ normalization, network, parameters }: GeneratorParts, o: CompiledDenoiserOptions): Generator {
  const { process, ...run } = o;
  checkNoProcess("Downscaler", process);
  const { factor, sigmaData, unit = 1 } = normalization;
  const program = compiledOneStep(network, parameters, run);
  return {
    process: undefined,
    check: checkOneEvaluation,
    draw: (images, draw) => drawOneStep({ program, sigmaData, factor, unit, ...images }, draw),
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
