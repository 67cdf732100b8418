/** `monge downscale`: from a model and a coarse file to an ensemble in a file. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { coarsenedScores, Downscaler, type DrawnFrame, findModel } from "../../generative/downscaling/index.ts";
import { describeModel, downscaleTo, evaluationsFor } from "../../generative/verbs/index.ts";
import { expandPatterns, namedFields, type PartlyWritten, type TimeRange } from "../../io/dataset/index.ts";
import { formatToWrite } from "../../io/formats/index.ts";
import { drawEnsemble } from "../pictures.ts";
import { checkFiles } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { type Progress, startProgress } from "../shell/progress.ts";
import { coverageJson, coverageLine, scoresJson, scoreTable } from "../shell/score-table.ts";
import { spoken } from "../shell/spoken.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { DownscaleOptions } from "./command.ts";
import { openInput } from "./input.ts";
import { checkKind, openMethod, openModel } from "./open-model.ts";

export async function downscale(
  modelPath: string | undefined,
  files: readonly string[],
  options: DownscaleOptions,
  command: Command,
): Promise<void> {
  const inputs = await expandPatterns(files);
  const plan = await resolve(modelPath, inputs, options);
  if (options.dryRun) return emitJson({ command: "downscale", ...plan });
  const given = (name: string) => command.getOptionValueSource(name) === "cli";
  if (plan.model === null) checkKind("method", options, given);
  const interrupt = onInterrupt("stopping; again to stop at once");
  const { threads, device } = plan;
  const opened =
    plan.model === null ? await openMethod(options) : await openModel(plan.model, options, given, { threads, device });
  const { model } = opened;
  let bar: Progress | undefined;
  try {
    const input = await openInput(inputs, options);
    const kept: DrawnFrame[] = [];
    try {
      const { forced, ...written } = await downscaleTo(plan.output, model, input.field, {
        ...input.reading,
        ...input.covariates,
        inputs,
        attributes: input.attributes,
        history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
        ...(options.overwrite && { overwrite: true }),
        members: plan.members,
        seed: plan.seed,
        ...(options.evaluations !== undefined && { evaluations: options.evaluations }),
        ...(plan.sampler !== null && { method: plan.sampler }),
        ...(model instanceof Downscaler && { conserve: plan.conserve }),
        ...(plan.archive !== null && { archive: plan.archive }),
        missing: plan.missing,
        clipNegative: plan.clipNegative,
        coarsen: plan.coarsen,
        force: plan.force,
        ...(plan.method === null && plan.wetThreshold !== null && { wetThreshold: plan.wetThreshold }),
        ...(plan.epsg !== null && { epsg: plan.epsg }),
        signal: interrupt.signal,
        onProgress(done, total) {
          bar ??= startProgress("downscaling", total, { unit: plan.method === null ? "evaluations" : "times" });
          bar.update(done);
        },
        onNotice: (line) => say(spoken(line, command)),
        onFrame(frame) {
          if (plan.score || (plan.png !== null && kept.length === 0)) kept.push(frame);
        },
        onKept: (found) => sayKept(found, input.first),
      }).finally(() => bar?.stop());
      say(`wrote ${plan.output}`);
      const rows = plan.score && model instanceof Downscaler ? scored(model, kept) : [];
      const [first] = kept;
      if (plan.png !== null && first === undefined) say("--png shows precipitation alone: no picture is drawn");
      if (plan.png !== null && first !== undefined) {
        const { coarse, members, grid, truth } = first;
        const fine = { values: members, shape: [1, plan.members, ...grid.shape] };
        await drawEnsemble(plan.png, { coarse, fine, grid, ...(truth && { truth }), title: coarse.name });
        say(`wrote ${plan.png}`);
      }
      const coverage = rows[0] && coverageJson(rows[0].coverage);
      const { path: _, ...shown } = written;
      if (options.json) {
        emitJson({ ...plan, forced, ...shown, ...(coverage && { coverage }), scores: rows.map(scoresJson) });
      } else if (rows[0]) emit(`${scoreTable(rows)}\n${coverageLine(rows[0].coverage)}`);
      else emit(plan.output);
    } finally {
      input.close();
    }
  } finally {
    interrupt.stop();
    await opened.close();
  }
}

const scored = ({ configuration }: Downscaler, kept: readonly DrawnFrame[]) =>
  coarsenedScores(kept, configuration.normalization.factor);

/** What is kept of work that came to no end, and how to do the rest. */
function sayKept({ path, steps, of }: PartlyWritten, first: number): void {
  if (path === undefined) {
    say(`none of ${of} times was finished; nothing is written`);
    return;
  }
  say(`the first ${steps} of ${of} times are kept in ${path}`);
  say(`for the others: the same command with --time '#${first + steps}:${first + of}' and another --output`);
}

/** All options without gaps, checked as far as can be without reading the input. */
async function resolve(modelPath: string | undefined, inputs: readonly string[], o: DownscaleOptions) {
  checkFiles("INPUT", inputs);
  const model = modelPath === undefined ? null : findModel(modelPath);
  const described = model === null ? undefined : await describeModel(model);
  const solver = {
    ...(o.evaluations !== undefined && { evaluations: o.evaluations }),
    ...(o.sampler && { method: o.sampler }),
  };
  const { kind } = formatToWrite(o.output);
  if (o.png !== undefined && !/\.(png|svg)$/i.test(o.png)) {
    throw new OptionsError(`--png ${o.png} must end in .png or .svg`, "png", o.png);
  }
  if (o.score && !o.coarsen) {
    throw new OptionsError("--score needs --coarsen: without it INPUT has no truth to compare with", "score", true);
  }
  const places = [
    { path: o.output, option: "output", isStore: kind === "folder" },
    { path: o.png, option: "png" },
  ];
  const others = [
    ...(o.with ?? []),
    ...(o.static ?? []),
    ...[o.past, o.grid, o.fine, o.coarse].filter((one) => one !== undefined),
  ];
  const more = (await Promise.all(others.map((text) => expandPatterns([namedFields(text).files])))).flat();
  checkFiles("--with, --static, --past, --grid, --fine and --coarse", more);
  prepareOutputs(places, [...(model === null ? [] : [model]), ...inputs, ...more], o.overwrite);
  return {
    model,
    modelSha256: model === null ? null : await fileHash(model),
    method: o.method ?? null,
    fine: o.fine ?? null,
    coarse: o.coarse ?? null,
    history: rangeText(o.history),
    factor: o.factor ?? null,
    window: o.window ?? null,
    quantiles: o.quantiles ?? null,
    slope: o.slope ?? null,
    amplitude: o.amplitude ?? null,
    input: inputs.length === 1 ? inputs[0]! : inputs,
    output: o.output,
    variable: o.variable ?? null,
    with: o.with ?? null,
    static: o.static ?? null,
    past: o.past ?? null,
    grid: o.grid ?? null,
    target: o.target ?? null,
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    units: o.units ?? null,
    interval: o.interval ?? null,
    time: rangeText(o.time),
    rows: o.rows ?? null,
    columns: o.columns ?? null,
    members: o.members ?? (o.method === undefined || o.method === "rainfarm" ? 8 : 1),
    seed: o.seed,
    generator: described?.generator ?? null,
    evaluations: described === undefined ? null : evaluationsFor(described, solver),
    sampler: o.sampler ?? null,
    conserve: o.conserve,
    archive: o.archive ?? null,
    missing: o.missing,
    clipNegative: o.clipNegative ?? false,
    wetThreshold: o.wetThreshold ?? null,
    epsg: o.epsg ?? null,
    png: o.png ?? null,
    coarsen: o.coarsen ?? false,
    score: o.score ?? false,
    force: o.force ?? false,
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device,
  };
}

const rangeText = (range: TimeRange | undefined) =>
  range === undefined ? null : "dates" in range ? range.dates : range.indices;
