/**
 * Functions of the coordinates that a method ends with: they answer any formula of the unknowns and of their
 * derivatives.
 */
import type { Expression } from "../../equations/expression/index.ts";
import type { AnyNetwork } from "../network/kinds.ts";

/** The kind of a network's functions. */
export const networkKind = "network";

/** The functions of a solution. */
export interface Trial {
  /** The method that made them. */
  readonly kind: string;
  /** For people: what there is how often. */
  readonly words: string;
  /** Every number that was found, [coefficients]. */
  readonly coefficients: Float64Array;
  /** Plain JSON from which, with the coefficients, they are made again. */
  readonly layout: unknown;
  /** Axes along which all places are inside, since the solution repeats itself. */
  readonly around: readonly { readonly axis: number }[];
  /**
   * Expressions at points.
   *
   * @param points - [n, axes], row-major
   * @param found - constants that were found, by name
   * @returns [n, expressions], row-major
   */
  expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    found: Readonly<Record<string, number>>,
  ): Promise<Float64Array>;
  /** Residuals of the equations, [n, equations], where these are asked for in another way than their expressions. */
  residual?(points: Float64Array): Promise<Float64Array>;
  /** Absent where the functions have no ONNX model. */
  readonly toOnnx?: () => Promise<Uint8Array>;
  /** Frees what is compiled, which is compiled anew where it is asked for again. */
  dispose?(): Promise<void>;
}

/**
 * A network as the functions of a solution; the coefficients are its parameters, then the constants that were found.
 */
export interface NetworkTrial extends Trial {
  readonly kind: typeof networkKind;
  /** The network itself. */
  readonly network: AnyNetwork;
  /** Number of parameters of the network and of constants to be found, which the coefficients must have. */
  readonly parameters: number;
  readonly toOnnx: () => Promise<Uint8Array>;
}
