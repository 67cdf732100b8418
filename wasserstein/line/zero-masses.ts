/**
 * Derivatives where some points have no mass: those with mass are matched among themselves, and a point without gets
 * the derivative of the first mass that is put there, against what the other side has with mass at its level.
 */
import type { GroundCost } from "../measure/ground-cost.ts";
import type { QuantileWeight } from "../measure/quantile-weight.ts";
import { massAt, type Ranked, type RankGradient, rankGradient } from "./rank-transport.ts";

/** {@link rankGradient} for samples that may hold points without mass. */
export function rankGradientWithZeros(
  left: Ranked,
  right: Ranked,
  cost: GroundCost,
  weight?: QuantileWeight,
): RankGradient {
  const [x, y] = [withMass(left), withMass(right)];
  if (x === undefined && y === undefined) return rankGradient(left, right, cost, weight);
  const [a, b] = [x ?? all(left), y ?? all(right)];
  const found = rankGradient(a.ranked, b.ranked, cost, weight);
  const mirrored: GroundCost = { ...cost, at: (gap) => cost.at(-gap) };
  return {
    value: found.value,
    left: spread(left, a, found.left),
    right: spread(right, b, found.right),
    leftLevels: filled(left, a, found.leftLevels, b.ranked, cost, weight),
    rightLevels: filled(right, b, found.rightLevels, a.ranked, mirrored, weight),
  };
}

interface Part {
  readonly ranked: Ranked;
  /** Ranks that have mass. */
  readonly ranks: Uint32Array;
}

const all = (ranked: Ranked): Part => ({ ranked, ranks: Uint32Array.from(ranked.values, (_, k) => k) });

/** The points with mass; undefined where all have some. */
function withMass(ranked: Ranked): Part | undefined {
  const { values, levels, rest } = ranked;
  if (levels === undefined) return undefined;
  const ranks: number[] = [];
  for (let k = 0; k < values.length; k++) if (massAt(ranked, k) > 0) ranks.push(k);
  if (ranks.length === values.length) return undefined;
  const pick = (from: ArrayLike<number>) => Float64Array.from(ranks, (k) => from[k]!);
  const kept = { values: pick(values), levels: pick(levels), rest: rest && pick(rest) };
  return { ranked: kept, ranks: Uint32Array.from(ranks) };
}

function spread({ values }: Ranked, { ranks }: Part, slopes: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (const [l, k] of ranks.entries()) out[k] = slopes[l]!;
  return out;
}

/** Derivatives in the levels of all points, from those of the points with mass. */
function filled(
  whole: Ranked,
  { ranked, ranks }: Part,
  slopes: Float64Array,
  other: Ranked,
  cost: GroundCost,
  weight: QuantileWeight | undefined,
): Float64Array {
  const n = whole.values.length;
  const count = ranks.length;
  // Derivative in each mass, up to a constant.
  const masses = slopes.slice();
  for (let l = count - 2; l >= 0; l--) masses[l]! += masses[l + 1]!;
  const levels = ranked.levels ?? Float64Array.from(ranked.values, (_, k) => (k + 1) / count);
  const density = (q: number) => (weight === undefined ? 1 : weight.density(q));
  const out = new Float64Array(n);
  // The first point with mass at or after rank k, and what lies below it.
  let next = count;
  for (let k = n - 1, j = other.values.length - 1; k >= 0; k--) {
    if (next > 0 && ranks[next - 1] === k) {
      next--;
      out[k] = masses[next]!;
      continue;
    }
    const level = next === 0 ? 0 : levels[next - 1]!;
    while (j > 0 && levelBelow(other, j) >= level) j--;
    // Where the other side steps at this level too, the mean of both sides; at the ends there is one only.
    const upper = j + 1 < other.values.length && next > 0 && levelBelow(other, j + 1) === level ? j + 1 : j;
    const near = next < count ? next : count - 1;
    const from = ranked.values[near]!;
    const moved = [j, upper].map(
      (l) => cost.at(whole.values[k]! - other.values[l]!) - cost.at(from - other.values[l]!),
    );
    out[k] = masses[near]! + (density(level) * (moved[0]! + moved[1]!)) / 2;
  }
  for (let k = 0; k < n; k++) out[k] = k + 1 < n ? out[k]! - out[k + 1]! : 0;
  return out;
}

/** Mass below rank j. */
function levelBelow({ levels, values }: Ranked, j: number): number {
  if (j === 0) return 0;
  return levels === undefined ? j / values.length : levels[j - 1]!;
}
