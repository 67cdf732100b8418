/**
 * Ensembles of fine fields from coarse ones of another data set and whatever else is known: a trained generator (diffusion, or of
 * one step) with everything it needs to run, in one file. A member is a function of the seed, its number, and the options: how many
 * others are drawn changes nothing, and noise belongs to pixels, not to tiles.
 */
import { DomainError, isMongeError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors, writeSafetensors } from "../../engine/files/safetensors.ts";
import { edgesRepeated } from "../../engine/numerics/grid.ts";
import { inspect } from "../../engine/printed.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { type DrawOptions, resolveDraw } from "../diffusion/draw.ts";
import { checkParameters } from "../diffusion/parameters.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import { type Parameter, type Unet, unet } from "../diffusion/unet.ts";
import type { ModelFile } from "../downscaling/downscaler.ts";
import { checkNoProcess, type Generator, type GeneratorName, generatorOf } from "../downscaling/generator/generator.ts";
import { bendResidual, type OutputScale } from "../one-step/masked-loss.ts";
import type { PairInput } from "./arrays.ts";
import { restored, type Target } from "./channel.ts";
import {
  damagedPair,
  type PairConfiguration,
  pairConfigurationCheck,
  pairMetadataKey,
  readPairConfiguration,
} from "./configuration.ts";
import { lawSize } from "./correction.ts";
import { pairedText } from "./printed.ts";

/** Options of {@link PairedDownscaler.sample}; tiles are multiples of the network's `multiple`. */
export interface PairSampleOptions extends DrawOptions {
  /**
   * Values of targets with a logarithmic transform are cut at this many times the largest of training: no more than a
   * guard against nonsense. @defaultValue 10
   */
  readonly ceiling?: number;
}

/** An ensemble of fine fields of one time. */
export interface PairEnsemble {
  /** In the units of each target, [members, height, width, outputs]; NaN where the input is not `valid`. */
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

/** Standard deviation of the clean data, which are standardised. */
export const sigmaData = 1;

/** Name of the law's tensor in a file. */
const LAW = "correction.law";

/** A trained paired downscaler. Free it with `dispose` when done. */
export class PairedDownscaler {
  readonly configuration: PairConfiguration;
  readonly network: Unet;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What draws its members. */
  readonly generator: GeneratorName;
  /** Of diffusion; undefined for a one-step generator, which has none. */
  readonly process: NoiseProcess | undefined;
  /** Where it was read from; undefined for one that was made in memory. */
  readonly file: ModelFile | undefined;
  /** Quantiles of the coarse observations, of models that correct: [seasons, quantiles, height, width]. */
  readonly law: Float32Array | undefined;
  readonly #generator: Generator;

  /**
   * @throws OptionsError when the configuration is none, or names a noise process of your own that is not in `options`
   * @throws ShapeError when the parameters do not fit the network
   * @throws DomainError when a parameter is not finite
   */
  constructor(
    configuration: PairConfiguration,
    parameters: Readonly<Record<string, Parameter>>,
    options: CompiledDenoiserOptions & { readonly file?: ModelFile; readonly law?: Float32Array } = {},
  ) {
    const { file, law, ...compiled } = options;
    const complaint = pairConfigurationCheck(configuration, "configuration");
    if (complaint !== undefined) {
      throw new OptionsError(`PairedDownscaler: ${complaint}`, "configuration", configuration);
    }
    this.configuration = configuration;
    this.network = unet(configuration.network);
    checkParameters("PairedDownscaler", this.network, parameters);
    this.parameters = parameters;
    this.file = file;
    this.law = law;
    checkLaw(configuration, law);
    const { generator = "diffusion", process } = configuration;
    this.generator = generator;
    const parts = {
      generator,
      sigmaData,
      network: this.network,
      parameters,
      ...(process !== undefined && { process }),
    };
    this.#generator = generatorOf("PairedDownscaler", parts, compiled);
    this.process = this.#generator.process;
  }

  /**
   * Draw an ensemble.
   *
   * @param input - any size; it is made a multiple of what the network needs by repeating its last row and column
   * @throws ShapeError when an array does not fit the size
   * @throws DomainError when a number of the input is not finite
   * @throws OptionsError when an option is out of range
   */
  async sample(input: PairInput, options: PairSampleOptions = {}): Promise<PairEnsemble> {
    const { channels, targets, masked = false } = this.configuration;
    const { multiple } = this.network;
    const { ceiling = 10, ...chosen } = options;
    if (!(ceiling > 0)) {
      throw new OptionsError(`PairedDownscaler.sample: ceiling is ${ceiling}, expected > 0`, "ceiling", ceiling);
    }
    this.#generator.check("PairedDownscaler.sample", chosen);
    const draw = resolveDraw("PairedDownscaler.sample", chosen, multiple);
    checkInput(input, channels.length, targets.length);
    const [height, width] = [input.height, input.width].map((n) => Math.ceil(n / multiple) * multiple) as [
      number,
      number,
    ];
    const repeated = edgesRepeated(input.condition, [input.height, input.width, channels.length], [height, width]);
    const valid = masked ? insideOf(input, height, width) : undefined;
    const condition = valid === undefined ? repeated : withMask(repeated, valid, channels.length, targets.length);
    const level = edgesRepeated(input.background, [input.height, input.width, targets.length], [height, width]);
    const settle = (output: Float32Array) => bendResidual(output, level, scalesOf(targets));
    const images = { height, width, condition, settle, ...(valid && { valid }) };
    const residual = await this.#generator.draw(images, draw);
    const values = new Float32Array(draw.members * input.height * input.width * targets.length);
    const finish = targets.map((target) => untransformed(target, ceiling));
    const line = input.width * targets.length;
    for (let row = 0, to = 0; row < draw.members * input.height; row++) {
      const [member, y] = [Math.floor(row / input.height), row % input.height];
      const from = (member * height + y) * width * targets.length;
      for (let i = 0; i < line; i++, to++) {
        const pixel = y * input.width + Math.floor(i / targets.length);
        const k = i % targets.length;
        const field = input.background[y * line + i]! + targets[k]!.deviation * residual[from + i]!;
        values[to] = input.valid?.[pixel] === 0 ? Number.NaN : finish[k]!(field);
      }
    }
    return { values, members: draw.members, height: input.height, width: input.width, outputs: targets.length };
  }

  /**
   * Write parameters and configuration to one safetensors file with a checksum, whole or not at all.
   *
   * @throws DomainError when a parameter is not finite
   */
  async save(path: string): Promise<void> {
    checkParameters("PairedDownscaler", this.network, this.parameters);
    const tensors = Object.entries(this.parameters).map(
      ([name, p]) => [name, { shape: p.shape, data: p.values }] as const,
    );
    const law = this.law && { [LAW]: { shape: [this.law.length], data: this.law } };
    await writeSafetensors(
      path,
      { ...Object.fromEntries(tensors), ...law },
      {
        [pairMetadataKey]: JSON.stringify(this.configuration),
      },
    );
  }

  /**
   * Read what {@link PairedDownscaler.save} wrote.
   *
   * @throws FormatError when the file is damaged or holds something else; OptionsError when the model was trained with a
   *   noise process of your own, which `options` must bring
   */
  static async load(path: string, options: CompiledDenoiserOptions = {}): Promise<PairedDownscaler> {
    const { tensors, metadata } = await readSafetensors(path);
    const configuration = readPairConfiguration(path, metadata);
    const parameters = [...tensors].map(([name, { shape, data }]): [string, Parameter] => {
      if (data instanceof Float32Array) return [name, { shape: [...shape], values: data }];
      throw damagedPair(path, `tensor ${JSON.stringify(name)} is not float32`);
    });
    if (configuration.generator === "one-step") checkNoProcess("PairedDownscaler.load", options.process);
    else processOfModel(configuration.process, options.process);
    const file = { path, sha256: await fileHash(path) };
    try {
      const { [LAW]: law, ...own } = Object.fromEntries(parameters);
      return new PairedDownscaler(configuration, own, { ...options, file, ...(law && { law: law.values }) });
    } catch (error) {
      if (isMongeError(error)) throw damagedPair(path, error.message, error);
      throw error;
    }
  }

  /** What `console.log` prints. */
  [inspect](): string {
    return pairedText(this);
  }

  /** Free the compiled programs. */
  async dispose(): Promise<void> {
    await this.#generator.dispose();
  }
}

/**
 * From the transformed value of a target to the value that is written.
 *
 * @param ceiling - times the largest value of training, where the transform is logarithmic
 */
export function untransformed(
  { transform, wetThreshold = 0, range }: Target,
  ceiling = Number.POSITIVE_INFINITY,
): (t: number) => number {
  if (transform.kind === "linear" && wetThreshold === 0) return (t) => t;
  const most = transform.kind === "log" ? ceiling * range[1] : Number.POSITIVE_INFINITY;
  return (t) => {
    const value = Math.min(restored(transform, t), most);
    return value < wetThreshold ? 0 : value;
  };
}

/** How the network's values make the targets. */
export const scalesOf = (targets: readonly Target[]): readonly OutputScale[] =>
  targets.map(({ deviation, transform }) => ({ deviation, log: transform.kind === "log" }));

/** @throws ShapeError where quantiles and their description do not fit; DomainError where one is infinite (gaps are NaN) */
function checkLaw({ correction }: PairConfiguration, law: Float32Array | undefined): void {
  const wanted = correction === undefined ? 0 : lawSize(correction);
  if ((law?.length ?? 0) !== wanted) throw new ShapeError(`PairedDownscaler: ${LAW}`, [wanted], [law?.length ?? 0]);
  const at = law?.findIndex((v) => Math.abs(v) === Number.POSITIVE_INFINITY) ?? -1;
  if (at >= 0) throw new DomainError(`PairedDownscaler: value ${at} of ${LAW} is ${law![at]}`, law![at]);
}

/** 1 where a pixel of the enlarged grid is to have a value. */
function insideOf({ height, width, valid }: PairInput, rows: number, columns: number): Uint8Array {
  const inside = new Uint8Array(rows * columns);
  for (let y = 0; y < height; y++) {
    if (valid === undefined) inside.fill(1, y * columns, y * columns + width);
    else inside.set(valid.subarray(y * width, (y + 1) * width), y * columns);
  }
  return inside;
}

/** The condition with the mask of each output behind it. */
function withMask(condition: Float32Array, valid: Uint8Array, channels: number, outputs: number): Float32Array {
  const depth = channels + outputs;
  const out = new Float32Array(valid.length * depth);
  for (let i = 0; i < valid.length; i++) {
    out.set(condition.subarray(i * channels, (i + 1) * channels), i * depth);
    out.fill(valid[i] === 0 ? 0 : 1, i * depth + channels, (i + 1) * depth);
  }
  return out;
}

function checkInput({ height, width, condition, background, valid }: PairInput, channels: number, outputs: number) {
  const caller = "PairedDownscaler.sample";
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new ShapeError(`${caller}: input`, "a height and a width of at least 1", [height, width]);
  }
  const pixels = height * width;
  if (condition.length !== pixels * channels) {
    throw new ShapeError(`${caller}: condition`, [height, width, channels], `${condition.length} values`);
  }
  if (background.length !== pixels * outputs) {
    throw new ShapeError(`${caller}: background`, [height, width, outputs], `${background.length} values`);
  }
  if (valid && valid.length !== pixels) {
    throw new ShapeError(`${caller}: valid`, [height, width], `${valid.length} values`);
  }
  for (const [name, values] of Object.entries({ condition, background })) {
    const at = values.findIndex((v) => !Number.isFinite(v));
    if (at < 0) continue;
    const hint = "gaps are 0 in the condition, and the channel's mean in the background";
    throw new DomainError(`${caller}: value ${at} of the ${name} is ${values[at]}; ${hint}`, values[at]);
  }
}
