/** The similarity of boxes by the Wasserstein distance of Gaussians, for the detection of small objects (NWD, arXiv 2110.13389). */
import { DomainError } from "../../engine/errors.ts";
import { buresWasserstein, type Gaussian } from "./gaussian/index.ts";

/**
 * A box as the Gaussian of arXiv 2110.13389, eq. 4: its centre, and a quarter of its squared sides as variances.
 *
 * @param box - `x`, `y` of its centre, `width` and `height` ≥ 0, in one unit
 * @throws DomainError where a number is not finite or a side is negative
 */
export function gaussianOfBox(box: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}) {
  for (const [name, value] of Object.entries(box)) {
    const least = name === "width" || name === "height" ? 0 : Number.NEGATIVE_INFINITY;
    if (value >= least && Number.isFinite(value)) continue;
    throw new DomainError(
      `gaussianOfBox: ${name} is ${value}, expected a finite number${least === 0 ? " ≥ 0" : ""}`,
      value,
    );
  }
  const variance = [(box.width / 2) ** 2, (box.height / 2) ** 2];
  return { mean: [box.x, box.y], variance };
}

/**
 * Similarity exp(−W₂/scale) of two Gaussians in (0, 1], in detection of small objects between boxes (NWD, arXiv
 * 2110.13389, eq. 9).
 *
 * @param scale - a typical size of the objects, > 0, in the unit of the coordinates
 * @throws DomainError where `scale` is not positive; else as {@link buresWasserstein}
 */
export function normalizedGaussianWasserstein(a: Gaussian, b: Gaussian, scale: number): number {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new DomainError(`normalizedGaussianWasserstein: scale is ${scale}, expected > 0, a typical size`, scale);
  }
  return Math.exp(-buresWasserstein(a, b, { root: true }).value / scale);
}
