/**
 * Ensembles of fine rain from coarse rain: a trained generator (diffusion, or of one step) with everything it needs to run, in one
 * file. A member is a function of the seed, its number, and the options: how many others are drawn changes nothing, and
 * noise belongs to pixels, not to tiles.
 */

import { DomainError, isMongeError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors, writeSafetensors } from "../../engine/files/safetensors.ts";
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import { rowSlabs } from "../../engine/numerics/row-slabs.ts";
import { inspect } from "../../engine/printed.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { type DrawOptions, resolveDraw } from "../diffusion/draw.ts";
import { checkParameters } from "../diffusion/parameters.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import type { ImageRows } from "../diffusion/tiling.ts";
import { type Parameter, type Unet, unet } from "../diffusion/unet.ts";
import { settleResidual } from "../one-step/settle.ts";
import { type Conditions, conditionsOf } from "./archive/conditions.ts";
import { archiveIndex } from "./archive/names.ts";
import {
  configurationCheck,
  type DownscalerConfiguration,
  damaged,
  metadataKey,
  readConfiguration,
} from "./configuration.ts";
import { fillGaps, repeatEdges } from "./gaps.ts";
import {
  checkNoProcess,
  dryBelow,
  type Generator,
  type GeneratorName,
  generatorOf,
  ownChannels,
} from "./generator/generator.ts";
import { type Force, passGuards } from "./guards.ts";
import { downscalerText } from "./printed.ts";
import { type RainPlace, unlike } from "./trained-on.ts";

/** Coarse rain on a regular grid. */
export interface CoarseRain {
  /** Rain rates in mm/h, [height, width] row-major, ≥ 0; missing is NaN. */
  readonly values: Float32Array;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/** Options of {@link Downscaler.sample}; tiles are multiples of the factor and of the network's levels. */
export interface SampleOptions extends DrawOptions {
  /** Scale every block to its coarse mean. @defaultValue true */
  readonly conserve?: boolean;
  /**
   * What to do with missing input: refuse, or leave the fine pixels of a missing cell missing. Its neighbours are drawn as if it
   * had the rain of what lies around it. @defaultValue "error"
   */
  readonly missing?: "error" | "propagate";
  /**
   * Fine pixels that are to have values, [height · factor, width · factor], 0 for those that are left missing; the coarse rain
   * is then the mean of those of a block that are to have them. @defaultValue all of the cells that are not missing
   */
  readonly valid?: Uint8Array;
  /** The archive that the rain is from, or most like, of those that the model was told of. @defaultValue the model knows of none */
  readonly archive?: string;
  /** What is known of the coarse rain; compared with what the model was trained for. @defaultValue nothing */
  readonly place?: RainPlace;
  /**
   * Go on where the rain is not of the kind that the model was trained for: whatever it is, or for the guards that are named.
   * @defaultValue false
   */
  readonly force?: Force;

  // You rarely need these.
  /** Rates below this, in mm/h, become 0 before conservation. @defaultValue 0.05, of a one-step generator 0.1 */
  readonly wetThreshold?: number;
  /** Rates are cut at this, in mm/h. @defaultValue 400 */
  readonly largestRate?: number;
}

/** An ensemble of fine fields. */
export interface RainEnsemble {
  /** Rain rates in mm/h, [members, height, width]. */
  readonly values: Float32Array;
  /** Number of members. */
  readonly members: number;
  /** Rows of a fine field: `factor` times those of the coarse one. */
  readonly height: number;
  /** Columns of a fine field: `factor` times those of the coarse one. */
  readonly width: number;
}

/** The file that a downscaler was read from. */
export interface ModelFile {
  /** Where it was read. */
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A trained downscaler. Free it with `dispose` when done. */
export class Downscaler {
  readonly configuration: DownscalerConfiguration;
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What draws its members. */
  readonly generator: GeneratorName;
  /** Of diffusion; undefined for a one-step generator, which has none. */
  readonly process: NoiseProcess | undefined;
  /** Where it was read from; undefined for one that was made in memory. */
  readonly file: ModelFile | undefined;
  readonly #generator: Generator;

  /**
   * @throws OptionsError when the configuration is none, or names a noise process of your own that is not in `options`
   * @throws ShapeError when the parameters do not fit the network
   * @throws DomainError when a parameter is not finite
   */
  constructor(
    configuration: DownscalerConfiguration,
    parameters: Readonly<Record<string, Parameter>>,
    options: CompiledDenoiserOptions & { readonly file?: ModelFile } = {},
  ) {
    const { file, ...compiled } = options;
    const complaint = configurationCheck(configuration, "configuration");
    if (complaint !== undefined) throw new OptionsError(`Downscaler: ${complaint}`, "configuration", configuration);
    this.configuration = configuration;
    this.network = unet(configuration.network);
    checkChannels(this.network, configuration);
    checkParameters("Downscaler", this.network, parameters);
    this.parameters = parameters;
    this.file = file;
    const { generator = "diffusion", process, normalization } = configuration;
    this.generator = generator;
    const { sigmaData } = normalization;
    const parts = { generator, sigmaData, network: this.network, parameters, ...(process && { process }) };
    this.#generator = generatorOf("Downscaler", parts, compiled);
    this.process = this.#generator.process;
  }

  /**
   * Draw an ensemble.
   *
   * @param coarse - any size from one cell on
   * @returns fine rain, `factor` times finer
   * @throws DomainError when a rate is negative or infinite, or missing with `missing: "error"`, or the rain is of another
   *   spacing or interval, or far stronger, than what the model was trained for
   * @throws ShapeError when the values do not fit the size
   * @throws OptionsError when an option is out of range
   */
  async sample(coarse: CoarseRain, options: SampleOptions = {}): Promise<RainEnsemble> {
    const o = { ...sampleDefaults, wetThreshold: dryBelow(this.generator, WET), ...options };
    const { factor } = this.configuration.normalization;
    const unitSize = leastCommonMultiple(factor, this.network.multiple);
    checkCoarse(coarse, o.missing);
    this.#generator.check("Downscaler.sample", options);
    const draw = resolveDraw("Downscaler.sample", { ...this.configuration.sampling, ...options }, unitSize);
    this.#checkKind(coarse, o);
    const { archives, normalization } = this.configuration;
    const archive = archiveIndex("Downscaler.sample", archives, o.archive);
    const pixels = coarse.values.length * factor ** 2;
    if (o.valid && o.valid.length !== pixels) {
      const shape = [coarse.height * factor, coarse.width * factor];
      throw new ShapeError("Downscaler.sample: valid", shape, [o.valid.length]);
    }
    const padded = repeatEdges(coarse, unitSize / factor);
    const [height, width] = [padded.height * factor, padded.width * factor];
    const gapsStay = normalization.missing !== undefined;
    const whole = gapsStay ? padded : { ...padded, values: fillGaps(padded.values, padded.height, padded.width) };
    const told = archive === undefined ? undefined : { names: archives ?? [], of: [archive] };
    const seen = (top: number, rows: number) =>
      conditionsOf(whole.values, 1, padded.height, padded.width, normalization, told, [top, top + rows]);
    const { sigmaData, unit = 1 } = normalization;
    const backgroundOf = (top: number, rows: number) => seen(top, rows).background;
    const settle = (output: Float32Array) =>
      settleResidual(output, { sigmaData, background: backgroundOf, coarse: whole, factor, unit });
    const condition = height * width > HELD ? slabs(seen) : seen(0, height).condition;
    const residual = await this.#generator.draw({ height, width, condition, settle }, draw);
    return this.#finish(coarse, residual, backgroundOf, { ...o, members: draw.members, height, width });
  }

  /** From residuals on the padded grid to rain on the asked one, some rows at a time; in place where the grids are the same. */
  #finish(
    coarse: CoarseRain,
    residual: Float32Array,
    backgroundOf: (top: number, rows: number) => Float32Array,
    o: typeof sampleDefaults &
      Required<Pick<SampleOptions, "wetThreshold">> &
      Pick<RainEnsemble, "members" | "height" | "width">,
  ): RainEnsemble {
    const { factor, unit = 1, divisor = 1 } = this.configuration.normalization;
    const [height, width] = [coarse.height * factor, coarse.width * factor];
    const same = height === o.height && width === o.width;
    const values = same ? residual : new Float32Array(o.members * height * width);
    const ceiling = Math.log1p(o.largestRate / unit) / divisor;
    for (const [top, rows] of rowSlabs(height, factor)) {
      const background = backgroundOf(top, rows);
      const cells = coarse.values.subarray((top / factor) * coarse.width, ((top + rows) / factor) * coarse.width);
      const valid = o.valid?.subarray(top * width, (top + rows) * width);
      for (let member = 0; member < o.members; member++) {
        const slab = values.subarray((member * height + top) * width, (member * height + top + rows) * width);
        for (let row = 0; row < rows; row++) {
          const from = (member * o.height + top + row) * o.width;
          for (let column = 0; column < width; column++) {
            const field = residual[from + column]! + background[row * o.width + column]!;
            const rate = unit * Math.expm1(divisor * Math.min(Math.max(field, 0), ceiling));
            slab[row * width + column] = rate < o.wetThreshold ? 0 : rate;
          }
        }
        if (o.conserve) {
          const known = cells.map((v) => (Number.isNaN(v) ? 0 : v));
          const target = { values: known, shape: [1, rows / factor, coarse.width] };
          const fine = { values: slab, shape: [1, 1, rows, width] };
          slab.set(conserveBlocks(fine, target, factor, { ...(valid && { valid }) }).values);
        }
        for (let row = 0, i = 0; row < rows; row++) {
          const line = Math.floor(row / factor) * coarse.width;
          for (let column = 0; column < width; column++, i++) {
            if (Number.isNaN(cells[line + Math.floor(column / factor)]) || valid?.[i] === 0) slab[i] = Number.NaN;
          }
        }
      }
    }
    return { values, members: o.members, height, width };
  }

  /** @throws DomainError where the rain is of another kind than that of training */
  #checkKind({ values }: CoarseRain, { place = {}, force }: Pick<SampleOptions, "place" | "force">): void {
    const { trainedOn } = this.configuration;
    const found = force === true || trainedOn === undefined ? [] : unlike(trainedOn, place, values);
    passGuards("Downscaler.sample", found, { ...(force && { force }) }, "take a model that was trained for such rain");
  }

  /**
   * Write parameters and configuration to one safetensors file with a checksum, whole or not at all.
   *
   * @throws DomainError when a parameter is not finite
   */
  async save(path: string): Promise<void> {
    checkParameters("Downscaler", this.network, this.parameters);
    const tensors = Object.entries(this.parameters).map(
      ([name, p]) => [name, { shape: p.shape, data: p.values }] as const,
    );
    await writeSafetensors(path, Object.fromEntries(tensors), { [metadataKey]: JSON.stringify(this.configuration) });
  }

  /**
   * Read what {@link Downscaler.save} wrote.
   *
   * @throws FormatError when the file is damaged or holds something else; OptionsError when the model was trained with a
   *   noise process of your own, which `options` must bring
   */
  static async load(path: string, options: CompiledDenoiserOptions = {}): Promise<Downscaler> {
    const { tensors, metadata } = await readSafetensors(path);
    const configuration = readConfiguration(path, metadata);
    const parameters = [...tensors].map(([name, { shape, data }]): [string, Parameter] => {
      if (data instanceof Float32Array) return [name, { shape: [...shape], values: data }];
      throw damaged(path, `tensor ${JSON.stringify(name)} is not float32`);
    });
    if (configuration.generator === "one-step") checkNoProcess("Downscaler.load", options.process);
    else processOfModel(configuration.process, options.process);
    const file = { path, sha256: await fileHash(path) };
    try {
      return new Downscaler(configuration, Object.fromEntries(parameters), { ...options, file });
    } catch (error) {
      if (isMongeError(error)) throw damaged(path, error.message, error);
      throw error;
    }
  }

  /** What `console.log` prints. */
  [inspect](): string {
    return downscalerText(this);
  }

  /** Free the compiled programs. */
  async dispose(): Promise<void> {
    await this.#generator.dispose();
  }
}

/** A network sees the noisy field or noise, two conditions and the archives. @throws OptionsError */
function checkChannels({ options }: Unet, { archives = [], generator }: DownscalerConfiguration): void {
  const expected = ownChannels(generator) + 2 + archives.length;
  if (options.inputChannels === expected) return;
  const text = `Downscaler: network.inputChannels is ${options.inputChannels}; with ${archives.length} archives it is ${expected}`;
  throw new OptionsError(text, "network", options.inputChannels);
}

const sampleDefaults = {
  archive: undefined as string | undefined,
  place: {} as RainPlace,
  force: false as Force,
  conserve: true,
  missing: "error" as "error" | "propagate",
  valid: undefined as Uint8Array | undefined,
  largestRate: 400,
};
/** Pixels of a map whose conditions are held; those of a larger one are made for the rows that are drawn. */
const HELD = 2 ** 20;

const channelsOf = ({ condition, background }: Conditions) => condition.length / background.length;

const slabs = (seen: (top: number, rows: number) => Conditions): ImageRows => ({
  channels: channelsOf(seen(0, 1)),
  rows: (top, rows) => seen(top, rows).condition,
});

/** Rates from which the data are wet, mm/h. */
const WET = 0.1;

function checkCoarse(coarse: CoarseRain, missing: "error" | "propagate"): void {
  if (coarse.values.length !== coarse.height * coarse.width || coarse.values.length === 0) {
    throw new ShapeError("Downscaler.sample: coarse", [coarse.height, coarse.width], `${coarse.values.length} values`);
  }
  for (const [i, rate] of coarse.values.entries()) {
    if (rate >= 0 && rate < Number.POSITIVE_INFINITY) continue;
    if (Number.isNaN(rate) && missing === "propagate") continue;
    const hint = Number.isNaN(rate) ? 'fill the gap, or pass `missing: "propagate"`' : "rates are in mm/h, at least 0";
    throw new DomainError(`Downscaler.sample: value ${i} of the coarse rain is ${rate}; ${hint}`, rate);
  }
}
