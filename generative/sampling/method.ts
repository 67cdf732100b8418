/** A model, or a method of one's own, for `downscale`. */
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { type EnsembleOptions, type LazyEnsemble, lazyBlocks } from "../ensemble/block-ensemble.ts";
import type { CoarseSummary } from "../ensemble/coarse-frames.ts";
import type { FieldDownscaler } from "../ensemble/field-downscaler.ts";
import { Downscaler } from "../model/downscaler.ts";
import { type Covariates, channelEnsemble } from "./channel-ensemble.ts";

/** A model or a method. */
export type AnyDownscaler = Downscaler | FieldDownscaler;

/** A method; of a model, with it. */
export interface Method extends FieldDownscaler {
  readonly model?: Downscaler;
  /** @param earlier - summary of a pass over the same input with the same options */
  ensemble(input: Field | LazyField, options: EnsembleOptions, earlier?: CoarseSummary): Promise<LazyEnsemble>;
}

/** @throws OptionsError for covariates that the model does not take, or where it makes several variables and none is named */
export function methodOf(model: AnyDownscaler, covariates: Covariates): Method {
  if (!(model instanceof Downscaler)) return model;
  return { ...(model.configuration.blocks ? blockMethod(model) : channelEnsemble(model, covariates)), model };
}

function blockMethod(model: Downscaler): Method {
  const sha = model.file?.sha256;
  return {
    about: {
      title: "Ensemble of fine precipitation, downscaled by a diffusion model",
      made: sha === undefined ? "model in memory" : `model SHA-256 ${sha}`,
      ...(sha !== undefined && { attributes: { model_sha256: sha } }),
    },
    files: model.file ? [model.file.path] : [],
    ensemble: (input, options, earlier) => lazyBlocks(model, input, options, earlier),
  };
}
