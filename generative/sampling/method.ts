/** A model, or a method of one's own, for `downscale`. */
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import type { CoarseSummary } from "../data/coarse-frames.ts";
import { checkedEvaluations } from "../diffusion/draw.ts";
import type { EnsembleOptions, LazyEnsemble } from "../ensemble/ensemble.ts";
import type { FieldDownscaler, MethodText } from "../ensemble/field-downscaler.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { blockSource } from "./block-source.ts";
import { type Covariates, fieldSource } from "./field-source.ts";
import { drawnBy } from "./model-source.ts";

/** A model or a method. */
export type AnyDownscaler = Downscaler | FieldDownscaler;

/** True for a model; its class, which brings the tensor library, need not be loaded to know it. */
export const isModel = (model: AnyDownscaler): model is Downscaler => !("ensemble" in model);

/** A method; of a model, with it. */
export interface Method extends FieldDownscaler {
  readonly model?: Downscaler;
  /** @param earlier - summary of a pass over the same input with the same options */
  ensemble(input: Field | LazyField, options: EnsembleOptions, earlier?: CoarseSummary): Promise<LazyEnsemble>;
}

/** @throws OptionsError where a model makes several variables and `target` names none of them */
export function methodOf(model: AnyDownscaler, covariates: Covariates): Method {
  if (!isModel(model)) return model;
  const { configuration, file } = model;
  const output = configuration.blocks ? 0 : outputOf(model, covariates);
  return {
    model,
    about: configuration.blocks ? aboutBlocks(model) : aboutFields(model, output),
    files: [...(file ? [file.path] : []), ...(configuration.blocks ? [] : filesOf(covariates))],
    async ensemble(input, options, earlier) {
      const evaluations = checkedEvaluations(options, configuration.sampling);
      const source = configuration.blocks
        ? await blockSource(model, input, options, earlier)
        : await fieldSource(model, output, lazyField(input), covariates, options);
      return drawnBy(model, evaluations, source, options);
    },
  };
}

function aboutBlocks({ file }: Downscaler): MethodText {
  return {
    title: "Ensemble of fine precipitation, downscaled by a diffusion model",
    made: file === undefined ? "model in memory" : `model SHA-256 ${file.sha256}`,
    ...(file && { attributes: { model_sha256: file.sha256 } }),
  };
}

function aboutFields({ configuration: { targets, channels, steps }, file }: Downscaler, output: number): MethodText {
  const { name, longName = name } = steps ?? targets[output]!;
  const seen = channels.filter(({ role }) => role !== "missing").map((channel) => channel.name);
  const of = steps ? `${steps.count} times of each step` : seen.join(", ");
  return {
    title: `Ensemble of fine ${longName}${steps ? ` every ${steps.seconds} s` : ""}, downscaled by a diffusion model`,
    made: `${file === undefined ? "model in memory" : `model ${file.sha256.slice(0, 16)}`} of ${of}`,
    attributes: file === undefined ? {} : { model_sha256: file.sha256 },
  };
}

/** Number of the variable that is made. */
function outputOf({ configuration: { targets, steps } }: Downscaler, { target }: Covariates): number {
  const made = steps ? [steps.name] : targets.map(({ name }) => name);
  const output = made.length === 1 && target === undefined ? 0 : made.indexOf(target ?? "");
  if (output >= 0) return output;
  const text = `downscale: target is ${target ?? "not given"}; the model makes ${made.join(", ")}`;
  throw new OptionsError(text, "target", target);
}

/** Files that covariates are from. */
function filesOf({ past, grid, coarse = [], with: others = [], static: still = [] }: Covariates): readonly string[] {
  const paths = (field: Field | LazyField): readonly string[] =>
    (field instanceof Field ? undefined : field.parts.paths) ?? (field.source ? [field.source] : []);
  const single = [past, grid].flatMap((one) => (typeof one === "object" ? [one] : []));
  return [...single, ...coarse, ...others, ...still].flatMap(paths);
}
