/**
 * Anderson mixing of Sinkhorn's fixed point g = T(g): the next iterate is the combination of the last few whose
 * residuals T(g) − g cancel best (Anderson, doi:10.1145/321296.321305; Walker and Ni, doi:10.1137/10078356X, eq. 2.1
 * and §3). Near the end T is nearly linear and self-adjoint in the weights b, and mixing does what conjugate gradients
 * would.
 */

import { addScaled } from "../../engine/numerics/vectors.ts";

/** Iterates that are mixed. */
const depth = 8;
/** Of the sum of squares, added to the normal equations: history that repeats itself has no say. */
const ridge = 1e-13;

/** Proposes iterates from those before. */
export class Mixer {
  readonly #weights: Float64Array;
  #residual: Float64Array | undefined;
  #image: Float64Array | undefined;
  /** Differences of residuals and of images between successive iterates, the latest last. */
  #residualSteps: Float64Array[] = [];
  #imageSteps: Float64Array[] = [];
  /** Inner products of residual steps: row k with the steps up to the k-th. */
  #inners: number[][] = [];

  /** @param weights - of the inner product, positive */
  constructor(weights: Float64Array) {
    this.#weights = weights;
  }

  /** Forgets all iterates. */
  reset(): void {
    this.#residual = undefined;
    this.#image = undefined;
    this.#residualSteps = [];
    this.#imageSteps = [];
    this.#inners = [];
  }

  /** The iterate to try after g; undefined where there is no history yet. */
  propose(g: Float64Array, image: Float64Array): Float64Array | undefined {
    const residual = difference(image, g);
    if (this.#residual !== undefined && this.#image !== undefined) {
      const [before, beforeImage] = [this.#residual, this.#image];
      if (this.#residualSteps.length === depth) {
        this.#residualSteps.shift();
        this.#imageSteps.shift();
        this.#inners.shift();
        for (const row of this.#inners) row.shift();
      }
      const step = difference(residual, before);
      this.#residualSteps.push(step);
      this.#imageSteps.push(difference(image, beforeImage));
      this.#inners.push(this.#residualSteps.map((other) => this.#inner(step, other)));
    }
    this.#residual = residual;
    this.#image = image.slice();
    const share = this.#leastSquares(residual);
    if (share === undefined) return undefined;
    const mixed = image.slice();
    for (const [k, step] of this.#imageSteps.entries()) addScaled(mixed, -share[k]!, step);
    return mixed;
  }

  /** Shares for which the residual less the steps is least; undefined without steps. */
  #leastSquares(residual: Float64Array): number[] | undefined {
    const steps = this.#residualSteps;
    const count = steps.length;
    if (count === 0) return undefined;
    const inners = this.#inners;
    const rows = steps.map((step, k) => [
      ...steps.map((_, l) => (l <= k ? inners[k]![l]! : inners[l]![k]!)),
      this.#inner(step, residual),
    ]);
    for (let k = 0; k < count; k++) rows[k]![k]! *= 1 + ridge;
    // Positive definite: elimination needs no exchange of rows.
    for (let k = 0; k < count; k++) {
      const pivot = rows[k]![k]!;
      if (!(pivot > 0)) return undefined;
      for (let i = k + 1; i < count; i++) {
        const factor = rows[i]![k]! / pivot;
        for (let j = k; j <= count; j++) rows[i]![j]! -= factor * rows[k]![j]!;
      }
    }
    const share = new Array<number>(count).fill(0);
    for (let k = count - 1; k >= 0; k--) {
      let rest = rows[k]![count]!;
      for (let j = k + 1; j < count; j++) rest -= rows[k]![j]! * share[j]!;
      share[k] = rest / rows[k]![k]!;
    }
    return share.every(Number.isFinite) ? share : undefined;
  }

  #inner(x: Float64Array, y: Float64Array): number {
    const w = this.#weights;
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += w[j]! * x[j]! * y[j]!;
    return sum;
  }
}

function difference(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let j = 0; j < out.length; j++) out[j] = x[j]! - y[j]!;
  return out;
}
