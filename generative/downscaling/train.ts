/** Training of a downscaler on an archive of tiles: seeded, resumable bit for bit, judged on held-out tiles, stopped by a signal. */
import { OptionsError } from "../../engine/errors.ts";
import { rng } from "../../engine/rng.ts";
import type { TrainingState } from "../../engine/training.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { lossTerm } from "../diffusion/loss-term.ts";
import { inNetworkOrder, parametersOf } from "../diffusion/parameters.ts";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { unet } from "../diffusion/unet.ts";
import { measureNormalization, type Normalization } from "./archive/conditions.ts";
import { archiveList, archivesOfEvents } from "./archive/names.ts";
import type { StoredTiles, TileArchive } from "./archive/tiles.ts";
import { Downscaler } from "./downscaler.ts";
import { lessonOf } from "./generator/lesson.ts";
import {
  type Best,
  type Ended,
  type Following,
  following,
  type Judged,
  type Progressed,
  runTraining,
  type StepProgress,
} from "./generator/loop.ts";
import { withPreset } from "./presets/wassdiff.ts";
import { checkSame, networkOf, type ResolvedRecipe, resolveRecipe, type TrainingRecipe } from "./recipe.ts";
import { type Start, startFrom } from "./start.ts";
import { type RainPlace, type TrainedOn, trainedOn } from "./trained-on.ts";
import { WITHHELD } from "./training-batch.ts";
import { judgeDownscaler, judgementOf, type ValidationScores } from "./validation.ts";

export type { ResolvedRecipe, TrainingRecipe } from "./recipe.ts";
export { trainingBatch } from "./training-batch.ts";

/** Options of {@link trainDownscaler}: the recipe, and how to run it. */
export interface TrainDownscalerOptions extends TrainingRecipe, Following<TrainingProgress> {
  /**
   * Tiles of held-out events: of the models with the least CRPS by them the most reliable one is kept. Where `archives` is a list, their names follow those of the
   * events to train on. @defaultValue none: the last parameters are the model
   */
  readonly validate?: TileArchive | StoredTiles;
  /** Rates below it are 0 in validation, mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Continue from here; the recipe must be the checkpoint's. */
  readonly resume?: DownscalerCheckpoint;
  /** Grids and intervals of the events; the model remembers them. @defaultValue none, unknown */
  readonly places?: readonly RainPlace[];
  /**
   * Begin with the parameters of this model (fine-tuning), or with the current ones of this checkpoint (a fork), and keep its
   * normalisation, unit and archives; moments, average and schedule are fresh.
   */
  readonly start?: Downscaler | DownscalerCheckpoint;
}

/** How training goes. */
export interface TrainingProgress extends StepProgress<ValidationScores, DownscalerCheckpoint> {}

/** The best model so far. */
export interface BestDownscaler extends Best<ValidationScores> {}

/** Whatever resuming needs. */
export interface DownscalerCheckpoint {
  /** With all defaults filled in. */
  readonly recipe: ResolvedRecipe;
  /** As measured before the first step. */
  readonly normalization: Normalization;
  /** Archives that the network is told of, in the order of their channels. @defaultValue none */
  readonly archives?: readonly string[];
  /** What inputs must resemble. @defaultValue unknown, as in checkpoints of before this was stored */
  readonly trainedOn?: TrainedOn;
  /** Parameters, their averages, moments and step. */
  readonly state: TrainingState;
  /** By the validations so far. @defaultValue none yet */
  readonly best?: BestDownscaler;
  /** Validations since the best one. @defaultValue 0 */
  readonly worse?: number;
}

/** Result of {@link trainDownscaler}. */
export interface TrainedDownscaler extends Ended<ValidationScores, DownscalerCheckpoint> {
  /** The best model of all validations; without any, the averaged parameters of the last step. */
  readonly downscaler: Downscaler;
}

/**
 * Train a downscaler with the denoising loss on random crops. Step n's batch is a function of (seed, n) alone, so that a
 * resumed run equals an uninterrupted one bit for bit on the same machine and thread count, its validations included.
 *
 * @param archive - training tiles; the normalisation is measured on up to 2000 of them
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's, or `start` is another network
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export async function trainDownscaler(
  archive: TileArchive | StoredTiles,
  given: TrainDownscalerOptions = {},
): Promise<TrainedDownscaler> {
  const options: TrainDownscalerOptions = withPreset(given);
  const { device = "cpu", threads = 1, resume, places = [], validate } = options;
  if (resume && options.start) throw new OptionsError("trainDownscaler: both resume and start are given", "start");
  const process = noiseProcess(options.process);
  const { recipe, names, start } = setUp(archive, options);
  const root = rng(recipe.seed);
  const network = unet(networkOf(recipe.network, names, recipe.generator));
  const { factor, unit, validation: how } = recipe;
  const kept = resume?.normalization ?? start?.normalization;
  const field = fieldOf(recipe);
  const normalization =
    kept ?? measureNormalization(archive, factor, root.split("measure"), { ...(unit && { unit }), field });
  const { wetThreshold = 0.1 } = options;
  const lesson = lessonOf({ archive, recipe, normalization, network, process, names, term: lossTerm(options.term) });
  // A one-step generator has no process, and refuses one.
  const run = { device, threads, ...(recipe.generator !== "one-step" && { process }) };
  const seen = trainedOn(archive, factor, places, { wet: wetThreshold, unit: normalization.unit ?? 1 });
  const told = names.length > 0 && { archives: names };
  const checkpointOf = ({ state, best, worse }: Progressed<ValidationScores>): DownscalerCheckpoint => ({
    recipe,
    normalization,
    ...told,
    trainedOn: seen,
    state,
    ...(best && { best, worse }),
  });
  const judge = async (held: TileArchive | StoredTiles, state: TrainingState): Promise<Judged<ValidationScores>> => {
    const model = downscalerOf({ recipe, normalization, ...told, trainedOn: seen, state }, { last: true, ...run });
    const archives = recipe.archives?.slice(archive.events.length);
    const judged = await judgeDownscaler(model, held, { seed: recipe.seed, archives, wetThreshold, ...how! });
    await model.dispose();
    return judged;
  };
  const ended = await runTraining<ValidationScores, DownscalerCheckpoint>({
    ...following(options),
    caller: "trainDownscaler",
    lesson,
    parameters: start ? inNetworkOrder(network, start.parameters) : lesson.initialize(root.split("network")),
    recipe,
    batches: root.split("batch"),
    ...(resume && { from: resume }),
    ...(validate && {
      judge: { ...how!, scores: (state) => judge(validate, state), judgementOf },
    }),
    checkpointOf,
  });
  return { ...ended, downscaler: downscalerOf(ended.checkpoint, run) };
}

/** What is trained, from the options or from what is gone on from. @throws OptionsError */
function setUp(archive: TileArchive | StoredTiles, options: TrainDownscalerOptions) {
  const { resume, validate } = options;
  const process = noiseProcess(options.process);
  const start: Start | undefined = options.start && startFrom(options.start, options);
  const events = [archive, ...(validate ? [validate] : [])].flatMap((one) => one.events.map(({ name }) => name));
  const known = (start ?? resume)?.archives;
  const told = options.archives ?? (known && true);
  const archives = told && archivesOfEvents(told, events, known);
  const names = known ?? archiveList((archives ?? []).slice(0, archive.events.length));
  const strange = archives?.find((name) => !names.includes(name));
  if (strange !== undefined) {
    const hint = `training has ${names.join(", ")}; name one of them for each event of \`validate\`, behind those of the data`;
    throw new OptionsError(
      `trainDownscaler: \`archives\` has "${strange}" to validate by; ${hint}`,
      "archives",
      archives,
    );
  }
  const chosen = start === undefined ? options : { ...options, ...start.recipe };
  const recipe = resolveRecipe(chosen, process, archives, validate !== undefined);
  if (resume !== undefined) checkSame(recipe, resume.recipe);
  return { recipe, names, start };
}

/**
 * The downscaler at a checkpoint: the best so far; without one, or with `last`, its averaged parameters; with `raw` the current ones.
 *
 * @param options - `last` and `raw` choose the parameters; the rest says how the network runs
 */
export function downscalerOf(
  { recipe, normalization, archives, trainedOn: seen, state, best }: DownscalerCheckpoint,
  options: CompiledDenoiserOptions & { readonly raw?: boolean; readonly last?: boolean } = {},
): Downscaler {
  const { raw = false, last = raw, ...run } = options;
  const { process = "edm", sampling, generator } = recipe;
  const whole = networkOf(recipe.network, archives, generator);
  const network = archives || generator === "one-step" ? whole : recipe.network;
  const [vectors, step] =
    best === undefined || last ? [raw ? state.parameters : state.ema, state.step] : [best.parameters, best.step];
  const parameters = parametersOf("downscalerOf", unet(whole), vectors);
  const kind = generator === "one-step" ? { generator } : { process };
  const draws = sampling && { sampling };
  const configuration = { network, normalization, ...kind, ...draws, provenance: { step, recipe } };
  return new Downscaler(
    { ...configuration, ...(archives && { archives }), ...(seen && { trainedOn: seen }) },
    parameters,
    run,
  );
}

const fieldOf = ({ divisor, target }: ResolvedRecipe): Pick<Normalization, "divisor" | "whole" | "missing"> => ({
  ...(divisor !== undefined && { divisor }),
  ...(target === "field" && { whole: true as const, missing: WITHHELD }),
});
