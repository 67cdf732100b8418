/**
 * Points for integrals over a domain: Gauss–Legendre products on boxes of few dimensions, quasi-uniform points
 * elsewhere.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Domain } from "../../equations/domain/index.ts";

/** Points with weights that sum to 1: Σ w f is the mean of f. */
export interface Quadrature {
  readonly count: number;
  /** Fixed for products; quasi-uniform points are drawn anew. */
  draw(rng: Rng): { readonly points: Float64Array; readonly weights: Float64Array };
}

/** Most axes of a product. */
const most = 3;
/** Fewest quasi-uniform points of a rule that is no product. */
const fewest = 4096;

/**
 * A rule with about `count` points. Products of m Gauss–Legendre nodes an axis are exact for polynomials of degree 2m −
 * 1.
 *
 * @param fixed - one coordinate that is not integrated over, such as a moment
 */
export function quadrature(
  domain: Domain,
  count: number,
  fixed?: { readonly axis: number; readonly at: number },
): Quadrature {
  const d = domain.dimension;
  const free = Array.from({ length: d }, (_, k) => k).filter((k) => k !== fixed?.axis);
  if (!domain.isBox || free.length > most) {
    const n = Math.max(count, fewest);
    const weights = new Float64Array(n).fill(1 / n);
    const draw = (rng: Rng) => {
      const points = domain.interior(n, rng);
      if (fixed) for (let i = fixed.axis; i < points.length; i += d) points[i] = fixed.at;
      return { points, weights };
    };
    return { count: n, draw };
  }
  const m = Math.max(2, Math.floor(count ** (1 / free.length) + 1e-9));
  const { nodes, weights: line } = gaussLegendre(m);
  const total = m ** free.length;
  const points = new Float64Array(total * d);
  const weights = new Float64Array(total).fill(1);
  for (let i = 0; i < total; i++) {
    if (fixed) points[i * d + fixed.axis] = fixed.at;
    let rest = i;
    for (const k of free) {
      const j = rest % m;
      rest = (rest - j) / m;
      points[i * d + k] = domain.low[k]! + (domain.high[k]! - domain.low[k]!) * nodes[j]!;
      weights[i]! *= line[j]!;
    }
  }
  return { count: total, draw: () => ({ points, weights }) };
}
