import {
  drawLoss
} from "./chunk-G5BM5TCQ.js";
import {
  isPairRun,
  meetingFactor,
  openSources,
  planPairs,
  plannedRecipe,
  train as train2
} from "./chunk-3CUCI7F2.js";
import "./chunk-B76RVHYB.js";
import {
  modelName,
  planTraining,
  termKind,
  train
} from "./chunk-6HDMKCOB.js";
import {
  findUnfinished
} from "./chunk-U2MKQBF5.js";
import "./chunk-HNA2YWTQ.js";
import "./chunk-HHEHUTHZ.js";
import "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import "./chunk-MHZ2235X.js";
import "./chunk-6KCX3X7U.js";
import "./chunk-AOR7BF42.js";
import "./chunk-GP5RCY2J.js";
import "./chunk-MYHAFT5B.js";
import "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  Unfinished,
  checkFiles
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";
import {
  complain,
  emit,
  emitJson,
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/train/run.ts
import { join as join2 } from "node:path";

// cli/train/generator.ts
function generatorChoices({ generator, term, weight: asked }, given) {
  const oneStep = generator === "one-step";
  const weight = asked ?? (oneStep ? 1 : 0.2);
  if (oneStep && term !== "none" && term !== "w1") {
    throw new OptionsError(`--term is ${term}; a one-step generator takes w1, or none`, "term", term);
  }
  if (given("weight") && !given("term")) {
    throw new OptionsError(`--weight is ${weight}; it must come with --term`, "weight", weight);
  }
  const own = oneStep ? { oneStep: { term: term === "none" ? null : { kind: "wasserstein", weight } } } : {};
  const of = term === "none" ? null : { kind: termKind(term), weight };
  return { ...given("generator") && { generator }, ...given("term") && (oneStep ? own : { term: of }) };
}

// cli/train/pairs.ts
import { join } from "node:path";
var only = ["variable", "units", "every", "unit", "archives", "preset", "largestRate", "validateData"];
async function trainPairs(options, given) {
  const data = dataOf(options);
  const wrong = only.find(given);
  if (wrong !== void 0) {
    const flag = `--${wrong.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    throw new OptionsError(`${flag} goes with --data; pairs have FILE:VARIABLE and units of their own`, wrong, true);
  }
  if (options.resume === void 0 && !options.out) {
    throw new OptionsError("--out is missing; name a folder for the run", "out", options.out);
  }
  const chosen = { ...choices(options, given), ...await correcting(data, options, given) };
  if (options.dryRun) {
    const { plan, folder, opened } = await planPairs(data, chosen);
    opened.close();
    return emitJson({ command: "train", ...plan, recipe: plannedRecipe(plan), resume: folder ?? null });
  }
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let bar;
  let steps = options.steps;
  let covariates = [];
  try {
    const ended = await train2(data, {
      ...chosen,
      signal: interrupt.signal,
      checkpointEvery: options.checkpointEvery,
      onNotice: say,
      onStart(start) {
        sayStart(start);
        steps = start.steps;
        covariates = covariatesOf(start.description);
        bar = startProgress("training", steps, { from: start.step, unit: "steps" });
      },
      onProgress({ step: step2, loss: loss2, validation }) {
        bar?.update(step2, `loss ${loss2.toFixed(4)}`);
        if (validation === void 0) return;
        const told = validation.targets.map(({ name, crps, spreadSkill }) => {
          return `${name} CRPS ${crps.toPrecision(4)}, spread\u2013skill ${spreadSkill?.toFixed(2) ?? "\u2013"}`;
        });
        say(`step ${step2}: ${told.join("; ")}`);
      },
      onFinish: drawLoss
    }).catch((error) => {
      throw error === interrupt.signal.reason ? interrupt.error() : error;
    });
    bar?.stop();
    const corrects = ended.downscaler?.law !== void 0;
    await ended.downscaler?.dispose();
    const { status, step, loss, seconds, best = null } = ended;
    const run = ended.run;
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
async function correcting(data, { correct, allowExternal = false }, given) {
  if (correct === void 0) return {};
  if (correct === true || given("factor") || data === null) return { correct: true };
  const [fine, past] = [
    await openSources("fine", data.fine, { allowExternal }),
    await openSources("correct", correct, { allowExternal })
  ];
  try {
    if (past.fields.length !== 1) {
      const text = `--correct holds ${past.fields.length} variables; name one, as FILE:VARIABLE`;
      throw new OptionsError(text, "correct", correct);
    }
    const factor = await meetingFactor(fine.fields[0], past.fields[0]);
    say(`${correct} varies as --fine does over ${factor} x ${factor} cells: that is --factor`);
    return { correct: true, factor };
  } finally {
    fine.close();
    past.close();
  }
}
function dataOf({ fine, coarse, with: others, static: still, context, data }) {
  if (data !== void 0) {
    throw new OptionsError(
      "--data and --fine are both given; --data learns to undo block means, --fine makes pairs",
      "data",
      data
    );
  }
  if (fine === void 0) {
    if (coarse === void 0 && others === void 0 && still === void 0 && context === void 0) return null;
    throw new OptionsError("--fine is missing; name what is to be made, as FILE:VARIABLE", "fine", fine);
  }
  return {
    fine,
    ...coarse && { coarse },
    ...others && { with: others },
    ...still && { static: still },
    ...context && { context }
  };
}
function choices(options, given) {
  const same = [
    "time",
    "validate",
    "regrid",
    "clipNegative",
    "allowExternal",
    "wetThreshold",
    "factor",
    "tile",
    "cap",
    "start"
  ];
  const more = ["crop", "batch", "steps", "seed", "dropout", "threads", "device", "out", "name"];
  const { interval, channels, validateEvery: every, patience, resume, tileStore } = options;
  if (Array.isArray(interval) && interval.length > 1) {
    throw new OptionsError(`--interval has ${interval.length} values; pairs take one`, "interval", interval);
  }
  const { term: _, ...kind } = generatorChoices(options, given);
  if (given("term") && options.generator !== "one-step") {
    const text = `--term is ${options.term}; with pairs it goes with --generator one-step`;
    throw new OptionsError(text, "term", options.term);
  }
  const validation = { ...every !== void 0 && { every }, ...patience !== void 0 && { patience } };
  return {
    ...Object.fromEntries([...same, ...more].filter(given).map((name) => [name, options[name]])),
    ...kind,
    ...tileStore !== void 0 && { tileStore: tileStore === "none" ? null : tileStore },
    ...given("interval") && { interval: interval === "time" ? interval : interval[0] },
    ...given("channels") && { network: { baseChannels: channels } },
    ...Object.keys(validation).length > 0 && { validation },
    ...resume !== void 0 && { resume }
  };
}
function covariatesOf({ channels }) {
  return ["with", "static"].flatMap((role) => {
    const names = channels.filter((channel) => channel.role === role).map(({ name }) => name);
    return names.length === 0 ? [] : [`--${role}`, `FILE:${names.join(",")}`];
  });
}
function sayStart({ archive, description, times, step, run }) {
  const { channels, targets } = description;
  say(`makes ${targets.map(({ name, units = "1" }) => `${name} (${units})`).join(", ")}`);
  say(`from ${channels.map(({ name, role, units }) => `${name} (${role}${units ? `, ${units}` : ""})`).join(", ")}`);
  const { empty, dry, clutter, surplus } = archive.dropped;
  const left = Object.entries({ "without values": empty, dry, "with clutter": clutter, "beyond --cap": surplus }).filter(([, n]) => n > 0).map(([what, n]) => `${n} ${what}`);
  const size = `${archive.count} images of ${archive.height} x ${archive.width} from ${times[0]} times`;
  say(`${size}${left.length > 0 ? ` (left out: ${left.join(", ")})` : ""}, judged by ${times[1]} times`);
  say(`${step === 0 ? "recording" : `going on after step ${step}`} in ${run}`);
}

// cli/train/run.ts
async function train3(options, given) {
  if (await isPairs(options)) return trainPairs(options, given);
  const data = options.data ?? null;
  if (options.resume === void 0) {
    if (!data?.length) throw new OptionsError("--data is missing; name at least one file", "data", data);
    if (!options.out) throw new OptionsError("--out is missing; name a folder for the run", "out", options.out);
  }
  const chosen = choices2(options, given);
  const { plan, folder } = await planTraining(data, chosen);
  if (options.dryRun) return emitJson({ command: "train", ...plan, resume: folder ?? null });
  checkFiles("--data", plan.data);
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  let bar;
  try {
    const ended = await train(data, {
      ...chosen,
      signal: interrupt.signal,
      checkpointEvery: options.checkpointEvery,
      onStart({ archive, run: run2, step: step2 }) {
        sayTiles(archive);
        say(`${folder === void 0 ? "recording" : `going on after step ${step2}`} in ${run2}`);
        bar = startProgress("training", plan.steps, { from: step2, unit: "steps" });
      },
      onProgress({ step: step2, loss: loss2, validation }) {
        bar?.update(step2, `loss ${loss2.toFixed(4)}`);
        if (validation === void 0) return;
        const { crps, spreadSkill } = validation;
        const spread = spreadSkill === null ? "no error" : `spread/skill ${spreadSkill.toFixed(2)}`;
        say(`step ${step2}: fair CRPS ${crps.toFixed(4)} mm/h, ${spread}`);
      },
      onFinish: drawLoss
    }).catch((error) => {
      throw error === interrupt.signal.reason ? interrupt.error() : error;
    });
    bar?.stop();
    await ended.downscaler?.dispose();
    const { status, step, loss, seconds } = ended;
    const run = ended.run;
    const model = status === "finished" || status === "stopped" ? join2(run, modelName) : null;
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
    if (status === "stopped")
      say(`ended after step ${step} of ${plan.steps}: no better model in --patience judgements`);
    say(`done; next: monge downscale ${shellWord(run)} INPUT -o out.nc`);
  } finally {
    bar?.stop();
    interrupt.stop();
  }
}
async function isPairs({
  fine,
  coarse,
  with: others,
  static: still,
  context,
  data,
  resume,
  out
}) {
  if ([fine, coarse, others, still, context].some((one) => one !== void 0)) return true;
  const place = resume === true ? out : resume;
  return data === void 0 && place !== void 0 && isPairRun(await findUnfinished(place));
}
function choices2(options, given) {
  const { channels, resume, validate, validateData, validateEvery: every, patience } = options;
  if (validate !== void 0 && validateData !== void 0) {
    throw new OptionsError("--validate and --validate-data are both given; give one", "validateData", validateData);
  }
  const { tileStore } = options;
  const held = validate ?? validateData;
  const validation = { ...every !== void 0 && { every }, ...patience !== void 0 && { patience } };
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
    "preset"
  ];
  const more = ["batch", "steps", "seed", "threads", "device", "out", "name", "start"];
  return {
    ...Object.fromEntries([...same, ...more].filter(given).map((name) => [name, options[name]])),
    ...given("channels") && { network: { baseChannels: channels } },
    ...generatorChoices(options, given),
    ...held !== void 0 && { validate: held },
    ...Object.keys(validation).length > 0 && { validation },
    ...resume !== void 0 && { resume },
    ...tileStore !== void 0 && { tileStore: tileStore === "none" ? null : tileStore }
  };
}
function sayTiles({ count, size, events }) {
  for (const { name, wetKept, wetFound, drierKept, drierFound } of events) {
    const file = name.slice(name.indexOf(":") + 1);
    say(`${file}: ${wetKept} of ${wetFound} wet tiles, ${drierKept} of ${drierFound} drier ones`);
  }
  say(`${count} tiles of ${size} x ${size}`);
}
export {
  sayTiles,
  train3 as train
};
