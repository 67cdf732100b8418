/** Judges a pretrained model on an archive against what does without one. */

import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/random/rng.ts";
import { randomCascade, selectCascade } from "../../examples/array-baselines/index.ts";
import { verifyTiles } from "../../examples/array-scores/verify-tiles.ts";
import { fitRainSlope } from "../../generative/baselines/rainfarm.ts";
import { amplitudeOf, measuredAmplitude, ownScales } from "../../generative/model/amplitude.ts";
import type { Downscaler } from "../../generative/model/downscaler.ts";
import { meanTexture, textureOfFrame } from "../../generative/model/input-scale.ts";
import { evenly, type Texture } from "../../generative/model/texture.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { type Archive, framesOf } from "./archives.ts";
import { averaged, TILE } from "./events.ts";
import { tilesIn } from "./tiles-in.ts";

/** What is judged by: frames of an archive. */
export interface JudgedArchive extends Archive {
  /** Frames that tiles are taken from, first and one past the last; the others fit the cascade. */
  readonly judged: readonly [number, number];
}

/** A tile, and what its frame tells of its texture. */
interface Tile {
  readonly values: Float32Array;
  readonly frame: number;
  readonly textures: Readonly<Record<number, Texture | undefined>>;
  /** Block means of its whole frame, by factor. */
  readonly frames: Readonly<Record<number, ShapedArray>>;
}

/** Tiles of an archive. */
export interface JudgedTiles {
  readonly interval: number;
  readonly spacing: number;
  readonly judged: readonly Tile[];
  readonly others: readonly Tile[];
}

/** Scores of one method; amounts in mm/h. */
export interface MethodScores {
  readonly crps: number;
  readonly spreadSkill: number;
  readonly q999: number;
  readonly ralsd: number;
  /** Points: share of wet pixels less that of the truth, in percent. */
  readonly wet: number;
}

/** Reads the tiles. */
export async function readTiles(
  folder: string,
  archive: JudgedArchive,
  count: number,
  factors: readonly number[],
): Promise<JudgedTiles> {
  const { interval } = archive;
  const { wet, clutter } = rainLimits(interval);
  const [judged, others]: [Tile[], Tile[]] = [[], []];
  let [n, spacing] = [0, Number.NaN];
  const [from, to] = archive.judged;
  // Every second tile fits the cascade where there is one frame.
  const shared = from === 0 && to === 1;
  for await (const frame of framesOf(folder, archive)) {
    const found = tilesIn({ ...frame, shape: [1, ...frame.shape] }, TILE, { wet, clutter });
    spacing = frame.spacing;
    const inside = n >= from && n < to;
    const wetTiles = found.filter((tile) => tile.wet);
    if (wetTiles.length > 0) {
      const frames = inside
        ? Object.fromEntries(factors.map((factor) => [factor, averaged(frame, factor)] as const))
        : {};
      const textures = Object.fromEntries(
        Object.entries(frames).map(([factor, map]) => [factor, textureOfFrame(map, interval)]),
      );
      for (const { values } of wetTiles) {
        const apart = shared ? judged.length > others.length : !inside;
        (apart ? others : judged).push({ values, frame: n, textures, frames });
      }
    }
    n++;
  }
  const choose = (tiles: readonly Tile[], name: string) =>
    Array.from(
      rng(2).split(archive.name).split(name).permutation(tiles.length).subarray(0, count).sort(),
      (i) => tiles[i]!,
    );
  return { interval, spacing, judged: choose(judged, "judged"), others: choose(others, "others") };
}

const stacked = (tiles: readonly Tile[]): Float32Array => {
  const out = new Float32Array(tiles.length * TILE ** 2);
  for (const [n, { values }] of tiles.entries()) out.set(values, n * TILE ** 2);
  return out;
};

const coarsened = (values: Float32Array, factor: number): ShapedArray => {
  const count = values.length / TILE ** 2;
  return { values: blockMean(values, count, TILE, TILE, factor), shape: [count, TILE / factor, TILE / factor] };
};

/** Scores of fields [tiles, members, TILE, TILE]. */
export function scored(fields: ShapedArray, { interval, judged }: JudgedTiles, factor: number): MethodScores {
  const { wet } = rainLimits(interval);
  const truth = stacked(judged);
  const shape = [judged.length, TILE, TILE];
  const { pooled } = verifyTiles(fields, { values: truth, shape }, coarsened(truth, factor), {
    wetThreshold: wet,
    quantiles: [0.999],
  });
  const share = truth.reduce((sum, v) => sum + (v >= Math.fround(wet) ? 1 : 0), 0) / truth.length;
  const short = (v: number) => Number(v.toPrecision(4));
  return {
    crps: short(pooled.crps),
    spreadSkill: short(pooled.spreadSkill),
    q999: short(100 * pooled.quantiles[0]!.pooledBias),
    ralsd: short(pooled.ralsd.log),
    wet: short(100 * share * pooled.wetFractionBias),
  };
}

/** Cells along a side below which a tile has no slope of its own, and the slope that RainFARM has then. */
const LEAST_SIDE = 8;
const USUAL_SLOPE = 2.5;

/** What needs no model: interpolation, RainFARM with the slope of the coarse tiles, a cascade fitted to other tiles of the archive. */
export function baselineScores(tiles: JudgedTiles, factor: number, members: number): Record<string, MethodScores> {
  const truth = stacked(tiles.judged);
  const coarse = coarsened(truth, factor);
  const side = TILE / factor;
  const smooth = bilinearUpsample(coarse.values as Float32Array, tiles.judged.length, side, side, factor);
  const bilinear = conserveBlocks({ values: smooth, shape: [tiles.judged.length, 1, TILE, TILE] }, coarse, factor);
  const { wet } = rainLimits(tiles.interval);
  const cut = (fields: ShapedArray): ShapedArray =>
    conserveBlocks({ ...fields, values: fields.values.map((v) => (v < wet ? 0 : v)) as Float32Array }, coarse, factor);
  const slope = side < LEAST_SIDE ? USUAL_SLOPE : fitRainSlope(coarse);
  const random = rng(3);
  const rainfarm = randomCascade(coarse, { factor, members, slope, amplitude: 1, random: random.split("rainfarm") });
  const others = stacked(tiles.others);
  const fine: ShapedArray = { values: others, shape: [tiles.others.length, TILE, TILE] };
  const fitted = selectCascade(fine, coarsened(others, factor), { factor, members, random: random.split("select") });
  const cascade = randomCascade(coarse, { factor, members, ...fitted, random: random.split("draw") });
  return {
    bilinear: scored(bilinear, tiles, factor),
    RainFARM: scored(cut(rainfarm), tiles, factor),
    "fitted cascade": scored(cascade, tiles, factor),
  };
}

/** What the input of a case says of itself: the mean rate of its tiles, mm/h, and the mean texture of their frames. */
export function aboutInput({ judged }: JudgedTiles, factor: number) {
  const known = judged.flatMap(({ textures }) => textures[factor] ?? []);
  const values = stacked(judged);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean: Number(mean.toPrecision(4)), texture: meanTexture(known) };
}

/** How members are drawn. */
export interface Draw {
  readonly members: number;
  /** @defaultValue the model's */
  readonly evaluations?: number;
  /** First noise level. @defaultValue the library's */
  readonly from?: number;
  /** Rates below it become 0, in thresholds of dry. @defaultValue the library's */
  readonly dry?: number;
  /** Amplitudes that are drawn with besides, in units of the measured one. @defaultValue none */
  readonly amplitudes?: readonly number[];
}

/** Most frames that the amplitude of the noise is measured on, as `downscale` does. */
const MOST_FRAMES = 12;

/** Scores of a model, and of what it was given. */
export interface ModelScores extends MethodScores {
  /** Of the processor, for a pixel and member. */
  readonly microseconds: number;
  /** Measured, of the first noise. */
  readonly amplitude: number;
  /** ln of the true over the drawn residual of the input, one and two octaves above. */
  readonly near?: number;
  readonly far?: number;
  /** With so many times the amplitude. */
  readonly at?: Readonly<Record<string, MethodScores>>;
  /** With an amplitude of 1, where less was measured. */
  readonly plain?: MethodScores;
}

/** Scores of the model's members. */
export async function modelScores(
  model: Downscaler,
  tiles: JudgedTiles,
  factor: number,
  { members, evaluations, from, dry, amplitudes = [] }: Draw,
): Promise<ModelScores> {
  const { interval, spacing, judged } = tiles;
  const side = TILE / factor;
  const metres = spacing * factor * 1000;
  const place = { interval, grid: { units: "m", y: metres, x: metres } } as const;
  const frames = [...new Map(judged.map((tile) => [tile.frame, tile.frames[factor]!])).values()];
  const fields = evenly(frames.length, MOST_FRAMES).map((n) => frames[n]!);
  const asked = amplitudes.length > 0;
  const own = asked ? await ownScales(model, fields, place) : {};
  const amplitude = asked ? amplitudeOf(own) : await measuredAmplitude(model, fields, place);
  const scoresAt = async (by: number): Promise<MethodScores> => {
    const values = new Float32Array(judged.length * members * TILE ** 2);
    for (const [n, tile] of judged.entries()) {
      const coarse = coarsened(tile.values, factor).values as Float32Array;
      const texture = tile.textures[factor];
      const drawn = await model.sample(
        { values: coarse, shape: [side, side] },
        {
          ...{ factor, place, ...(texture && { texture }) },
          ...{ members, seed: 0, frame: n, amplitude: by * amplitude, force: true },
          ...(evaluations !== undefined && { evaluations }),
          ...(from !== undefined && { noiseRange: [from, 0.02] as const }),
          ...(dry !== undefined && { wetThreshold: dry * rainLimits(interval).wet }),
        },
      );
      values.set(drawn.values, n * members * TILE ** 2);
    }
    return scored({ values, shape: [judged.length, members, TILE, TILE] }, tiles, factor);
  };
  const { user } = process.cpuUsage();
  const scores = await scoresAt(1);
  const microseconds = (process.cpuUsage().user - user) / (judged.length * members * TILE ** 2);
  const at: Record<string, MethodScores> = {};
  for (const by of amplitudes) at[by] = await scoresAt(by);
  const short = (v: number) => Number(v.toPrecision(3));
  return {
    ...scores,
    microseconds: short(microseconds),
    amplitude: short(amplitude),
    ...(own.near && { near: short(own.near.mean) }),
    ...(own.far && { far: short(own.far.mean) }),
    ...(asked && { at }),
    ...(asked && amplitude < 1 && { plain: await scoresAt(1 / amplitude) }),
  };
}
