/** Prices of columns for the network simplex method to start from. */
import { firstNotBelow } from "../../engine/numerics/vectors.ts";
import { FEW } from "./shortlist.ts";

/** Number of costs to the other side by which rows or columns are distinguished. */
const FEATURES = 8;
/** One in so many stands for those around it. */
const SHARE = 3;
/**
 * A part stands well for all where squared distances to it are below this share of the spread: points of the plane do,
 * of ten dimensions do not.
 */
const NEAR = 0.05;

/** Some rows or columns that stand for all, with the masses of those nearest to each. */
interface Part {
  readonly places: Int32Array;
  /** Whole numbers. */
  readonly masses: Float64Array;
  /** Squared distances to those that stand for others, relative to the variance. */
  readonly spread: number;
}

/**
 * Prices to start from: potentials that solve transport between a third of both sides, each of which stands for those
 * of like costs, or the least costs of the columns. In few dimensions the former are nearer the optimum; in many,
 * between samples of one distribution, the latter are; elsewhere dual values decide.
 *
 * @param solve - potentials u of the rows of a smaller problem
 */
export function firstPrices(
  cost: Float64Array,
  supply: Float64Array,
  demand: Float64Array,
  solve: (cost: Float64Array, supply: Float64Array, demand: Float64Array) => Float64Array,
): Float64Array {
  const [n, m] = [supply.length, demand.length];
  const plain = leastCosts(cost, n, m);
  if (Math.min(n, m) < FEW) return plain;
  const [rows, columns] = [some(n), some(m)];
  const left = partOf(supply, rows, columns, (i, j) => cost[i * m + j]!);
  const right = partOf(demand, columns, rows, (j, i) => cost[i * m + j]!);
  const part = new Float64Array(left.places.length * right.places.length);
  let at = 0;
  for (const i of left.places) for (const j of right.places) part[at++] = cost[i * m + j]!;
  const u = solve(part, left.masses, right.masses);
  const coarse = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (const [k, i] of left.places.entries()) {
    const own = u[k]!;
    for (let j = 0, from = i * m; j < m; j++, from++) {
      const rest = cost[from]! - own;
      if (rest < coarse[j]!) coarse[j] = rest;
    }
  }
  if (Math.max(left.spread, right.spread) < NEAR) return coarse;
  return bound(cost, supply, demand, coarse) > bound(cost, supply, demand, plain) ? coarse : plain;
}

/** Each place gives its mass to the one of `chosen` whose costs to some of the other side are most like its own. */
function partOf(
  masses: Float64Array,
  chosen: Int32Array,
  others: Int32Array,
  cost: (own: number, other: number) => number,
): Part {
  const features = Math.min(FEATURES, others.length);
  const probes = Int32Array.from({ length: features }, (_, k) => others[Math.floor((k * others.length) / features)]!);
  const tableOf = (places: Int32Array) => {
    const table = new Float64Array(places.length * features);
    let at = 0;
    for (const i of places) for (const j of probes) table[at++] = cost(i, j);
    return table;
  };
  // In order of the sums of their features, whose difference is at most √features times the distance.
  const sumsOf = (table: Float64Array) => {
    const sums = new Float64Array(table.length / features);
    for (let at = 0; at < table.length; at++) sums[Math.floor(at / features)]! += table[at]!;
    return sums;
  };
  const unsorted = sumsOf(tableOf(chosen));
  const order = chosen.map((_, k) => k).sort((k, l) => unsorted[k]! - unsorted[l]! || k - l);
  const table = tableOf(order.map((k) => chosen[k]!));
  const sums = sumsOf(table);
  const own = tableOf(Int32Array.from(masses, (_, k) => k));
  const ownSums = sumsOf(own);
  const gathered = new Float64Array(chosen.length);
  let far = 0;
  for (let i = 0; i < masses.length; i++) {
    const sum = ownSums[i]!;
    let above = firstNotBelow(sums, sum);
    let below = above - 1;
    let [nearest, least] = [0, Number.POSITIVE_INFINITY];
    for (;;) {
      const up = above < sums.length ? sums[above]! - sum : Number.POSITIVE_INFINITY;
      const down = below >= 0 ? sum - sums[below]! : Number.POSITIVE_INFINITY;
      const apart = Math.min(up, down);
      if (apart === Number.POSITIVE_INFINITY || apart * apart >= features * least) break;
      const k = up <= down ? above++ : below--;
      let distance = 0;
      for (let f = i * features, at = k * features; f < (i + 1) * features; f++, at++) {
        const difference = own[f]! - table[at]!;
        distance += difference * difference;
      }
      if (distance < least) [nearest, least] = [k, distance];
    }
    gathered[order[nearest]!]! += masses[i]!;
    far += least;
  }
  const places = chosen.filter((_, k) => gathered[k]! > 0);
  return { places, masses: gathered.filter((q) => q > 0), spread: far / variance(own, features) };
}

/** Σ of squares about the mean row of a table. */
function variance(table: Float64Array, width: number): number {
  const rows = table.length / width;
  let sum = 0;
  for (let f = 0; f < width; f++) {
    let [mean, square] = [0, 0];
    for (let at = f; at < table.length; at += width) mean += table[at]! / rows;
    for (let at = f; at < table.length; at += width) square += (table[at]! - mean) ** 2;
    sum += square;
  }
  return sum;
}

/** The dual value at these prices and the row potentials that they leave, by every fourth row. */
function bound(cost: Float64Array, supply: Float64Array, demand: Float64Array, prices: Float64Array): number {
  const [n, m] = [supply.length, demand.length];
  let [value, total] = [0, 0];
  for (let j = 0; j < m; j++) {
    value += demand[j]! * prices[j]!;
    total += demand[j]!;
  }
  let [mass, sum] = [0, 0];
  for (let i = 0; i < n; i += 4) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const rest = cost[at]! - prices[j]!;
      if (rest < least) least = rest;
    }
    sum += supply[i]! * least;
    mass += supply[i]!;
  }
  return value + (sum * total) / mass;
}

/** A part of the numbers below n, without order in them, the same ones each time. */
function some(n: number): Int32Array {
  const key = (i: number) => Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ (i >>> 3), 0x85ebca6b) >>> 0;
  const keys = Float64Array.from({ length: n }, (_, i) => key(i));
  const order = Int32Array.from(keys.keys()).sort((i, j) => keys[i]! - keys[j]! || i - j);
  return order.subarray(0, Math.ceil(n / SHARE)).sort();
}

function leastCosts(cost: Float64Array, n: number, m: number): Float64Array {
  const least = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) if (cost[at]! < least[j]!) least[j] = cost[at]!;
  }
  return least;
}
