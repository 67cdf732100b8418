/** The first layer of random features: drawn once, from normal laws of several scales, and frozen. */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/rng.ts";
import { inputsOf } from "../network/features.ts";
import type { Mlp } from "../network/mlp.ts";
import type { Problem } from "../problem/problem.ts";
import type { Assembly } from "../solve/assemble.ts";

/** Factors along axes. @throws OptionsError where they are not one for each axis */
export function checkedStretch({ axes }: Problem, stretch: readonly number[] = axes.map(() => 1)): readonly number[] {
  if (stretch.length === axes.length && stretch.every((s) => s > 0 && s < Number.POSITIVE_INFINITY)) return stretch;
  const message = `randomFeatures: stretch is [${stretch.join(", ")}], expected a number > 0 for each of ${axes.join(", ")}`;
  throw new OptionsError(message, "stretch", stretch);
}

/** What features are drawn from. */
export interface Drawn {
  readonly network: Mlp;
  readonly scales: readonly number[];
  /** Of the weights along every axis. */
  readonly stretch: readonly number[];
  /** Parameters of what the features are added to. */
  readonly known: number;
}

/** Parameters of the features: the first layer drawn from normal laws of several scales, the last one zero. */
export function frozen(
  { model, problem }: Assembly,
  { network, scales, stretch, known }: Drawn,
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
  // With holes a feature sees space as it is, or from one of them; other axes all features see.
  const { holes = [] } = network;
  const space = holes[0]?.center.length ?? 0;
  const ownerOf: (number | undefined)[] = [
    ...stretch.flatMap((_, k) => new Array(periodic.includes(k) ? 2 : 1).fill(k < space ? 0 : undefined)),
    ...holes.flatMap((hole, i) => new Array<number>(inputsOf(hole)).fill(i + 1)),
  ];
  for (let j = 0; j < width; j++) {
    const scale = scales[j % scales.length]!;
    let bias = network.activation === "sin" ? 2 * Math.PI * places[j]! : 0;
    const owner = Math.floor(j / scales.length) % (1 + holes.length);
    const weightOf = (k: number) => weights[k * width + j]!;
    for (let k = 0; k < inputs; k++) {
      const seen = ownerOf[k] === undefined || ownerOf[k] === owner;
      const weight = seen ? scale * (factors[k] ?? 1) * weightOf(k) : 0;
      theta[k * width + j] = weight;
      // The transition of a tanh passes through a random point of the box.
      if (network.activation === "tanh") bias -= weight * (2 * places[k * width + j]! - 1);
    }
    theta[inputs * width + j] = bias;
  }
  return theta;
}
