/**
 * Separable networks, handed in as a network of one's own: u(x) = Σ_r c_r Π_k f_{k,r}(x_k) with one small perceptron f_k per axis (SPINN, arXiv
 * 2306.15969). For smooth functions of many variables: the number of parameters grows with d, not exponentially.
 */
import {
  blockOf,
  columnAlgebra,
  columnsOf,
  linear,
  type NetworkProgram,
  type OwnNetwork,
  scaledCoordinates,
} from "../../solvers/index.ts";

/** Options of {@link separable}. */
export interface SeparableOptions {
  /** Number of products R, ≥ 1. @defaultValue 16 */
  readonly rank?: number;
  /** Neurons on each axis, ≥ 1. @defaultValue 12 */
  readonly width?: number;
  /** Size of the first weights, about the wavenumber in scaled coordinates. @defaultValue 2 */
  readonly scale?: number;
}

/**
 * A separable network with one hidden layer of tanh on each axis.
 *
 * @example const solution = await loadSolution(folder, { network: separable({ rank: 4 }) });
 */
export function separable(options: SeparableOptions = {}): OwnNetwork & Required<SeparableOptions> {
  const { rank = 16, width = 12, scale = 2 } = options;
  return {
    // Depth and activation are recorded too: what the library saved while it had such networks can be loaded with this.
    ...{ kind: "separable", rank, width, depth: 1, activation: "tanh", scale },
    program({ low, high }, unknowns): NetworkProgram {
      const dimension = low.length;
      const perAxis = 2 * width + (width + 1) * rank;
      const tail = dimension * perAxis;
      return {
        size: tail + rank * unknowns,
        initial(rng) {
          const values: number[] = [];
          for (let axis = 0; axis < dimension; axis++) {
            const draw = rng.split(`axis ${axis}`);
            const weights = draw.normal(width).map((w) => scale * w);
            values.push(...weights, ...draw.uniform(width).map((u, j) => (1 - 2 * u) * weights[j]!));
            values.push(...draw.normal(width * rank).map((w) => w / Math.sqrt(width)));
            values.push(...draw.uniform(rank).map((u) => u - 0.5));
          }
          values.push(
            ...rng
              .split("last")
              .normal(rank * unknowns)
              .map((w) => w / Math.sqrt(rank)),
          );
          return Float64Array.from(values);
        },
        forward(theta, points, set, listen) {
          const algebra = columnAlgebra(set);
          const count = points.shape[0]!;
          const factors = scaledCoordinates({ low, high }, points, set).map((x, axis) => {
            const first = { offset: axis * perAxis, inputs: 1, outputs: width, bias: true, h: blockOf([x], count) };
            const hidden = columnsOf(linear(theta, first, listen), width, count).map((z) => algebra.call("tanh", [z]));
            const h = blockOf(hidden, count);
            const second = { offset: axis * perAxis + 2 * width, inputs: width, outputs: rank, bias: true, h };
            return columnsOf(linear(theta, second, listen), rank, count);
          });
          const products = factors.reduce((a, b) => a.map((column, r) => algebra.mul(column, b[r]!)));
          const last = { offset: tail, inputs: rank, outputs: unknowns, bias: false, h: blockOf(products, count) };
          return columnsOf(linear(theta, last, listen), unknowns, count);
        },
      };
    },
  };
}
