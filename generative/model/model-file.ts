/** Model files: parameters and a configuration, in the form of today and in the two forms of before. */
import { isPlainObject } from "../../engine/checks.ts";
import { FormatError, isMongeError } from "../../engine/errors.ts";
import { plainMetadata } from "../../engine/files/checkpoint.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors, writeSafetensors } from "../../engine/files/safetensors.ts";
import type { CompiledDenoiserOptions } from "../diffusion/denoiser.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import type { Parameter } from "../diffusion/unet.ts";
import { configurationCheck, type ModelConfiguration } from "./configuration.ts";
import type { Downscaler, ModelFile } from "./downscaler.ts";
import { blocksCheck, fromBlocks } from "./older-files.ts";

/** Name of the configuration in a file's metadata, and of those of before: models of block means, and of other data. */
export const metadataKey = "monge-model";
const OLDER = { blocks: "monge-downscaler", others: "monge-paired-downscaler" } as const;

/** Prefix of the tensor of the distribution that a model corrects to; the rest of its name has changed. */
const CORRECTION = "correction.";
/** Name of that tensor. */
export const distributionTensor = `${CORRECTION}quantiles`;

/** True if a file is a model, by its metadata. */
export const isModel = (metadata: Readonly<Record<string, string>>): boolean =>
  [metadataKey, ...Object.values(OLDER)].some((key) => Object.hasOwn(metadata, key));

/**
 * The configuration in a model file's metadata.
 *
 * @throws FormatError where there is none, or one that no model can have
 */
export function readConfiguration(path: string, metadata: Readonly<Record<string, string>>): ModelConfiguration {
  const key = Object.values(OLDER).find((one) => Object.hasOwn(metadata, one)) ?? metadataKey;
  const stored = plainMetadata(path, metadata, { key, format: "model", writer: "Downscaler.save" });
  refuseOneStep(path, "model", stored["generator"]);
  const fail = (complaint: string | undefined): void => {
    if (complaint !== undefined) throw damaged(path, complaint);
  };
  if (key === OLDER.blocks) fail(blocksCheck(stored, "configuration"));
  const configuration = key === OLDER.blocks ? fromBlocks(stored) : (stored as unknown as ModelConfiguration);
  fail(configurationCheck(configuration, "configuration"));
  return configuration;
}

/** Earlier versions had a generator that draws a member in one step. @throws FormatError where a file is of one */
function refuseOneStep(path: string, format: string, generator: unknown): void {
  if (generator !== "one-step") return;
  const way = "train again; few evaluations draw fast too (`evaluations: 5`, on the command line --evaluations 5)";
  throw new FormatError(path, format, "it draws a member in one step, which is no longer supported", way);
}

/**
 * A record whose part `key` may name the kind of generator, as it did while there were two.
 *
 * @returns the record without it
 * @throws FormatError where it is the other kind
 */
export function withoutGenerator(path: string, format: string, stored: unknown, key: "recipe" | "choices"): unknown {
  if (!isPlainObject(stored) || !isPlainObject(stored[key])) return stored;
  const { generator, ...rest } = stored[key];
  refuseOneStep(path, format, generator);
  return { ...stored, [key]: rest };
}

/** A model that cannot be right. */
function damaged(path: string, message: string, cause?: unknown): FormatError {
  const hint = "the model is damaged, or was changed: train it again, or take another copy";
  return new FormatError(path, "model", message, hint, { cause });
}

/** Writes a model, whole or not at all. */
export async function writeModelFile(
  path: string,
  {
    configuration,
    parameters,
    observedQuantiles,
  }: Pick<Downscaler, "configuration" | "parameters" | "observedQuantiles">,
): Promise<void> {
  const tensors = Object.entries(parameters).map(
    ([name, { shape, values }]) => [name, { shape, data: values }] as const,
  );
  const more = observedQuantiles && {
    [distributionTensor]: { shape: [observedQuantiles.length], data: observedQuantiles },
  };
  const metadata = { [metadataKey]: JSON.stringify(configuration) };
  await writeSafetensors(path, { ...Object.fromEntries(tensors), ...more }, metadata);
}

/**
 * Reads a model.
 *
 * @param make - of what was read
 * @throws FormatError when the file is damaged or holds something else; OptionsError for a noise process that is missing
 */
export async function readModelFile(
  path: string,
  { process }: CompiledDenoiserOptions,
  make: (
    configuration: ModelConfiguration,
    parameters: Readonly<Record<string, Parameter>>,
    more: { readonly file: ModelFile; readonly observedQuantiles?: Float32Array },
  ) => Downscaler,
): Promise<Downscaler> {
  const { tensors, metadata } = await readSafetensors(path);
  const configuration = readConfiguration(path, metadata);
  const found = [...tensors].map(([name, { shape, data }]): [string, Parameter] => {
    if (data instanceof Float32Array) return [name, { shape: [...shape], values: data }];
    throw damaged(path, `tensor ${JSON.stringify(name)} is not float32`);
  });
  processOfModel(configuration.process, process);
  const file = { path, sha256: await fileHash(path) };
  const isQuantiles = ([name]: readonly [string, Parameter]) => name.startsWith(CORRECTION);
  const quantiles = found.find(isQuantiles)?.[1];
  const parameters = Object.fromEntries(found.filter((one) => !isQuantiles(one)));
  try {
    return make(configuration, parameters, { file, ...(quantiles && { observedQuantiles: quantiles.values }) });
  } catch (error) {
    if (isMongeError(error)) throw damaged(path, error.message, error);
    throw error;
  }
}
