/** Is one method better than another? A paired bootstrap over tiles, event by event. */
import { DomainError, ShapeError } from "../engine/errors.ts";
import { quantileOfSorted } from "../engine/numerics/quantile.ts";
import { checkFinite, checkOption } from "../engine/numerics/shaped-array.ts";
import type { Rng } from "../engine/random/rng.ts";

/** Options of {@link pairedBootstrap}. */
export interface BootstrapOptions {
  /** Stream that the redraws are taken from. */
  readonly random: Rng;
  /** Event of each tile; tiles are redrawn within their event. @defaultValue one event */
  readonly events?: readonly string[];
  /** Number of redraws, ≥ 100. @defaultValue 1000 */
  readonly draws?: number;
  /** Coverage of the interval, in (0, 1). @defaultValue 0.95 */
  readonly coverage?: number;
}

/** A mean difference and its interval. */
export interface PairedDifference {
  /** Mean of first − second. */
  readonly difference: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * Mean difference of two methods' scores on the same tiles, with a percentile interval. Tiles of one event are
 * correlated, so the true uncertainty is larger than the interval, the more so the fewer events there are. Where
 * neighbours in time hang together, use blocks of them: {@link BlockBootstrap}.
 *
 * @param first - one score per tile, in any unit
 * @param second - one score for each of the same tiles, in the same order and unit
 * @throws ShapeError for different lengths; DomainError for non-finite scores or fewer than 2 tiles; OptionsError
 */
export function pairedBootstrap(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: BootstrapOptions,
): PairedDifference {
  const { random, draws = 1000, coverage = 0.95 } = options;
  const n = first.length;
  if (second.length !== n) throw new ShapeError("pairedBootstrap: second", [n], [second.length]);
  if (n < 2) throw new DomainError(`pairedBootstrap: ${n} tile(s); give at least 2`, n);
  checkFinite("pairedBootstrap: first", first);
  checkFinite("pairedBootstrap: second", second);
  checkOption(
    "pairedBootstrap",
    "draws",
    draws,
    Number.isInteger(draws) && draws >= 100,
    "it must be an integer ≥ 100",
  );
  checkOption("pairedBootstrap", "coverage", coverage, coverage > 0 && coverage < 1, "it must lie in (0, 1)");
  const events = options.events ?? Array.from({ length: n }, () => "all");
  if (events.length !== n) throw new ShapeError("pairedBootstrap: events", [n], [events.length]);
  const groups = [...new Set(events)].map((label) => {
    return Array.from({ length: n }, (_, i) => i).filter((i) => events[i] === label);
  });
  const differences = Float64Array.from({ length: n }, (_, i) => first[i]! - second[i]!);
  const means = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    for (const group of groups) {
      for (const k of random.integers(group.length, 0, group.length)) means[d]! += differences[group[k]!]! / n;
    }
  }
  means.sort();
  return {
    difference: differences.reduce((a, b) => a + b, 0) / n,
    low: quantileOfSorted(means, (1 - coverage) / 2),
    high: quantileOfSorted(means, (1 + coverage) / 2),
  };
}
