/** The Wasserstein regularizer: one object for the loss of a network on equations and of the downscaler. */
import { checkNames } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Cloud } from "../measure/measure.ts";
import type { TransportResult } from "../measure/result.ts";
import { slicedWasserstein } from "../sliced/index.ts";
import { type Box, cosineNorm } from "./cosine-norm.ts";

/** Options of {@link wassersteinTerm}. */
export interface WassersteinTermOptions {
  /** λ ≥ 0. @defaultValue 1 */
  readonly weight?: number;
  /** The loss is (1 − λ) · usual + λ · term, λ ≤ 1, in the place of usual + λ · term. @defaultValue false */
  readonly mixed?: boolean;
  /**
   * "sliced": W_p^p of projections, the mean over directions. "sorted": W_p^p of values on a line. "dual-sobolev": their linear form, the squared norm
   * of the difference in Ḣ⁻¹. @defaultValue "sliced"
   */
  readonly norm?: "sliced" | "sorted" | "dual-sobolev";
  /** p ≥ 1 of W_p^p; 1 in the loss of `solve`. @defaultValue 1 */
  readonly p?: number;
  /** Directions of "sliced", ≥ 1. @defaultValue 8 */
  readonly directions?: number;
  /** Cosines of "dual-sobolev", those of the longest waves, ≥ 1. @defaultValue 64 */
  readonly modes?: number;
}

/** A Wasserstein regularizer, for `solve` and `train`; made by {@link wassersteinTerm}. Plain data but for its distance. */
export interface WassersteinTerm extends Required<WassersteinTermOptions> {
  readonly kind: "wasserstein";
  /**
   * The distance of two weighted clouds in float64, whatever their sizes; in the unit of the coordinates to the power p, of "dual-sobolev" squared. Masses are scaled
   * to sum 1.
   *
   * @throws OptionsError where directions are to be drawn without `seed` or `rng`, or "sorted" meets clouds that are on no line
   */
  distance(
    x: Cloud,
    y: Cloud,
    options?: {
      /** Seed of the directions of "sliced". @defaultValue none: this or `rng` is needed for it */
      readonly seed?: number;
      /** Random numbers to draw them from, which are advanced, in place of `seed`. */
      readonly rng?: Rng;
      /** The box of the cosines of "dual-sobolev", which holds all points. @defaultValue the unit box */
      readonly box?: Box;
    },
  ): TransportResult;
}

const NAME = "wassersteinTerm";

/**
 * Wasserstein regularizer: a term of a loss. Hand it to `solve({ network, term })`, where it is the distance between the density of the
 * squared residual and the uniform one, or to `train({ term })`, where it compares denoised images with the truth.
 *
 * @throws OptionsError if an option is unknown or out of range
 * @example see docs/how-to/one-regularizer.md
 */
export function wassersteinTerm(options: WassersteinTermOptions = {}): WassersteinTerm {
  // What is made may be made anew.
  const { kind: _, distance: __, ...rest } = options as Partial<WassersteinTerm>;
  checkNames(NAME, rest, "weight mixed norm p directions modes");
  const { weight = 1, mixed = false, norm = "sliced", p = 1, directions = 8, modes = 64 } = options;
  const fail = (name: string, value: unknown, expected: string): never => {
    throw new OptionsError(`${NAME}: ${name} is ${JSON.stringify(value)}, expected ${expected}`, name, value);
  };
  if (typeof mixed !== "boolean") fail("mixed", mixed, "true or false");
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) fail("weight", weight, "a finite number ≥ 0");
  if (mixed && weight > 1) fail("weight", weight, "at most 1 with `mixed`, a share of the loss");
  if (!["sliced", "sorted", "dual-sobolev"].includes(norm)) fail("norm", norm, '"sliced", "sorted" or "dual-sobolev"');
  if (!(p >= 1 && p < Number.POSITIVE_INFINITY)) fail("p", p, "a finite number ≥ 1");
  for (const [name, value] of Object.entries({ directions, modes })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) fail(name, value, "a whole number ≥ 1");
  }
  return {
    ...{ kind: "wasserstein", weight, mixed, norm, p, directions, modes },
    distance(x, y, { seed, rng, box } = {}) {
      if (norm === "dual-sobolev") return cosineNorm(x, y, modes, box);
      if (norm === "sorted" && x.dim > 1)
        fail("norm", norm, `"sliced" or "dual-sobolev" for clouds in ${x.dim} dimensions`);
      const drawn = x.dim > 1 ? { directions, ...defined({ seed, rng }) } : { directions: line };
      return slicedWasserstein(x, y, { p, normalize: true, ...drawn });
    },
  };
}

const line = { points: Float64Array.of(1), count: 1, dim: 1, kind: "uniform" } as const;

/** True for what {@link wassersteinTerm} makes, also after a trip through JSON. */
export const isWassersteinTerm = (term: unknown): term is WassersteinTermOptions =>
  typeof term === "object" && term !== null && (term as { readonly kind?: unknown }).kind === "wasserstein";
