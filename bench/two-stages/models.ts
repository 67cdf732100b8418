/**
 * Ways to refine block means by a large factor: diffusion in one stage, a regression of the conditional mean and diffusion of what it leaves
 * (CorrDiff, arXiv 2309.15214), and a cascade of two models of smaller factors.
 */
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { CropSource } from "../../generative/data/examples.ts";
import { blockInputs, cropSource } from "../../generative/data/images/source.ts";
import { measureNormalization } from "../../generative/data/tiles/measure.ts";
import { type StackedTiles, tilesOf } from "../../generative/data/tiles/tiles.ts";
import { compiledDenoiser, programsByShape } from "../../generative/diffusion/denoiser.ts";
import { drawResiduals, resolveDraw } from "../../generative/diffusion/draw.ts";
import { parametersOf } from "../../generative/diffusion/parameters.ts";
import { processOfModel } from "../../generative/diffusion/process/kinds.ts";
import { levelsFor } from "../../generative/diffusion/sampler.ts";
import { type Parameter, type Unet, type UnetOptions, unet } from "../../generative/diffusion/unet.ts";
import { conditionsOf, describeBlocks } from "../../generative/model/blocks.ts";
import { untransformed } from "../../generative/model/channel.ts";
import type { Downscaler } from "../../generative/model/downscaler.ts";
import { dryBelow } from "../../generative/model/downscaler.ts";
import { runTraining } from "../../generative/training/loop.ts";
import { type Objective, trainingObjective } from "../../generative/training/objective.ts";
import { type ResolvedRecipe, resolveRecipe } from "../../generative/training/recipe.ts";
import { trainOnTiles } from "../../generative/training/train-model.ts";

/** Options that all ways have. */
export interface Recipe {
  readonly factor: number;
  readonly seed: number;
  readonly batch: number;
  readonly crop: number;
  /** Network evaluations of a member; a regression is one of them. */
  readonly evaluations: number;
}

/** Members that are to be drawn. */
export interface Members {
  readonly members: number;
  readonly seed: number;
  readonly frame: number;
}

/** A trained way. */
export interface Refinement {
  /** Fine rain in mm/h, [members, height, width], whose block means are `coarse`, [height / factor, width / factor]. */
  draw(coarse: ShapedArray, o: Members): Promise<Float32Array>;
  /** Estimate of the mean of ln(1 + R/unit), [height, width]: the regression, or the denoiser at the first level. */
  expected?(coarse: ShapedArray): Promise<{ readonly field: Float32Array; readonly unit: number }>;
  dispose(): Promise<void>;
}

/** A trained regression: the conditional mean of the residual. */
interface Regression {
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Deviation of what it is fitted to. */
  readonly scale: number;
}

/** The regression in a graph, in units of its scale. @param condition - [batch, height, width, 2] */
function regressed({ network, parameters }: Regression, condition: tf.Tensor4D): tf.Tensor4D {
  const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)] as const);
  return network.apply(Object.fromEntries(weights), condition, tf.zeros([condition.shape[0]]));
}

/** Parameters of a network, averaged over a training. */
export async function trained(
  objective: Objective,
  recipe: ResolvedRecipe,
  network: Unet,
  root: Rng,
): Promise<Readonly<Record<string, Parameter>>> {
  const { checkpoint } = await runTraining({
    ...{ caller: "two stages", threads: 1, objective, recipe, batches: root.split("batch") },
    parameters: objective.initialize(root.split("network")),
    checkpointOf: ({ state }) => ({ state }),
  });
  return parametersOf("two stages", network, checkpoint.state.ema);
}

/** Least squares on the residual of crops. */
async function trainRegression(
  source: CropSource,
  recipe: ResolvedRecipe,
  scale: number,
  root: Rng,
): Promise<Regression> {
  const network = unet({ ...recipe.network, inputChannels: 2, outputChannels: 1 });
  const image = (depth: number) => ({ shape: [recipe.batch, source.height, source.width, depth] });
  const objective: Objective = {
    inputs: [image(1), image(2)],
    samples: [1, 1],
    initialize: (stream) => network.initialize(stream),
    batch(stream) {
      const { clean, condition } = source.crops(stream);
      return [clean, condition];
    },
    loss(parameters, [clean, condition]) {
      const output = network.apply(parameters, condition as tf.Tensor4D, tf.zeros([recipe.batch]));
      const loss = tf.mean(tf.square(tf.sub(output, tf.div(clean!, scale)))) as tf.Scalar;
      return { loss, metrics: {} };
    },
  };
  return { network, scale, parameters: await trained(objective, recipe, network, root) };
}

/** Crops of which the residual of a regression is measured. */
const MEASURED = 32;

/**
 * Diffusion of the residual; with `regression` of what a regression leaves of it, which the network sees as well. Without, it is the
 * library's own model, bit for bit.
 *
 * @param regression - steps and network of the first stage
 */
export async function trainStages(
  tiles: StackedTiles,
  { steps, factor, seed, batch, crop, evaluations }: Recipe & { readonly steps: number },
  regression?: { readonly steps: number; readonly network: UnetOptions },
): Promise<Refinement> {
  const root = rng(seed);
  const given = { seed, batch, crop, factor };
  const parts = { symmetries: true, blocks: true, validated: false };
  const recipe = resolveRecipe({ ...given, steps }, parts);
  const constants = measureNormalization(tiles, factor, root.split("measure"), recipe.unit);
  const source = cropSource(tiles, blockInputs(constants), recipe);
  const first =
    regression &&
    (await trainRegression(
      source,
      resolveRecipe({ ...given, ...regression }, parts),
      constants.sigmaData,
      root.split("regression"),
    ));
  const means =
    first &&
    programsByShape(1, (count, height, width) =>
      compile((condition) => [regressed(first, condition as tf.Tensor4D)], [{ shape: [count, height, width, 2] }]),
    );
  /** In units of the scale. */
  const meanOf = async (condition: Float32Array, count: number, height: number, width: number) =>
    (await (await means!.forShape(count, height, width))(condition, condition, 0)).slice();

  let sigmaData = constants.sigmaData;
  if (first) {
    let squares = 0;
    for (let n = 0; n < MEASURED; n++) {
      const { clean, condition } = source.crops(root.split("left").split(n));
      const mean = await meanOf(condition, batch, source.height, source.width);
      squares += clean.reduce((sum, v, i) => sum + (v - first.scale * mean[i]!) ** 2, 0) / clean.length;
    }
    sigmaData = Math.sqrt(squares / MEASURED);
  }
  const description = { ...describeBlocks(constants), sigmaData };
  const process = processOfModel(recipe.process);
  const network = unet({ inputChannels: first ? 4 : 3 });
  const plain = trainingObjective({ source, recipe, description, masked: false, network, process, term: null });
  const objective: Objective = first
    ? {
        ...plain,
        loss(parameters, [clean, condition, ...more]) {
          const mean = regressed(first, condition as tf.Tensor4D);
          const left = tf.sub(clean!, tf.mul(mean, first.scale));
          return plain.loss(parameters, [left, tf.concat([condition!, mean], 3), ...more]);
        },
      }
    : plain;
  const parameters = await trained(objective, recipe, network, root);
  const denoiser = compiledDenoiser(network, parameters, sigmaData, { process });
  const [target] = description.targets;
  const finish = untransformed(target!, { wetThreshold: dryBelow({ ...description }, target!)! });
  const unit = constants.unit ?? 1;

  /** Background with the mean, and what the network sees. */
  const seen = async ({ values, shape }: ShapedArray) => {
    const [rows, columns] = shape as [number, number];
    const [height, width] = [rows * factor, columns * factor];
    const { background, condition } = conditionsOf(Float32Array.from(values), 1, rows, columns, constants);
    if (!first) return { height, width, background, condition };
    const mean = await meanOf(condition, 1, height, width);
    const joined = Float32Array.from({ length: 3 * mean.length }, (_, i) =>
      i % 3 === 2 ? mean[Math.floor(i / 3)]! : condition[2 * Math.floor(i / 3) + (i % 3)]!,
    );
    return { height, width, background: background.map((v, i) => v + first.scale * mean[i]!), condition: joined };
  };
  return {
    async draw(coarse, o) {
      const { height, width, background, condition } = await seen(coarse);
      const unitSide = leastCommonMultiple(factor, network.multiple);
      const draw = resolveDraw("two stages", { ...o, evaluations: evaluations - (first ? 1 : 0) }, unitSide);
      const residual = await drawResiduals({ denoiser, process, sigmaData, height, width, condition }, draw);
      const values = residual.map((r, i) => finish(background[i % background.length]! + r));
      const fine = { values, shape: [1, o.members, height, width] };
      return conserveBlocks(fine, { values: coarse.values, shape: [1, ...coarse.shape] }, factor)
        .values as Float32Array;
    },
    async expected(coarse) {
      const { height, width, background, condition } = await seen(coarse);
      if (first) return { field: background, unit };
      const [level] = process.schedule(levelsFor("dpm++2m", evaluations), sigmaData);
      const noise = rng(seed)
        .split("expected")
        .normal(new Float32Array(height * width));
      const program = await denoiser.forShape(1, height, width);
      const estimate = await program(
        noise.map((z) => z * level!),
        condition,
        level!,
      );
      return { field: background.map((v, i) => v + estimate[i]!), unit };
    },
    async dispose() {
      await denoiser.dispose();
      await means?.dispose();
    },
  };
}

/**
 * Two models of the library, the first of means of `inner` x `inner` fine cells from the coarse ones, the second of fine cells from those.
 * Both see as many pixels a step.
 *
 * @param evaluations - of the first and of the second model
 */
export async function trainCascade(
  tiles: StackedTiles,
  { steps, factor, seed, batch, crop }: Omit<Recipe, "evaluations"> & { readonly steps: readonly [number, number] },
  inner: number,
  evaluations: readonly [number, number],
): Promise<Refinement> {
  const side = tiles.size / inner;
  const middle = tilesOf(blockMean(tiles.values, tiles.count, tiles.size, tiles.size, inner), side);
  const least = Math.min(crop, side);
  const [large, small] = [
    await trainOnTiles(middle, {
      ...{ seed, steps: steps[0], factor: factor / inner, crop: least, batch: (batch * crop ** 2) / least ** 2 },
    }),
    await trainOnTiles(tiles, { seed, steps: steps[1], factor: inner, crop, batch }),
  ].map(({ downscaler }) => downscaler) as [Downscaler, Downscaler];
  return {
    async draw(coarse, { members, seed: own, frame }) {
      const first = await large.sample(coarse, { members, seed: own, frame, evaluations: evaluations[0], force: true });
      const shape = [first.height, first.width];
      const cells = first.height * first.width;
      const fine = new Float32Array(members * cells * inner ** 2);
      for (let member = 0; member < members; member++) {
        const values = first.values.subarray(member * cells, (member + 1) * cells);
        const { values: one } = await small.sample(
          { values, shape },
          {
            ...{ members: 1, firstMember: member, seed: own + 1, frame, evaluations: evaluations[1] },
            batch: 1,
            force: true,
          },
        );
        fine.set(one, member * one.length);
      }
      return fine;
    },
    async dispose() {
      await large.dispose();
      await small.dispose();
    },
  };
}
