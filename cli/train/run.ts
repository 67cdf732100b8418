/** `monge train`: calls the verb, and tells how it goes. */
import { join } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { findUnfinished } from "../../engine/files/find-run.ts";
import {
  modelName,
  planTraining,
  type Tiles,
  type TrainingChoices,
  train as trainVerb,
  type TrainOptions as VerbOptions,
} from "../../generative/downscaling/index.ts";
import { isPairRun } from "../../generative/verbs/index.ts";
import { checkFiles, Unfinished } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { complain, emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { TrainOptions } from "./command.ts";
import { drawLoss } from "./loss-curve.ts";
import { trainPairs } from "./pairs.ts";

/** @param given - whether an option was given on the command line */
export async function train(options: TrainOptions, given: (name: string) => boolean): Promise<void> {
  if (await isPairs(options)) return trainPairs(options, given);
  const data = options.data ?? null;
  if (options.resume === undefined) {
    if (!data?.length) throw new OptionsError("--data is missing; name at least one file", "data", data);
    if (!options.out) throw new OptionsError("--out is missing; name a folder for the run", "out", options.out);
  }
  const chosen = choices(options, given);
  const { plan, folder } = await planTraining(data, chosen);
  if (options.dryRun) return emitJson({ command: "train", ...plan, resume: folder ?? null });
  checkFiles("--data", plan.data);

  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let bar: Progress | undefined;
  try {
    const ended = await trainVerb(data, {
      ...chosen,
      signal: interrupt.signal,
      checkpointEvery: options.checkpointEvery,
      onStart({ archive, run, step }) {
        sayTiles(archive);
        say(`${folder === undefined ? "recording" : `going on after step ${step}`} in ${run}`);
        bar = startProgress("training", plan.steps, { from: step, unit: "steps" });
      },
      onProgress({ step, loss, validation }) {
        bar?.update(step, `loss ${loss.toFixed(4)}`);
        if (validation === undefined) return;
        const { crps, spreadSkill } = validation;
        const spread = spreadSkill === null ? "no error" : `spread/skill ${spreadSkill.toFixed(2)}`;
        say(`step ${step}: fair CRPS ${crps.toFixed(4)} mm/h, ${spread}`);
      },
      onFinish: drawLoss,
    }).catch((error: unknown) => {
      throw error === interrupt.signal.reason ? interrupt.error() : error;
    });
    bar?.stop();
    await ended.downscaler?.dispose();
    const { status, step, loss, seconds } = ended;
    const run = ended.run!;
    const model = status === "finished" || status === "stopped" ? join(run, modelName) : null;
    if (options.json) emitJson({ status, run, step, steps: plan.steps, loss, seconds, model });
    else emit(run);
    if (status === "diverged") {
      complain(`diverged after step ${step} of ${plan.steps}: ${ended.reason}`);
      throw new Unfinished();
    }
    if (status === "aborted") {
      say(`stopped after step ${step} of ${plan.steps}; to go on: monge train --resume ${shellWord(run)}`);
      throw interrupt.error();
    }
    if (ended.best) say(`the model is that of step ${ended.best.step}, the best of all judgements`);
    if (status === "stopped")
      say(`ended after step ${step} of ${plan.steps}: no better model in --patience judgements`);
    say(`done; next: monge downscale ${shellWord(run)} INPUT -o out.nc`);
  } finally {
    bar?.stop();
    interrupt.stop();
  }
}

/** Whether pairs are asked for, or a run on pairs is to go on. */
async function isPairs({
  fine,
  coarse,
  with: others,
  static: still,
  context,
  data,
  resume,
  out,
}: TrainOptions): Promise<boolean> {
  if ([fine, coarse, others, still, context].some((one) => one !== undefined)) return true;
  const place = resume === true ? out : resume;
  return data === undefined && place !== undefined && isPairRun(await findUnfinished(place));
}

/** What was given, in the words of the library. */
function choices(
  options: TrainOptions,
  given: (name: string) => boolean,
): TrainingChoices & Pick<VerbOptions, "resume" | "tileStore" | "readers"> {
  const { channels, resume, validate, validateData, validateEvery: every, patience } = options;
  if (validate !== undefined && validateData !== undefined) {
    throw new OptionsError("--validate and --validate-data are both given; give one", "validateData", validateData);
  }
  const { tileStore, readers } = options;
  const held = validate ?? validateData;
  const validation = { ...(every !== undefined && { every }), ...(patience !== undefined && { patience }) };
  const same = [
    "variable",
    "allowExternal",
    "units",
    "interval",
    "time",
    "every",
    "cap",
    "wetThreshold",
    "largestRate",
    "unit",
    "archives",
    "factor",
    "tile",
    "crop",
    "preset",
  ] as const;
  const more = ["batch", "steps", "seed", "threads", "device", "out", "name", "start"] as const;
  return {
    ...Object.fromEntries([...same, ...more].filter(given).map((name) => [name, options[name]])),
    ...(given("channels") && { network: { baseChannels: channels } }),
    ...(given("generator") && { generator: options.generator }),
    ...(held !== undefined && { validate: held }),
    ...(Object.keys(validation).length > 0 && { validation }),
    ...(resume !== undefined && { resume }),
    ...(tileStore !== undefined && { tileStore: tileStore === "none" ? null : tileStore }),
    ...(readers !== undefined && { readers }),
  };
}

/** Says what was cut from each file. */
export function sayTiles({ count, size, events }: Tiles): void {
  for (const { name, wetKept, wetFound, drierKept, drierFound } of events) {
    const file = name.slice(name.indexOf(":") + 1);
    say(`${file}: ${wetKept} of ${wetFound} wet tiles, ${drierKept} of ${drierFound} drier ones`);
  }
  say(`${count} tiles of ${size} x ${size}`);
}
