/** Unknowns as piecewise polynomials: what classical methods end with. */

/** Functions that can be asked for with their derivatives. */
export interface Pieces {
  /** The method that made them. */
  readonly kind: string;
  /** For people: what there is how often. */
  readonly words: string;
  /** All coefficients. */
  readonly coefficients: Float64Array;
  /** Plain JSON from which, with the coefficients, they are made again. */
  readonly layout: unknown;
  /**
   * A partial derivative of an unknown.
   *
   * @param order - along every axis
   * @param points - [n, axes], row-major
   * @returns n values
   */
  derivative(unknown: number, order: readonly number[], points: Float64Array): Float64Array;
}
