/** Unknowns as piecewise polynomials: what classical methods end with. */
import { FormatError } from "../../engine/errors.ts";

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
   * Partial derivatives of the unknowns at points.
   *
   * @param points - [n, axes], row-major
   * @returns a function of an unknown and the orders along every axis: n values
   */
  at(points: Float64Array): (unknown: number, order: readonly number[]) => Float64Array;
}

/** Refusal of a stored solution that cannot be made again, by its path and then the reason. @throws FormatError */
export const damaged =
  (path: string) =>
  (message: string): never => {
    throw new FormatError(path, "solution", message, "the file is damaged: save the solution again");
  };
