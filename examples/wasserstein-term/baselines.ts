/** Baselines of every generator: interpolation with block means conserved, a random cascade, and what else there is. */
import { rng } from "../../engine/random/rng.ts";
import { type StackedTiles, tilesOf } from "../../generative/data/index.ts";
import {
  applyQuantileMap,
  bilinear,
  blockConstant,
  conserveBlocks,
  fitQuantileMap,
  randomCascade,
  selectCascade,
} from "../array-baselines/index.ts";
import { coarsened, type EvaluatedEnsemble, type EvaluationSet, evaluateFields } from "./cell.ts";
import type { TailBins } from "./scores.ts";

/** Tiles on which the cascade's slope and amplitude are chosen, of those learned from. */
const CHOSEN = 96;

/** Evaluates the two of the experiment; the cascade has eight members. */
export function baselines(
  set: EvaluationSet & { readonly learned: StackedTiles },
  ratio: number,
  bins: TailBins,
  chosen = CHOSEN,
): Record<string, EvaluatedEnsemble> {
  const coarse = coarsened(set.evaluated, ratio);
  const { size, values } = set.learned;
  const learned = tilesOf(values.subarray(0, chosen * size ** 2), size);
  const random = rng(3);
  const search = { factor: ratio, members: 8, random: random.split("select") };
  const { slope, amplitude } = selectCascade(learned, coarsened(learned, ratio), search);
  const cascade = randomCascade(coarse, { factor: ratio, members: 8, slope, amplitude, random: random.split("draw") });
  return {
    interpolation: evaluateFields(conserveBlocks(bilinear(coarse, ratio), coarse, ratio), set, ratio, bins),
    cascade: evaluateFields(cascade, set, ratio, bins),
  };
}

/** Those that the library has besides: blocks as they are, and interpolation with quantiles mapped, block means conserved. */
export function furtherBaselines(
  set: EvaluationSet & { readonly learned: StackedTiles },
  ratio: number,
  bins: TailBins,
): Record<string, EvaluatedEnsemble> {
  const coarse = coarsened(set.evaluated, ratio);
  const map = fitQuantileMap(bilinear(coarsened(set.learned, ratio), ratio).values, set.learned.values);
  const mapped = conserveBlocks(applyQuantileMap(map, bilinear(coarse, ratio)), coarse, ratio);
  return {
    blocks: evaluateFields(blockConstant(coarse, ratio), set, ratio, bins),
    "quantile map": evaluateFields(mapped, set, ratio, bins),
  };
}
