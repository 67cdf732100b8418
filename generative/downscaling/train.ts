/** Training of a downscaler on an archive of tiles: seeded, resumable bit for bit, judged on held-out tiles, stopped by a signal. */
import type { Device } from "../../engine/compile.ts";
import { OptionsError } from "../../engine/errors.ts";
import { adam, warmupCosine } from "../../engine/optimizer.ts";
import { rng } from "../../engine/rng.ts";
import { compileTraining, type TrainingState } from "../../engine/training.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { checkSound, inNetworkOrder, parametersOf } from "../diffusion/parameters.ts";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { unet } from "../diffusion/unet.ts";
import { measureNormalization, type Normalization } from "./archive/conditions.ts";
import { archiveList, archivesOfEvents } from "./archive/names.ts";
import type { TileArchive } from "./archive/tiles.ts";
import { Downscaler } from "./downscaler.ts";
import { lessonOf } from "./generator/lesson.ts";
import { withPreset } from "./presets/wassdiff.ts";
import { checkSame, networkOf, type ResolvedRecipe, resolveRecipe, type TrainingRecipe } from "./recipe.ts";
import { type Start, startFrom } from "./start.ts";
import { type RainPlace, type TrainedOn, trainedOn } from "./trained-on.ts";
import { WITHHELD } from "./training-batch.ts";
import { type ValidationScores, validateDownscaler } from "./validation.ts";

export type { ResolvedRecipe, TrainingRecipe } from "./recipe.ts";
export { trainingBatch } from "./training-batch.ts";

/** Options of {@link trainDownscaler}: the recipe, and how to run it. */
export interface TrainDownscalerOptions extends TrainingRecipe {
  /**
   * Tiles of held-out events: the best model by their CRPS is kept. Where `archives` is a list, their names follow those of the
   * events to train on. @defaultValue none: the last parameters are the model
   */
  readonly validate?: TileArchive;
  /** Rates below it are 0 in validation, mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** @defaultValue "cpu" */
  readonly device?: Device;
  /** @defaultValue 1 */
  readonly threads?: number;
  /** Called after each `progressEvery` steps, after each validation and after the last step; awaited. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /** @defaultValue 50 */
  readonly progressEvery?: number;
  /** Stops training after the step in progress; the checkpoint then resumes it. */
  readonly signal?: AbortSignal;
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
export interface TrainingProgress {
  /** Steps completed, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Means since the last report. */
  readonly loss: number;
  /** The parts of the loss, and the loss by noise level. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Where this step was validated. */
  readonly validation?: ValidationScores;
  /** The state as of this step, to be saved. */
  readonly checkpoint: () => DownscalerCheckpoint;
}

/** The best model so far. */
export interface BestDownscaler {
  readonly step: number;
  readonly scores: ValidationScores;
  /** The averaged parameters, flat, by name. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

/** Whatever resuming needs. */
export interface DownscalerCheckpoint {
  readonly recipe: ResolvedRecipe;
  readonly normalization: Normalization;
  /** Archives that the network is told of, in the order of their channels. @defaultValue none */
  readonly archives?: readonly string[];
  /** @defaultValue unknown, as in checkpoints of before this was stored */
  readonly trainedOn?: TrainedOn;
  readonly state: TrainingState;
  /** By the validations so far. @defaultValue none yet */
  readonly best?: BestDownscaler;
  /** Validations since the best one. @defaultValue 0 */
  readonly worse?: number;
}

/** Result of {@link trainDownscaler}. */
export interface TrainedDownscaler {
  /** `"stopped"`: early, for lack of `patience`; `"aborted"`: by the signal. */
  readonly status: "finished" | "stopped" | "aborted";
  /** The best model of all validations; without any, the averaged parameters of the last step. */
  readonly downscaler: Downscaler;
  readonly checkpoint: DownscalerCheckpoint;
  /** Step and scores of the model; undefined where none was validated. */
  readonly best: Omit<BestDownscaler, "parameters"> | undefined;
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
  archive: TileArchive,
  given: TrainDownscalerOptions = {},
): Promise<TrainedDownscaler> {
  const options: TrainDownscalerOptions = withPreset(given);
  const {
    device = "cpu",
    threads = 1,
    onProgress,
    progressEvery = 50,
    signal,
    resume,
    places = [],
    validate,
  } = options;
  if (resume && options.start) throw new OptionsError("trainDownscaler: both resume and start are given", "start");
  const process = noiseProcess(options.process);
  const { recipe, names, start } = setUp(archive, options);
  const root = rng(recipe.seed);
  const network = unet(networkOf(recipe.network, names, recipe.generator));
  const { factor, unit, steps, validation: how } = recipe;
  const kept = resume?.normalization ?? start?.normalization;
  const field = fieldOf(recipe);
  const normalization =
    kept ?? measureNormalization(archive, factor, root.split("measure"), { ...(unit && { unit }), field });
  const lesson = lessonOf({ archive, recipe, normalization, network, process, names });
  // A one-step generator has no process, and refuses one.
  const run = { device, threads, ...(recipe.generator !== "one-step" && { process }) };
  const trainer = await compileTraining(
    {
      parameters: start ? inNetworkOrder(network, start.parameters) : lesson.initialize(root.split("network")),
      inputs: lesson.inputs,
      loss: lesson.loss,
      optimizer: adam({
        beta1: 0.9,
        beta2: recipe.beta2 ?? 0.99,
        epsilon: 1e-8,
        learningRate: warmupCosine({ peak: recipe.peakRate, final: recipe.finalRate, steps, warmup: recipe.warmup }),
      }),
      clipNorm: recipe.clipNorm,
      ema: { decay: recipe.emaDecay, warmup: true },
    },
    { device, threads },
  );
  try {
    if (resume !== undefined) trainer.load(resume.state);
    const batches = root.split("batch");
    const seen = trainedOn(archive, recipe.factor, places);
    let { best, worse = 0 }: Pick<DownscalerCheckpoint, "best" | "worse"> = resume ?? {};
    const exhausted = () => how !== undefined && how.patience !== null && worse >= how.patience;
    const checkpoint = (): DownscalerCheckpoint => {
      const state = trainer.state();
      checkSound("trainDownscaler", state);
      const told = names.length > 0 && { archives: names };
      return { recipe, normalization, ...told, trainedOn: seen, state, ...(best && { best, worse }) };
    };
    const judge = async (held: TileArchive): Promise<ValidationScores> => {
      const now = checkpoint();
      const model = downscalerOf(now, { last: true, ...run });
      const archives = recipe.archives?.slice(archive.events.length);
      const { wetThreshold = 0.1 } = options;
      const scores = await validateDownscaler(model, held, { seed: recipe.seed, archives, wetThreshold, ...how! });
      await model.dispose();
      worse = best === undefined || scores.crps < best.scores.crps ? 0 : worse + 1;
      if (worse === 0) best = { step: now.state.step, scores, parameters: singles(now.state.ema) };
      return scores;
    };
    const sums = new Map<string, number>();
    let summed = 0;
    let step = trainer.state().step;
    while (step < steps && !exhausted() && !signal?.aborted) {
      const report = await trainer.step(lesson.batch(batches.split(step)));
      step++;
      summed++;
      for (const [name, value] of Object.entries({ ...report.metrics, loss: report.loss })) {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
      const due = validate !== undefined && (step % how!.every === 0 || step === steps);
      const validation = due ? await judge(validate) : undefined;
      if (onProgress === undefined || (step % progressEvery !== 0 && step !== steps && !due)) continue;
      const { loss = Number.NaN, ...metrics } = Object.fromEntries([...sums].map(([k, v]) => [k, v / summed]));
      const { gradientNorm, learningRate } = report;
      const now = { step, steps, loss, metrics, gradientNorm, learningRate, checkpoint };
      await onProgress({ ...now, ...(validation && { validation }) });
      sums.clear();
      summed = 0;
    }
    const last = checkpoint();
    const status = step === steps ? "finished" : exhausted() ? "stopped" : "aborted";
    const downscaler = downscalerOf(last, run);
    return { status, downscaler, checkpoint: last, best: best && { step: best.step, scores: best.scores } };
  } finally {
    await trainer.dispose();
  }
}

/** What is trained, from the options or from what is gone on from. @throws OptionsError */
function setUp(archive: TileArchive, options: TrainDownscalerOptions) {
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

/** The downscaler at a checkpoint: the best so far; without one, or with `last`, its averaged parameters; with `raw` the current ones. */
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

const singles = (vectors: TrainingState["ema"]): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, Float32Array.from(values)]));
