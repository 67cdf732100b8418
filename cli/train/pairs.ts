/** `monge train --fine … --coarse …`: calls the verb, and tells how it goes. */
import { join } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { modelName } from "../../generative/downscaling/index.ts";
import { type ContextName, learnedAs, willBeLearned } from "../../generative/pairs/index.ts";
import {
  meetingFactor,
  openSources,
  type PairData,
  type PairTrainingStart,
  type PairTrainOptions,
  plannedRecipe,
  planPairs,
  train,
} from "../../generative/verbs/index.ts";
import { Unfinished } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { complain, emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { TrainOptions } from "./command.ts";
import { drawLoss } from "./loss-curve.ts";

/** Options that mean something only where one fine data set is averaged over blocks. */
const only = ["variable", "units", "every", "unit", "archives", "preset", "largestRate", "validateData"] as const;

/** @param given - whether an option was given on the command line */
export async function trainPairs(options: TrainOptions, given: (name: string) => boolean): Promise<void> {
  const data = dataOf(options);
  const wrong = only.find(given);
  if (wrong !== undefined) {
    const flag = `--${wrong.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    throw new OptionsError(`${flag} goes with --data; pairs have FILE:VARIABLE and units of their own`, wrong, true);
  }
  if (options.resume === undefined && !options.out) {
    throw new OptionsError("--out is missing; name a folder for the run", "out", options.out);
  }
  const chosen = { ...choices(options, given), ...(await correcting(data, options, given)) };
  if (options.dryRun) {
    const { plan, folder, opened } = await planPairs(data, chosen);
    const { pairs, choices } = plan;
    try {
      const learned = willBeLearned(opened.fields, choices);
      return emitJson({
        command: "train",
        pairs,
        choices,
        learned,
        recipe: plannedRecipe(plan),
        resume: folder ?? null,
      });
    } finally {
      opened.close();
    }
  }
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let bar: Progress | undefined;
  let steps = options.steps;
  let covariates: readonly string[] = [];
  try {
    const ended = await train(data as PairData, {
      ...chosen,
      signal: interrupt.signal,
      checkpointEvery: options.checkpointEvery,
      onNotice: say,
      onStart(start) {
        sayStart(start, options.cap);
        // A run that is gone on with has steps of its own.
        steps = start.steps;
        covariates = covariatesOf(start.description);
        bar = startProgress("training", steps, { from: start.step, unit: "steps" });
      },
      onProgress({ step, loss, validation }) {
        bar?.update(step, `loss ${loss.toFixed(4)}`);
        if (validation === undefined) return;
        const told = validation.targets.map(({ name, crps, spreadSkill }) => {
          return `${name} CRPS ${crps.toPrecision(4)}, spread–skill ${spreadSkill?.toFixed(2) ?? "–"}`;
        });
        say(`step ${step}: ${told.join("; ")}`);
      },
      onFinish: drawLoss,
    }).catch((error: unknown) => {
      throw error === interrupt.signal.reason ? interrupt.error() : error;
    });
    bar?.stop();
    const corrects = ended.downscaler?.law !== undefined;
    await ended.downscaler?.dispose();
    const { status, step, loss, seconds, best = null } = ended;
    const run = ended.run!;
    const done = status === "finished" || status === "stopped";
    if (options.json) {
      emitJson({ status, run, step, steps, loss, seconds, best, model: done ? join(run, modelName) : null });
    } else emit(run);
    if (status === "diverged") {
      complain(`diverged after step ${step} of ${steps}: ${ended.reason}`);
      throw new Unfinished();
    }
    if (status === "aborted") {
      say(`stopped after step ${step} of ${steps}; to go on: monge train --resume ${shellWord(run)}`);
      throw interrupt.error();
    }
    if (best) say(`the model is that of step ${best.step}, the best of all judgements`);
    if (status === "stopped") say(`ended after step ${step} of ${steps}: no better model in --patience judgements`);
    const past = corrects ? ["--past FILE:VARIABLE"] : [];
    say(`done; next: ${["monge downscale", shellWord(run), "INPUT", ...covariates, ...past, "-o out.nc"].join(" ")}`);
  } finally {
    bar?.stop();
    interrupt.stop();
  }
}

/** With a climate model's past, the factor at which it varies as `fine` does. */
async function correcting(
  data: PairData | null,
  { correct, allowExternal = false }: TrainOptions,
  given: (name: string) => boolean,
): Promise<Pick<PairTrainOptions, "correct" | "factor">> {
  if (correct === undefined) return {};
  if (correct === true || given("factor") || data === null) return { correct: true };
  const [fine, past] = [
    await openSources("fine", data.fine, { allowExternal }),
    await openSources("correct", correct, { allowExternal }),
  ];
  try {
    if (past.fields.length !== 1) {
      const text = `--correct holds ${past.fields.length} variables; name one, as FILE:VARIABLE`;
      throw new OptionsError(text, "correct", correct);
    }
    const factor = await meetingFactor(fine.fields[0]!, past.fields[0]!);
    say(`${correct} varies as --fine does over ${factor} x ${factor} cells: that is --factor`);
    return { correct: true, factor };
  } finally {
    fine.close();
    past.close();
  }
}

function dataOf({ fine, coarse, with: others, static: still, context, data }: TrainOptions): PairData | null {
  if (data !== undefined) {
    throw new OptionsError(
      "--data and --fine are both given; --data learns to undo block means, --fine makes pairs",
      "data",
      data,
    );
  }
  if (fine === undefined) {
    if (coarse === undefined && others === undefined && still === undefined && context === undefined) return null;
    throw new OptionsError("--fine is missing; name what is to be made, as FILE:VARIABLE", "fine", fine);
  }
  return {
    fine,
    ...(coarse && { coarse }),
    ...(others && { with: others }),
    ...(still && { static: still }),
    ...(context && { context: context as readonly ContextName[] }),
  };
}

/** What was given, in the words of the library. */
function choices(options: TrainOptions, given: (name: string) => boolean): PairTrainOptions {
  const same = [
    "time",
    "validate",
    "regrid",
    "clipNegative",
    "rain",
    "notRain",
    "allowExternal",
    "wetThreshold",
    "factor",
    "tile",
    "cap",
    "start",
  ] as const;
  const more = ["crop", "batch", "steps", "seed", "dropout", "threads", "device", "out", "name"] as const;
  const { interval, channels, validateEvery: every, patience, resume, tileStore } = options;
  if (Array.isArray(interval) && interval.length > 1) {
    throw new OptionsError(`--interval has ${interval.length} values; pairs take one`, "interval", interval);
  }
  if (options.readers !== undefined) {
    const text = `--readers is ${options.readers}; it goes with --data, images of pairs are cut by one thread`;
    throw new OptionsError(text, "readers", options.readers);
  }
  const validation = { ...(every !== undefined && { every }), ...(patience !== undefined && { patience }) };
  return {
    ...Object.fromEntries([...same, ...more].filter(given).map((name) => [name, options[name]])),
    ...(given("generator") && { generator: options.generator }),
    ...(tileStore !== undefined && { tileStore: tileStore === "none" ? null : tileStore }),
    ...(given("interval") && { interval: interval === "time" ? interval : interval![0]! }),
    ...(given("channels") && { network: { baseChannels: channels } }),
    ...(Object.keys(validation).length > 0 && { validation }),
    ...(resume !== undefined && { resume }),
  };
}

/** Flags of the covariates that `monge downscale` asks for. */
function covariatesOf({ channels }: PairTrainingStart["description"]): readonly string[] {
  return (["with", "static"] as const).flatMap((role) => {
    const names = channels.filter((channel) => channel.role === role).map(({ name }) => name);
    return names.length === 0 ? [] : [`--${role}`, `FILE:${names.join(",")}`];
  });
}

function sayStart({ archive, description, times, step, run }: PairTrainingStart, cap: number | undefined): void {
  const { channels, targets } = description;
  for (const target of targets) say(`makes ${target.name} (${target.units ?? "1"}), learned ${learnedAs(target)}`);
  say(`from ${channels.map(({ name, role, units }) => `${name} (${role}${units ? `, ${units}` : ""})`).join(", ")}`);
  const asRain = channels.filter(({ transform }) => transform.kind === "log").map(({ name }) => name);
  if (asRain.length > 0) say(`of these as rain: ${asRain.join(", ")}; all others as they are`);
  const left = leftOut(archive.dropped, cap);
  const size = `${archive.count} images of ${archive.height} x ${archive.width} from ${times[0]} times`;
  say(`${size}${left.length > 0 ? ` (left out: ${left.join(", ")})` : ""}, judged by ${times[1]} times`);
  say(`${step === 0 ? "recording" : `going on after step ${step}`} in ${run}`);
}

/** What images were left out, and by which rule. @param cap - the most that were asked for */
export function leftOut(dropped: PairTrainingStart["archive"]["dropped"], cap: number | undefined): readonly string[] {
  const { empty, dry, clutter, surplus, drier = cap === undefined ? surplus : 0 } = dropped;
  const beyond = {
    [`beyond --cap ${cap}`]: surplus - drier,
    "drier ones, of which a fifth of the images is taken": drier,
  };
  return Object.entries({ "without values": empty, dry, "with clutter": clutter, ...beyond })
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`);
}
