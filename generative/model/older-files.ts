/** Model files of block means as they were: the measured constants instead of channels and targets. */
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
} from "../../engine/checks.ts";
import { BEYOND_CLUTTER, rainLimits } from "../../io/rain/index.ts";
import type { UnetSizes } from "../diffusion/unet.ts";
import { describeBlocks, type Normalization, type SeenBlocks } from "./blocks.ts";
import { type ModelConfiguration, networkCheck, networkEnds, samplingCheck } from "./configuration.ts";
import { gridCheck } from "./spacing.ts";
import { textureCheck } from "./texture.ts";

/** The configuration of such a file. */
interface BlockConfiguration extends Pick<ModelConfiguration, "process" | "sampling" | "provenance"> {
  readonly network: UnetSizes;
  readonly normalization: Normalization;
  readonly archives?: readonly string[];
  readonly trainedOn?: SeenBlocks;
}

const range = list(positive(), 2, 2);

const trainedOnCheck: Check = record({
  quantity: among("precipitation rate"),
  units: among("mm h-1"),
  largest: positive(),
  fine: optional(gridCheck),
  coarse: optional(gridCheck),
  interval: optional(range),
  texture: optional(textureCheck),
});

/** Logarithms of rates are below 10 where the unit is 1 mm/h, and below 25 for all that are allowed. */
const normalizationCheck: Check = record({
  factor: whole(1, 256),
  sigmaData: positive(100),
  conditionMean: real(-100, 100),
  conditionStd: positive(100),
  unit: optional(positive(1e6)),
  divisor: optional(positive(1e6)),
  whole: optional(among(true)),
  missing: optional(real(-100, 100)),
});

const provenanceCheck: Check = (value, at) =>
  fields(anything)(value, at) ??
  optional(real(0, 1000))((value as Limits).wetThreshold, `${at}.wetThreshold`) ??
  optional(positive(1e6))((value as Limits).largestRate, `${at}.largestRate`);

interface Limits {
  readonly wetThreshold?: unknown;
  readonly largestRate?: unknown;
}

/** Tells what is wrong with such a configuration. */
export const blocksCheck: Check = record({
  network: networkCheck,
  normalization: normalizationCheck,
  archives: optional(list(text, 1, 61)),
  trainedOn: optional(trainedOnCheck),
  process: optional(text),
  sampling: optional(samplingCheck),
  provenance: optional(provenanceCheck),
});

/** The same model as channels and targets. @param stored - of {@link blocksCheck} */
export function fromBlocks(stored: Readonly<Record<string, unknown>>): ModelConfiguration {
  const { network, normalization, archives, trainedOn, ...rest } = stored as unknown as BlockConfiguration;
  const { wetThreshold, largestRate } = (rest.provenance ?? {}) as Limits;
  // What training took for dry and for clutter was said beside where the model is from.
  const { wet, clutter } = rainLimits(undefined);
  const description = describeBlocks(normalization, {
    archives,
    seen: trainedOn,
    wetThreshold: typeof wetThreshold === "number" ? wetThreshold : wet,
    ceiling: BEYOND_CLUTTER * (typeof largestRate === "number" ? largestRate : clutter),
  });
  return { network: { ...networkEnds(description, false), ...network }, ...description, ...rest };
}
