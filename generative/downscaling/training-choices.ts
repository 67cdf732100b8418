/** What one chooses for a training on fine precipitation: the options of `train`, but for how it runs. */
import type { CompileOptions } from "../../engine/compile.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { Intervals } from "./events/read-rain.ts";
import type { TrainingData } from "./events/training-data.ts";
import type { TrainingRecipe } from "./recipe.ts";

/** What decides a training on rain besides its data: the recipe, and what is read of the data. */
export interface TrainingChoices extends TrainingRecipe {
  /** Variable of the files. @defaultValue their only one */
  readonly variable?: string;
  /** Whether the files may lead to other files, as by links of HDF5; for files that you trust. @defaultValue false */
  readonly allowExternal?: boolean;
  /** Units to take instead of the data's own. @defaultValue the data's */
  readonly units?: string;
  /**
   * Where the data hold amounts: seconds over which each fell, one number or one an event, or `"time"`, the even spacing of
   * the times. @defaultValue by the bounds of time
   */
  readonly interval?: number | Intervals;
  /** A model to tune further: a file, a run, or a folder of runs. Network, unit and archives are its own. @defaultValue none */
  readonly start?: string;
  /**
   * What training does not see and is judged by, so that the best model is kept: times of every event, which are then left out
   * of training, or other events. Where `archives` names them, those of these events follow. @defaultValue none
   */
  readonly validate?: TimeRange | TrainingData;
  /** Which times of every event. @defaultValue all */
  readonly time?: TimeRange;
  /** Read every n-th frame. @defaultValue 1 */
  readonly every?: number;
  /** At most this many tiles of an event. @defaultValue all */
  readonly cap?: number;
  /** Values below this, in the data's units, count as dry. @defaultValue 0.1 mm/h, or 0.1 mm over the interval where that is less */
  readonly wetThreshold?: number;
  /**
   * Tiles with a higher value, in the data's units, are dropped as clutter. @defaultValue 200 mm/h over up to an hour; over D hours
   * 422·D^0.475 mm
   */
  readonly largestRate?: number;
  /** Side of a tile in fine pixels. @defaultValue the largest multiple of the factor up to 64, and the crop */
  readonly tile?: number;
  /** Inside an operator, ≥ 1. @defaultValue 1 */
  readonly threads?: number;
  /** Where the training program runs. @defaultValue "cpu" */
  readonly device?: NonNullable<CompileOptions["device"]>;
  /** Folder of runs: this one is recorded in `OUT/00001-NAME`, with the next free number. @defaultValue no record */
  readonly out?: string;
  /** Of the run. @defaultValue "train" */
  readonly name?: string;
}
