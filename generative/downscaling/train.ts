/** Training of a downscaler on an archive of tiles: seeded, resumable bit for bit, stopped by a signal. */
import type { Device } from "../../engine/compile.ts";
import { OptionsError } from "../../engine/errors.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { adam, warmupCosine } from "../../engine/optimizer.ts";
import { type Rng, rng } from "../../engine/rng.ts";
import { compileTraining, type TrainingState } from "../../engine/training.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { denoisingLoss, type FieldTerm } from "../diffusion/loss.ts";
import { checkSound, parametersOf } from "../diffusion/parameters.ts";
import { type NoiseProcessName, noiseProcess, processOfModel } from "../diffusion/process/kinds.ts";
import type { NoiseLaw, NoiseProcess } from "../diffusion/process/process.ts";
import { type UnetOptions, unet } from "../diffusion/unet.ts";
import { drawCrops, tilesDrawn } from "./archive/batches.ts";
import { conditionsOf, measureNormalization, type Normalization } from "./archive/conditions.ts";
import { type ArchivesOf, archiveList, archivesOfEvents } from "./archive/names.ts";
import type { TileArchive } from "./archive/tiles.ts";
import { Downscaler } from "./downscaler.ts";
import { type RainPlace, type TrainedOn, trainedOn } from "./trained-on.ts";

/** Everything that decides the result of training; plain JSON. */
export interface TrainingRecipe {
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Optimizer steps. @defaultValue 2000 */
  readonly steps?: number;
  /** Refinement: fine pixels along a side of a coarse cell. @defaultValue 4 */
  readonly factor?: number;
  /** Crops in a batch. @defaultValue 16 */
  readonly batch?: number;
  /** Side of a crop in fine pixels. @defaultValue 32 */
  readonly crop?: number;
  /** The unit c of ln(1 + R/c) in mm/h, or `"measured"`: the lower quartile of the wet values of the tiles. @defaultValue 1 */
  readonly unit?: number | "measured";
  /**
   * Tell the network which archive a crop is from: `true` by the events' names, or a name for each event, which several may
   * share. An input is then said to be from one of them. @defaultValue it is not told
   */
  readonly archives?: true | readonly string[];
  /** @defaultValue the network of 396 009 parameters */
  readonly network?: UnetOptions;
  /** Extra term of the loss. @defaultValue null, none */
  readonly term?: FieldTerm | null;
  /** How noise is added and seen; one of your own is an object. @defaultValue "edm" */
  readonly process?: NoiseProcessName | NoiseProcess;
  /** Law of the noise levels, for processes that take one. @defaultValue of EDM: median 0.7 sigmaData, spread 1.3 */
  readonly noise?: NoiseLaw;
  /** Rate after the warm-up. @defaultValue 1e-3 */
  readonly peakRate?: number;
  /** Rate at the end of the cosine. @defaultValue 1e-5 */
  readonly finalRate?: number;
  /** Steps of linear warm-up. @defaultValue 100 */
  readonly warmup?: number;
  /** Largest norm of the gradient. @defaultValue 1 */
  readonly clipNorm?: number;
  /** Decay of the parameter average, min(decay, (n + 1)/(n + 10)) at step n. @defaultValue 0.998 */
  readonly emaDecay?: number;
}

/** Options of {@link trainDownscaler}: the recipe, and how to run it. */
export interface TrainDownscalerOptions extends TrainingRecipe {
  /** @defaultValue "cpu" */
  readonly device?: Device;
  /** @defaultValue 1 */
  readonly threads?: number;
  /** Called after each `progressEvery` steps and after the last; awaited. */
  readonly onProgress?: (progress: TrainingProgress) => void | Promise<void>;
  /** @defaultValue 50 */
  readonly progressEvery?: number;
  /** Stops training after the step in progress; the checkpoint then resumes it. */
  readonly signal?: AbortSignal;
  /** Continue from here; the recipe must be the checkpoint's. */
  readonly resume?: DownscalerCheckpoint;
  /** Grids and intervals of the events; the model remembers them. @defaultValue none, unknown */
  readonly places?: readonly RainPlace[];
  /** Begin with this one's current parameters and normalisation, but fresh moments, average and schedule (a fork). */
  readonly start?: DownscalerCheckpoint;
}

/** How training goes. */
export interface TrainingProgress {
  /** Steps completed, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Means since the last report. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** The state as of this step, to be saved. */
  readonly checkpoint: () => DownscalerCheckpoint;
}

/** Whatever resuming needs. */
export interface DownscalerCheckpoint {
  readonly recipe: ResolvedRecipe;
  readonly normalization: Normalization;
  /** @defaultValue unknown, as in checkpoints of before this was stored */
  readonly trainedOn?: TrainedOn;
  readonly state: TrainingState;
}

/** A recipe without gaps; of the noise process, the name. */
export type ResolvedRecipe = Required<Omit<TrainingRecipe, "process" | "unit" | "archives">> & {
  /** One name an event. @defaultValue the network is not told */
  readonly archives?: readonly string[];
  /** @defaultValue 1, as in checkpoints of before this was stored */
  readonly unit?: number | "measured";
  /** @defaultValue "edm", as in checkpoints of before this was stored */
  readonly process?: string;
};

/** Result of {@link trainDownscaler}. */
export interface TrainedDownscaler {
  readonly status: "finished" | "aborted";
  /** With the averaged parameters. */
  readonly downscaler: Downscaler;
  readonly checkpoint: DownscalerCheckpoint;
}

/**
 * Train a downscaler with the denoising loss on random crops. Step n's batch is a function of (seed, n) alone, so that a
 * resumed run equals an uninterrupted one bit for bit on the same machine and thread count.
 *
 * @param archive - training tiles; the normalisation is measured on up to 2000 of them
 * @throws OptionsError when the recipe is inconsistent or differs from the resumed checkpoint's
 * @throws ConvergenceError with status "diverged" when loss, gradient or weights are NaN or infinite
 */
export async function trainDownscaler(
  archive: TileArchive,
  options: TrainDownscalerOptions = {},
): Promise<TrainedDownscaler> {
  const { device = "cpu", threads = 1, onProgress, progressEvery = 50, signal, resume, start, places = [] } = options;
  const process = noiseProcess(options.process);
  const recipe = resolveRecipe(options, process, archive);
  if (resume !== undefined) checkSame(recipe, resume.recipe);
  const root = rng(recipe.seed);
  const network = unet(networkOf(recipe));
  const from = resume ?? start;
  const { factor, unit } = recipe;
  const normalization =
    from?.normalization ?? measureNormalization(archive, factor, root.split("measure"), { ...(unit && { unit }) });
  const { batch, crop, steps, term } = recipe;
  const channels = network.options.inputChannels - 1;
  const image = (channels: number) => ({ shape: [batch, crop, crop, channels] });
  const trainer = await compileTraining(
    {
      parameters:
        start === undefined
          ? network.initialize(root.split("network"))
          : parametersOf("downscalerOf", network, start.state.parameters),
      inputs: [image(1), image(channels), image(1), { shape: [batch] }, ...(term === null ? [] : [image(1)])],
      loss: denoisingLoss(network, { sigmaData: normalization.sigmaData, process, ...(term && { term }) }),
      optimizer: adam({
        beta1: 0.9,
        beta2: 0.99,
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
    const checkpoint = (): DownscalerCheckpoint => {
      const state = trainer.state();
      checkSound("trainDownscaler", state);
      return { recipe, normalization, trainedOn: seen, state };
    };
    const sums = new Map<string, number>();
    let summed = 0;
    let step = trainer.state().step;
    while (step < steps && !signal?.aborted) {
      const inputs = trainingBatch(archive, batches.split(step), recipe, normalization, process);
      const report = await trainer.step(term === null ? inputs.slice(0, 4) : inputs);
      step++;
      summed++;
      for (const [name, value] of Object.entries({ ...report.metrics, loss: report.loss })) {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
      if (onProgress === undefined || (step % progressEvery !== 0 && step !== steps)) continue;
      const { loss = Number.NaN, ...metrics } = Object.fromEntries([...sums].map(([k, v]) => [k, v / summed]));
      const { gradientNorm, learningRate } = report;
      await onProgress({ step, steps, loss, metrics, gradientNorm, learningRate, checkpoint });
      sums.clear();
      summed = 0;
    }
    const last = checkpoint();
    const downscaler = downscalerOf(last, { device, threads, process });
    return { status: step < steps ? "aborted" : "finished", downscaler, checkpoint: last };
  } finally {
    await trainer.dispose();
  }
}

/**
 * One batch: residual [b, h, w, 1], conditions [b, h, w, 2 + archives], unit noise [b, h, w, 1], σ [b], background [b, h, w, 1].
 *
 * @param stream - decides the whole batch
 * @param process - where it is one of your own
 */
export function trainingBatch(
  archive: TileArchive,
  stream: Rng,
  recipe: ResolvedRecipe,
  normalization: Normalization,
  process = processOfModel(recipe.process),
): Float32Array[] {
  const { batch, crop, factor } = recipe;
  const rain = drawCrops(archive, stream.split("crops"), { count: batch, size: crop, factor });
  const coarse = blockMean(rain, batch, crop, crop, factor);
  const side = crop / factor;
  const archives = archivesDrawn(archive, stream.split("crops"), recipe);
  const { background, condition } = conditionsOf(coarse, batch, side, side, normalization, archives);
  const { unit = 1 } = normalization;
  const residual = rain.map((r, i) => Math.log1p(r / unit) - background[i]!);
  const noise = stream.split("noise").normal(new Float32Array(rain.length));
  const sigma = process.trainingLevels(stream.split("sigma").stratified(batch), normalization.sigmaData, recipe.noise);
  return [residual, condition, noise, sigma, background];
}

/** Which archive each crop of a batch is from, where the network is told. */
function archivesDrawn(archive: TileArchive, stream: Rng, { archives, batch }: ResolvedRecipe): ArchivesOf | undefined {
  if (archives === undefined) return undefined;
  const names = archiveList(archives);
  const eventOf = (tile: number) => archive.events.findIndex(({ begin, end }) => begin <= tile && tile < end);
  const of = Array.from(tilesDrawn(archive, stream, batch), (tile) => names.indexOf(archives[eventOf(tile)]!));
  return { names, of };
}

/** The network of a recipe: its inputs are noise and conditions. */
export const networkOf = ({ network, archives = [] }: Pick<ResolvedRecipe, "network" | "archives">): UnetOptions => {
  const names = archiveList(archives);
  return {
    inputChannels: 3,
    outputChannels: 1,
    ...network,
    ...(names.length > 0 && { inputChannels: 3 + names.length }),
  };
};

/** The downscaler at a checkpoint: its averaged parameters, or with `raw` the current ones. */
export function downscalerOf(
  { recipe, normalization, trainedOn: seen, state }: DownscalerCheckpoint,
  options: CompiledDenoiserOptions & { readonly raw?: boolean } = {},
): Downscaler {
  const { raw = false, ...run } = options;
  const network = unet(networkOf(recipe));
  const parameters = parametersOf("downscalerOf", network, raw ? state.parameters : state.ema);
  const provenance = { step: state.step, recipe };
  const { process = "edm", archives } = recipe;
  const told = archives && { archives: archiveList(archives) };
  const configuration = { network: archives ? networkOf(recipe) : recipe.network, normalization, process, provenance };
  return new Downscaler({ ...configuration, ...told, ...(seen && { trainedOn: seen }) }, parameters, run);
}

function resolveRecipe(
  options: TrainDownscalerOptions,
  process: NoiseProcess,
  { events }: TileArchive,
): ResolvedRecipe {
  const {
    seed = 0,
    steps = 2000,
    factor = 4,
    batch = 16,
    crop = 32,
    network = {},
    unit = 1,
    archives,
    term = null,
    noise = {},
    peakRate = 1e-3,
    finalRate = 1e-5,
    warmup = 100,
    clipNorm = 1,
    emaDecay = 0.998,
  } = options;
  for (const [name, value] of Object.entries({ steps, factor, batch, crop })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new OptionsError(`trainDownscaler: ${name} is ${value}, expected a positive integer`, name, value);
  }
  process.trainingLevels([0.5], 1, noise);
  const names =
    archives &&
    archivesOfEvents(
      archives,
      events.map(({ name }) => name),
    );
  const sizes = {
    seed,
    steps,
    factor,
    batch,
    crop,
    network,
    ...(unit !== 1 && { unit }),
    ...(names && { archives: names }),
  };
  return { ...sizes, term, process: process.name, noise, peakRate, finalRate, warmup, clipNorm, emaDecay };
}

function checkSame(now: ResolvedRecipe, then: ResolvedRecipe): void {
  const old = { process: "edm", unit: 1 };
  for (const name of Object.keys({ ...old, ...now, ...then }) as (keyof ResolvedRecipe)[]) {
    const [a, b] = [JSON.stringify({ ...old, ...now }[name]), JSON.stringify({ ...old, ...then }[name])];
    if (a === b) continue;
    const hint = "resume with the recipe of the checkpoint";
    throw new OptionsError(`trainDownscaler: ${name} is ${a}, the checkpoint has ${b}; ${hint}`, name, now[name]);
  }
}
