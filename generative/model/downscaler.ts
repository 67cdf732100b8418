/**
 * Ensembles of fine fields from coarse ones and whatever else is known: a trained diffusion model with everything it needs to
 * run, in one file. A member is a function of the seed, its number, and the options: how many others are
 * drawn changes nothing, and noise belongs to pixels, not to tiles.
 */
import { anything, checkOptions, kind } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { rowSlabs } from "../../engine/numerics/row-slabs.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { inspect } from "../../engine/text/inspect.ts";
import {
  type CompiledDenoiser,
  type CompiledDenoiserOptions,
  compiledDenoiser,
  denoiserChecks,
} from "../diffusion/denoiser.ts";
import { drawResiduals, resolveDraw } from "../diffusion/draw.ts";
import { checkParameters } from "../diffusion/parameters.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import { type Parameter, type Unet, unet } from "../diffusion/unet.ts";
import { comparableBlocks, comparablePlace, seenOf } from "./blocks.ts";
import { type Target, untransformed } from "./channel.ts";
import { configurationCheck, type ModelConfiguration } from "./configuration.ts";
import { distributionSize } from "./correction.ts";
import { cutBlocks } from "./cut-off.ts";
import { differences, passGuards } from "./guards.ts";
import { type InputImages, imagesOf, type ModelInput, unitOf } from "./images.ts";
import { atScale, chosenFactor } from "./input-scale.ts";
import { distributionTensor, readModelFile, writeModelFile } from "./model-file.ts";
import { modelText } from "./printed.ts";
import { type SampleOptions, sampleChecks } from "./sample-options.ts";

/** An ensemble of fine fields of one time. */
export interface Ensemble {
  /** In the units of each target, [members, height, width, outputs]; NaN where the input is missing. */
  readonly values: Float32Array;
  /** Number of members. */
  readonly members: number;
  /** Rows of the fine grid. */
  readonly height: number;
  /** Columns of the fine grid. */
  readonly width: number;
  /** Number of targets. */
  readonly outputs: number;
}

/** The file that a downscaler was read from. */
export interface ModelFile {
  /** Path that it was read from. */
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A trained downscaler. Free it with `dispose` when done. */
export class Downscaler {
  readonly configuration: ModelConfiguration;
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The noise process that it was trained with. */
  readonly process: NoiseProcess;
  /** File that it was read from; undefined for one that was made in memory. */
  readonly file: ModelFile | undefined;
  /** Quantiles of the coarse observations, of models that correct: [seasons, quantiles, height, width]. */
  readonly observedQuantiles: Float32Array | undefined;
  readonly #denoiser: CompiledDenoiser;

  /**
   * @throws OptionsError when the configuration is none, or names a noise process of your own that is not in `options`
   * @throws ShapeError when the parameters do not fit the network
   * @throws DomainError when a parameter is not finite
   */
  constructor(
    configuration: ModelConfiguration,
    parameters: Readonly<Record<string, Parameter>>,
    options: CompiledDenoiserOptions & { readonly file?: ModelFile; readonly observedQuantiles?: Float32Array } = {},
  ) {
    checkOptions("Downscaler", options, {
      ...denoiserChecks,
      file: anything,
      observedQuantiles: kind("a Float32Array", (value) => value instanceof Float32Array),
    });
    const { file, observedQuantiles, ...compiled } = options;
    const complaint = configurationCheck(configuration, "configuration");
    if (complaint !== undefined) throw new OptionsError(`Downscaler: ${complaint}`, "configuration", configuration);
    this.configuration = configuration;
    this.network = unet(configuration.network);
    checkParameters(this.network, parameters);
    this.parameters = parameters;
    this.file = file;
    this.observedQuantiles = observedQuantiles;
    checkDistribution(configuration, observedQuantiles);
    this.process = processOfModel(configuration.process, compiled.process);
    const { sigmaData = 1 } = configuration;
    const run = { ...compiled, process: this.process };
    this.#denoiser = compiledDenoiser(this.network, parameters, sigmaData, run);
  }

  /**
   * Draw an ensemble.
   *
   * @param input - of any size; for models of block means coarse rain, whose cells are refined by the model's factor, else channels
   *   on the fine grid
   * @throws ShapeError when an array does not fit the size or the model
   * @throws DomainError when a number of the input is not finite, or no rain, or missing with `missing: "error"`, or the rain is of
   *   another spacing or interval, or far stronger, than what the model was trained for
   * @throws OptionsError when an option is out of range
   */
  async sample(input: ModelInput, options: SampleOptions = {}): Promise<Ensemble> {
    checkOptions("Downscaler.sample", options, sampleChecks);
    const own = "values" in input ? { values: Float32Array.from(input.values), shape: input.shape } : input;
    const { archive, missing = "error", valid, conserve = true } = options;
    const configuration = this.#at(own, options);
    if (options.cutOff !== undefined && configuration.blocks === undefined) {
      const what = "a cut-off is of models of block means; leave it out";
      throw new OptionsError(`Downscaler.sample: cutOff is ${options.cutOff}; ${what}`, "cutOff", options.cutOff);
    }
    const { targets, sampling, sigmaData = 1 } = configuration;
    const { multiple } = this.network;
    const draw = resolveDraw("Downscaler.sample", { ...sampling, ...options }, unitOf(configuration, multiple));
    const images = imagesOf(configuration, multiple, own, { archive, missing, valid });
    if ("values" in own) checkKind(configuration, own.values, options);
    const { rows: height, columns: width, condition, shown } = images;
    const residual = await drawResiduals(
      {
        ...{ denoiser: this.#denoiser, process: this.process, sigmaData, outputs: targets.length },
        ...{ height, width, condition, ...defined({ valid: shown }) },
      },
      draw,
    );
    return finish(configuration, images, residual, draw.members, { ...options, conserve });
  }

  /** The configuration at the scale of an input. */
  #at(input: ModelInput, { factor: asked, place = {}, texture }: SampleOptions): ModelConfiguration {
    if (!("values" in input) || this.configuration.blocks === undefined) return this.configuration;
    const factor = chosenFactor("Downscaler.sample", this.configuration, asked);
    return atScale(this.configuration, input, { factor, place, ...defined({ texture }) });
  }

  /**
   * Write parameters and configuration to one safetensors file with a checksum, whole or not at all.
   *
   * @throws DomainError when a parameter is not finite
   */
  async save(path: string): Promise<void> {
    checkParameters(this.network, this.parameters);
    await writeModelFile(path, this);
  }

  /**
   * Read what {@link Downscaler.save} wrote, now or in the two forms of before.
   *
   * @throws FormatError when the file is damaged or holds something else; OptionsError when the model was trained with a
   *   noise process of your own, which `options` must bring
   */
  static async load(path: string, options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
    checkOptions("Downscaler.load", options, denoiserChecks);
    return readModelFile(path, options, (configuration, parameters, more) => {
      return new Downscaler(configuration, parameters, { ...options, ...more });
    });
  }

  /** Text that `console.log` prints. */
  [inspect](): string {
    return modelText(this);
  }

  /** Free the compiled programs. */
  async dispose(): Promise<void> {
    await this.#denoiser.dispose();
  }
}

/** From residuals on the images to values on the asked grid, some rows at a time; in place where the grids are the same. */
function finish(
  configuration: ModelConfiguration,
  images: InputImages,
  residual: Float32Array,
  members: number,
  { conserve, wetThreshold, cutOff = 0 }: SampleOptions,
): Ensemble {
  const { targets } = configuration;
  const { height, width, valid, blocks } = images;
  const outputs = targets.length;
  const same = height === images.rows && width === images.columns;
  const values = same ? residual : new Float32Array(members * height * width * outputs);
  const finish = targets.map((target) => {
    const wet = wetThreshold ?? dryBelow(configuration, target);
    return untransformed(target, defined({ wetThreshold: wet }));
  });
  const deviations = targets.map(({ deviation }) => deviation);
  const line = width * outputs;
  for (const [top, rows] of rowSlabs(height, blocks?.factor ?? 1)) {
    const background = images.background(top, rows);
    for (let member = 0; member < members; member++) {
      const slab = values.subarray((member * height + top) * line, (member * height + top + rows) * line);
      for (let row = 0, to = 0; row < rows; row++) {
        const from = (member * images.rows + top + row) * images.columns * outputs;
        const level = row * images.columns * outputs;
        for (let i = 0, k = 0; i < line; i++, to++, k = k + 1 === outputs ? 0 : k + 1) {
          slab[to] = finish[k]!(background[level + i]! + deviations[k]! * residual[from + i]!);
        }
      }
      const own = valid?.subarray(top * width, (top + rows) * width);
      if (blocks) finishBlocks(slab, blocks, { top, rows, width, valid: own, conserve: conserve === true, cutOff });
      if (own) for (let i = 0; i < slab.length; i++) if (own[Math.floor(i / outputs)] === 0) slab[i] = Number.NaN;
    }
  }
  return { values, members, height, width, outputs };
}

/**
 * Dry threshold of members, from that of the data: where block means are conserved, small rates that are drawn beside the rain stay
 * from half of it on, since cutting them takes rain from where it is light (research/generator-results.md).
 */
export function dryBelow(
  { blocks }: Pick<ModelConfiguration, "blocks">,
  { wetThreshold }: Pick<Target, "wetThreshold">,
): number | undefined {
  return wetThreshold === undefined || blocks === undefined ? wetThreshold : wetThreshold / 2;
}

/** @throws DomainError where the rain is of another kind than that of training */
function checkKind(
  configuration: ModelConfiguration,
  values: ShapedArray["values"],
  { place = {}, force }: Pick<SampleOptions, "place" | "force">,
): void {
  const trained = seenOf(configuration);
  if (force === true || trained === undefined) return;
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  const found = differences(comparableBlocks(trained), comparablePlace(place, largest));
  passGuards("Downscaler.sample", found, { ...(force && { force }) }, "take a model that was trained for such rain");
}

/** Scales the blocks of some rows to their coarse means, cuts them, and leaves the pixels of missing cells missing. */
function finishBlocks(
  slab: Float32Array,
  { factor, given }: NonNullable<InputImages["blocks"]>,
  o: {
    readonly top: number;
    readonly rows: number;
    readonly width: number;
    readonly valid: Uint8Array | undefined;
    readonly conserve: boolean;
    readonly cutOff: number;
  },
): void {
  const { top, rows, width, valid } = o;
  const columns = width / factor;
  const cells = given.values.subarray((top / factor) * columns, ((top + rows) / factor) * columns);
  if (o.conserve) {
    const known = cells.map((v) => (Number.isNaN(v) ? 0 : v));
    const target = { values: known, shape: [1, rows / factor, columns] };
    const fine = { values: slab, shape: [1, 1, rows, width] };
    slab.set(conserveBlocks(fine, target, factor, defined({ valid })).values);
  }
  if (o.cutOff > 0) cutBlocks(slab, o.cutOff, { factor, width, valid });
  for (let row = 0, i = 0; row < rows; row++) {
    const line = Math.floor(row / factor) * columns;
    for (let column = 0; column < width; column++, i++) {
      if (Number.isNaN(cells[line + Math.floor(column / factor)])) slab[i] = Number.NaN;
    }
  }
}

/** @throws ShapeError where quantiles and their description do not fit; DomainError where one is infinite (gaps are NaN) */
function checkDistribution({ correction }: ModelConfiguration, observedQuantiles: Float32Array | undefined): void {
  const wanted = correction === undefined ? 0 : distributionSize(correction);
  if ((observedQuantiles?.length ?? 0) !== wanted)
    throw new ShapeError(`Downscaler: ${distributionTensor}`, [wanted], [observedQuantiles?.length ?? 0]);
  const at = observedQuantiles?.findIndex((v) => Math.abs(v) === Number.POSITIVE_INFINITY) ?? -1;
  if (at >= 0)
    throw new DomainError(
      `Downscaler: value ${at} of ${distributionTensor} is ${observedQuantiles![at]}`,
      observedQuantiles![at],
    );
}
