/** Batches of crops from events of many scales: each crop has its own factor, and is given the numbers of an input of its kind. */
import { bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { CropSource, Crops } from "../../generative/data/examples.ts";
import { conditionsOf } from "../../generative/model/blocks.ts";
import type { Channel } from "../../generative/model/channel.ts";
import {
  type InputScale,
  meanTexture,
  rainUnits,
  scaleChannels,
  scaleNames,
  scaleNumbers,
} from "../../generative/model/input-scale.ts";
import type { Texture } from "../../generative/model/texture.ts";
import { type Archive, archives } from "./archives.ts";
import { type Event, factorList, factors, smoothed, TILE, widths } from "./events.ts";

/** Constants that the images are standardised by. */
export interface Constants {
  readonly conditionMean: number;
  readonly conditionStd: number;
  /** Of the residual, by factor. */
  readonly deviations: Readonly<Record<string, number>>;
  readonly channels: readonly Channel[];
}

/** Share of crops that are not given the texture, the spacing, or the interval. */
const WITHHELD = { texture: 0.1, spacing: 0.05, interval: 0.05 } as const;
/** How often a tile is smoothed by each of the widths. */
const SMOOTHED = [0.6, 0.13, 0.13, 0.14] as const;
/** Most frames whose texture is given. */
const MOST_FRAMES = 8;

interface Drawn {
  readonly rain: Float32Array;
  readonly scale: InputScale;
  readonly interval: number;
}

/** A seeded crop. */
function drawer(events: readonly Event[], crop: number, smooth: boolean) {
  const weights = events.map(({ archive, tiles }) => {
    const own = events.filter((one) => one.archive === archive);
    const all = own.reduce((sum, one) => sum + Math.sqrt(one.tiles.length), 0);
    return (weightOf(archive) * Math.sqrt(tiles.length)) / all;
  });
  const total = weights.reduce((a, b) => a + b, 0);
  return (stream: Rng): Drawn => {
    const [u, v, w, withheldTexture, withheldSpacing, withheldInterval] = stream
      .split("choice")
      .uniform(6) as unknown as [number, number, number, number, number, number];
    const event = events[pick(weights, u * total)]!;
    const factor = factorList[pick(Object.values(factors), v)]!;
    const whole = event.tiles[Math.floor(w * event.tiles.length)]!;
    const width = smooth ? pick(SMOOTHED, stream.split("smooth").uniform()) : 0;
    const { wet } = rainUnits(event.interval);
    const tile =
      width === 0
        ? whole
        : smoothed({ values: whole, shape: [TILE, TILE] }, widths[width]!).map((rate) => (rate < wet ? 0 : rate));
    const [turn, row, column] = stream.split("place").integers(3, 0, 2 ** 20) as unknown as [number, number, number];
    const places = Math.floor((TILE - crop) / factor) + 1;
    const [top, left] = [(row % places) * factor, (column % places) * factor];
    const read = symmetry(turn % 8, crop, (y, x) => tile[(top + y) * TILE + left + x]!);
    const rain = Float32Array.from({ length: crop ** 2 }, (_, i) => read(Math.floor(i / crop), i % crop));
    const texture =
      withheldTexture < WITHHELD.texture
        ? undefined
        : someTexture(event.textures[width]![factor]!, stream.split("frames"));
    return {
      rain,
      interval: event.interval,
      scale: {
        factor,
        ...(withheldSpacing >= WITHHELD.spacing && { spacing: event.spacing }),
        ...(withheldInterval >= WITHHELD.interval && { interval: event.interval }),
        ...(texture && { texture }),
      },
    };
  };
}

const weightOf = (name: string): number => (archives.find((one: Archive) => one.name === name) as Archive).weight;

function pick(weights: readonly number[], u: number): number {
  let left = u;
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return at < 0 ? weights.length - 1 : at;
}

/** An image under symmetry k of the square: bit 0 transposes, then bit 1 mirrors the columns, then bit 2 the rows. */
function symmetry(k: number, size: number, image: (row: number, column: number) => number): typeof image {
  return (row, column) => {
    const y = k & 4 ? size - 1 - row : row;
    const x = k & 2 ? size - 1 - column : column;
    return k & 1 ? image(x, y) : image(y, x);
  };
}

/** Of one to some frames of an event. */
function someTexture(frames: readonly (readonly Texture[])[], stream: Rng): Texture | undefined {
  const wet = frames.filter((windows) => windows.length > 0);
  if (wet.length === 0) return undefined;
  const count = 1 + Math.floor(stream.uniform() * Math.min(MOST_FRAMES, wet.length));
  const chosen = stream.integers(count, 0, wet.length);
  return meanTexture(Array.from(chosen).flatMap((n) => wet[n]!));
}

/** Crops whose condition is what `conditionsOf` makes of an input; those of a prior have its numbers alone, and aim at the whole field. */
export function scaleSource(
  events: readonly Event[],
  constants: Constants,
  { batch, crop }: { batch: number; crop: number },
  { prior = false, smooth = false } = {},
): CropSource {
  const draw = drawer(events, crop, smooth);
  const { conditionMean, conditionStd, deviations, channels } = constants;
  const depth = prior ? channels.length - 2 : channels.length;
  const pixels = crop ** 2;
  return {
    height: crop,
    width: crop,
    gaps: false,
    crops(stream): Crops {
      const clean = new Float32Array(batch * pixels);
      const condition = new Float32Array(batch * pixels * depth);
      const background = new Float32Array(batch * pixels);
      for (let n = 0; n < batch; n++) {
        const { rain, scale, interval } = draw(stream.split("crop").split(n));
        const { factor } = scale;
        const { unit } = rainUnits(interval);
        const given = scaleChannels(channels, { ...scale, ...unitsOf(scale, interval) });
        if (prior) {
          condition.set(
            Float32Array.from({ length: pixels * depth }, (_, i) => given[i % depth]!),
            n * pixels * depth,
          );
          clean.set(
            Float32Array.from(rain, (r) => (Math.log1p(r / unit) - conditionMean) / conditionStd),
            n * pixels,
          );
          continue;
        }
        const coarse = blockMean(rain, 1, crop, crop, factor);
        const side = crop / factor;
        const seen = conditionsOf(coarse, 1, side, side, {
          factor,
          sigmaData: 1,
          conditionMean,
          conditionStd,
          unit,
          numbers: given,
        });
        condition.set(seen.condition, n * pixels * depth);
        background.set(seen.background, n * pixels);
        const deviation = deviations[factor]!;
        for (let i = 0; i < pixels; i++) {
          clean[n * pixels + i] = (Math.log1p(rain[i]! / unit) - seen.background[i]!) / deviation;
        }
      }
      return { clean, condition, background };
    },
  };
}

/** Intensity is given in units of the threshold of dry, also where the interval itself is not. */
function unitsOf({ texture, interval: known }: InputScale, interval: number): Pick<InputScale, "texture"> {
  if (!texture || known !== undefined) return {};
  const shift = Math.log(rainUnits(undefined).wet / rainUnits(interval).wet);
  return { texture: { ...texture, intensity: texture.intensity + shift } };
}

/** Measures the constants on crops. */
export function measureConstants(
  events: readonly Event[],
  crop: number,
  stream: Rng,
  smooth = false,
  count = 3000,
): Constants {
  const draw = drawer(events, crop, smooth);
  const [sum, squares] = [new Float64Array(2), new Float64Array(2)];
  let pixels = 0;
  const residual: Record<string, [sum: number, count: number]> = Object.fromEntries(factorList.map((f) => [f, [0, 0]]));
  const numbers: number[][] = [];
  for (let n = 0; n < count; n++) {
    const { rain, scale, interval } = draw(stream.split(n));
    const { factor } = scale;
    const { unit } = rainUnits(interval);
    const side = crop / factor;
    const smooth = bilinearUpsample(blockMean(rain, 1, crop, crop, factor), 1, side, side, factor);
    for (const [i, v] of smooth.entries()) {
      const f = Math.log1p(v / unit);
      sum[0]! += f;
      squares[0]! += f * f;
      residual[factor]![0] += (Math.log1p(rain[i]! / unit) - f) ** 2;
    }
    residual[factor]![1] += smooth.length;
    pixels += smooth.length;
    const given = scaleNumbers(scale);
    if (!given.some(Number.isNaN)) numbers.push([...given]);
  }
  const mean = sum[0]! / pixels;
  const short = (v: number) => Number(v.toPrecision(4));
  const channels = scaleNames.map((name, k): Channel => {
    const values = numbers.map((one) => one[k]!);
    const average = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((a, v) => a + (v - average) ** 2, 0) / values.length);
    const range = [Math.min(...values), Math.max(...values)] as const;
    return {
      name,
      role: "scale",
      transform: { kind: "linear" },
      mean: short(average),
      deviation: short(deviation),
      range,
    };
  });
  const coarse = (name: string, method: "bilinear" | "nearest"): Channel => ({
    name,
    role: "coarse",
    units: "mm h-1",
    transform: { kind: "log", unit: rainUnits(undefined).unit },
    mean: short(mean),
    deviation: short(Math.sqrt(squares[0]! / pixels - mean ** 2)),
    range: [0, 200],
    method,
  });
  const [interpolated, blocks] = [coarse("precipitation", "bilinear"), coarse("precipitation of blocks", "nearest")];
  return {
    conditionMean: interpolated.mean,
    conditionStd: interpolated.deviation,
    deviations: Object.fromEntries(Object.entries(residual).map(([f, [total, n]]) => [f, short(Math.sqrt(total / n))])),
    channels: [interpolated, blocks, ...channels],
  };
}
