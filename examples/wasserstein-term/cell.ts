/** Training and evaluation of one cell, as its file of results holds them. */

import { blockMean } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { StackedTiles } from "../../generative/data/index.ts";
import type { Downscaler, SampleOptions, Target } from "../../generative/model/index.ts";
import { type ResolvedRecipe, type TrainingRecipe, trainOnTiles } from "../../generative/training/index.ts";
import { type Scores, verifyTiles } from "../array-scores/verify-tiles.ts";
import type { ExperimentSet } from "./data.ts";
import { type Cell, membersOf, noiseRange, recipeOf } from "./design.ts";
import { binned, type EnsembleBlock, type TailBins, type TruthBlock } from "./scores.ts";

/** An ensemble's sums and scores. */
export interface EvaluatedEnsemble {
  readonly members: number;
  /** Of all tiles; quantiles are 0.99 and 0.999, pooled and by tiles. */
  readonly scores: Pick<Scores, "crps" | "mae" | "wetFractionBias" | "spreadSkill" | "fineScale" | "ralsd"> & {
    readonly q99: number;
    readonly q999: number;
    readonly tileQ999: number;
  };
  /** Shares of ranks of the truth. */
  readonly ranks: readonly number[];
  /** Power of ln(1 + R) relative to the truth at wavenumbers 1 … n/2 − 1, dB. */
  readonly spectrum: readonly number[];
  readonly blocks: readonly EnsembleBlock[];
}

/** Results of one cell. */
export interface CellResult {
  readonly cell: Cell;
  readonly recipe: Pick<ResolvedRecipe, "steps" | "batch" | "network"> & {
    readonly term: NonNullable<ResolvedRecipe["term"]> | null;
  };
  /** The measured unit c of ln(1 + R/c), mm/h. */
  readonly unit?: number;
  readonly parameters?: number;
  /** Processor seconds of training, and of drawing all members. */
  readonly seconds: { readonly training: number; readonly sampling: number };
  /** By the names of the sets; the first is the cell's own. */
  readonly evaluated: Readonly<Record<string, EvaluatedEnsemble>>;
}

/** Properties of the tiles of a set. */
export interface TruthResult {
  readonly bins: TailBins;
  readonly blocks: readonly TruthBlock[];
  /** Tiles learned from. */
  readonly learned: number;
}

/** Tiles of a set for evaluation. */
export type EvaluationSet = Pick<ExperimentSet, "evaluated" | "wetThreshold" | "scale">;

/** Neighbouring tiles that are redrawn together. */
const BLOCK = 2;
const short = (v: number) => Number(v.toPrecision(4));

/** Trains and evaluates; on `also` too, by name. */
export async function runCell(
  cell: Cell,
  set: ExperimentSet,
  o: {
    readonly bins: (name: string) => TailBins;
    readonly also?: Readonly<Record<string, EvaluationSet>>;
    readonly steps?: number;
    readonly members?: number;
    /** Instead of what the design says, for remedies. */
    readonly recipe?: TrainingRecipe;
    readonly keep?: (model: Downscaler) => Promise<void>;
    readonly say: (line: string) => void;
  },
): Promise<CellResult> {
  const began = processorSeconds();
  const { downscaler, checkpoint } = await trainOnTiles(set.learned, {
    ...withOption(recipeOf(cell, o.steps), o.recipe),
    threads: 1,
    progressEvery: 100,
    onProgress: ({ step, loss }) => o.say(`step ${step} loss ${loss.toFixed(4)}`),
  });
  const trained = processorSeconds();
  const members = o.members ?? membersOf(cell.size);
  const own = await evaluateModel(downscaler, set, { cell, members, bins: o.bins(cell.set) });
  const sampled = processorSeconds();
  const evaluated: Record<string, EvaluatedEnsemble> = { [cell.set]: own };
  for (const [name, other] of Object.entries(o.also ?? {}))
    evaluated[name] = await evaluateModel(downscaler, other, { cell, members, bins: o.bins(name) });
  await o.keep?.(downscaler);
  const { steps, batch, network, term } = checkpoint.recipe;
  const parameters = Object.values(downscaler.parameters).reduce((sum, { values }) => sum + values.length, 0);
  await downscaler.dispose();
  return {
    cell,
    recipe: { steps, batch, network, term: term ?? null },
    unit: unitOf(checkpoint.description.targets[0]!),
    parameters,
    seconds: { training: short(trained - began), sampling: short(sampled - trained) },
    evaluated,
  };
}

/** Of this process so far. */
export const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Block means of tiles. */
export function coarsened({ values, count, size }: StackedTiles, ratio: number): ShapedArray {
  return { values: blockMean(values, count, size, size, ratio), shape: [count, size / ratio, size / ratio] };
}

/** A recipe with choices of another on top of it. */
function withOption(recipe: TrainingRecipe, option: TrainingRecipe = {}): TrainingRecipe {
  const network = { ...recipe.network, ...option.network };
  return { ...recipe, ...option, network };
}

/** Options of sampling members. */
export interface MemberSampling {
  readonly cell: Pick<Cell, "ratio" | "generator" | "seed">;
  readonly members: number;
  /** Instead of what the design says. */
  readonly draw?: SampleOptions;
}

/** Draws a model's members on a set and scores them. */
export async function evaluateModel(
  model: Downscaler,
  set: EvaluationSet,
  { bins, ...drawn }: MemberSampling & { readonly bins: TailBins },
): Promise<EvaluatedEnsemble> {
  return evaluateFields(await drawMembers(model, set, drawn), set, drawn.cell.ratio, bins);
}

/** Members of every tile, [tiles, members, size, size]. */
export async function drawMembers(
  model: Downscaler,
  { evaluated, wetThreshold }: EvaluationSet,
  { cell, members, draw: other }: MemberSampling,
): Promise<ShapedArray> {
  const coarse = coarsened(evaluated, cell.ratio);
  const side = evaluated.size / cell.ratio;
  const size = members * evaluated.size ** 2;
  const values = new Float32Array(evaluated.count * size);
  for (let frame = 0; frame < evaluated.count; frame++) {
    const rain = Float32Array.from(coarse.values.subarray(frame * side ** 2, (frame + 1) * side ** 2));
    const draw = { members, seed: cell.seed, frame, wetThreshold, force: true, noiseRange, ...other };
    const drawn = await model.sample({ values: rain, shape: [side, side] }, draw);
    values.set(drawn.values, frame * size);
  }
  return { values, shape: [evaluated.count, members, evaluated.size, evaluated.size] };
}

/** Scores of fields [tiles, members, size, size]. */
export function evaluateFields(
  fields: ShapedArray,
  set: EvaluationSet,
  ratio: number,
  bins: TailBins,
): EvaluatedEnsemble {
  const { count, size } = set.evaluated;
  const members = fields.shape[1]!;
  const values = fields.values.map((rate) => rate * set.scale);
  const { pooled, tiles } = scored({ ...fields, values }, set, ratio);
  const each = members * size ** 2;
  const [q99, q999] = pooled.quantiles;
  const blocks = blocksOf(count).map(([begin, end]): EnsembleBlock => {
    const of = tiles.slice(begin, end);
    const sum = (read: (tile: (typeof of)[number]) => number) =>
      short(of.reduce((total, tile) => total + read(tile), 0));
    return {
      tiles: of.length,
      wet: sum(({ cells }) => cells.wetForecast / members / cells.cells),
      crps: sum(({ cells }) => cells.crps / cells.cells),
      mae: sum(({ cells }) => cells.mae / cells.cells),
      squaredError: sum(({ cells }) => cells.squaredError / cells.cells),
      variance: sum(({ cells }) => cells.variance / cells.cells),
      power: [...of[0]!.spectra.forecast.keys()].map((k) => sum(({ spectra }) => spectra.forecast[k]!)),
      tail: binned(values.subarray(begin * each, end * each), bins, members).map(short),
    };
  });
  const { crps, mae, wetFractionBias, spreadSkill, fineScale, ralsd } = pooled;
  return {
    members,
    scores: {
      ...{ crps, mae, wetFractionBias, spreadSkill, fineScale, ralsd },
      ...{ q99: q99!.pooledBias, q999: q999!.pooledBias, tileQ999: q999!.mapBias },
    },
    ranks: pooled.rankHistogram.map(short),
    spectrum: pooled.spectrum.log.map((v) => Number(v.toFixed(2))),
    blocks,
  };
}

/** The observed rain of a set as blocks; the bins begin at half of its 0.98 quantile. */
export function truthOf(set: EvaluationSet & { readonly learned: { readonly count: number } }): TruthResult {
  const { wetThreshold, scale } = set;
  const { count, size } = set.evaluated;
  const values = set.evaluated.values.map((rate) => rate * scale);
  const pixels = size ** 2;
  const sorted = Float32Array.from(values).sort();
  const first = short(Math.max(sorted[Math.floor(0.98 * sorted.length)]! / 2, wetThreshold * scale));
  const bins: TailBins = { first, ratio: 1.04, pixels };
  // Evaluated against itself it has its own shares and spectra.
  const { tiles } = scored({ values, shape: [count, 1, size, size] }, set, 4);
  const blocks = blocksOf(count).map(([begin, end]): TruthBlock => {
    const of = tiles.slice(begin, end);
    const sum = (read: (tile: (typeof of)[number]) => number) =>
      short(of.reduce((total, tile) => total + read(tile), 0));
    return {
      tiles: of.length,
      wet: sum(({ cells }) => cells.wetTruth / cells.cells),
      power: [...of[0]!.spectra.truth.keys()].map((k) => sum(({ spectra }) => spectra.truth[k]!)),
      tail: binned(values.subarray(begin * pixels, end * pixels), bins, 1),
    };
  });
  return { bins, blocks, learned: set.learned.count };
}

/** Fields in the units of a set against its truth. */
function scored(fields: ShapedArray, { evaluated, wetThreshold, scale }: EvaluationSet, ratio: number) {
  const inUnits = (x: ShapedArray): ShapedArray => ({ ...x, values: x.values.map((rate) => rate * scale) });
  const truth = inUnits(evaluated);
  const options = { wetThreshold: wetThreshold * scale, quantiles: [0.99, 0.999] };
  return verifyTiles(fields, truth, inUnits(coarsened(evaluated, ratio)), options);
}

const blocksOf = (count: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / BLOCK) }, (_, b) => [b * BLOCK, Math.min((b + 1) * BLOCK, count)] as const);

const unitOf = ({ transform }: Target): number => (transform.kind === "log" ? transform.unit : 1);
