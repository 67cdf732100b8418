/** The first layer of random features: drawn once, from normal laws of several scales, and frozen. */
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { inputsOf } from "../network/features.ts";
import type { Mlp } from "../network/mlp.ts";
import type { Problem } from "../problem/problem.ts";
import type { Assembly } from "../solve/assemble.ts";

/** Features along one direction. */
export interface Oblique {
  /** In coordinates scaled to [−1, 1], of length 1: a number for each axis. */
  readonly direction: readonly number[];
  /** Largest standard deviation of the weights along it, > 0; the features are shared out among it, its half and its quarter. */
  readonly reach: number;
}

/** Factors along axes and the direction, if any. @throws OptionsError where they are none for the axes */
export function checkedDirections(
  { axes, conditions }: Problem,
  options: { readonly stretch?: readonly number[]; readonly oblique?: Oblique; readonly holes?: readonly unknown[] },
): { readonly stretch: readonly number[]; readonly oblique: Oblique | undefined } {
  const { stretch = axes.map(() => 1), oblique, holes = [] } = options;
  if (stretch.length !== axes.length || !stretch.every((s) => s > 0 && s < Number.POSITIVE_INFINITY)) {
    const message = `randomFeatures: stretch is [${stretch.join(", ")}], expected a number > 0 for each of ${axes.join(", ")}`;
    throw new OptionsError(message, "stretch", stretch);
  }
  if (oblique === undefined) return { stretch, oblique };
  const { direction, reach } = oblique;
  const isUnit = direction.length === axes.length && Math.abs(Math.hypot(...direction) - 1) < 1e-6;
  if (!isUnit || !(reach > 0 && reach < Number.POSITIVE_INFINITY)) {
    const expected = `a direction of length 1 with a number for each of ${axes.join(", ")}, and a reach > 0`;
    const message = `randomFeatures: oblique is [${direction.join(", ")}] to ${reach}, expected ${expected}`;
    throw new OptionsError(message, "oblique", oblique);
  }
  if (holes.length > 0 || conditions.some(({ kind }) => kind === "periodic")) {
    const message = "randomFeatures: oblique is for domains without holes and periodic axes; leave one of them out";
    throw new OptionsError(message, "oblique", oblique);
  }
  return { stretch, oblique };
}

/** What features are drawn from. */
export interface Drawn {
  readonly network: Mlp;
  readonly scales: readonly number[];
  /** Of the weights along every axis. */
  readonly stretch: readonly number[];
  readonly oblique: Oblique | undefined;
  /** Parameters of what the features are added to. */
  readonly known: number;
}

/** Parameters of the features: the first layer drawn from normal laws of several scales, the last one zero. */
export function frozen(
  { model, problem }: Assembly,
  { network, scales, stretch, oblique, known }: Drawn,
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
    const along = oblique && j % 4 > 0 ? inclined(oblique, j, weightOf) : undefined;
    for (let k = 0; k < inputs; k++) {
      const seen = ownerOf[k] === undefined || ownerOf[k] === owner;
      const weight = along ? along[k]! : seen ? scale * (factors[k] ?? 1) * weightOf(k) : 0;
      theta[k * width + j] = weight;
      // The transition of a tanh passes through a random point of the box.
      if (network.activation === "tanh") bias -= weight * (2 * places[k * width + j]! - 1);
    }
    theta[inputs * width + j] = bias;
  }
  return theta;
}

/** Standard deviation of weights across the direction of features that vary along one. */
const across = 0.3;

/** Weights n·s z₀ + 0.3 (z − (n·z) n) of the feature of that number: s a scale of the direction, z normal. */
function inclined({ direction, reach }: Oblique, number: number, normal: (axis: number) => number): number[] {
  const along = direction.reduce((sum, n, k) => sum + n * normal(k), 0);
  const size = reach / 2 ** (Math.floor(number / 4) % 3);
  return direction.map((n, k) => across * normal(k) + (size - across) * along * n);
}
