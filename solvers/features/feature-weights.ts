/** The first layer of random features: drawn once, from normal distributions of several scales, and frozen. */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Mlp } from "../network/mlp.ts";
import type { Assembly } from "../solve/assemble.ts";

/** Factors of the weights along axes. @throws OptionsError where they are invalid for the axes */
export function checkedStretch({ axes }: Problem, stretch = axes.map(() => 1) as readonly number[]): readonly number[] {
  if (stretch.length === axes.length && stretch.every((s) => s > 0 && s < Number.POSITIVE_INFINITY)) return stretch;
  const message = `randomFeatures: stretch is [${stretch.join(", ")}], expected a number > 0 for each of ${axes.join(", ")}`;
  throw new OptionsError(message, "stretch", stretch);
}

/** Distribution of the features. */
export interface WeightDraw {
  readonly network: Mlp;
  readonly scales: readonly number[];
  /** Of the weights along every axis. */
  readonly stretch: readonly number[];
  /** Parameters of the solution that the features are added to. */
  readonly known: number;
}

/** Parameters of the features: the first layer drawn from normal distributions of several scales, the last one zero. */
export function frozen(
  { model, problem }: Assembly,
  { network, scales, stretch, known }: WeightDraw,
  draw: Rng,
): Float64Array {
  const theta = new Float64Array(model.network.size - known);
  const width = network.width;
  const inputs = (theta.length - (width + 1) * problem.unknowns.length) / width - 1;
  const weights = draw.split("weights").normal(inputs * width);
  const places = draw.split("biases").uniform(inputs * width);
  const periodic = problem.conditions.flatMap((c) => (c.kind === "periodic" ? [c.on.axis] : []));
  // A periodic axis enters as a cosine and a sine.
  const factors = stretch.flatMap((s, k) => (periodic.includes(k) ? [s, s] : [s]));
  for (let j = 0; j < width; j++) {
    const scale = scales[j % scales.length]!;
    let bias = network.activation === "sin" ? 2 * Math.PI * places[j]! : 0;
    for (let k = 0; k < inputs; k++) {
      const weight = scale * (factors[k] ?? 1) * weights[k * width + j]!;
      theta[k * width + j] = weight;
      // The transition of a tanh passes through a random point of the box.
      if (network.activation === "tanh") bias -= weight * (2 * places[k * width + j]! - 1);
    }
    theta[inputs * width + j] = bias;
  }
  return theta;
}
