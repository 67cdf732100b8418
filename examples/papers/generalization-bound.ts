/** Bound on the difference of mean losses on two sets of samples, by W₁ between the outputs of a layer. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { emd } from "../../wasserstein/exact/index.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";

/** Representations in one layer, and how steep the rest of the network is on them. */
export interface LayerRepresentation {
  /** Outputs of the layer for the training samples, one point each. */
  readonly train: Cloud;
  /** Outputs for fresh samples; both with the label as further coordinates where the loss depends on it. */
  readonly test: Cloud;
  /**
   * A Lipschitz constant ≥ 0 of the loss as a function of these points under the Euclidean distance: the product of the later layers' norms
   * times that of the loss.
   */
  readonly lipschitz: number;
}

/** Result of {@link generalizationBound}. */
export interface GeneralizationBound {
  /** min over layers of lipschitz · W₁. */
  readonly value: number;
  /** The layer at which it is attained: the "funnel". */
  readonly layer: number;
  /** W₁ of each layer. */
  readonly distances: Float64Array;
  /** lipschitz · W₁ of each layer. */
  readonly bounds: Float64Array;
}

/**
 * A bound on |mean loss on test − mean loss on train| of a trained network: min over layers l of L_l W₁(train, test), by Kantorovich and
 * Rubinstein. It is the bound of He and Goldfeld (arXiv 2404.03176, hierarchical W₁ bound) between two sets of samples, for one draw of
 * the training set.
 *
 * What it assumes: the loss is L_l-Lipschitz in the representation (and in the label, where labels are coordinates) on all the points.
 * For the two sets that are given it then holds exactly. That it holds for the distribution from which `test` was drawn needs
 * W₁(test, distribution) added, which falls like n^(−1/d): in many dimensions the samples' own distance exceeds what one looks for.
 *
 * @param layers - one or more, of any dimensions
 * @throws ShapeError where there is no layer or dimensions differ; DomainError where a constant is negative or not finite
 */
export function generalizationBound(layers: readonly LayerRepresentation[]): GeneralizationBound {
  const where = "generalizationBound";
  if (layers.length === 0) throw new ShapeError(`${where}: layers`, "at least one", "none");
  for (const [k, { lipschitz }] of layers.entries()) {
    if (lipschitz >= 0 && Number.isFinite(lipschitz)) continue;
    throw new DomainError(`${where}: layers[${k}].lipschitz is ${lipschitz}, expected a finite number ≥ 0`, lipschitz);
  }
  const distances = Float64Array.from(layers, ({ train, test }) => emd(train, test, { p: 1, normalize: true }).value);
  const bounds = distances.map((w, k) => w * layers[k]!.lipschitz);
  const layer = bounds.reduce((best, v, k) => (v < bounds[best]! ? k : best), 0);
  return { value: bounds[layer]!, layer, distances, bounds };
}
