/** Points from a damped density on cells, which a rule makes of the residual in each round. */

import { storedNumbers, tensor } from "../stored-numbers.ts";
import { type Cells, cellDensity, cellPoints, drawMixed, layCells, valuesAt } from "./cells.ts";
import { checkCount, effectiveShare, normalised, residualAt, roundStream, uniformDensity } from "./domain-points.ts";
import { checkNumber } from "./options.ts";
import type { ActiveSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Options of points from a density on cells. */
export interface CellOptions {
  /** Cells along each axis, such as `[512, 64]`. @defaultValue 512 in 1-D, 128 × 128 in 2-D, 32 × 32 × 32 in 3-D */
  readonly shape?: readonly number[];
  /** Share of uniform (scrambled Sobol) points, in (0, 1]; bounds unbiased weights by its inverse. @defaultValue 0.3 */
  readonly uniformFraction?: number;
  /** Part of the last round's density in this one's, in [0, 1). @defaultValue 0.5 */
  readonly damping?: number;
  /** Look at |r| at a random point of each cell, another one every round, rather than at its centre. @defaultValue true */
  readonly jitter?: boolean;
}

/** Resolved {@link CellOptions}. */
export type ResolvedCells = Required<Omit<CellOptions, "shape">> & Pick<CellOptions, "shape">;

/** Checks {@link CellOptions} and fills in the defaults. */
export function resolvedCells(sampler: string, options: CellOptions): ResolvedCells {
  const { shape, uniformFraction = 0.3, damping = 0.5, jitter = true } = options;
  checkNumber(sampler, "uniformFraction", uniformFraction, { low: 0, above: true, high: 1 });
  checkNumber(sampler, "damping", damping, { low: 0, high: 1 - 1e-9 });
  for (const n of shape ?? []) checkNumber(sampler, "shape", n, { low: 1, whole: true });
  return { uniformFraction, damping, jitter, ...(shape && { shape: [...shape] }) };
}

/** The residual that a density on cells is made from: |r| in each cell divided by its greatest value, `scale`; 0 outside Ω. */
export interface CellResidual {
  readonly values: Float64Array;
  readonly scale: number;
}

/** Makes densities on cells. */
export interface CellRule {
  /** The new density, of mass 1 on Ω. */
  density(cells: Cells, residual: CellResidual): Float64Array;
  state(): Readonly<Record<string, Float64Array>>;
  restore(stored: (name: string, length?: number) => Float64Array): void;
  report(): Readonly<Record<string, number>>;
}

/**
 * Starts a sampler on cells.
 *
 * @param weigh - row weights, from the density q of the points and p of the cells they lie in
 */
export function startCells(
  sampler: ResolvedCells & Sampler,
  domain: SamplingDomain,
  rule: CellRule,
  weigh: (q: Float64Array, p: Float64Array) => Float64Array,
): ActiveSampler {
  const { kind, uniformFraction, damping, jitter } = sampler;
  const cells = layCells(kind, domain, sampler.shape);
  let p = cellDensity(cells, new Float64Array(cells.count));
  let drawn = false;
  let uniformShare = 1;
  let share = 1;

  const mixed = (inside: Float64Array, atPoints: Float64Array) =>
    atPoints.map((value, i) => uniformShare * inside[i]! + (1 - uniformShare) * value);
  const draw = async (context: SampleContext): Promise<PointSet> => {
    checkCount(kind, context.count);
    const rng = roundStream(context);
    const places = cellPoints(cells, jitter ? rng.split("jitter") : undefined);
    const seen = normalised(await residualAt(kind, context, places.points));
    const values = new Float64Array(cells.count);
    for (let i = 0; i < places.cells.length; i++) values[places.cells[i]!] = seen.values[i]!;
    const fresh = rule.density(cells, { values, scale: seen.scale });
    const keep = drawn ? damping : 0;
    p = fresh.map((value, i) => (1 - keep) * value + keep * p[i]!);
    drawn = true;
    const set = drawMixed(cells, p, context.count, uniformFraction, rng);
    uniformShare = set.uniformShare;
    const atPoints = valuesAt(cells, p, set.points);
    const density = mixed(uniformDensity(domain, set.points), atPoints);
    const weights = weigh(density, atPoints);
    share = effectiveShare(weights);
    return { points: set.points, density, weights };
  };
  return {
    draw,
    density: (points) => mixed(uniformDensity(domain, points), valuesAt(cells, p, points)),
    state: () => ({
      cells: tensor(p, cells.shape),
      round: tensor([drawn ? 1 : 0, uniformShare, share]),
      ...Object.fromEntries(Object.entries(rule.state()).map(([name, values]) => [name, tensor(values)])),
    }),
    restore(tensors) {
      p = storedNumbers(kind, tensors, "cells", cells.count);
      const [isDrawn, lastUniform, lastShare] = storedNumbers(kind, tensors, "round", 3);
      drawn = isDrawn === 1;
      uniformShare = lastUniform!;
      share = lastShare!;
      rule.restore((name, length) => storedNumbers(kind, tensors, name, length));
    },
    report: () => ({ ...rule.report(), topMass: topMass(cells, p), effectiveShare: share }),
  };
}

/** Mass of the density in the 1 % of Ω, by volume, where it is greatest: 0.01 for the uniform density. */
function topMass({ shares, volume, domain }: Cells, p: Float64Array): number {
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[b]! - p[a]!);
  let room = 0.01 * domain.volume;
  let mass = 0;
  for (const cell of order) {
    const taken = Math.min(room, (shares ? shares[cell]! : 1) * volume);
    mass += taken * p[cell]!;
    room -= taken;
    if (room <= 0) break;
  }
  return mass;
}
