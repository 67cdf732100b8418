/** Interface of downscaling methods: anything that makes an ensemble of fine fields from a coarse one. */
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import type { EnsembleOptions, LazyEnsemble } from "./ensemble.ts";

/** Stands in the place of a model in `downscale`, `downscaleLazy` and `downscaleTo`; write one for a method of your own. */
export interface FieldDownscaler {
  /**
   * Checks the input and the options, and makes the ensemble without drawing it: (time …, realization, y, x), every `load`
   * draws what it reads.
   */
  ensemble(input: Field | LazyField, options: EnsembleOptions): Promise<LazyEnsemble>;
  /** Title and method for the file. */
  readonly about: MethodText;
  /** Files that it reads, which are never written over. @defaultValue none */
  readonly files?: readonly string[];
}

/** A method in words. */
export interface MethodText {
  /** Title of the result, such as "Downscaled by quantile delta mapping". */
  readonly title: string;
  /** The method and what it was fitted to, in a few words for `source` and `history`. */
  readonly made: string;
  /** Global attributes, such as a hash. @defaultValue none */
  readonly attributes?: Attributes;
}
