/** What a paired downscaler is besides its parameters, and whether it can be that: models come from files. */
import { FormatError } from "../../engine/errors.ts";
import {
  among,
  anything,
  type Check,
  either,
  fields,
  list,
  optional,
  positive,
  real,
  record,
  text,
} from "../../engine/files/plain-checks.ts";
import { plainMetadata } from "../../engine/files/plain-metadata.ts";
import type { UnetOptions } from "../diffusion/unet.ts";
import { networkCheck } from "../downscaling/configuration.ts";
import { type GeneratorName, generatorNames, ownChannels } from "../downscaling/generator/generator.ts";
import { textureCheck } from "../downscaling/texture.ts";
import { gridCheck } from "../downscaling/trained-on.ts";
import type { Channel, Target } from "./channel.ts";
import { type Correction, correctionCheck } from "./correction.ts";
import { type FineGrid, fineGridCheck } from "./fine-grid.ts";
import type { SeenTextures } from "./seen-textures.ts";
import { type SeenTimes, seenTimesChecks } from "./seen-times.ts";

/** What a model is told and makes, and where. Plain JSON. */
export interface PairDescription {
  /** What the network sees, in order. */
  readonly channels: readonly Channel[];
  /** What it makes, in order. */
  readonly targets: readonly Target[];
  /** Rows and columns of training. @defaultValue unknown */
  readonly grid?: FineGrid;
  /** What else inputs are compared with. @defaultValue unknown, as in models of before this was stored */
  readonly seen?: SeenInputs;
}

/** What training had besides ranges. Plain JSON. */
export interface SeenInputs extends SeenTimes {
  /** Of the coarse channels. @defaultValue unknown */
  readonly textures?: SeenTextures;
}

/** What a paired downscaler is, besides its parameters; plain JSON. */
export interface PairConfiguration extends PairDescription {
  /** `inputChannels` and `outputChannels` follow from channels, targets and `masked`. */
  readonly network: UnetOptions;
  /** Whether the network is told which pixels of each target have a value. @defaultValue false */
  readonly masked?: boolean;
  /** What draws members. @defaultValue "diffusion", as in models of before this was stored */
  readonly generator?: GeneratorName;
  /** Name of the noise process, of diffusion. @defaultValue "edm" */
  readonly process?: string;
  /** Of models that correct climate models: the law of the coarse observations. @defaultValue none */
  readonly correction?: Correction;
  /** Free text on training and data. @defaultValue none */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

const transformCheck = either(record({ kind: among("linear") }), record({ kind: among("log"), unit: positive() }));
const rangeCheck = list(real(), 2, 2);

const channelCheck = record({
  name: text,
  role: among("coarse", "with", "static", "context", "missing"),
  of: optional(text),
  standardName: optional(text),
  units: optional(text),
  interval: optional(positive()),
  transform: transformCheck,
  mean: real(),
  deviation: positive(),
  range: rangeCheck,
  spacing: optional(gridCheck),
  method: optional(among("bilinear", "conservative", "nearest")),
  optional: optional(among(true, false)),
});

const targetCheck = record({
  name: text,
  standardName: optional(text),
  longName: optional(text),
  units: optional(text),
  interval: optional(positive()),
  cellMethods: optional(text),
  transform: transformCheck,
  background: either(among(null), text),
  mean: real(),
  deviation: positive(),
  range: rangeCheck,
  wetThreshold: optional(real(0)),
});

/** Parts of a description, for checks of records that hold them. */
export const descriptionChecks = {
  channels: list(channelCheck, 1, 64),
  targets: list(targetCheck, 1, 64),
  grid: optional(fineGridCheck),
  seen: optional(record({ ...seenTimesChecks, textures: optional(fields(textureCheck)) })),
};

const shapeCheck = record({
  ...descriptionChecks,
  network: networkCheck,
  masked: optional(among(true, false)),
  generator: optional(among(...generatorNames)),
  process: optional(text),
  correction: optional(correctionCheck),
  provenance: optional(fields(anything)),
});

/** Tells what is wrong with a configuration. */
export const pairConfigurationCheck: Check = (value, at) =>
  shapeCheck(value, at) ??
  linksComplaint(value as PairDescription, at) ??
  sizesComplaint(value as PairConfiguration, at);

/** Sizes of the network's input and output. */
export function networkEnds(
  { channels, targets }: PairDescription,
  masked: boolean,
  generator?: GeneratorName,
): Required<Pick<UnetOptions, "inputChannels" | "outputChannels">> {
  const outputs = targets.length;
  const own = ownChannels(generator, outputs);
  return { inputChannels: own + channels.length + (masked ? outputs : 0), outputChannels: outputs };
}

/** What is wrong between the parts of a description, each right in itself. */
export function linksComplaint({ channels, targets }: PairDescription, at: string): string | undefined {
  for (const [what, names] of Object.entries({ channels: channels.map(nameOf), targets: targets.map(nameOf) })) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) return `${at}.${what} has ${JSON.stringify(twice)} twice`;
  }
  for (const [i, { role, of }] of channels.entries()) {
    const place = `${at}.channels[${i}].of`;
    if (role === "missing" ? channels.some(({ name }) => name === of) : of === undefined) continue;
    return `${place} is ${JSON.stringify(of) ?? "missing"}, expected ${role === "missing" ? "the name of a channel" : "none"}`;
  }
  for (const [i, { background, transform }] of targets.entries()) {
    if (background === null) continue;
    const found = channels.find(({ name }) => name === background);
    const place = `${at}.targets[${i}].background`;
    if (found?.role !== "coarse")
      return `${place} is ${JSON.stringify(background)}, expected the name of a coarse channel`;
    if (JSON.stringify(found.transform) === JSON.stringify(transform)) continue;
    return `${place} is ${JSON.stringify(background)}, which has another transform than the target`;
  }
  return undefined;
}

const nameOf = ({ name }: Channel | Target): string => name;

function sizesComplaint(configuration: PairConfiguration, at: string): string | undefined {
  const { network, masked = false, generator } = configuration;
  for (const [name, size] of Object.entries(networkEnds(configuration, masked, generator))) {
    const found = network[name as "inputChannels" | "outputChannels"];
    if (found !== size) return `${at}.network.${name} is ${found ?? "missing"}, expected ${size}`;
  }
  return undefined;
}

/** Name of the configuration in a file's metadata. */
export const pairMetadataKey = "monge-paired-downscaler";

/**
 * The configuration in a model file's metadata.
 *
 * @throws FormatError where there is none, or one that no model can have
 */
export function readPairConfiguration(path: string, metadata: Readonly<Record<string, string>>): PairConfiguration {
  const stored = plainMetadata(path, metadata, {
    key: pairMetadataKey,
    format: "paired downscaler",
    writer: "PairedDownscaler.save",
  });
  const complaint = pairConfigurationCheck(stored, "configuration");
  if (complaint !== undefined) throw damagedPair(path, complaint);
  return stored as unknown as PairConfiguration;
}

/** A model that cannot be right. */
export function damagedPair(path: string, message: string, cause?: unknown): FormatError {
  const hint = "the model is damaged, or was changed: train it again, or take another copy";
  return new FormatError(path, "paired downscaler", message, hint, { cause });
}
