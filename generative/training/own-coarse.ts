/** Training on one fine data set alone: the coarse one is made of it, and its distribution by season and cell is kept where the model is to correct others. */
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { hazenQuantile } from "../../engine/numerics/quantile.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { type PairFields, placed } from "../data/fields.ts";
import { positionsIn } from "../data/map-dims.ts";
import type { MatchedPairs } from "../data/match.ts";
import { ownBlocks } from "../data/own-blocks.ts";
import { intervalsOf } from "../data/time-steps/axis.ts";
import { alongTime, foldSteps, withNeighbours } from "../data/time-steps/fold.ts";
import type { ModelConfiguration, ModelDescription } from "../model/configuration.ts";
import type { Correction } from "../model/correction.ts";
import { fineGridOf, sizeOfGrid } from "../model/fine-grid.ts";
import { yearWindows } from "../model/year-windows.ts";
import type { TrainingPlan } from "./plan.ts";

/** True if a model was trained on means of its own fine data. */
export function isOwnCoarse({ provenance }: ModelConfiguration): boolean {
  const data = provenance?.["data"] as { readonly coarse?: unknown } | undefined;
  return Array.isArray(data?.coarse) && data.coarse.length === 0;
}

/** The fields of a plan; without coarse ones, block means of the fine ones. @throws OptionsError */
export async function withCoarse({ choices }: TrainingPlan, fields: PairFields): Promise<PairFields> {
  if (choices.correct && fields.coarse.length > 0) {
    const text =
      "train: `correct` learns from observations alone; leave `coarse` out, the climate model is given to `downscale`";
    throw new OptionsError(text, "correct", true);
  }
  if (choices.correct && fields.fine.length > 1) {
    const text = `train: \`correct\` takes one fine variable, not ${fields.fine.length}; train a model for each`;
    throw new OptionsError(text, "correct", true);
  }
  if (fields.coarse.length > 0) return fields;
  const { factor = 4 } = choices;
  const coarse = [];
  for (const field of fields.fine) {
    const whole = await field.load();
    coarse.push(lazyField(ownBlocks(whole, factor)));
  }
  return { ...fields, coarse };
}

/**
 * The steps in time of a fine variable as fields side by side, with the coarse steps that they make up and those before and after.
 *
 * @throws OptionsError, ShapeError, DomainError, UnitsError for data that no whole steps can be made of
 */
export async function withSteps({ choices }: TrainingPlan, fields: PairFields, count: number): Promise<SteppedFields> {
  const { factor = 4, interval, rain, notRain, correct } = choices;
  for (const role of ["fine", "coarse"] as const) {
    if (fields[role].length <= 1) continue;
    const text = `train: timeFactor is ${count}; it takes one ${role} variable, not ${fields[role].length}; train a model for each`;
    throw new OptionsError(text, "timeFactor", count);
  }
  if (correct) throw new OptionsError("train: `correct` does not go with timeFactor; leave one out", "correct", true);
  const [fine, given] = [fields.fine[0]!, fields.coarse[0]];
  const stated = {
    ...defined({ rain, notRain }),
    ...(interval !== undefined && { interval: interval as number | "time" }),
  };
  const coarse = given?.ungroup().mapsLast();
  const own = coarse && intervalsOf(placed("train", "coarse", coarse), coarse, stated.interval);
  const folded = foldSteps(placed("train", "fine", fine), fine, count, { ...stated, ...defined({ coarse: own }) });
  const { parts, mean, windows, steps, rain: isRain, scale } = folded;
  const { starts } = windows;
  const name = coarse?.name ?? mean.name;
  const based =
    coarse && own
      ? alongTime(coarse, coarse.dimOf("time")!, name, positionsIn(coarse, coarse.dimOf("time")!), own.time)
      : factor === 1
        ? mean
        : await blocksOf(mean, factor);
  const named = { before: `${name} before`, after: `${name} after` };
  const length = steps.seconds * count * 1000;
  const inputs = withNeighbours(based, { starts: own?.starts ?? starts, length }, named);
  const names = [...parts, ...inputs].map((one) => one.name);
  return {
    fields: { ...fields, fine: parts, coarse: inputs, steps: { ...steps, ...named } },
    ...(isRain ? { rain: names } : { notRain: names }),
    scale,
    starts,
    left: windows.left,
  };
}

/** Fields of a training that refines times, and what is said of them. */
export interface SteppedFields {
  readonly fields: PairFields;
  /** All of them, where they are precipitation. */
  readonly rain?: readonly string[];
  /** All of them, where they are not. */
  readonly notRain?: readonly string[];
  /** From the fine field's units to those that are learned. */
  readonly scale: number;
  /** Beginning of each coarse step, milliseconds. */
  readonly starts: Float64Array;
  /** Fine times that belong to no whole step. */
  readonly left: number;
}

/** Block means, step by step. */
async function blocksOf(field: LazyField, factor: number): Promise<LazyField> {
  const time = field.dimOf("time")!;
  const maps: Field[] = [];
  for (let n = 0; n < field.size(time); n++)
    maps.push(ownBlocks(await field.isel({ [time]: [n, n + 1] }).load(), factor));
  const [first] = maps as [Field, ...Field[]];
  const values = new Float32Array(maps.length * first.values.length);
  for (const [n, map] of maps.entries()) values.set(map.values, n * first.values.length);
  const axis = field.coordinates.filter(({ dims }) => dims.includes(time));
  const placed = first.coordinates.filter(({ dims }) => !dims.includes(time));
  return lazyField(
    first.with({ values, shape: [maps.length, ...first.shape.slice(1)], coordinates: [...axis, ...placed] }),
  );
}

/** The distribution of the coarse observations at the times that are learned from; undefined for models that do not correct. */
export async function observedDistribution(
  { choices }: TrainingPlan,
  pairs: MatchedPairs,
  learned: readonly number[],
  { channels }: ModelDescription,
): Promise<MeasuredDistribution | undefined> {
  if (!choices.correct) return undefined;
  const interval = channels.find(({ role }) => role === "coarse")?.interval;
  const times = learned.map((n) => pairs.times[n]!.at[pairs.fine.length]!);
  return measureDistribution(pairs.coarse[0]!, times, interval);
}

/** Quantiles of a distribution and their description. */
export interface MeasuredDistribution {
  readonly correction: Correction;
  /** [seasons, quantiles, height, width]; NaN for cells that have too few values. */
  readonly values: Float32Array;
}

/** Seasons of fewer values have no distribution. */
const fewest = 10;

/**
 * Measures the distribution of each season and cell.
 *
 * @param coarse - observations, (time, y, x)
 * @param times - those that count
 * @param interval - seconds that a value stands for, where known
 * @param quantiles - of each season and cell
 */
export async function measureDistribution(
  coarse: LazyField,
  times: readonly number[],
  interval: number | undefined,
  quantiles = 100,
): Promise<MeasuredDistribution> {
  const grid = fineGridOf(coarse);
  const [height, width] = sizeOfGrid(grid);
  const cells = height * width;
  const chosen = new Set(times);
  const drawn = yearWindows("season")
    .drawn(coarse)
    .map((all) => all.filter((n) => chosen.has(n)));
  const seasons = [0, 1, 2, 3].filter((season) => drawn[season]!.length >= fewest);
  const { values: observed } = await coarse.load();
  const values = new Float32Array(seasons.length * quantiles * cells).fill(Number.NaN);
  for (const [s, season] of seasons.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const known = Float64Array.from(drawn[season]!, (n) => observed[n * cells + cell]!).filter(
        (v) => !Number.isNaN(v),
      );
      if (known.length < fewest) continue;
      known.sort();
      for (let i = 0; i < quantiles; i++) {
        values[(s * quantiles + i) * cells + cell] = hazenQuantile(known, (i + 0.5) / quantiles);
      }
    }
  }
  const { standard_name: standardName, cell_methods: cellMethods } = coarse.attributes;
  const correction: Correction = {
    grid,
    seasons,
    quantiles,
    name: coarse.name,
    ...(coarse.units !== undefined && { units: coarse.units }),
    ...(typeof standardName === "string" && { standardName }),
    ...(typeof cellMethods === "string" && { cellMethods }),
    ...(interval !== undefined && { interval }),
  };
  return { correction, values };
}
