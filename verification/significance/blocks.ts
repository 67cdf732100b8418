/**
 * Uncertainty of a score found at some times: the bootstrap over blocks of consecutive times, which keeps the
 * dependence of one time on the next (Künsch 1989, doi:10.1214/aos/1176347265; in a circle: Politis and Romano 1992).
 */
import {
  among,
  between,
  either,
  type Kind,
  kind,
  type OptionChecks,
  optional,
  positive,
  whole,
} from "../../engine/checks.ts";
import { DomainError } from "../../engine/errors.ts";
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { Rng } from "../../engine/random/rng.ts";

/** Options of intervals of scores. */
export interface BlockBootstrap {
  /** Of the redraws: a whole number ≥ 0. */
  readonly seed: number;
  /** Number of redraws, ≥ 100. @defaultValue 1000 */
  readonly draws?: number;
  /**
   * Length of a block: so many times, or days. It should be some times longer than rain remembers.
   * @defaultValue the cubic root of the number of times, rounded up
   */
  readonly block?: number | { readonly days: number };
  /** Share of the interval, in (0, 1). @defaultValue 0.95 */
  readonly coverage?: number;
  /** Fewer times than two blocks: refuse them, or give ends of NaN. @defaultValue "error" */
  readonly tooFew?: "error" | "none";
}

/** A score and its percentile interval; both ends are NaN where a redraw has no score, or there are too few times. */
export interface ScoreInterval {
  /** The score itself, in its own unit. */
  readonly value: number;
  /** Lower end, in the score's unit. */
  readonly low: number;
  /** Upper end, in the score's unit. */
  readonly high: number;
}

const days: Kind<object> = kind(
  "a whole number of times ≥ 1, or { days } > 0",
  (value) => typeof value === "object" && value !== null && "days" in value && positive()(value.days, "") === undefined,
);

/** Checks of the options of intervals. */
export const bootstrapChecks: OptionChecks<BlockBootstrap> = {
  seed: whole(0),
  draws: optional(whole(100)),
  block: optional(either(whole(), days)),
  coverage: optional(between(0, 1)),
  tooFew: optional(among("error", "none")),
};

/**
 * Times in a block.
 *
 * @param spacing - days from one time to the next; undefined where unknown
 * @throws DomainError where days are asked for and times are not known
 */
export function blockLength({ block }: BlockBootstrap, times: number, spacing: number | undefined): number {
  if (block === undefined) return Math.ceil(Math.cbrt(times) - 1e-9);
  if (typeof block === "number") return block;
  if (spacing !== undefined && spacing > 0) return Math.max(1, Math.round(block.days / spacing));
  throw new DomainError(
    "verify: bootstrap.block is in days, but the times are not known; give a number of times",
    block,
  );
}

/**
 * Weights of the times, redraw by redraw: blocks from anywhere, the last one shortened, and the first time follows the
 * last. The same array is given each time.
 */
export function* redraws(random: Rng, times: number, block: number, draws: number): Generator<Float64Array> {
  const weights = new Float64Array(times);
  const blocks = Math.ceil(times / block);
  for (let d = 0; d < draws; d++) {
    weights.fill(0);
    const starts = random.integers(blocks, 0, times);
    for (let b = 0, left = times; b < blocks; b++) {
      for (let k = 0; k < block && left > 0; k++, left--) weights[(starts[b]! + k) % times]! += 1;
    }
    yield weights;
  }
}

/** True where there are enough times for redraws to differ. */
export const enough = (times: number, block: number): boolean => times >= 2 * block && times >= 2;

/** The percentile interval of redrawn scores, which are put in order. */
export function intervalOf(value: number, redrawn: Float64Array, coverage: number): ScoreInterval {
  if (redrawn.length === 0 || redrawn.some(Number.isNaN)) return { value, low: Number.NaN, high: Number.NaN };
  redrawn.sort();
  const [low, high] = [(1 - coverage) / 2, (1 + coverage) / 2].map((q) => quantileOfSorted(redrawn, q));
  return { value, low: low!, high: high! };
}
