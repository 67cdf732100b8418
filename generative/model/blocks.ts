/**
 * Block means as the coarse data of a model: rain refined by an integer factor on any grid, whose block means are conserved. With
 * f = ln(1 + R/c)/divisor the background is u = f of the bilinear coarse rain, the residual f − u, and the network sees u and f of the
 * block-constant coarse rain.
 */
import { bilinearUpsample } from "../../engine/numerics/grid.ts";
import { type ArchivesOf, archiveChannel } from "./archives.ts";
import type { Channel, Target, Transform } from "./channel.ts";
import type { ModelDescription } from "./configuration.ts";
import type { Met, Seen } from "./guards.ts";
import type { GridRange, RainPlace } from "./spacing.ts";
import type { SeenTexture } from "./texture.ts";

/** The block means of a model. Plain JSON. */
export interface BlockMeans {
  /** Fine cells along a side of a block. */
  readonly factor: number;
  /** Value of f in the conditions where the coarse rain is missing or withheld. @defaultValue gaps are filled before */
  readonly missing?: number;
  /** Seconds that the values of training stood for, least and greatest. @defaultValue unknown */
  readonly interval?: readonly [number, number];
  /** Of a model that refines at many scales. @defaultValue it refines by `factor` alone */
  readonly scales?: Scales;
}

/** Scales that one model refines at. */
export interface Scales {
  /** Standard deviation of the residual by factor; these are the factors that it refines by. */
  readonly deviations: Readonly<Record<string, number>>;
  /** Numbers that the network is given for every input, in the order of the channels of role `"scale"`. @defaultValue those of the input */
  readonly given?: readonly number[];
  /** Standardised numbers of the events of training, in the order of the channels of role `"scale"`. @defaultValue unknown */
  readonly seen?: readonly (readonly number[])[];
  /** Distance from the nearest of them above which an input is unlike training. */
  readonly near?: number;
}

/** Constants measured on the training tiles. */
export interface Normalization {
  /** Ratio of the fine to the coarse resolution. */
  readonly factor: number;
  /** Standard deviation of the residual. */
  readonly sigmaData: number;
  /** Mean of the background; both conditions are standardised with it and `conditionStd`. */
  readonly conditionMean: number;
  /** Standard deviation of the background, > 0. */
  readonly conditionStd: number;
  /** The unit c of ln(1 + R/c), in mm/h. @defaultValue 1 */
  readonly unit?: number;
  /** The field is f = ln(1 + R/c)/divisor. @defaultValue 1 */
  readonly divisor?: number;
  /** The network aims at f itself, not at the residual. @defaultValue false */
  readonly whole?: true;
  /** Value of f in the conditions where the coarse rain is missing or withheld. @defaultValue gaps are filled before */
  readonly missing?: number;
  /** Numbers that the network is given for the whole image. @defaultValue none */
  readonly numbers?: readonly number[];
  /** The network makes the residual over it. @defaultValue 1 */
  readonly deviation?: number;
}

/** Images of one batch at the fine resolution. */
export interface Conditions {
  /** u, [count, height, width]; 0 where the network aims at the whole field. */
  readonly background: Float32Array;
  /** Both conditions standardised, and a channel for each archive and for each number, [count, height, width, 2 + …]. */
  readonly condition: Float32Array;
}

/**
 * Background and conditions of coarse rain.
 *
 * @param coarse - mm/h, [count, height, width] at the coarse resolution; NaN spreads to the cells it touches
 * @param count - number of maps
 * @param height - rows of a coarse map
 * @param width - columns of a coarse map
 * @param archives - where the network is given them. @defaultValue none
 * @param range - fine rows of each map, from the first up to the second. @defaultValue all
 */
export function conditionsOf(
  coarse: Float32Array,
  count: number,
  height: number,
  width: number,
  { factor, conditionMean, conditionStd, unit = 1, divisor = 1, whole, missing, numbers = [] }: Normalization,
  archives: ArchivesOf = { names: [], of: [] },
  range: readonly [from: number, to: number] = [0, height * factor],
): Conditions {
  const known = (f: number) => (missing !== undefined && Number.isNaN(f) ? missing : f);
  const smooth = bilinearUpsample(coarse, count, height, width, factor, range);
  for (let i = 0; i < smooth.length; i++) smooth[i] = Math.log1p(smooth[i]! / unit) / divisor;
  const labels = archives.names.length;
  const channels = 2 + labels + numbers.length;
  const columns = width * factor;
  const rows = range[1] - range[0];
  const pixels = rows * columns;
  const condition = new Float32Array(channels * smooth.length);
  for (let i = 0; i < smooth.length; i++) {
    const line = Math.floor(i / columns);
    const row = Math.floor(line / rows) * height + Math.floor((range[0] + (line % rows)) / factor);
    const cell = coarse[row * width + Math.floor((i % columns) / factor)]!;
    condition[channels * i] = (known(smooth[i]!) - conditionMean) / conditionStd;
    condition[channels * i + 1] = (known(Math.log1p(cell / unit) / divisor) - conditionMean) / conditionStd;
    if (labels > 0) condition[channels * i + 2 + archives.of[Math.floor(i / pixels)]!] = 1;
    for (const [k, number] of numbers.entries()) condition[channels * i + 2 + labels + k] = number;
  }
  return { background: whole ? smooth.fill(0) : smooth, condition };
}

/** Block means as seen in training. */
export interface SeenBlocks {
  /** Largest coarse rate that was seen, mm/h. */
  readonly largest: number;
  /** Grids of the coarse rain. @defaultValue unknown */
  readonly coarse?: GridRange;
  /** Seconds that the values stood for. @defaultValue unknown */
  readonly interval?: readonly [number, number];
  /** Of the coarse rain. @defaultValue unknown */
  readonly texture?: SeenTexture;
}

/** Parts of a model of block means besides its constants. */
export interface BlockParts {
  /** Archives that the network is given as a label, in the order of their channels. @defaultValue none */
  readonly archives?: readonly string[] | undefined;
  /** @defaultValue unknown */
  readonly seen?: SeenBlocks | undefined;
  /** Rates below it are dry, mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Rates are cut at it, mm/h. @defaultValue 400 */
  readonly ceiling?: number;
}

const RAIN = "precipitation";
/** Of a model without the largest rate of its training. */
const UNKNOWN = Number.MAX_VALUE;

/** Channels and targets of a model of block means. */
export function describeBlocks(
  { factor, sigmaData, conditionMean: mean, conditionStd: deviation, unit = 1, divisor, whole, missing }: Normalization,
  { archives = [], seen, wetThreshold = 0.1, ceiling = 400 }: BlockParts = {},
): ModelDescription {
  const transform: Transform = { kind: "log", unit, ...(divisor !== undefined && { divisor }) };
  const range = [0, seen?.largest ?? UNKNOWN] as const;
  const rain = { units: "mm h-1", transform, mean, deviation, range };
  const of = (name: string, method: "bilinear" | "nearest"): Channel => ({
    name,
    role: "coarse",
    ...rain,
    ...(seen?.coarse && { spacing: seen.coarse }),
    method,
  });
  const target: Target = {
    name: RAIN,
    units: "mm h-1",
    transform,
    background: whole ? null : RAIN,
    mean: 0,
    deviation: 1,
    range,
    wetThreshold,
    ceiling,
  };
  return {
    channels: [of(RAIN, "bilinear"), of(`${RAIN} of blocks`, "nearest"), ...archives.map(archiveChannel)],
    targets: [target],
    sigmaData,
    blocks: { factor, ...(missing !== undefined && { missing }), ...(seen?.interval && { interval: seen.interval }) },
    ...(seen?.texture && { seen: { textures: { [RAIN]: seen.texture } } }),
  };
}

/** The constants of a model of block means; undefined for models of other data. */
export function constantsOf({ channels, targets, sigmaData = 1, blocks }: ModelDescription): Normalization | undefined {
  if (blocks === undefined) return undefined;
  const { mean, deviation, transform } = channels[0]!;
  const { unit = 1, divisor } = transform.kind === "log" ? transform : {};
  const { factor, missing, scales } = blocks;
  return {
    ...{ factor, sigmaData, conditionMean: mean, conditionStd: deviation },
    ...(unit !== 1 && { unit }),
    ...(divisor !== undefined && { divisor }),
    ...(targets[0]!.background === null && { whole: true as const }),
    ...(missing !== undefined && { missing }),
    ...(scales?.given && { numbers: scales.given }),
    ...(targets[0]!.deviation !== 1 && { deviation: targets[0]!.deviation }),
  };
}

/** Block means that a model was trained on; undefined where they are not recorded. */
export function seenOf({ channels, blocks, seen }: ModelDescription): SeenBlocks | undefined {
  const { range, spacing } = channels[0]!;
  if (range[1] === UNKNOWN) return undefined;
  const texture = seen?.textures?.[RAIN];
  return {
    largest: range[1],
    ...(spacing && { coarse: spacing }),
    ...(blocks?.interval && { interval: blocks.interval }),
    ...(texture && { texture }),
  };
}

/** Block means of training, as inputs are compared with them. */
export const comparableBlocks = ({ coarse: cells, interval, largest }: SeenBlocks): Seen => ({
  ...{ cells, interval, values: { range: [0, largest], units: "mm/h", log: true } },
});

/** Coarse rain, as it is compared with that of training. @param largest - rate, mm/h. @defaultValue unknown */
export const comparablePlace = ({ grid: cells, interval }: RainPlace, largest?: number): Met => ({
  ...{ cells, interval, values: largest === undefined ? undefined : [0, largest] },
});
