/** `monge train`: calls the library, and prints how it goes. */

import { join } from "node:path";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { learnedAs, openSources, type PairData, willBeLearned } from "../../generative/data/index.ts";
import { type ContextName, type ModelDescription, modelName } from "../../generative/model/index.ts";
import { effectiveResolutionFactor } from "../../generative/sampling/index.ts";
import {
  plannedRecipe,
  planTraining,
  type TrainingStart,
  train as trainVerb,
  type ValidationScores,
  type TrainOptions as VerbOptions,
} from "../../generative/training/index.ts";
import { namedFields, namedFiles } from "../../io/dataset/index.ts";
import { Unfinished } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { complain, emit, emitJson, say, shellWord, table } from "../shell/terminal.ts";
import { drawLoss } from "./loss-curve.ts";
import { same, type TrainOptions } from "./options.ts";

/** @param given - whether an option was given on the command line */
export async function train(typed: TrainOptions, given: (name: string) => boolean): Promise<void> {
  const options = await withNamedVariable(typed);
  const data = dataOf(options);
  if (options.resume === undefined) {
    if (data === null)
      throw new OptionsError(
        "train: no data are named; give --fine and --coarse (two data sets), or --data (one)",
        "data",
        data,
      );
    if (!options.out) throw new OptionsError("--out is missing; name a folder for the run", "out", options.out);
  }
  const chosen = { ...choices(options, given), ...(await correcting(data, options, given)) };
  if (options.dryRun) return emitJson({ command: "train", ...(await dryRun(data, chosen)) });
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let bar: Progress | undefined;
  let started: TrainingStart | undefined;
  let before: ValidationScores | undefined;
  try {
    const ended = await trainVerb(data, {
      ...chosen,
      signal: interrupt.signal,
      onNotice: say,
      onStart(start) {
        started = start;
        sayData(start, options.cap);
        say(`${start.step === 0 ? "recording" : `going on after step ${start.step}`} in ${start.run}`);
        bar = startProgress("training", start.steps, { from: start.step, unit: "steps" });
      },
      onProgress({ step, loss, validation }) {
        if (step === 0) before = validation;
        else bar?.update(step, `loss ${loss.toFixed(4)}`);
        if (validation === undefined) return;
        const scores = validation.targets.map(({ name, crps, spreadSkill }) => {
          return `${name} CRPS ${crps.toPrecision(4)}, spread–skill ${spreadSkill?.toFixed(2) ?? "–"}`;
        });
        say(`step ${step}: ${scores.join("; ")}`);
      },
      onFinish: drawLoss,
    }).catch((error: unknown) => {
      throw error === interrupt.signal.reason ? interrupt.error() : error;
    });
    bar?.stop();
    const corrects = ended.downscaler?.observedQuantiles !== undefined;
    await ended.downscaler?.dispose();
    const { status, step, loss, seconds, best = null } = ended;
    const { steps, images } = started!;
    const run = ended.run!;
    const model = status === "finished" || status === "stopped" ? join(run, modelName) : null;
    if (options.json) emitJson({ status, run, step, steps, loss, seconds, best, model });
    else emit(run);
    if (status === "diverged") {
      complain(`diverged after step ${step} of ${steps}: ${ended.reason}`);
      throw new Unfinished();
    }
    if (status === "aborted") {
      say(`stopped after step ${step} of ${steps}; to go on: monge train --resume ${shellWord(run)}`);
      throw interrupt.error();
    }
    if (status === "finished" && !best) {
      const score = "or score it on other data (monge downscale --coarsen --score)";
      say(`no data were held out, so that nothing says how good the model is: give --validate, ${score}`);
    }
    if (best?.step === 0) say("tuning made nothing better: the model is the one that it began with");
    else if (best) say(`the model is that of step ${best.step}, the best of all validations`);
    if (before && best && best.step > 0) say(beforeAndAfter(before, best.scores));
    if (status === "stopped")
      say(`ended after step ${step} of ${steps}: no better model for validation.patience judgements`);
    const more = [...(images ? covariatesOf(images.description) : []), ...(corrects ? ["--past FILE:VARIABLE"] : [])];
    say(`done; next: ${["monge downscale", shellWord(run), "INPUT", ...more, "-o out.nc"].join(" ")}`);
  } finally {
    bar?.stop();
    interrupt.stop();
  }
}

/** Scores of a model before and after it was tuned, and what became worse. */
function beforeAndAfter(before: ValidationScores, after: ValidationScores): string {
  const off = (ratio: number | null) => Math.abs(Math.log(ratio ?? Number.NaN));
  const rows = before.targets.map((was, i) => {
    const is = after.targets[i]!;
    const show = (ratio: number | null) => ratio?.toFixed(2) ?? "–";
    const worse = [
      ...(is.crps > was.crps ? ["CRPS"] : []),
      ...(off(is.spreadSkill) > off(was.spreadSkill) + 0.05 ? ["spread/skill"] : []),
    ];
    const crps = [was.crps, is.crps].map((v) => v.toPrecision(4));
    return [was.name, ...crps, show(was.spreadSkill), show(is.spreadSkill), worse.join(", ") || "–"];
  });
  return table(["on what was held out", "CRPS before", "after", "spread/skill before", "after", "worse"], rows);
}

/** Plan of the training. */
async function dryRun(data: PairData | readonly string[] | null, chosen: VerbOptions) {
  const { plan, folder, opened } = await planTraining(data, chosen);
  try {
    const learned = "opened" in opened && { learned: willBeLearned(opened.opened.fields, plan.choices as object) };
    return {
      data: plan.data,
      choices: plan.choices,
      ...learned,
      recipe: await plannedRecipe(plan),
      resume: folder ?? null,
    };
  } finally {
    opened.close();
  }
}

/** With a climate model's past, the factor at which it varies as `fine` does. */
async function correcting(
  data: PairData | readonly string[] | null,
  { correct, allowExternal = false }: TrainOptions,
  given: (name: string) => boolean,
): Promise<Pick<VerbOptions, "correct" | "factor">> {
  if (correct === undefined) return {};
  if (correct === true || given("factor") || data === null || !("fine" in data)) return { correct: true };
  const [fine, past] = [
    await openSources("fine", data.fine, { allowExternal }),
    await openSources("correct", correct, { allowExternal }),
  ];
  try {
    if (past.fields.length !== 1) {
      const text = `--correct holds ${past.fields.length} variables; name one, as FILE:VARIABLE`;
      throw new OptionsError(text, "correct", correct);
    }
    const factor = await effectiveResolutionFactor(fine.fields[0]!, past.fields[0]!);
    say(`${correct} varies as --fine does over ${factor} x ${factor} cells: that is --factor`);
    return { correct: true, factor };
  } finally {
    fine.close();
    past.close();
  }
}

/** Options whose files of `--data` and `--validate` are parted from the variable that is named with them. */
async function withNamedVariable(o: TrainOptions): Promise<TrainOptions> {
  const { data, validate } = o;
  const held = validate !== undefined && "length" in validate ? validate : [];
  // Data whose times are refined are a fine field, named with its variable.
  if (data === undefined || o.timeFactor !== undefined) return o;
  const { variable } = await namedFiles([...data, ...held], o.variable);
  const files = (texts: readonly string[]) => texts.map((text) => namedFields(text).files);
  return {
    ...o,
    data: files(data),
    ...(held.length > 0 && { validate: files(held) }),
    ...defined({ variable }),
  };
}

function dataOf(o: TrainOptions): PairData | readonly string[] | null {
  const { fine, coarse, with: others, static: still, context, data } = o;
  const beside = coarse !== undefined || others !== undefined || still !== undefined || context !== undefined;
  if (data !== undefined) {
    if (fine === undefined && !beside) return data;
    const text =
      "--data refines block means of its files and takes no other fields; give --fine instead, or leave the others out";
    throw new OptionsError(text, "data", data);
  }
  if (fine === undefined) {
    if (!beside) return null;
    throw new OptionsError("--fine is missing; name what is to be made, as FILE:VARIABLE", "fine", fine);
  }
  return {
    fine,
    ...defined({ coarse, with: others, static: still }),
    ...(context && { context: context as readonly ContextName[] }),
  };
}

/** Given options under their names in the library. */
function choices(
  { interval, channels, assumeUnits, set = {}, ...options }: TrainOptions,
  given: (name: string) => boolean,
): VerbOptions {
  return {
    ...Object.fromEntries(same.filter(given).map((name) => [name, options[name]])),
    ...defined({ variable: options.variable }),
    ...(interval !== undefined && { interval: interval.length === 1 ? (interval[0] as number) : interval }),
    ...defined({ units: assumeUnits }),
    ...set,
    ...(given("channels") && { network: { ...set.network, baseChannels: channels } }),
  };
}

/** Flags of the covariates and the archive that `monge downscale` asks for. */
function covariatesOf({ channels, grid }: ModelDescription): readonly string[] {
  const files: string[] = (["with", "static"] as const).flatMap((role) => {
    const names = channels.filter((channel) => channel.role === role).map(({ name }) => name);
    return names.length === 0 ? [] : [`--${role}`, `FILE:${names.join(",")}`];
  });
  if (grid === undefined) files.push("--grid FILE");
  return [...files, ...(channels.some(({ role }) => role === "archive") ? ["--archive", "NAME"] : [])];
}

function sayData({ tiles, images }: TrainingStart, cap: number | undefined): void {
  if (tiles) sayTiles(tiles);
  if (!images) return;
  const { description, times } = images;
  const { channels, targets } = description;
  for (const target of targets) say(`makes ${target.name} (${target.units ?? "1"}), learned ${learnedAs(target)}`);
  say(`from ${channels.map(({ name, role, units }) => `${name} (${role}${units ? `, ${units}` : ""})`).join(", ")}`);
  const asRain = channels.filter(({ transform }) => transform.kind === "log").map(({ name }) => name);
  if (asRain.length > 0) say(`of these as rain: ${asRain.join(", ")}; all others as they are`);
  const left = leftOut(images.dropped, cap);
  const size = `${images.count} images of ${images.height} x ${images.width} from ${times[0]} times`;
  say(`${size}${left.length > 0 ? ` (left out: ${left.join(", ")})` : ""}, validated on ${times[1]} times`);
}

/** Images that were left out, by rule. @param cap - the most that were asked for */
export function leftOut(
  dropped: NonNullable<TrainingStart["images"]>["dropped"],
  cap: number | undefined,
): readonly string[] {
  const { empty, dry, clutter, surplus, drier } = dropped;
  const beyond = {
    [`beyond --cap ${cap}`]: surplus - drier,
    "drier ones, of which a fifth of the images is taken": drier,
  };
  return Object.entries({ "without values": empty, dry, "with clutter": clutter, ...beyond })
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`);
}

/** Says what was cut from each file. */
function sayTiles({ count, size, events }: NonNullable<TrainingStart["tiles"]>): void {
  for (const { name, wetKept, wetFound, drierKept, drierFound } of events) {
    const file = name.slice(name.indexOf(":") + 1);
    say(`${file}: ${wetKept} of ${wetFound} wet tiles, ${drierKept} of ${drierFound} drier ones`);
  }
  say(`${count} tiles of ${size} x ${size}`);
}
