/**
 * The rule by which a term of the loss is said to help, written before any run; research/wasserstein-term.md says it in words.
 * It looks at four losses: fair CRPS, |bias of the pooled 0.999 quantile|, |ln(spread/skill)|, and RALSD of ln(1 + R).
 */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { rng } from "../../engine/random/rng.ts";
import { type CellScores, type Evaluated, scoresOf } from "./scores.ts";

/** One training of an arm, evaluated on one set. */
export interface Run {
  /** Sets are not redrawn. */
  readonly set: string;
  readonly seed: number;
  readonly evaluated: Evaluated;
}

/** Losses that the rule weighs; each is ≥ 0, and 0 is best. */
export const lossNames = ["crps", "tail", "spread", "ralsd"] as const;

/** Name of a loss. */
export type LossName = (typeof lossNames)[number];

/** Margins by which a mean may be worse than without the term: CRPS and MAE in parts of it, the others in their own units. */
export const allowance = { crps: 0.01, mae: 0.01, tail: 0.02, spread: 0.05, ralsd: 0.2, wet: 0.02 } as const;

/** Each interval holds 1 − 0.05/4, since four losses may be the one that improves. */
export const coverage = 1 - 0.05 / lossNames.length;
const DRAWS = 1000;

/** Mean of how much lower a loss is, and its interval. */
export interface Gain {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Verdict of the rule on one term. */
export interface Verdict {
  /**
   * `helps`: some loss is lower than without the term and than with the control, both intervals above 0, and no guard broken.
   * `costs`: so, but a guard is broken. `as its control`: some loss is lower than without the term, but none than with the control.
   * `harms`: none is lower, and some higher. `no effect`: else.
   */
  readonly says: "helps" | "costs" | "as its control" | "harms" | "no effect";
  /** Losses that are lower than without the term and than with the control. */
  readonly improved: readonly LossName[];
  /** Guards that are worse than without the term by more than the {@link allowance}. */
  readonly broken: readonly (keyof typeof allowance)[];
  readonly overNone: Readonly<Record<LossName, Gain>>;
  readonly overControl: Readonly<Record<LossName, Gain>>;
  readonly sets: readonly string[];
  /** Fewest seeds of a set; a verdict of fewer than three is an indication. */
  readonly seeds: number;
}

/** Losses from scores. */
export const lossesOf = ({ crps, tail, spread, ralsd }: CellScores): Record<LossName, number> => ({
  crps,
  tail: Math.abs(tail),
  spread: Math.abs(Math.log(spread)),
  ralsd,
});

/** Evaluates a term by the sets and seeds that all three arms have; undefined where there are none. */
export function evaluate(arms: Readonly<Record<"none" | "control" | "term", readonly Run[]>>): Verdict | undefined {
  const { none: n, control: c, term: t } = arms;
  const [none, control, term] = [inBoth(inBoth(n, c), t), inBoth(inBoth(c, n), t), inBoth(inBoth(t, n), c)];
  if (none.length === 0) return undefined;
  const overNone = gains(none, term);
  const overControl = gains(control, term);
  const broken = brokenGuards(none, term);
  const lower = lossNames.filter((name) => overNone[name].low > 0);
  const improved = lower.filter((name) => overControl[name].low > 0);
  const higher = lossNames.some((name) => overNone[name].high < 0);
  const settled = improved.length > 0 ? (broken.length > 0 ? "costs" : "helps") : undefined;
  const says = settled ?? (lower.length > 0 ? "as its control" : higher ? "harms" : "no effect");
  const sets = setsOf(term);
  const seeds = Math.min(...sets.map((set) => term.filter((run) => run.set === set).length));
  return { says, improved, broken, overNone, overControl, sets, seeds };
}

/**
 * Decrease of the losses from `first` to `second`, CRPS in parts of the first: means over sets and seeds, with
 * intervals from redrawing blocks of tiles, the same for all seeds and both arms, and seeds where a set has several.
 */
export function gains(first: readonly Run[], second: readonly Run[]): Record<LossName, Gain> {
  const sets = [...new Set(first.map(({ set }) => set))].map((set) => {
    const pairs = first
      .filter((run) => run.set === set)
      .map((run) => {
        const other = second.find((one) => one.set === set && one.seed === run.seed);
        if (other === undefined) throw new RangeError(`gains: ${set}, seed ${run.seed} is in one arm only`);
        return [run.evaluated, other.evaluated] as const;
      });
    return { pairs, blocks: pairs[0]![0].blocks.length };
  });
  const difference = (a: Losses, b: Losses): Losses => ({
    crps: (a.crps - b.crps) / a.crps,
    tail: a.tail - b.tail,
    spread: a.spread - b.spread,
    ralsd: a.ralsd - b.ralsd,
  });
  const average = (all: readonly Losses[], name: LossName) => all.reduce((sum, one) => sum + one[name], 0) / all.length;
  const whole = (evaluated: Evaluated) => lossesOf(scoresOf(evaluated));
  const point = sets.map(({ pairs }) => pairs.map(([a, b]) => difference(whole(a), whole(b))));
  const draws = drawsOf(sets.map(({ pairs, blocks }) => [blocks, pairs.length]));
  const redrawn = sets.map(({ pairs }, k) => pairs.map((pair) => pair.map((one) => redrawnLosses(one, draws[k]!))));
  const drawn = Array.from({ length: DRAWS }, (_, n) =>
    redrawn.map((each, k) => Array.from(draws[k]!.seeds[n]!, (s) => difference(each[s]![0]![n]!, each[s]![1]![n]!))),
  );
  const gain = (name: LossName): Gain => {
    const over = (parts: readonly (readonly Losses[])[]) =>
      parts.reduce((sum, part) => sum + average(part, name), 0) / parts.length;
    const means = Float64Array.from(drawn, over).sort();
    const tail = (1 - coverage) / 2;
    return { mean: over(point), low: quantileOfSorted(means, tail), high: quantileOfSorted(means, 1 - tail) };
  };
  return { crps: gain("crps"), tail: gain("tail"), spread: gain("spread"), ralsd: gain("ralsd") };
}

type Losses = Record<LossName, number>;

/** Redraws of one set: how often each block counts, and the seeds. */
interface Draws {
  readonly times: Uint16Array[];
  readonly seeds: ArrayLike<number>[];
}

const knownDraws = new Map<string, readonly Draws[]>();

/** Redraws of sets of so many blocks and seeds, the same for all arms. */
function drawsOf(sizes: readonly (readonly [blocks: number, seeds: number])[]): readonly Draws[] {
  const known = knownDraws.get(sizes.join(" "));
  if (known) return known;
  const random = rng(1).split("verdict");
  const draws = sizes.map((): Draws => ({ times: [], seeds: [] }));
  for (let n = 0; n < DRAWS; n++)
    for (const [k, [blocks, seeds]] of sizes.entries()) {
      const times = new Uint16Array(blocks);
      for (const b of random.integers(blocks, 0, blocks)) times[b]!++;
      draws[k]!.times.push(times);
      draws[k]!.seeds.push(random.integers(seeds, 0, seeds));
    }
  knownDraws.set(sizes.join(" "), draws);
  return draws;
}

const knownLosses = new WeakMap<Evaluated["blocks"], WeakMap<Draws, readonly Losses[]>>();

/** Losses of an arm at each redraw, once for all arms that it is compared with. */
function redrawnLosses(evaluated: Evaluated, draws: Draws): readonly Losses[] {
  const ofArm = knownLosses.get(evaluated.blocks) ?? new WeakMap<Draws, readonly Losses[]>();
  knownLosses.set(evaluated.blocks, ofArm);
  const losses = ofArm.get(draws) ?? draws.times.map((times) => lossesOf(scoresOf(evaluated, times)));
  ofArm.set(draws, losses);
  return losses;
}

/** Guards of the rule that `term` breaks, being worse than `none` by more than the {@link allowance}. */
export function brokenGuards(none: readonly Run[], term: readonly Run[]): (keyof typeof allowance)[] {
  const mean = (runs: readonly Run[], read: (scores: CellScores) => number) =>
    runs.reduce((sum, { evaluated }) => sum + read(scoresOf(evaluated)), 0) / runs.length;
  const read: Record<keyof typeof allowance, (scores: CellScores) => number> = {
    crps: (s) => s.crps,
    mae: (s) => s.mae,
    tail: (s) => Math.abs(s.tail),
    spread: (s) => Math.abs(Math.log(s.spread)),
    ralsd: (s) => s.ralsd,
    wet: (s) => Math.abs(s.wet),
  };
  return (Object.keys(allowance) as (keyof typeof allowance)[]).filter((name) => {
    const [before, after] = [mean(none, read[name]), mean(term, read[name])];
    const unit = name === "crps" || name === "mae" ? before : 1;
    return (after - before) / unit > allowance[name];
  });
}

/** Verdict of the rule on the default generator. */
export interface DefaultVerdict {
  readonly default: "diffusion" | "one-step";
  /** Why, where it is diffusion. */
  readonly fails: readonly string[];
  readonly sets: readonly string[];
  readonly gains: Readonly<Record<LossName, Gain>>;
}

/** Margins by which the one-step generator may be worse than diffusion in the mean. */
export const defaultAllowance = { crps: 0.01, tail: 0.02, spread: 0.05, ralsd: 0.3 } as const;

/**
 * One evaluation a member becomes the default where no mean loss is worse by more than {@link defaultAllowance}, at least one is
 * better with its interval above 0, and a member costs at most a tenth.
 */
export function evaluateDefault(
  diffusion: readonly Run[],
  oneStep: readonly Run[],
  costRatio: number,
): DefaultVerdict | undefined {
  const [first, second] = [inBoth(diffusion, oneStep), inBoth(oneStep, diffusion)];
  if (first.length === 0) return undefined;
  const found = gains(first, second);
  const worse = lossNames.filter((name) => -found[name].mean > defaultAllowance[name]);
  const better = lossNames.some((name) => found[name].low > 0);
  const fails = [
    ...worse.map((name) => `${name} is worse`),
    ...(better ? [] : ["nothing is better"]),
    ...(costRatio <= 0.1 ? [] : ["a member costs more than a tenth"]),
  ];
  return { default: fails.length === 0 ? "one-step" : "diffusion", fails, gains: found, sets: setsOf(first) };
}

const inBoth = (runs: readonly Run[], others: readonly Run[]) =>
  runs.filter(({ set, seed }) => others.some((other) => other.set === set && other.seed === seed));
const setsOf = (runs: readonly Run[]) => [...new Set(runs.map(({ set }) => set))];
