/**
 * Points from a damped density on cells: the frame that {@link residualDensity} and the exact adversary share. The two
 * differ in the density that they make of |r|.
 */

import { checkNames } from "../../engine/checks.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import { type Cells, cellDensity, cellPoints, drawMixed, layCells, valuesAt } from "./cells.ts";
import {
  checkCount,
  effectiveShare,
  normalised,
  residualAt,
  roundStream,
  rowWeights,
  uniformDensity,
} from "./domain-points.ts";
import { checkChoice, checkNumber } from "./options.ts";
import type { ActiveSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Options that the samplers on cells share. */
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

/** Options of {@link residualDensity}. */
export interface ResidualDensityOptions extends CellOptions {
  /** Density ∝ |r|^power, power > 0. @defaultValue 1 */
  readonly power?: number;
  /** Row weights: 1/(N |Ω| q), or 1/N. @defaultValue "unbiased" */
  readonly weights?: "unbiased" | "none";
}

/** Resolved {@link CellOptions}. */
export type ResolvedCells = Required<Omit<CellOptions, "shape">> & Pick<CellOptions, "shape">;

/** Damped density of |r|; made by {@link residualDensity}. */
export interface ResidualDensitySampler extends Sampler, ResolvedCells {
  readonly kind: "residualDensity";
  /** Of |r|, in the density. */
  readonly power: number;
  /** Of the rows in the loss. */
  readonly weights: "unbiased" | "none";
}

/**
 * Damped residual density, for up to 3 dimensions: every round |r| is looked at in all cells, the density becomes
 * ½ old + ½ new with new ∝ |r| (the first round takes the new one), and 30 % Sobol points and 70 % points from it make the
 * set. With unbiased weights the density shapes only the variance, so it may be rough.
 *
 * @throws OptionsError if an option is out of range
 */
export function residualDensity(options: ResidualDensityOptions = {}): ResidualDensitySampler {
  checkNames("residualDensity", options, "power shape uniformFraction damping jitter weights kind");
  const { power = 1, weights = "unbiased" } = options;
  checkNumber("residualDensity", "power", power, { low: 0, above: true });
  checkChoice("residualDensity", "weights", weights, ["unbiased", "none"]);
  return { kind: "residualDensity", power, weights, ...resolvedCells("residualDensity", options) };
}

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
  /** Row weights, given the density q of the points and p of the cells they lie in. */
  weights(q: Float64Array, p: Float64Array): Float64Array;
  state(): Readonly<Record<string, Float64Array>>;
  restore(stored: (name: string, length?: number) => Float64Array): void;
  report(): Readonly<Record<string, number>>;
}

/** Starts a sampler on cells. */
export function startCells(sampler: ResolvedCells & Sampler, domain: SamplingDomain, rule: CellRule): ActiveSampler {
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
    const weights = rule.weights(density, atPoints);
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

/** Starts {@link residualDensity}. */
export function startResidualDensity(sampler: ResidualDensitySampler, domain: SamplingDomain): ActiveSampler {
  return startCells(sampler, domain, {
    density: (cells, { values }) =>
      cellDensity(
        cells,
        values.map((value) => value ** sampler.power),
      ),
    weights: (q) => rowWeights(domain, q, sampler.weights),
    state: () => ({}),
    restore: () => {},
    report: () => ({}),
  });
}
