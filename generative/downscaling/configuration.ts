/** What a downscaler is besides its parameters, and whether it can be that: models come from files. */
import { FormatError } from "../../engine/errors.ts";
import {
  among,
  anything,
  type Check,
  fields,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { plainMetadata } from "../../engine/files/plain-metadata.ts";
import { type RainLimits, rainLimits } from "../../io/rain/index.ts";
import { type SamplerMethod, samplerMethods } from "../diffusion/sampler.ts";
import type { UnetOptions } from "../diffusion/unet.ts";
import type { Normalization } from "./archive/conditions.ts";
import { type GeneratorName, generatorNames } from "./generator/generator.ts";
import { type TrainedOn, trainedOnCheck } from "./trained-on.ts";

/** A solver and its budget. */
export interface Sampling {
  /** How the reverse process is solved. */
  readonly method: SamplerMethod;
  /** Network evaluations a member. */
  readonly evaluations: number;
}

/** What a downscaler is, besides its parameters; plain JSON. */
export interface DownscalerConfiguration {
  /** Channels, levels and blocks of the network. */
  readonly network: UnetOptions;
  /** Refinement factor, and the constants measured on the training tiles. */
  readonly normalization: Normalization;
  /** Archives that the network was told of: an input is said to be from one. @defaultValue none */
  readonly archives?: readonly string[];
  /** What inputs must resemble. @defaultValue unknown, as in models of before this was stored */
  readonly trainedOn?: TrainedOn;
  /** What draws members. @defaultValue "diffusion", as in models of before this was stored */
  readonly generator?: GeneratorName;
  /** Name of the noise process. @defaultValue "edm", as in models of before this was stored */
  readonly process?: string;
  /** How members are drawn where nothing else is said. @defaultValue "dpm++2m", 16 evaluations */
  readonly sampling?: Sampling;
  /** Free text on training and data. @defaultValue none */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** Sizes of a network; larger ones would not fit into memory. */
export const networkCheck: Check = record({
  inputChannels: optional(whole(2, 67)),
  outputChannels: optional(whole(1, 64)),
  baseChannels: optional(whole(1, 4096)),
  multipliers: optional(list(whole(1, 64), 1, 8)),
  blocks: optional(whole(1, 16)),
  groups: optional(whole(1, 4096)),
  embedding: optional(whole(1, 2 ** 16)),
  frequencies: optional(whole(2, 2 ** 16)),
  // In files of before; networks with noise of every level are no longer read.
  levelNoise: optional(among(false)),
  attention: optional(among(true, false)),
});

/** Logarithms of rates are below 10 where the unit is 1 mm/h, and below 25 for all that are allowed. */
export const normalizationCheck: Check = record({
  factor: whole(1, 256),
  sigmaData: positive(100),
  conditionMean: real(-100, 100),
  conditionStd: positive(100),
  unit: optional(positive(1e6)),
  divisor: optional(positive(1e6)),
  whole: optional(among(true)),
  missing: optional(real(-100, 100)),
});

/** How members are drawn where nothing else is said. */
export const samplingCheck: Check = record({ method: among(...samplerMethods), evaluations: whole(2, 2 ** 31) });

const provenanceCheck: Check = (value, at) =>
  fields(anything)(value, at) ??
  optional(real(0, 1000))((value as Limits).wetThreshold, `${at}.wetThreshold`) ??
  optional(positive(1e6))((value as Limits).largestRate, `${at}.largestRate`);

interface Limits {
  readonly wetThreshold?: unknown;
  readonly largestRate?: unknown;
}

/** What training took for dry and for clutter, in mm/h; models of before this was stored have 0.1 and 200. */
export function limitsOfModel({ provenance = {} }: DownscalerConfiguration): RainLimits {
  const { wetThreshold: wet, largestRate: clutter } = provenance as Limits;
  const usual = rainLimits(undefined);
  return {
    wet: typeof wet === "number" ? wet : usual.wet,
    clutter: typeof clutter === "number" ? clutter : usual.clutter,
  };
}

/** Tells what is wrong with a configuration. */
export const configurationCheck: Check = record({
  network: networkCheck,
  normalization: normalizationCheck,
  archives: optional(list(text, 1, 61)),
  trainedOn: optional(trainedOnCheck),
  generator: optional(among(...generatorNames)),
  process: optional(text),
  sampling: optional(samplingCheck),
  provenance: optional(provenanceCheck),
});

/** Name of the configuration in a file's metadata. */
export const metadataKey = "monge-downscaler";

/**
 * The configuration in a model file's metadata.
 *
 * @throws FormatError where there is none, or one that no model can have
 */
export function readConfiguration(path: string, metadata: Readonly<Record<string, string>>): DownscalerConfiguration {
  const stored = plainMetadata(path, metadata, { key: metadataKey, format: "downscaler", writer: "Downscaler.save" });
  const complaint = configurationCheck(stored, "configuration");
  if (complaint !== undefined) throw damaged(path, complaint);
  return stored as unknown as DownscalerConfiguration;
}

/** A model that cannot be right. */
export function damaged(path: string, message: string, cause?: unknown): FormatError {
  const hint = "the model is damaged, or was changed: train it again, or take another copy";
  return new FormatError(path, "downscaler", message, hint, { cause });
}
