/** `monge downscale`: from a model and a coarse file to an ensemble in a file. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { coarsenedScores, Downscaler, type DrawnFrame, findModel } from "../../generative/downscaling/index.ts";
import { downscaleTo, loadDownscaler } from "../../generative/verbs/index.ts";
import { expandPatterns, namedFields, type PartlyWritten } from "../../io/dataset/index.ts";
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

export async function downscale(
  modelPath: string,
  files: readonly string[],
  options: DownscaleOptions,
  command: Command,
): Promise<void> {
  const inputs = await expandPatterns(files);
  const plan = await resolve(modelPath, inputs, options);
  if (options.dryRun) return emitJson({ command: "downscale", ...plan });
  const interrupt = onInterrupt("stopping; again to stop at once");
  const model = await loadDownscaler(plan.model, { threads: plan.threads, device: plan.device });
  let bar: Progress | undefined;
  try {
    checkKind(model instanceof Downscaler, options, (name) => command.getOptionValueSource(name) === "cli");
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
        evaluations: plan.evaluations,
        ...(model instanceof Downscaler && { conserve: plan.conserve }),
        ...(plan.archive !== null && { archive: plan.archive }),
        missing: plan.missing,
        clipNegative: plan.clipNegative,
        coarsen: plan.coarsen,
        force: plan.force,
        ...(plan.wetThreshold !== null && { wetThreshold: plan.wetThreshold }),
        ...(plan.epsg !== null && { epsg: plan.epsg }),
        signal: interrupt.signal,
        onProgress(done, total) {
          bar ??= startProgress("downscaling", total, { unit: "evaluations" });
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
      if (plan.png !== null) {
        const { coarse, members, grid, truth } = kept[0]!;
        const fine = { values: members, shape: [1, plan.members, ...grid.shape] };
        await drawEnsemble(plan.png, { coarse, fine, grid, ...(truth && { truth }) });
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
    await model.dispose();
  }
}

const scored = ({ configuration }: Downscaler, kept: readonly DrawnFrame[]) =>
  coarsenedScores(kept, configuration.normalization.factor);

/** @throws OptionsError for options of the other kind of model */
function checkKind(blocks: boolean, options: DownscaleOptions, given: (name: string) => boolean): void {
  const others = blocks
    ? (["with", "static", "grid", "target"] as const)
    : (["conserve", "coarsen", "score", "archive"] as const);
  const wrong = others.find(given);
  if (wrong === undefined) return;
  const why = blocks
    ? "the model was trained on block means of one data set"
    : "the model was trained on pairs of two data sets";
  throw new OptionsError(
    `--${wrong === "conserve" ? "no-conserve" : wrong} means nothing here: ${why}; leave it out`,
    wrong,
    options[wrong],
  );
}

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
async function resolve(modelPath: string, inputs: readonly string[], o: DownscaleOptions) {
  checkFiles("INPUT", inputs);
  const model = findModel(modelPath);
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
  const others = [...(o.with ?? []), ...(o.static ?? []), ...(o.grid === undefined ? [] : [o.grid])];
  const more = (await Promise.all(others.map((text) => expandPatterns([namedFields(text).files])))).flat();
  checkFiles("--with, --static and --grid", more);
  prepareOutputs(places, [model, ...inputs, ...more], o.overwrite);
  return {
    model,
    modelSha256: await fileHash(model),
    input: inputs.length === 1 ? inputs[0]! : inputs,
    output: o.output,
    variable: o.variable ?? null,
    with: o.with ?? null,
    static: o.static ?? null,
    grid: o.grid ?? null,
    target: o.target ?? null,
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    units: o.units ?? null,
    interval: o.interval ?? null,
    time: o.time === undefined ? null : "dates" in o.time ? o.time.dates : o.time.indices,
    rows: o.rows ?? null,
    columns: o.columns ?? null,
    members: o.members,
    seed: o.seed,
    evaluations: o.evaluations,
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
