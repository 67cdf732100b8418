/** The verb `train`: on one fine data set, or on a fine and a coarse one with covariates. */
import { OptionsError } from "../../engine/errors.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import { type TrainingData, type TrainOptions, type TrainResult, train as trainOnFine } from "../downscaling/index.ts";
import type { PairData } from "./sources.ts";
import { type PairTrainOptions, type PairTrainResult, trainOnPairs } from "./train-on-pairs.ts";
import { isPairRun } from "./training-choices.ts";

/**
 * Trains a downscaler that undoes the averaging of one fine data set: cuts tiles of rain from each event, coarsens them by
 * block means, and learns the way back.
 *
 * With `out` the run is recorded in a folder of its own: `options.json`, `metrics.jsonl`, `checkpoints/`, and at the end
 * `result.json` and `model.safetensors`. An interrupted run goes on to the same bits with `resume` on the same machine and
 * thread count; what is given beside it must be the run's own.
 *
 * @param data - fine precipitation, rates or amounts, y and x last; each file or field is one event
 * @returns with status `"diverged"` where weights became NaN or infinite: there is no model, and the checkpoints before are kept
 * @throws OptionsError when options do not fit each other, the data, or the run to go on with
 * @throws FormatError when the data are not those that the run began with, or the record is damaged
 * @throws DomainError when the data hold no tile of rain, or do not vary
 * @throws UnitsError for units that are no precipitation, or amounts without an interval
 */
export function train(data: TrainingData, options?: TrainOptions): Promise<TrainResult>;
/**
 * Trains a paired downscaler: from a coarse data set, other variables, static fields, position and time to a *different* fine
 * data set, each on a grid of its own. Times are matched by their bounds, every input is brought onto the fine grid, gaps of
 * the fine field are masked, and times of `validate` are judged by and never learned from.
 *
 * @param data - `{ fine, coarse, with, static, context }`: `"FILE:VARIABLE"` or fields
 * @throws OptionsError, ShapeError, UnitsError, DomainError, FormatError before training, naming the field and the way out
 * @example
 * const { downscaler } = await train(
 *   { fine: "eobs.nc:pr", coarse: "ncep.nc:pr", static: "dem.nc:z", context: ["season"] },
 *   { validate: { dates: ["1997", "2002"] }, out: "runs" },
 * );
 */
export function train(data: PairData, options?: PairTrainOptions): Promise<PairTrainResult>;
/** Goes on with an interrupted run, of whichever kind, on the files that it began with. */
export function train(
  data: null,
  options: (TrainOptions | PairTrainOptions) & { readonly resume: string | true },
): Promise<TrainResult | PairTrainResult>;
export async function train(
  data: TrainingData | PairData | null,
  options: TrainOptions | PairTrainOptions = {},
): Promise<TrainResult | PairTrainResult> {
  if (data === null ? await goesOnWithPairs(options) : isPairs(data)) {
    return trainOnPairs(data as PairData | null, options as PairTrainOptions);
  }
  return trainOnFine(data as TrainingData | null, options as TrainOptions);
}

const isPairs = (data: TrainingData | PairData): data is PairData =>
  typeof data === "object" && !Array.isArray(data) && "fine" in data;

async function goesOnWithPairs({ resume, out }: TrainOptions | PairTrainOptions): Promise<boolean> {
  const place = resume === true ? out : resume;
  if (place === undefined) {
    throw new OptionsError("train: `data` is missing; name files or fields, or a run by `resume`", "data", null);
  }
  return isPairRun(await findUnfinished(place));
}
