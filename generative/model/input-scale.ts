/**
 * The scale of an input: what a model that refines block means at many scales is given besides them. Numbers that are the
 * same over the whole of an image: sizes of cells, interval, factor, and the texture of the coarse rain itself.
 */
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { numberText } from "../../engine/text/number.ts";
import { BEYOND_CLUTTER, rainLimits } from "../../io/rain/index.ts";
import type { Channel, Range, Target } from "./channel.ts";
import type { ModelConfiguration, ModelDescription } from "./configuration.ts";
import { type Complaint, differences } from "./guards.ts";
import { kilometresOf, type RainPlace, shown } from "./spacing.ts";
import { type Texture, type TextureOptions, texturesOf, WINDOW } from "./texture.ts";

/** Scale of an input, as far as it is known. */
export interface InputScale {
  /** Fine cells along a side of a coarse one. */
  readonly factor: number;
  /** Side of a fine cell, km. @defaultValue unknown */
  readonly spacing?: number;
  /** Seconds that a value stands for; undefined also of rates at an instant. */
  readonly interval?: number;
  /** Of the coarse rain, a mean over windows. @defaultValue unknown: it has too few wet windows */
  readonly texture?: Texture;
}

/** Names of the numbers, in the order of their channels. Models before version 4 are given the first six. */
export const scaleNames = [
  ...(["log spacing", "log interval", "log factor", "slope", "wet share", "intensity"] as const),
  ...(["last octave", "octave before"] as const),
] as const;

/** The unit of ln(1 + R/c) is so many times the threshold of dry. */
const UNITS_OF_DRY = 3;

/** Threshold of dry and unit c of ln(1 + R/c), mm/h, by the interval: sums over a day are seen as amounts a day, not rates. */
export function rainUnits(interval: number | undefined): Required<TextureOptions> {
  const { wet } = rainLimits(interval);
  return { wet, unit: UNITS_OF_DRY * wet };
}

/** The numbers of a scale in the order of {@link scaleNames}; NaN is unknown. */
export function scaleNumbers({ factor, spacing, interval, texture }: InputScale): readonly number[] {
  const { wet } = rainUnits(interval);
  const of = (value: number | undefined) => value ?? Number.NaN;
  return [
    Math.log(of(spacing)),
    Math.log(of(interval) / 3600),
    Math.log(factor),
    of(texture?.slope),
    of(texture?.wetShare),
    of(texture && texture.intensity - Math.log(wet)),
    of(texture?.lastOctave),
    of(texture?.octaveBefore),
  ];
}

/** The same standardised by the channels, 0 where a number is unknown. */
export function scaleChannels(channels: readonly Channel[], scale: InputScale): readonly number[] {
  const numbers = scaleNumbers(scale);
  return channels
    .filter(({ role }) => role === "scale")
    .map(({ mean, deviation }, i) => (Number.isNaN(numbers[i]!) ? 0 : (numbers[i]! - mean) / deviation));
}

/** Mean texture of windows; undefined where there are none. */
export function meanTexture(windows: readonly Texture[]): Texture | undefined {
  if (windows.length === 0) return undefined;
  const mean = (read: (one: Texture) => number | undefined) => {
    const known = windows.map(read).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0) / known.length;
  };
  return {
    ...{ slope: mean((w) => w.slope)!, wetShare: mean((w) => w.wetShare)!, intensity: mean((w) => w.intensity)! },
    ...defined({ lastOctave: mean((w) => w.lastOctave), octaveBefore: mean((w) => w.octaveBefore) }),
  };
}

/** Texture of a frame of coarse rain in mm/h, [height, width]; NaN is missing. */
export function textureOfFrame({ values, shape }: ShapedArray, interval: number | undefined): Texture | undefined {
  return meanTexture(texturesOf(values, shape as [number, number], WINDOW, rainUnits(interval)));
}

/** Factors that a model refines by, in order; one whose scale is fixed refines by its own. */
export const factorsOf = ({ blocks }: ModelDescription): readonly number[] =>
  blocks?.scales && !blocks.scales.given
    ? Object.keys(blocks.scales.deviations)
        .map(Number)
        .sort((a, b) => a - b)
    : [blocks?.factor ?? 1];

/** The factor that an input is refined by. @throws OptionsError where the model does not refine by what is asked for */
export function chosenFactor(caller: string, model: ModelDescription, asked: number | undefined): number {
  const own = model.blocks!.factor;
  const known = factorsOf(model);
  if (asked === undefined || known.includes(asked)) return asked ?? own;
  const way =
    known.length > 1
      ? "take one of these, or train a model of your own (`train`)"
      : "leave it out, or take another model";
  throw new OptionsError(
    `${caller}: factor is ${asked}; the model refines by ${known.join(", ")}; ${way}`,
    "factor",
    asked,
  );
}

/** The side of a fine cell, km; undefined where the cells of the coarse grid have no known size. */
export function fineSpacing({ grid }: RainPlace, factor: number): number | undefined {
  const coarse = grid && kilometresOf(grid);
  return coarse === undefined ? undefined : coarse / factor;
}

/**
 * A model as it refines one frame: by the factor that is asked for, in units of the interval, given the texture of the frame. A model
 * of one factor stays itself.
 */
export function atScale(
  model: ModelConfiguration,
  coarse: ShapedArray,
  o: { readonly factor: number; readonly place: RainPlace; readonly texture?: Texture },
): ModelConfiguration {
  const { factor, place } = o;
  const { blocks, channels, targets } = model;
  if (blocks?.scales === undefined || blocks.scales.given) return model;
  const { interval } = place;
  const { wet, unit } = rainUnits(interval);
  const spacing = fineSpacing(place, factor);
  const texture = o.texture ?? textureOfFrame(coarse, interval);
  const given = scaleChannels(channels, { factor, ...defined({ spacing, interval, texture }) });
  const scale = wet / rainUnits(undefined).wet;
  const transform = { kind: "log", unit } as const;
  const range = ([least, most]: Range): Range => [least * scale, most * scale];
  const [target] = targets as [Target];
  return {
    ...model,
    channels: channels.map((one) => (one.role === "coarse" ? { ...one, transform, range: range(one.range) } : one)),
    targets: [
      {
        ...target,
        ...{
          transform,
          range: range(target.range),
          wetThreshold: wet,
          ceiling: BEYOND_CLUTTER * rainLimits(interval).clutter,
        },
        deviation: blocks.scales.deviations[factor]!,
      },
    ],
    blocks: { ...blocks, factor, scales: { ...blocks.scales, given } },
  };
}

/** Range of the channels of a model of many scales, in words. */
export function rangeText(model: ModelConfiguration): string {
  const { name = "of many scales", version } = model.provenance ?? {};
  const which = version === undefined ? name : `${name}, version ${version}`;
  const factors = factorsOf(model).join(", ");
  const cells = shown(rangeOfScale(model, "log spacing"), "km");
  return `model ${which}: fine cells of ${cells}, values over ${shown(secondsOfScale(model), "s")}, factors ${factors}`;
}

function rangeOfScale({ channels }: ModelDescription, name: (typeof scaleNames)[number]): Range {
  const [low, high] = channels.find((one) => one.role === "scale" && one.name === name)!.range;
  return [Math.exp(low), Math.exp(high)];
}

const secondsOfScale = (model: ModelDescription): Range =>
  rangeOfScale(model, "log interval").map((hours) => hours * 3600) as unknown as Range;

/** True if a model refines by several factors, and is given the scale of each input. */
export const isOfManyScales = ({ blocks }: ModelDescription): boolean =>
  blocks?.scales !== undefined && !blocks.scales.given;

/** Departures of the scale of an input from those of training; empty for models of one factor, which compare grids. */
export function scaleOff(model: ModelDescription, factor: number, place: RainPlace): readonly Complaint[] {
  if (!isOfManyScales(model)) return [];
  const seen = { side: rangeOfScale(model, "log spacing"), interval: secondsOfScale(model) };
  return differences(seen, { side: fineSpacing(place, factor), interval: place.interval });
}

/** Parts of its scale that an input does not state, each with what a model of many scales takes: the mean of training. */
export function assumedOf({ channels }: ModelDescription, { grid, interval }: RainPlace): readonly string[] {
  const mean = (name: (typeof scaleNames)[number]) =>
    Math.exp(channels.find((one) => one.role === "scale" && one.name === name)!.mean);
  const hours = mean("log interval");
  return [
    ...(fineSpacing(defined({ grid }), 1) === undefined
      ? [`spacing, taken as fine cells of ${numberText(mean("log spacing"), 3)} km`]
      : []),
    ...(interval === undefined
      ? [`interval, taken as ${Math.round(hours * 3600)} s, the mean of training (\`interval: SECONDS\` says it)`]
      : []),
  ];
}

/**
 * Departure of an input from the nearest event of training, in words; undefined where an event was like it, or its texture is unknown.
 *
 * @param scale - with the texture of the input
 */
export function unlikeEvents({ channels, blocks }: ModelDescription, scale: InputScale): string | undefined {
  const { seen = [], near = Number.POSITIVE_INFINITY } = blocks?.scales ?? {};
  if (scale.texture === undefined) return undefined;
  const own = scaleChannels(channels, scale);
  const distance = (one: readonly number[]) => Math.hypot(...one.map((v, k) => v - own[k]!));
  const [nearest] = [...seen].sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined || distance(nearest) <= near) return undefined;
  const apart = own.map((v, k) => Math.abs(v - nearest[k]!));
  const at = apart.indexOf(Math.max(...apart));
  const { mean, deviation } = channels.filter(({ role }) => role === "scale")[at]!;
  const [value, training] = [own, nearest].map((numbers) => (mean + deviation * numbers[at]!).toFixed(2));
  return `its ${scaleNames[at]} is ${value}, of the nearest event of training ${training}`;
}
