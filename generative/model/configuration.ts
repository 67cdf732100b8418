/** Configuration of a model, and its checks: models come from files. */
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
  whole,
} from "../../engine/checks.ts";
import { type SamplerMethod, samplerMethods } from "../diffusion/sampler.ts";
import type { UnetEnds, UnetSizes } from "../diffusion/unet.ts";
import type { BlockMeans } from "./blocks.ts";
import type { Channel, Target } from "./channel.ts";
import { coherenceCheck, type MeasuredCoherence } from "./coherence.ts";
import { type Correction, correctionCheck } from "./correction.ts";
import { type FineGrid, fineGridCheck } from "./fine-grid.ts";
import { type SeenTimes, seenTimesChecks } from "./seen-times.ts";
import { type GridRange, gridCheck } from "./spacing.ts";
import { type SeenTexture, textureCheck } from "./texture.ts";
import { type TimeSteps, timeStepsCheck } from "./time-steps.ts";

/** A solver and its budget. */
export interface Sampling {
  readonly method: SamplerMethod;
  /** Network evaluations a member. */
  readonly evaluations: number;
  /** Side of a tile and pixels that neighbours share. @defaultValue [64, 16] */
  readonly tiles?: readonly [number, number];
  /** Tiles denoised at once. @defaultValue 4 */
  readonly batch?: number;
}

/** Inputs and outputs of a model, and its grid. Plain JSON. */
export interface ModelDescription {
  /** Inputs of the network, in order. */
  readonly channels: readonly Channel[];
  readonly targets: readonly Target[];
  /** Standard deviation of the clean data. @defaultValue 1: they are standardised */
  readonly sigmaData?: number;
  /** The coarse channels are block means of the target, on any grid, and conserved. @defaultValue they are fields on grids of their own */
  readonly blocks?: BlockMeans;
  /** The targets are the fine times of a coarse step. @defaultValue each is a variable */
  readonly steps?: TimeSteps;
  /** Rows and columns of training. @defaultValue unknown, or several */
  readonly grid?: FineGrid;
  /** Sizes of the fine cells of several grids. @defaultValue those of `grid` */
  readonly spacing?: GridRange;
  /** Further properties that inputs are compared with. @defaultValue unknown, as in models of before this was stored */
  readonly seen?: SeenInputs;
}

/** Properties of the training data besides ranges. Plain JSON. */
export interface SeenInputs extends SeenTimes {
  /** Of the coarse channels, by their names. @defaultValue unknown */
  readonly textures?: Readonly<Record<string, SeenTexture>>;
}

/** All of a model but its parameters; plain JSON. */
export interface ModelConfiguration extends ModelDescription {
  /** `inputChannels` and `outputChannels` follow from channels, targets and `masked`. */
  readonly network: UnetSizes;
  /** True if the network is given which pixels of each target have a value. @defaultValue false */
  readonly masked?: boolean;
  /** Name of the noise process. @defaultValue "edm" */
  readonly process?: string;
  /** Default sampling of members. @defaultValue "dpm++2m", 16 evaluations */
  readonly sampling?: Sampling;
  /** Of models that correct climate models: the distribution of the coarse observations. @defaultValue none */
  readonly correction?: Correction;
  /** Of the noise of neighbouring times. @defaultValue not measured: times are drawn independently */
  readonly coherence?: MeasuredCoherence;
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

/** Default sampling of members. */
export const samplingCheck: Check = record({
  method: among(...samplerMethods),
  evaluations: whole(2, 2 ** 31),
  tiles: optional(list(whole(0, 2 ** 20), 2, 2)),
  batch: optional(whole(1, 2 ** 20)),
});

const transformCheck = either(
  record({ kind: among("linear") }),
  record({ kind: among("log"), unit: positive(), divisor: optional(positive(1e6)) }),
);
const rangeCheck = list(real(), 2, 2);

const channelCheck = record({
  name: text,
  role: among("coarse", "with", "static", "context", "missing", "archive", "scale"),
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
  ceiling: optional(positive()),
});

const blocksCheck = record({
  factor: whole(1, 256),
  missing: optional(real(-100, 100)),
  interval: optional(rangeCheck),
  scales: optional(
    record({
      deviations: fields(positive(100)),
      given: optional(list(real(), 0, 64)),
      seen: optional(list(list(real(), 0, 64), 0, 4096)),
      near: optional(positive()),
    }),
  ),
});

/** Parts of a description, for checks of records that hold them. */
export const descriptionChecks = {
  channels: list(channelCheck, 1, 64),
  targets: list(targetCheck, 1, 64),
  sigmaData: optional(positive(100)),
  blocks: optional(blocksCheck),
  steps: optional(timeStepsCheck),
  grid: optional(fineGridCheck),
  spacing: optional(gridCheck),
  seen: optional(record({ ...seenTimesChecks, textures: optional(fields(textureCheck)) })),
};

const shapeCheck = record({
  ...descriptionChecks,
  network: networkCheck,
  masked: optional(among(true, false)),
  process: optional(text),
  sampling: optional(samplingCheck),
  correction: optional(correctionCheck),
  coherence: optional(coherenceCheck),
  provenance: optional(fields(anything)),
});

/** Tells what is wrong with a configuration. */
export const configurationCheck: Check = (value, at) =>
  shapeCheck(value, at) ??
  descriptionComplaint(value as ModelDescription, at) ??
  sizesComplaint(value as ModelConfiguration, at);

/** Sizes of the network's input and output. */
export function networkEnds({ channels, targets }: ModelDescription, masked: boolean): UnetEnds {
  const outputs = targets.length;
  return { inputChannels: outputs + channels.length + (masked ? outputs : 0), outputChannels: outputs };
}

/** Contradictions between the parts of a description, each right in itself. */
export const descriptionComplaint = (description: ModelDescription, at: string): string | undefined =>
  linksComplaint(description, at) ?? blocksComplaint(description, at) ?? stepsComplaint(description, at);

function linksComplaint({ channels, targets }: ModelDescription, at: string): string | undefined {
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

/** Of block means there is one variable, seen smoothly and by blocks, and archives and numbers of its scale behind it. */
function blocksComplaint({ channels, targets, blocks }: ModelDescription, at: string): string | undefined {
  if (blocks === undefined) {
    const of = channels.findIndex(({ role }) => role === "scale");
    return of < 0 ? undefined : `${at}.channels[${of}] is of role scale, expected in models of block means alone`;
  }
  const [smooth, cells, ...behind] = channels;
  const found = [smooth?.role, cells?.role, ...behind.map(({ role }) => role)].join(", ");
  const numbers = behind.filter(({ role }) => role === "scale").length;
  const rest = behind.map((_, i) => (i < behind.length - numbers ? "archive" : "scale"));
  const wanted = ["coarse", "coarse", ...rest].join(", ");
  if (found !== wanted) return `${at}.channels are ${found}, expected ${wanted}`;
  const [target, ...others] = targets;
  if (others.length > 0) return `${at}.targets has ${targets.length} entries, expected the one of the block means`;
  const log = [smooth, cells, target].every((one) => one?.transform.kind === "log");
  return log ? undefined : `${at}.targets[0].transform is linear, expected the logarithm that the channels have`;
}

/** Of steps in time each is a target, all of one transform over one coarse channel, beside those before and after. */
function stepsComplaint({ channels, targets, steps, blocks }: ModelDescription, at: string): string | undefined {
  if (steps === undefined) return undefined;
  if (blocks !== undefined) return `${at}.steps is there, expected none in models of block means`;
  if (targets.length !== steps.count) return `${at}.targets has ${targets.length} entries, expected ${steps.count}`;
  const kinds = new Set(targets.map(({ background, transform }) => JSON.stringify([background, transform])));
  if (kinds.size > 1 || targets[0]!.background === null) return `${at}.targets differ, expected steps of one variable`;
  const missing = [steps.before, steps.after].find(
    (name) => !channels.some((one) => one.name === name && one.role === "coarse"),
  );
  return missing === undefined ? undefined : `${at}.steps names ${JSON.stringify(missing)}, expected a coarse channel`;
}

const nameOf = ({ name }: Channel | Target): string => name;

function sizesComplaint(configuration: ModelConfiguration, at: string): string | undefined {
  const { network, masked = false } = configuration;
  for (const [name, size] of Object.entries(networkEnds(configuration, masked))) {
    const found = network[name as "inputChannels" | "outputChannels"];
    if (found !== size) return `${at}.network.${name} is ${found ?? "missing"}, expected ${size}`;
  }
  return undefined;
}
