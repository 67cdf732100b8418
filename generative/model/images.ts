/** Input of a model for one time, and the images that its generator draws from. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { edgesRepeated } from "../../engine/numerics/grid.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import { checkShape, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { ImageRows } from "../diffusion/tiling.ts";
import { archiveIndex, archivesOf } from "./archives.ts";
import { type Conditions, conditionsOf, constantsOf } from "./blocks.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { fillGaps } from "./gaps.ts";

/** Channels on the fine grid, for all other models. */
export interface ChannelInput {
  /** Rows of the fine grid. */
  readonly height: number;
  /** Columns of the fine grid. */
  readonly width: number;
  /** Standardised channels, [height, width, channels] in the order of the model; gaps are 0. */
  readonly condition: Float32Array;
  /** In transformed units of each target, [height, width, outputs]. */
  readonly background: Float32Array;
  /** Pixels that are to have values, [height, width]: 0 for those that are left missing. @defaultValue all */
  readonly valid?: Uint8Array;
}

/** Input of a model for one time: of block means coarse rain in mm/h, [height, width], ≥ 0, missing is NaN (a `Field` is one). */
export type ModelInput = ShapedArray | ChannelInput;

/** An input on a grid that the network takes. */
export interface InputImages {
  /** Rows and columns that are asked for. */
  readonly height: number;
  readonly width: number;
  /** Rows and columns of the images: what is beyond those asked for repeats them. */
  readonly rows: number;
  readonly columns: number;
  readonly condition: Float32Array | ImageRows;
  /** Of some rows, [rows, columns, outputs]. */
  background(top: number, rows: number): Float32Array;
  /** Pixels that are to have values, [height, width]. @defaultValue all */
  readonly valid: Uint8Array | undefined;
  /** The same of the images, where the network is given it. */
  readonly shown: Uint8Array | undefined;
  /** Block means to conserve: as they are, and without gaps on the whole of the images. */
  readonly blocks?: { readonly factor: number; readonly given: ShapedArray; readonly filled: ShapedArray };
}

/** Pixels of a map whose conditions are held; those of a larger one are made for the rows that are drawn. */
const HELD = 2 ** 20;

/** Sides of images are multiples of it. */
export const unitOf = ({ blocks }: ModelConfiguration, multiple: number): number =>
  leastCommonMultiple(blocks?.factor ?? 1, multiple);

/**
 * Images of an input.
 *
 * @param multiple - of the sides of images that the network takes
 * @throws ShapeError where arrays do not fit the sizes or the model; DomainError for numbers that are not finite, or no rain;
 *   OptionsError for an archive that the model does not know
 */
export function imagesOf(
  configuration: ModelConfiguration,
  multiple: number,
  input: ChannelInput | (ShapedArray & { readonly values: Float32Array }),
  o: {
    readonly archive: string | undefined;
    readonly missing: "error" | "propagate";
    readonly valid: Uint8Array | undefined;
  },
): InputImages {
  if (configuration.blocks === undefined) {
    if ("condition" in input) {
      if (o.archive === undefined) return ofChannels(configuration, multiple, input);
      const text = `Downscaler.sample: archive is "${o.archive}", but channels of the condition say it; leave it out`;
      throw new OptionsError(text, "archive", o.archive);
    }
    throw new ShapeError("Downscaler.sample: input", "condition and background on the fine grid", "coarse values");
  }
  if ("values" in input) return ofBlocks(configuration, multiple, input, o);
  throw new ShapeError(
    "Downscaler.sample: input",
    "coarse values, of which the model refines",
    "condition and background",
  );
}

function ofBlocks(
  configuration: ModelConfiguration,
  multiple: number,
  coarse: ShapedArray & { readonly values: Float32Array },
  { archive, missing, valid }: Parameters<typeof imagesOf>[3],
): InputImages {
  const [down, across] = checkCoarse(coarse, missing);
  const constants = constantsOf(configuration)!;
  const { factor } = constants;
  const names = archivesOf(configuration);
  const index = archiveIndex("Downscaler.sample", names, archive);
  const [height, width] = [down * factor, across * factor];
  if (valid && valid.length !== height * width) {
    throw new ShapeError("Downscaler.sample: valid", [height, width], [valid.length]);
  }
  const unit = unitOf(configuration, multiple) / factor;
  const shape = [down, across].map((n) => Math.ceil(n / unit) * unit) as [number, number];
  const [rows, columns] = shape.map((n) => n * factor) as [number, number];
  const padded = edgesRepeated(coarse.values, [down, across, 1], shape);
  const values = constants.missing === undefined ? fillGaps(padded, ...shape) : padded;
  const label = index === undefined ? undefined : { names: names ?? [], of: [index] };
  const seen = (top: number, count: number): Conditions =>
    conditionsOf(values, 1, ...shape, constants, label, [top, top + count]);
  return {
    ...{ height, width, rows, columns, valid, shown: undefined },
    condition: rows * columns > HELD ? inSlabs(seen) : seen(0, rows).condition,
    background: (top, count) => seen(top, count).background,
    blocks: { factor, given: coarse, filled: { values, shape } },
  };
}

const inSlabs = (seen: (top: number, rows: number) => Conditions): ImageRows => {
  const { condition, background } = seen(0, 1);
  return { channels: condition.length / background.length, rows: (top, rows) => seen(top, rows).condition };
};

function ofChannels(
  { channels: { length: channels }, targets: { length: outputs }, masked = false }: ModelConfiguration,
  multiple: number,
  input: ChannelInput,
): InputImages {
  checkChannels(input, channels, outputs);
  const { height, width, valid } = input;
  const [rows, columns] = [height, width].map((n) => Math.ceil(n / multiple) * multiple) as [number, number];
  const repeated = edgesRepeated(input.condition, [height, width, channels], [rows, columns]);
  const shown = masked ? insideOf(input, rows, columns) : undefined;
  const level = edgesRepeated(input.background, [height, width, outputs], [rows, columns]);
  const line = columns * outputs;
  return {
    ...{ height, width, rows, columns, valid, shown },
    condition: shown === undefined ? repeated : withMask(repeated, shown, channels, outputs),
    background: (top, count) => level.subarray(top * line, (top + count) * line),
  };
}

/** 1 where a pixel of the enlarged grid is to have a value. */
function insideOf({ height, width, valid }: ChannelInput, rows: number, columns: number): Uint8Array {
  const inside = new Uint8Array(rows * columns);
  for (let y = 0; y < height; y++) {
    if (valid === undefined) inside.fill(1, y * columns, y * columns + width);
    else inside.set(valid.subarray(y * width, (y + 1) * width), y * columns);
  }
  return inside;
}

/** The condition with the mask of each output behind it. */
function withMask(condition: Float32Array, valid: Uint8Array, channels: number, outputs: number): Float32Array {
  const depth = channels + outputs;
  const out = new Float32Array(valid.length * depth);
  for (let i = 0; i < valid.length; i++) {
    out.set(condition.subarray(i * channels, (i + 1) * channels), i * depth);
    out.fill(valid[i] === 0 ? 0 : 1, i * depth + channels, (i + 1) * depth);
  }
  return out;
}

function checkCoarse(coarse: ShapedArray, missing: "error" | "propagate"): readonly [rows: number, columns: number] {
  checkShape("Downscaler.sample: coarse", coarse, 2);
  for (const [i, rate] of coarse.values.entries()) {
    if (rate >= 0 && rate < Number.POSITIVE_INFINITY) continue;
    if (Number.isNaN(rate) && missing === "propagate") continue;
    const hint = Number.isNaN(rate) ? 'fill the gap, or pass `missing: "propagate"`' : "rates are in mm/h, at least 0";
    throw new DomainError(`Downscaler.sample: value ${i} of the coarse rain is ${rate}; ${hint}`, rate);
  }
  return coarse.shape as readonly [number, number];
}

function checkChannels(
  { height, width, condition, background, valid }: ChannelInput,
  channels: number,
  outputs: number,
) {
  const caller = "Downscaler.sample";
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new ShapeError(`${caller}: input`, "a height and a width of at least 1", [height, width]);
  }
  const pixels = height * width;
  if (condition.length !== pixels * channels) {
    throw new ShapeError(`${caller}: condition`, [height, width, channels], `${condition.length} values`);
  }
  if (background.length !== pixels * outputs) {
    throw new ShapeError(`${caller}: background`, [height, width, outputs], `${background.length} values`);
  }
  if (valid && valid.length !== pixels) {
    throw new ShapeError(`${caller}: valid`, [height, width], `${valid.length} values`);
  }
  for (const [name, values] of Object.entries({ condition, background })) {
    const at = values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const hint = "gaps are 0 in the condition, and the channel's mean in the background";
    throw new DomainError(`${caller}: value ${at} of the ${name} is ${values[at]}; ${hint}`, values[at]);
  }
}
