/** Scores of some times, how sure they are, and how they differ from those of another forecast at the same times and cells. */
import type { Rng } from "../engine/random/rng.ts";
import { type Diagrams, diagramsOf } from "./diagrams.ts";
import type { CaseMap, Cases, Score, ScoreValue } from "./scores/cases.ts";
import { pooledValues, quantilesOfSorted, uncertaintyOf, WeightedQuantiles } from "./scores/pooled.ts";
import { type RankFlatness, rankFlatness } from "./scores/rank-flatness.ts";
import { cellWasserstein, wassersteinOfSorted } from "./scores/wasserstein.ts";
import { intervalOf, type ScoreInterval } from "./significance/blocks.ts";
import { type DieboldMariano, dieboldMariano } from "./significance/diebold-mariano.ts";
import { eachScore, type FieldScores, ranksOf, type ScalarScores, scalarScores } from "./tally/field-scores.ts";
import type { TallyPlan } from "./tally/part.ts";
import { summed, sumsOf, tallyOf } from "./tally/tally.ts";

/** Scores of some times, by their names. */
export type AllScores = FieldScores & Readonly<Record<string, ScoreValue>>;

/** Intervals of the scores of this package that are numbers. */
export type ScoreIntervals = ScalarScores<ScoreInterval>;

/** Another forecast at the same times and cells. */
export interface Comparison {
  /** Of the other forecast. */
  readonly members: number;
  /** Of the other forecast. */
  readonly scores: AllScores;
  /** Of its scores; ends are NaN without the option `bootstrap`. */
  readonly intervals: ScoreIntervals;
  /**
   * Forecast minus the other one, with intervals from the same redraws: of scores as they are, of biases, structure and
   * amplitude without their signs, of the spread–skill ratio and the frequency bias by their distance from 1. Below 0
   * the forecast is better; above 0 where more is better: `fss`, `csi`, `pod`, `ets`, `brierResolution`, `rocArea`,
   * `crpsResolution`.
   */
  readonly differences: ScoreIntervals;
  /** Of the maps' CRPS, with the blocks of the redraws as horizon; absent for too few times. */
  readonly dieboldMariano?: DieboldMariano;
}

/** Scores of some times, with what was asked for besides. */
export interface TimeScores {
  /** Each over all times and cells together. */
  readonly scores: AllScores;
  /** Numbers behind figures: reliability, ROC, quantiles, spectra. */
  readonly diagrams: Diagrams;
  /** With the option `seed` and two members or more. */
  readonly rankFlatness?: RankFlatness;
  /** With the option `bootstrap`. */
  readonly intervals?: ScoreIntervals;
  /** With the option `against`. */
  readonly against?: Comparison;
}

/** Tallies of the maps of one forecast, found when a map is read: part of its values may be all that is kept. */
export class Tallied {
  readonly plan: TallyPlan;
  private readonly known = new Map<CaseMap, Float64Array>();

  constructor(plan: TallyPlan) {
    this.plan = plan;
  }

  /** @param kept - what stands for the map afterwards */
  add(map: CaseMap, kept: CaseMap): void {
    this.known.set(kept, tallyOf(map, this.plan));
  }

  of(kept: CaseMap): Float64Array {
    return this.known.get(kept)!;
  }
}

/** Maps that are scored, in order of time. */
export interface ScoredMaps {
  readonly cases: Cases;
  readonly tallied: Tallied;
}

/** Weights of the times, redraw by redraw. */
export interface Redraws {
  readonly draws: Iterable<Float64Array>;
  /** Times in a block. */
  readonly block: number;
}

/** Options of scoring and redrawing. */
export interface ScoringOptions {
  readonly own: readonly Score[];
  /** Breaks ties of ranks; a new one at each call. */
  readonly ties: (() => Rng) | undefined;
  /** Redraws of so many times, in blocks of so many; undefined where there are too few. */
  readonly redraws: ((times: number) => Redraws | undefined) | undefined;
  readonly coverage: number;
}

/** Scores maps of one forecast, or of two at the same times and cells. */
export function scoreTimes(first: ScoredMaps, second: ScoredMaps | undefined, options: ScoringOptions): TimeScores {
  const truth = pooledValues(first.cases.maps, "truth");
  const sides = [first, ...(second ? [second] : [])];
  const forecasts = sides.map(({ cases: { maps } }) => pooledValues(maps, "forecast"));
  const all = (scored: ScoredMaps, scalars: ScalarScores<number>, k: number): AllScores => {
    const { counts, used } = sums[k]!.ranks;
    const shared = scored.cases.members > 1 && used > 0 ? Array.from(counts, (c) => c / used) : [];
    const ranks = options.ties ? ranksOf(scored.cases, options.ties()) : shared;
    const own = options.own.map((score) => [score.name, score.of(scored.cases)]);
    const wasserstein = { pooled: wassersteinOfSorted(forecasts[k]!, truth), cells: cellWasserstein(scored.cases) };
    return { ...scalars, rankHistogram: ranks, wasserstein, ...Object.fromEntries(own) } as AllScores;
  };
  const uncertainty = uncertaintyOf(truth);
  const sums = sides.map((side) => sumsOf(summed(talliesOf(side)), side.tallied.plan));
  const scalars = sides.map(({ tallied: { plan } }, k) =>
    scalarScores(sums[k]!, plan, {
      forecast: quantilesOfSorted(forecasts[k]!, plan.quantiles),
      truth: quantilesOfSorted(truth, plan.quantiles),
      uncertainty,
    }),
  );
  const ranks = options.ties && first.cases.members > 1 && rankFlatness(first.cases, options.ties().split("flatness"));
  const found = {
    scores: all(first, scalars[0]!, 0),
    diagrams: diagramsOf(first.tallied.plan, sums[0]!, forecasts[0]!, truth),
    ...(ranks && { rankFlatness: ranks }),
  };
  if (!options.redraws && !second) return found;
  const redraws = options.redraws?.(first.cases.maps.length);
  const drawn = redrawn(sides, redraws?.draws, uncertainty);
  const intervals = scalars.map((own, k) => withIntervals(own, drawn[k]!, options.coverage));
  if (!second) return { ...found, intervals: intervals[0]! };
  const names = namesOf(scalars[0]!);
  const apart = (a: number, b: number, i: number) => distance(a, names[i]!) - distance(b, names[i]!);
  const others = flat(scalars[1]!);
  let at = 0;
  const differences = eachScore(scalars[0]!, (value) => {
    const i = at++;
    return apart(value, others[i]!, i);
  });
  const drawnApart = drawn[0]!.map((draw, d) => draw.map((v, i) => apart(v, drawn[1]![d]![i]!, i)));
  return {
    ...found,
    ...(options.redraws && { intervals: intervals[0]! }),
    against: {
      members: second.cases.members,
      scores: all(second, scalars[1]!, 1),
      intervals: intervals[1]!,
      differences: withIntervals(differences, drawnApart, options.coverage),
      ...(redraws && { dieboldMariano: compareSeries(first, second, redraws.block) }),
    },
  };
}

/** The test of equal CRPS, map by map. */
function compareSeries(first: ScoredMaps, second: ScoredMaps, block: number): DieboldMariano {
  const series = ({ cases: { maps }, tallied }: ScoredMaps) =>
    maps.map((map) => {
      const { crps, cells } = sumsOf(tallied.of(map), tallied.plan).cells;
      return crps / cells;
    });
  const [a, b] = [series(first), series(second)];
  return dieboldMariano(
    a.map((v, t) => v - b[t]!),
    block,
  );
}

/** Distance of a score from that of a perfect forecast, where it has a sign; else the score. */
function distance(score: number, name: string): number {
  if (name === "spreadSkill" || name === "frequencyBias") return Math.abs(score - 1);
  return /bias$|^structure$|^amplitude$/i.test(name) ? Math.abs(score) : score;
}

const talliesOf = ({ cases: { maps }, tallied }: ScoredMaps) => maps.map((map) => tallied.of(map));

/** For each side the scores of every redraw, in the order of `eachScore`. */
function redrawn(
  sides: readonly ScoredMaps[],
  draws: Iterable<Float64Array> | undefined,
  uncertainty: number,
): number[][][] {
  if (!draws) return sides.map(() => []);
  const pools = sides.map(({ cases: { maps, wetThreshold }, tallied: { plan } }) =>
    (["forecast", "truth"] as const).map(
      (side) => new WeightedQuantiles(maps, side, plan.quantiles, wetThreshold !== null),
    ),
  );
  const out: number[][][] = sides.map(() => []);
  for (const weights of draws) {
    sides.forEach((side, k) => {
      const { plan } = side.tallied;
      const [forecast, truth] = pools[k]!.map((pool) => pool.of(weights)) as [readonly number[], readonly number[]];
      out[k]!.push(
        flat(scalarScores(sumsOf(summed(talliesOf(side), weights), plan), plan, { forecast, truth, uncertainty })),
      );
    });
  }
  return out;
}

function withIntervals(scores: ScalarScores<number>, draws: readonly number[][], coverage: number): ScoreIntervals {
  let at = 0;
  return eachScore(scores, (value) => {
    const i = at++;
    return intervalOf(
      value,
      Float64Array.from(draws, (draw) => draw[i]!),
      coverage,
    );
  });
}

function flat(scores: ScalarScores<number>): number[] {
  const out: number[] = [];
  eachScore(scores, (value) => out.push(value));
  return out;
}

function namesOf(scores: ScalarScores<number>): string[] {
  const out: string[] = [];
  eachScore(scores, (_, name) => out.push(name));
  return out;
}
