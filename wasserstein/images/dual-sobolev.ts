/**
 * The dual Sobolev norm Ḣ⁻¹ of a density's deviation from its mean, on a box in up to three dimensions: the linearised
 * W₂ distance to the uniform density, and the inner maximum of adversarial adaptive sampling (AAS, arXiv 2305.18702) in
 * closed form. A Neumann Poisson problem, solved by cosine transforms.
 */
import { checkNames, checkPositive } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { cosineTransform, laplacianEigenvalues } from "../../engine/numerics/cosine-transform.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { checkRange, checkValues } from "../measure/measure.ts";
import type { TransportResult } from "../measure/result.ts";

/**
 * ‖f − f̄‖² in Ḣ⁻¹ of a box, with the potential and the AAS maximiser. Second-order finite volumes: the discrete
 * problem, with the flux between neighbouring cells (φ_i − φ_j)/h, is solved exactly, and all identities hold to
 * rounding.
 *
 * @param density - finite values; squared residuals r² in AAS
 * @param options - spacing of the grid and penalty
 * @returns ‖f − f̄‖² in Ḣ⁻¹, that is ∫ f φ; f is the density and |Ω| the volume of the box.
 * @throws ShapeError where there are not one to three positive sizes, or values and shape or spacing do not fit
 * @throws DomainError where a value is not finite, a spacing not positive, or the result exceeds the range of float64
 * @throws OptionsError where beta ≤ 0, floor is outside (0, 1), or both are given
 */
export function dualSobolevNorm(
  density: {
    /** One per cell, row-major, in the unit of the density. */
    readonly values: ArrayLike<number>;
    /** Size of each axis, one to three of them, slowest first. */
    readonly shape: readonly number[];
  },
  options: {
    /** Length of a cell along each axis, > 0; one number for all. The box is shape · spacing. */
    readonly spacing: number | readonly number[];
    /** Weight β > 0 of ∫|∇p|². @defaultValue such that min p* = floor/|Ω| */
    readonly beta?: number;
    /** Least optimal density as a share of the uniform one, in (0, 1), where `beta` is not given. @defaultValue 0.2 */
    readonly floor?: number;
  },
): TransportResult<{ readonly x: Float64Array }> & {
  /** φ at each cell with −Δφ = f − f̄, no flux through the boundary, mean 0. */
  readonly potential: Float64Array;
  /** ∫ f. */
  readonly mass: number;
  /** p* = 1/|Ω| + φ/(2β), the p that maximises ∫ f p − β∫|∇p|² with ∫ p = 1. */
  readonly optimalDensity: Float64Array;
  /** That maximum: ∫f/|Ω| + value/(4β). Its derivative in a cell's f, at fixed β, is p* times the volume of a cell. */
  readonly maximum: number;
  /** The β used; 0 only where f is constant and any β gives the uniform density. */
  readonly beta: number;
  /** The least β for which p* ≥ 0: |Ω| max(−φ)/2. */
  readonly positivityBeta: number;
  /**
   * True if p* ≥ 0. If not, p* maximises over functions of both signs, and the maximum over densities is smaller: an
   * obstacle problem.
   */
  readonly positive: boolean;
  /** In each cell's f: 2φ times the volume of a cell. */
  gradient(): { readonly x: Float64Array };
} {
  checkNames("dualSobolevNorm", options, "spacing beta floor");
  const { values, shape } = density;
  const spacing = checked(density, options);
  const count = values.length;
  const cell = spacing.reduce((product, h) => product * h, 1);
  const volume = cell * count;
  // Work on f/scale, so that squares stay in range.
  let scale = 0;
  for (let i = 0; i < count; i++) scale = Math.max(scale, Math.abs(values[i]!));
  if (scale === 0) scale = 1;
  const f = Float64Array.from(values, (x) => x / scale);
  const mean = f.reduce((sum, x) => sum + x, 0) / count;
  for (let i = 0; i < count; i++) f[i]! -= mean;
  const potential = solvePoisson(f, shape, spacing);

  let norm = 0;
  let deepest = 0;
  for (let i = 0; i < count; i++) {
    norm += f[i]! * potential[i]! * cell;
    deepest = Math.max(deepest, -potential[i]!);
  }
  norm = Math.max(0, norm);
  const positivity = (volume * deepest) / 2;
  const beta = options.beta === undefined ? positivity / (1 - (options.floor ?? 0.2)) : options.beta / scale;
  const slope = beta > 0 ? 1 / (2 * beta) : 0;
  const result = {
    value: norm * scale * scale,
    mass: mean * volume * scale,
    optimalDensity: potential.map((p) => 1 / volume + p * slope),
    maximum: (mean + (norm * slope) / 2) * scale,
    beta: beta * scale,
    positivityBeta: positivity * scale,
    positive: beta >= positivity,
    potential: potential.map((p) => p * scale),
  };
  const { positive: _, ...numbers } = result;
  checkRange("dualSobolevNorm: the result", ...Object.values(numbers));
  const gradient = () => ({ x: potential.map((p) => 2 * p * cell * scale) });
  return printingFields("dualSobolevNorm", { ...result, gradient });
}

/** Options of {@link dualSobolevNorm}. */
type DualSobolevOptions = NonNullable<Parameters<typeof dualSobolevNorm>[1]>;

/** φ of mean 0 with −Δ_h φ = f for f of mean 0; −Δ_h has the eigenvalues Σ (2/h sin(πk/2n))² on cosines. */
function solvePoisson(f: Float64Array, shape: readonly number[], spacing: readonly number[]): Float64Array {
  const phi = f.slice();
  cosineTransform(phi, shape);
  const symbols = laplacianEigenvalues(shape, spacing);
  const [a, b, c] = [...new Array<Float64Array>(3 - shape.length).fill(new Float64Array(1)), ...symbols] as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let at = 0;
  for (const x of a) {
    for (const y of b) {
      for (const z of c) {
        const symbol = x + y + z;
        phi[at]! /= symbol > 0 ? symbol : Number.POSITIVE_INFINITY;
        at++;
      }
    }
  }
  cosineTransform(phi, shape, true);
  return phi;
}

function checked(
  { values, shape }: Parameters<typeof dualSobolevNorm>[0],
  { spacing, beta, floor }: DualSobolevOptions,
): readonly number[] {
  const count = shape.reduce((product, n) => product * n, 1);
  if (shape.length < 1 || shape.length > 3 || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError("dualSobolevNorm: shape", "one to three positive whole numbers", shape);
  }
  if (values.length !== count) throw new ShapeError("dualSobolevNorm: values", [count], [values.length]);
  checkValues("dualSobolevNorm: values", values);
  const steps = typeof spacing === "number" ? shape.map(() => spacing) : (spacing ?? []);
  if (steps.length !== shape.length) {
    throw new ShapeError("dualSobolevNorm: spacing", [shape.length], [steps.length], "one length an axis");
  }
  for (const h of steps) {
    if (!(h > 0 && h < Number.POSITIVE_INFINITY)) {
      throw new DomainError(`dualSobolevNorm: spacing is ${h}, expected a positive length`, h);
    }
  }
  checkPositive("dualSobolevNorm", { beta });
  if (floor !== undefined && !(floor > 0 && floor < 1)) {
    throw new OptionsError(`dualSobolevNorm: floor is ${floor}, expected a share in (0, 1)`, "floor", floor);
  }
  if (floor !== undefined && beta !== undefined) {
    throw new OptionsError("dualSobolevNorm: give beta or floor, not both; floor chooses beta", "floor", floor);
  }
  return steps;
}
