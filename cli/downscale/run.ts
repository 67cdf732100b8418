/** `monge downscale`: from a model and a coarse file to an ensemble in a file, or in a store written task by task. */
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { bilinearUpsample } from "../../engine/numerics/grid.ts";
import type { DrawnFrame } from "../../generative/ensemble/index.ts";
import { fillGaps } from "../../generative/model/index.ts";
import {
  type AnyDownscaler,
  downscaleTo,
  downscale as drawInMemory,
  isModel,
} from "../../generative/sampling/index.ts";
import { downscaleUnits, type PlanOptions, unitStoreOf } from "../../generative/sharded/index.ts";
import { namedFiles, type PartlyWritten } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { coverageLine, type ScoreRow, scoresJson, scoreTable } from "../shell/score-table.ts";
import { stationTableText } from "../shell/station-series.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import { calibrated, isCalibration } from "./calibrate.ts";
import type { DownscaleOptions } from "./command.ts";
import { drawingOf } from "./drawing.ts";
import { type Input, openInput } from "./input.ts";
import { openGenerator } from "./open-model.ts";
import { type ResolvedDownscale, resolve, resolvedJson } from "./resolve.ts";

export async function downscale(
  modelPath: string | undefined,
  texts: readonly string[],
  asked: DownscaleOptions,
  command: Command,
): Promise<void> {
  if (asked.method === "mbcn") {
    const { downscaleJointly } = await import("./jointly.ts");
    return downscaleJointly(texts, asked, command);
  }
  const { files: inputs, variable } = await namedFiles(texts, asked.variable);
  const options = { ...asked, ...(variable !== undefined && { variable }) };
  const plan = await resolve(modelPath, inputs, options);
  if (options.dryRun) return emitJson({ command: "downscale", ...resolvedJson(plan) });
  const interrupt = onInterrupt("stopping; again to stop at once");
  const opened = await openGenerator(plan, options, command);
  const { model } = opened;
  let bar: Progress | undefined;
  try {
    const input = await openInput(inputs, options);
    const kept: DrawnFrame[] = [];
    try {
      await prepareOutputs([{ path: plan.figure, option: "figure" }], input.files, options.overwrite);
      const usual = drawingOf(plan, options, { model, input, inputs, command });
      const calibration =
        plan.calibrate === undefined
          ? undefined
          : await calibrated(plan, model, input, { ...usual, signal: interrupt.signal });
      if (isCalibration(plan)) {
        return options.json ? emitJson({ ...resolvedJson(plan), calibration }) : undefined;
      }
      const isFile = plan.stations !== undefined || unitStoreOf(plan.output) === undefined;
      const work = isFile ? drawnFile : drawnUnits;
      const { forced, ...written } = await work(plan, model, input, {
        ...usual,
        ...(calibration && { amplitude: calibration.amplitude }),
        ...(calibration && calibration.cutOff > 0 && { cutOff: calibration.cutOff }),
        ...(options.overwrite && { overwrite: true }),
        signal: interrupt.signal,
        onProgress({ done, total }) {
          bar ??= startProgress("downscaling", total, { unit: plan.method === undefined ? "evaluations" : "times" });
          bar.update(done);
        },
        ...((plan.score || plan.figure !== undefined) && {
          onFrame(frame: DrawnFrame) {
            if (plan.score || kept.length === 0) kept.push(frame);
          },
        }),
      }).finally(() => bar?.stop());
      for (const line of input.notices()) say(line);
      const scored = plan.score && isModel(model) && model.configuration.blocks;
      const rows = scored ? await coarsenedScores(kept) : [];
      await picture(plan, kept[0], options.overwrite ?? false);
      const coverage = rows[0]?.found.coverage;
      const { path: _, ...shown } = written;
      if (options.json) {
        emitJson({
          ...resolvedJson(plan),
          forced,
          ...shown,
          ...(calibration && { calibration }),
          ...(coverage && { coverage }),
          scores: rows.map(scoresJson),
        });
      } else if (rows[0]) emit(`${scoreTable(rows)}\n${coverageLine(rows[0].found.coverage)}`);
      else emit(plan.output);
    } finally {
      input.close();
    }
  } finally {
    interrupt.stop();
    await opened.close();
  }
}

async function drawnFile(
  plan: ResolvedDownscale,
  model: AnyDownscaler,
  input: Input,
  { unit: _, version: __, ...how }: PlanOptions,
) {
  const onKept = (found: PartlyWritten) => sayKept(found, input.first);
  if (/\.csv$/i.test(plan.output)) {
    const { overwrite = false, inputs: _, attributes: __, history: ___, ...drawing } = how;
    const field = await drawInMemory(model, input.field, drawing);
    await writeAtomically(plan.output, stationTableText([field]), { overwrite });
    say(`wrote ${plan.output}`);
    const { dims, shape, units } = field;
    return { path: plan.output, dims, shape, units, forced: [] };
  }
  const written = await downscaleTo(plan.output, model, input.field, {
    ...how,
    ...defined({ epsg: plan.epsg }),
    onKept,
  });
  say(`wrote ${plan.output}`);
  return written;
}

async function drawnUnits(plan: ResolvedDownscale, model: AnyDownscaler, input: Input, how: PlanOptions) {
  let finished = 0;
  const { shard, resume, device } = plan;
  // A score and a picture take all members at once.
  const whole = (plan.score || plan.figure !== undefined) && { unit: { members: plan.members } };
  const more = { ...whole, ...defined({ shard, resume }), also: { device }, onUnit: () => void finished++ };
  try {
    const done = await downscaleUnits(plan.output, model, input.field, { ...how, ...more });
    const { total, missing, store = plan.output, files = [] } = done;
    say(`${done.done} of ${total} tasks done now, ${total - missing} of ${total} are in ${store}`);
    for (const { path } of files) say(`wrote ${path}`);
    return done;
  } catch (error) {
    if (finished > 0)
      say(`${finished} tasks were finished and are kept in ${unitStoreOf(plan.output)}; --resume does the others`);
    throw error;
  }
}

async function picture(plan: ResolvedDownscale, first: DrawnFrame | undefined, overwrite: boolean): Promise<void> {
  if (plan.figure === undefined) return;
  if (first === undefined) {
    say("--figure shows precipitation alone: no picture is drawn");
    return;
  }
  const { coarse, members, truth } = first;
  const { drawEnsemble } = await import("../pictures.ts");
  await drawEnsemble(plan.figure, { coarse, fine: members, ...(truth && { truth }), title: coarse.name, overwrite });
  say(`wrote ${plan.figure}`);
}

/** Message about work that was interrupted, with the way to do the rest. */
function sayKept({ path, steps, of }: PartlyWritten, first: number): void {
  if (path === undefined) {
    say(`none of ${of} times was finished; nothing is written`);
    return;
  }
  say(`the first ${steps} of ${of} times are kept in ${path}`);
  say(`for the others: the same command with --time '#${first + steps}:${first + of}' and another --output`);
}

/**
 * @param frames - as `onFrame` was given them, drawn with `coarsen: true`
 * @returns scores of the ensemble ("monge") and of bilinear interpolation, over the same cells
 */
async function coarsenedScores(frames: readonly DrawnFrame[]): Promise<readonly ScoreRow[]> {
  const { verify } = await import("../../verification/index.ts");
  const { wetThreshold = 0 } = frames[0]!;
  const truth = stacked(frames.map((frame) => frame.truth!));
  const of = async (method: string, forecast: Field): Promise<ScoreRow> => {
    const wet = wetThreshold > 0 && { wetThreshold };
    return { method, found: await verify(forecast, truth, { rain: true, times: "position", spectrum: true, ...wet }) };
  };
  return [
    await of("monge", stacked(frames.map(({ members }) => members))),
    await of("bilinear", stacked(frames.map(interpolated))),
  ];
}

function interpolated({ coarse, truth }: DrawnFrame): Field {
  const [height, width] = coarse.shape as [number, number];
  const whole = fillGaps(Float32Array.from(coarse.values), height, width);
  return truth!.with({ values: bilinearUpsample(whole, 1, height, width, truth!.shape[0]! / height) });
}

/** Frames as one field along time. */
function stacked(frames: readonly Field[]): Field {
  const [{ name, units, dims, shape, coordinates, gridMapping, values: first }] = frames as [Field, ...Field[]];
  const values = new Float32Array(frames.length * first.length);
  for (const [n, frame] of frames.entries()) values.set(frame.values, n * first.length);
  const along = { dims: ["time", ...dims], shape: [frames.length, ...shape], values };
  return new Field({
    name,
    units,
    coordinates: coordinates.filter((one) => one.name !== "time"),
    gridMapping,
    ...along,
  });
}
