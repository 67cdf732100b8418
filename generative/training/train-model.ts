/**
 * Training of a model on tiles of rain, whose block means it refines, or on images of channels and targets: seeded, resumable bit
 * for bit, validated on held-out data, stopped by a signal.
 */

import { OptionsError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { TrainingState } from "../../engine/training/training.ts";
import type { WassersteinTerm } from "../../wasserstein/term/index.ts";
import type { CropSource, HeldOut } from "../data/examples.ts";
import { covariateGroups, directionless } from "../data/images/dropout.ts";
import { checkImages, hasGaps, type Images } from "../data/images/images.ts";
import {
  blockInputs,
  type CropInputs,
  channelInputs,
  cropSource,
  heldImages,
  heldTiles,
  WITHHELD,
} from "../data/images/source.ts";
import { measureNormalization, seenBlocks } from "../data/tiles/measure.ts";
import { eventOf, type TileOptions, type Tiles } from "../data/tiles/tiles.ts";
import { lossTerm, recordedTerm } from "../diffusion/loss-term.ts";
import { inNetworkOrder } from "../diffusion/parameters.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import { type Parameter, unet } from "../diffusion/unet.ts";
import { archiveList, archivesOf, archivesOfEvents } from "../model/archives.ts";
import { constantsOf, describeBlocks } from "../model/blocks.ts";
import { descriptionComplaint, type ModelDescription } from "../model/configuration.ts";
import type { Downscaler } from "../model/downscaler.ts";
import type { RainPlace } from "../model/spacing.ts";
import { downscalerOf, networkOf, type TrainingCheckpoint } from "./checkpoint.ts";
import { runTraining, type StepProgress, type TrainingEnd, type TrainingHooks } from "./loop.ts";
import { trainingObjective } from "./objective.ts";
import {
  checkSameRecipe,
  type RecipeParts,
  type ResolvedRecipe,
  resolveRecipe,
  type TrainingRecipe,
} from "./recipe.ts";
import { checkSameDescription, type Start, startFrom } from "./start.ts";
import { validate } from "./validation.ts";

/** Options of a training: the recipe, and how to run it. */
export interface TrainModelOptions extends TrainingRecipe, TrainingHooks<StepProgress<TrainingCheckpoint>> {
  /** Continue from here; recipe and description must be the checkpoint's. */
  readonly resume?: TrainingCheckpoint;
  /**
   * Begin with the parameters of this model (fine-tuning), or with the current ones of this checkpoint (a fork), and keep its
   * channels, constants and archives; moments, average and schedule are fresh.
   */
  readonly start?: Downscaler | TrainingCheckpoint;
}

export interface ImageTrainingOptions<Held = Images> extends TrainModelOptions {
  /**
   * Held-out data of the same channels and targets: of the models with the least CRPS by them the most reliable one is kept. Where
   * `archives` is a list, the names of events follow those of the events to train on. @defaultValue none: the last parameters are
   * the model
   */
  readonly validate?: Held;
}

export interface TileTrainingOptions extends ImageTrainingOptions<Tiles>, Pick<TileOptions, "wetThreshold"> {
  /** The model's members are cut at it, mm/h. @defaultValue 400 */
  readonly ceiling?: number;
  /** Grids and intervals of the events; the model remembers them. @defaultValue none, unknown */
  readonly places?: readonly RainPlace[];
}

export interface TrainedModel extends TrainingEnd<TrainingCheckpoint> {
  /** The best model of all validations; without any, the averaged parameters of the last step. */
  readonly downscaler: Downscaler;
}

/** A training that is set up, of whatever data. */
interface SetUp {
  readonly recipe: ResolvedRecipe;
  readonly description: ModelDescription;
  readonly masked: boolean;
  readonly source: CropSource;
  readonly held: HeldOut | undefined;
  readonly parameters: Readonly<Record<string, Parameter>> | undefined;
}

/** Images of a kind: how a model of them is described, and how examples are made of them. */
interface Kind extends Pick<RecipeParts, "blocks" | "archives" | "symmetries"> {
  /** @throws OptionsError, ShapeError, DomainError where images do not fit the description, or what training goes on from */
  describe(recipe: ResolvedRecipe, start: Start | undefined): ModelDescription;
  inputs(description: ModelDescription): CropInputs;
  cases(held: Images, description: ModelDescription): HeldOut;
}

/**
 * Train a model to refine block means of rain. Step n's batch is a function of (seed, n) alone, so that a resumed run equals an
 * uninterrupted one bit for bit on the same machine and thread count, its validations included.
 *
 * @param archive - training tiles; the constants are measured on up to 2000 of them
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's, or `start` is another network
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export const trainOnTiles = async (archive: Tiles, options: TileTrainingOptions = {}): Promise<TrainedModel> =>
  trainModel(
    setUp(archive, options, (kept) => tiles(archive, kept, options)),
    options,
  );

/**
 * Train a model on the pixels of random crops of images that have a value, as {@link trainOnTiles} does.
 *
 * @throws ShapeError when an archive does not fit the description; DomainError when it holds a number that is not finite
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's, or `start` has other channels
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export const trainOnImages = async (
  archive: Images,
  description: ModelDescription,
  options: ImageTrainingOptions = {},
): Promise<TrainedModel> => trainModel(setUpImages(archive, description, options), options);

/** Checks a training on images without doing it. @throws OptionsError, ShapeError, DomainError */
export const setUpImages = (archive: Images, description: ModelDescription, options: ImageTrainingOptions): SetUp =>
  setUp(archive, options, () => described(archive, description, options));

function setUp(
  archive: Images,
  options: ImageTrainingOptions<Images>,
  kindOf: (kept: ModelDescription | undefined) => Kind,
): SetUp {
  const { resume, validate: held } = options;
  if (resume && options.start) throw new OptionsError("train: both resume and start are given; give one", "start");
  const start = options.start && startFrom(options.start, options);
  const kind = kindOf(resume?.description ?? start?.description);
  const recipe = resolveRecipe({ ...options, ...start?.recipe }, { ...kind, validated: held !== undefined });
  if (resume) checkSameRecipe(recipe, resume.recipe);
  const description = kind.describe(recipe, start);
  return {
    ...{ recipe, description, parameters: start?.parameters },
    masked: resume?.masked ?? start?.masked ?? hasGaps(archive),
    source: cropSource(archive, kind.inputs(description), recipe),
    held: held && kind.cases(held, description),
  };
}

/** Tiles of rain, of whose block means they are made again. */
function tiles(archive: Tiles, kept: ModelDescription | undefined, options: TileTrainingOptions): Kind {
  const { validate: held, wetThreshold = 0.1, ceiling, places = [] } = options;
  const events = [archive, ...(held ? [held] : [])].flatMap((one) => one.events.map(({ name }) => name));
  const known = kept && archivesOf(kept);
  const asked = options.archives ?? (known && true);
  const archives = asked && archivesOfEvents(asked, events, known);
  const names = known ?? archiveList((archives ?? []).slice(0, archive.events.length));
  const strange = archives?.find((name) => !names.includes(name));
  if (strange !== undefined) {
    const hint = `training has ${names.join(", ")}; name one of them for each event of \`validate\`, behind those of the data`;
    throw new OptionsError(`train: \`archives\` has "${strange}" to validate by; ${hint}`, "archives", archives);
  }
  const labels = (tiles: Tiles, before: number) =>
    archives && { names, of: (tile: number) => names.indexOf(archives[before + eventOf(tiles, tile)]!) };
  return {
    ...{ blocks: true, symmetries: true, archives },
    describe({ seed, factor = 4, unit, target, divisor }) {
      const field = {
        ...(divisor !== undefined && { divisor }),
        ...(target === "field" && { whole: true as const, missing: WITHHELD }),
      };
      const constants =
        (kept && constantsOf(kept)) ?? measureNormalization(archive, factor, rng(seed).split("measure"), unit, field);
      const seen = seenBlocks(archive, factor, places, { wet: wetThreshold, unit: constants.unit ?? 1 });
      const limits = { wetThreshold, ...(ceiling !== undefined && { ceiling }) };
      return withScales(describeBlocks(constants, { archives: names, seen, ...limits }), kept);
    },
    inputs: (description) => blockInputs(constantsOf(description)!, labels(archive, 0)),
    cases: (_, { blocks }) => heldTiles(held!, blocks!.factor, labels(held!, archive.events.length)),
  };
}

/** A description with the scale that a model to start from is fixed at. */
function withScales(own: ModelDescription, from: ModelDescription | undefined): ModelDescription {
  if (from?.blocks?.scales === undefined) return own;
  const [target] = own.targets as [ModelDescription["targets"][number]];
  return {
    ...own,
    channels: [...own.channels, ...from.channels.filter(({ role }) => role === "scale")],
    targets: [{ ...target, deviation: from.targets[0]!.deviation }],
    blocks: { ...own.blocks!, scales: from.blocks.scales },
  };
}

/** Images that have their inputs, standardised by a description. */
function described(archive: Images, asked: ModelDescription, options: ImageTrainingOptions): Kind {
  const complaint = descriptionComplaint(asked, "description");
  if (complaint !== undefined) throw new OptionsError(`train: ${complaint}`, "description", asked);
  const { resume, validate: held, archives, dropout = 0 } = options;
  const dropped = dropout > 0 ? covariateGroups(asked.channels) : [];
  const optional = new Set(dropped.flatMap(({ values }) => values));
  const channels = asked.channels.map((c, i) => (optional.has(i) ? { ...c, optional: true } : c));
  const description = { ...asked, channels };
  return {
    symmetries: directionless(channels),
    archives: archives === true ? archivesOf(asked) : archives,
    describe({ network }, start) {
      if (resume) checkSameDescription("resume", description, resume.description);
      if (start) checkSameDescription("start", asked, start.description, ["optional"]);
      const { multiple } = unet(network);
      checkImages("archive", archive, description, multiple);
      if (held) checkImages("validate", held, description, multiple);
      return description;
    },
    inputs: channelInputs,
    cases: heldImages,
  };
}

async function trainModel(
  { recipe, description, masked, source, held, parameters }: SetUp,
  options: TrainModelOptions,
): Promise<TrainedModel> {
  const { device = "cpu", threads = 1, resume } = options;
  const given = options.process;
  const process = typeof given === "object" ? given : processOfModel(recipe.process);
  const root = rng(recipe.seed);
  const network = unet(networkOf(recipe, description, masked));
  // A term of one's own is known by its name alone.
  const recorded = recipe.term && recordedTerm(recipe.term);
  const term = lossTerm(options.term ?? (recorded as WassersteinTerm | undefined));
  const objective = trainingObjective({ source, recipe, description, masked, network, process, term });
  const run = { device, threads, process };
  const { seed, validation: how } = recipe;
  const evaluateOn = async (cases: HeldOut, state: TrainingState) => {
    const model = downscalerOf({ recipe, description, masked, state }, run);
    const evaluation = await validate(model, cases, { seed, ...how! });
    await model.dispose();
    return evaluation;
  };
  const ended = await runTraining<TrainingCheckpoint>({
    ...options,
    caller: "train",
    objective,
    parameters: parameters ? inNetworkOrder(network, parameters) : objective.initialize(root.split("network")),
    recipe,
    batches: root.split("batch"),
    ...(resume && { from: resume }),
    ...(held && {
      validator: { ...how!, first: parameters !== undefined, scores: (state) => evaluateOn(held, state) },
    }),
    checkpointOf: ({ best, ...now }) => ({ recipe, description, masked, ...now, ...(best && { best }) }),
  });
  return { ...ended, downscaler: downscalerOf(ended.checkpoint, run) };
}
