/** Scores of some times, how sure they are, and how they differ from those of another forecast at the same times and cells. */
import type { Rng } from "../../engine/rng.ts";
import { intervalOf, type ScoreInterval } from "./blocks.ts";
import type { CaseMap, Cases, Score, ScoreValue } from "./cases.ts";
import { pooledQuantiles, WeightedQuantiles } from "./pooled.ts";
import { eachScore, type FieldScores, ranksOf, type ScalarScores, scalarScores } from "./scores.ts";
import { sumsOf, type TallyPlan, tallyOf, tallySize } from "./tally.ts";

/** Scores of some times, by their names. */
export type AllScores = FieldScores & Readonly<Record<string, ScoreValue>>;

/** Intervals of the scores of this package that are numbers. */
export type ScoreIntervals = ScalarScores<ScoreInterval>;

/** Another forecast at the same times and cells. */
export interface Comparison {
  readonly members: number;
  readonly scores: AllScores;
  readonly intervals: ScoreIntervals;
  /**
   * Forecast minus the other one, with intervals from the same redraws: of scores as they are, of biases without their signs, of
   * the spread–skill ratio by its distance from 1. Below 0 the forecast is better; above 0 in `fss`, where more is better.
   */
  readonly differences: ScoreIntervals;
}

/** Scores of some times, with what was asked for besides. */
export interface TimeScores {
  readonly scores: AllScores;
  /** With the option `bootstrap`. */
  readonly intervals?: ScoreIntervals;
  /** With the option `against`. */
  readonly against?: Comparison;
}

/** Maps of one forecast, their tallies found once however often they are scored. */
export class Tallied {
  readonly plan: TallyPlan;
  private readonly known = new Map<CaseMap, Float64Array>();

  constructor(plan: TallyPlan) {
    this.plan = plan;
  }

  of(map: CaseMap): Float64Array {
    const found = this.known.get(map) ?? tallyOf(map, this.plan);
    this.known.set(map, found);
    return found;
  }
}

/** What is scored: maps in order of time. */
export interface ScoredMaps {
  readonly cases: Cases;
  readonly tallied: Tallied;
}

/** How scores are found and redrawn. */
export interface ScoringOptions {
  readonly own: readonly Score[];
  /** Breaks ties of ranks; a new one at each call. */
  readonly ties: (() => Rng) | undefined;
  /** Redraws of so many times; undefined where there are too few. */
  readonly redraws?: ((times: number) => Iterable<Float64Array> | undefined) | undefined;
  readonly coverage: number;
}

/** Scores maps of one forecast, or of two at the same times and cells. */
export function scoreTimes(first: ScoredMaps, second: ScoredMaps | undefined, options: ScoringOptions): TimeScores {
  const all = (scored: ScoredMaps, scalars: ScalarScores<number>): AllScores => {
    const ranks = ranksOf(scored.cases, options.ties?.());
    const own = options.own.map((score) => [score.name, score.of(scored.cases)]);
    return { ...scalars, rankHistogram: ranks, ...Object.fromEntries(own) } as AllScores;
  };
  const sides = [first, ...(second ? [second] : [])];
  const scalars = sides.map(({ cases: { maps }, tallied: { plan } }, k) => {
    const pool = (side: "forecast" | "truth") => pooledQuantiles(maps, side, plan.quantiles);
    const sums = summed(sides[k]!, new Float64Array(maps.length).fill(1));
    return scalarScores(sumsOf(sums, plan), plan, { forecast: pool("forecast"), truth: pool("truth") });
  });
  const scores = all(first, scalars[0]!);
  if (!options.redraws) return { scores };
  const drawn = redrawn(sides, options.redraws(first.cases.maps.length));
  const intervals = scalars.map((own, k) => withIntervals(own, drawn[k]!, options.coverage));
  if (!second) return { scores, intervals: intervals[0]! };
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
    scores,
    intervals: intervals[0]!,
    against: {
      members: second.cases.members,
      scores: all(second, scalars[1]!),
      intervals: intervals[1]!,
      differences: withIntervals(differences, drawnApart, options.coverage),
    },
  };
}

/** How far a score is from that of a perfect forecast, where it has a sign; else the score. */
function distance(score: number, name: string): number {
  if (/bias$/i.test(name)) return Math.abs(score);
  return name === "spreadSkill" ? Math.abs(score - 1) : score;
}

/** Sums of tallies of maps that count so many times. */
function summed({ cases: { maps }, tallied }: ScoredMaps, weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(tallySize(tallied.plan));
  maps.forEach((map, t) => {
    const weight = weights[t]!;
    if (weight === 0) return;
    const tally = tallied.of(map);
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * tally[i]!;
  });
  return sums;
}

/** For each side the scores of every redraw, in the order of `eachScore`. */
function redrawn(sides: readonly ScoredMaps[], redraws: Iterable<Float64Array> | undefined): number[][][] {
  if (!redraws) return sides.map(() => []);
  const pools = sides.map(({ cases: { maps, wetThreshold }, tallied: { plan } }) =>
    (["forecast", "truth"] as const).map(
      (side) => new WeightedQuantiles(maps, side, plan.quantiles, wetThreshold !== null),
    ),
  );
  const out: number[][][] = sides.map(() => []);
  for (const weights of redraws) {
    sides.forEach((side, k) => {
      const { plan } = side.tallied;
      const [forecast, truth] = pools[k]!.map((pool) => pool.of(weights)) as [readonly number[], readonly number[]];
      out[k]!.push(flat(scalarScores(sumsOf(summed(side, weights), plan), plan, { forecast, truth })));
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
