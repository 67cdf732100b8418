/** Options of `monge solve` that set parts of a method: of samplers and optimizers by name, weights, batches, presets. */
import { InvalidArgumentError } from "commander";
import { among, real, whole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { RandomFeatureOptions } from "../../solvers/features/index.ts";
import { settings } from "../shell/settings.ts";
import { option, type Values } from "../shell/table.ts";
import { termOption } from "../shell/term-option.ts";

/** The options. */
export const methodOptions = {
  randomFeatures: option(
    "<n>",
    "one least-squares solve with so many frozen random neurons, Newton's method where the problem is not linear",
    whole(),
  ),
  featureScales: option(
    "<list>",
    "with --random-features: sizes of their weights with the domain scaled to [-1, 1], shared out evenly (default: 1,2,4)",
    scales,
  ),
  startSize: option(
    "<value>",
    "with --random-features: root mean square of the random sum that Newton's method begins with; other starts may lead to other solutions (default: 0)",
    real(0),
  ),
  preset: option("<name>", "a published method; other options take the place of its parts", among("aas")),
  term: termOption,
  conditions: option(
    "<how>",
    "exact: hold by construction where possible; penalty: all as rows (default: exact)",
    among("exact", "penalty"),
  ),
  weights: option(
    "<list>",
    "how much rows count, such as conditions=100 (default: equations=1,conditions=1e4,observations=0.01)",
    settings,
  ),
  batch: option("<n>", "points of one step of adam, a divisor of --points (default: all)", whole()),
  precision: option(
    "<name>",
    "of loss and gradient in steps of adam: float32 takes half the time and ends near residuals of 1e-3 (default: float64)",
    among("float32", "float64"),
  ),
  samplerOptions: option(
    "<list>",
    "options of the sampler as docs/explanation/which-sampler.md names them, such as regularizer=entropy,kappa=0.1",
    settings,
  ),
  optimizerOptions: option("<list>", "options of the optimizer, such as learningRate=1e-4 or damping=1", settings),
};

/** As parsed. */
export type MethodOptions = Values<typeof methodOptions>;

/** `1,2,4` */
function scales(text: string): readonly number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((v) => v > 0 && Number.isFinite(v))) return numbers;
  throw new InvalidArgumentError("expected numbers above 0, by commas, such as 1,4,12.");
}

/** Options that belong to `--random-features`. */
const withFeatures: readonly string[] = [
  ...[
    "randomFeatures",
    "featureScales",
    "startSize",
    "activation",
    "points",
    "boundaryPoints",
    "conditions",
    "weights",
  ],
  ...[
    "seed",
    "threads",
    "blas",
    "grid",
    "output",
    "figure",
    "overwrite",
    "json",
    "dryRun",
    "quiet",
    "checkpointEvery",
    "allowDoubtful",
    "at",
  ],
];

/**
 * The options of `randomFeatures`, where that was asked for.
 *
 * @throws OptionsError for options that have no meaning with it
 */
export function featureOptions(
  o: MethodOptions &
    Pick<RandomFeatureOptions, "activation" | "points" | "boundaryPoints" | "seed" | "threads" | "blas">,
): RandomFeatureOptions | undefined {
  const { randomFeatures: features, featureScales: scale, startSize } = o;
  if (features === undefined) {
    for (const [flag, name, value] of [
      ["--feature-scales", "featureScales", scale],
      ["--start-size", "startSize", startSize],
    ] as const)
      if (value !== undefined) throw new OptionsError(`${flag} is for --random-features`, name, value);
    return undefined;
  }
  const stranger = Object.entries(o).find(([name, value]) => value !== undefined && !withFeatures.includes(name))?.[0];
  if (stranger !== undefined) {
    const message = `solve: with \`randomFeatures\` nothing is trained; leave \`${stranger}\` out`;
    throw new OptionsError(message, stranger, true);
  }
  const { activation, points, boundaryPoints, conditions, weights, seed, threads, blas } = o;
  const given = Object.entries({
    scale,
    startSize,
    activation,
    points,
    boundaryPoints,
    conditions,
    weights,
    seed,
    threads,
    blas,
  });
  return { features, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}
