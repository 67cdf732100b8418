/** `monge downscale`: from a model and a coarse file to an ensemble in a file. */

import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { bilinear } from "../../generative/baseline/index.ts";
import {
  Downscaler,
  ensembleField,
  fillGaps,
  findModel,
  type RainFile,
  readRain,
  refinedGrid,
  sampleFrames,
} from "../../generative/downscaling/index.ts";
import { gapFreeCases, type Stack, verifyTiles } from "../../generative/verification/index.ts";
import { expandPatterns } from "../../io/dataset/index.ts";
import { type Field, type Provenance, regularStep, withoutExtent } from "../../io/field/index.ts";
import { createNetcdf, geoKeysOf, type NetcdfWriter, writeGeotiff, writeNetcdf } from "../../io/formats/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { type Attributes, textOf } from "../../io/storage/index.ts";
import { drawEnsemble } from "../pictures.ts";
import { checkFiles } from "../shell/failure.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { leastBytes, prepareOutputs } from "../shell/outputs.ts";
import { startProgress } from "../shell/progress.ts";
import { type CoveredRow, coverageJson, coverageLine, scoresJson, scoreTable } from "../shell/score-table.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import type { DownscaleOptions } from "./command.ts";
import { keepFinished } from "./keep-finished.ts";
import { checkKind } from "./kind.ts";
import { checkRates, clip, window } from "./rates.ts";

interface Input {
  /** As in the file; the truth when it is coarsened first. */
  readonly file: RainFile;
  /** Rain rates, y and x last. */
  readonly coarse: Field;
  /** The same, [frames, height, width]. */
  readonly frames: Stack;
  /** Where it was coarsened: what it was, cut to whole blocks, [frames, height * factor, width * factor]. */
  readonly truth?: Stack;
}

export async function downscale(modelPath: string, files: readonly string[], options: DownscaleOptions): Promise<void> {
  const inputs = await expandPatterns(files);
  const asked = await resolve(modelPath, inputs, options);
  if (options.dryRun) return emitJson({ command: "downscale", ...asked });
  const interrupt = onInterrupt("stopping; again to stop at once");
  const model = await Downscaler.load(asked.model, { threads: asked.threads, device: asked.device });
  try {
    const { factor } = model.configuration.normalization;
    const read = await readInput(inputs, options, factor);
    const { file, coarse, frames } = read;
    const plan: Plan = { ...asked, forced: checkKind(model.configuration, read, options) };
    const grid = refinedGrid(coarse, factor);
    const [count, height, width] = frames.shape as [number, number, number];
    checkOutput(plan, grid, count);
    const values = 4 * frames.values.length * factor * factor * plan.members;
    preparePlaces(plan, options, leastBytes(values, true));
    say(`${count} x ${height} x ${width} cells, ${plan.members} members, refined by ${factor}`);

    const { fine, field } = await sampleAndWrite(model, plan, read, grid, () => interrupt.check());
    say(`wrote ${plan.output}`);
    const rows = plan.score && read.truth ? score(fine, read, read.truth, factor) : [];
    if (plan.png !== null) {
      await drawEnsemble(plan.png, { coarse, fine, grid, ...(plan.coarsen && { truth: file.field }) });
      say(`wrote ${plan.png}`);
    }
    const coverage = rows[0] && coverageJson(rows[0].coverage);
    if (options.json) emitJson({ ...plan, ...field, ...(coverage && { coverage }), scores: rows.map(scoresJson) });
    else if (rows[0]) emit(`${scoreTable(rows)}\n${coverageLine(rows[0].coverage)}`);
    else emit(plan.output);
  } finally {
    interrupt.stop();
    await model.dispose();
  }
}

type Plan = Awaited<ReturnType<typeof resolve>> & {
  /** How the input differs from what the model was trained for. */
  readonly forced: readonly string[];
};

/** What is told of the file that was written. */
type Shown = Pick<Field, "shape" | "dims" | "units">;

/**
 * Samples and writes the file. Times stream into NetCDF one by one, in memory that does not grow with their number; all are
 * kept, and given back, only where something else looks at them together.
 *
 * @param check - called often; what it throws ends the work; times that are finished are kept in a file of their own
 */
async function sampleAndWrite(
  model: Downscaler,
  plan: Plan,
  { file, coarse, frames, truth }: Input,
  grid: Field,
  check: () => void,
): Promise<{ readonly fine: Stack; readonly field: Shown }> {
  const { factor } = model.configuration.normalization;
  const [count, height, width] = frames.shape as [number, number, number];
  const streams = /\.nc$/i.test(plan.output) && coarse.dims.length === 3 && coarse.dimOf("time") === coarse.dims[0];
  const keeps = plan.score || plan.png !== null;
  const pixels = height * width * factor ** 2;
  const valid = truth && Uint8Array.from(truth.values, (v) => (Number.isNaN(v) ? 0 : 1));
  const bar = startProgress("downscaling", count * plan.evaluations, { unit: "evaluations" });
  const sample = (from: number, to: number) =>
    sampleFrames(
      model,
      {
        values: frames.values.subarray(from * height * width, to * height * width),
        shape: [to - from, height, width],
      },
      {
        members: plan.members,
        force: true,
        seed: plan.seed,
        evaluations: plan.evaluations,
        conserve: plan.conserve,
        missing: plan.missing,
        ...(valid && { valid: valid.subarray(from * pixels, to * pixels) }),
        wetThreshold: plan.wetThreshold ?? storedThreshold(model),
        firstFrame: file.first + from,
        origin: originOf(plan, factor),
        onProgress(done, all) {
          check();
          bar.update(Math.round((from + (done / all) * (to - from)) * plan.evaluations));
        },
      },
    );
  const asField = (part: Stack, of: Field) =>
    ensembleField(part, of, grid, { ...file, attributes: file.field.attributes });
  const kept: Stack[] = [];
  if (streams) {
    let shown: Shown | undefined;
    const time = coarse.dims[0]!;
    let writer: NetcdfWriter | undefined;
    try {
      for (let n = 0; n < count; n++) {
        const part = await sample(n, n + 1).catch(async (error: unknown) => {
          await keepFinished(writer, plan.output, { of: count, first: file.first });
          throw error;
        });
        const written = asField(part, coarse.isel({ [time]: [n, n + 1] }));
        writer ??= await createNetcdf(plan.output, written, aboutFile(plan, file.about));
        await writer.append(written);
        if (keeps) kept.push(part);
        shown ??= { shape: [count, ...written.shape.slice(1)], dims: written.dims, units: written.units };
      }
      await writer?.close();
    } finally {
      await writer?.abort();
      bar.stop();
    }
    return { fine: joined(kept), field: shown! };
  }
  const fine = await sample(0, count).finally(() => bar.stop());
  const field = asField(fine, coarse);
  await write(field, plan, aboutFile(plan, file.about));
  return { fine, field: { shape: field.shape, dims: field.dims, units: field.units } };
}

/** All options without gaps, checked as far as can be without reading the input. */
async function resolve(modelPath: string, inputs: readonly string[], o: DownscaleOptions) {
  checkFiles("INPUT", inputs);
  const model = findModel(modelPath);
  const format = extname(o.output).toLowerCase();
  if (![".nc", ".tif", ".tiff"].includes(format)) {
    throw new OptionsError(`--output ${o.output} must end in .nc or .tif`, "output", o.output);
  }
  if (o.png !== undefined && !/\.(png|svg)$/i.test(o.png)) {
    throw new OptionsError(`--png ${o.png} must end in .png or .svg`, "png", o.png);
  }
  if (o.score && !o.coarsen) {
    throw new OptionsError("--score needs --coarsen: without it INPUT has no truth to compare with", "score", true);
  }
  preparePlaces({ model, input: inputs, output: o.output, png: o.png }, o);
  return {
    model,
    modelSha256: await fileHash(model),
    input: inputs.length === 1 ? inputs[0]! : inputs,
    output: o.output,
    variable: o.variable ?? null,
    timeFromName: o.timeFromName ?? false,
    units: o.units ?? null,
    interval: o.interval ?? null,
    time: o.time === undefined ? null : "dates" in o.time ? o.time.dates : o.time.indices,
    rows: o.rows ?? null,
    columns: o.columns ?? null,
    members: o.members,
    seed: o.seed,
    evaluations: o.evaluations,
    conserve: o.conserve,
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

/** Nothing is lost, and there is room, before the work. */
function preparePlaces(
  plan: { readonly model: string; readonly input: string | readonly string[]; readonly output: string } & {
    readonly png?: string | null | undefined;
  },
  { overwrite }: DownscaleOptions,
  bytes = 0,
): void {
  const places = [
    { path: plan.output, option: "output", bytes },
    { path: plan.png, option: "png" },
  ];
  prepareOutputs(places, [plan.model, plan.input].flat(), overwrite);
}

async function readInput(paths: readonly string[], o: DownscaleOptions, factor: number): Promise<Input> {
  const file = await readRain(paths, {
    ...(o.variable !== undefined && { variable: o.variable }),
    ...(o.units !== undefined && { units: o.units }),
    ...(o.time !== undefined && { time: o.time }),
    timeFromName: o.timeFromName ?? false,
    intervals: o.interval,
  });
  const part = window(file.field, o);
  const clipped = { ...file, field: o.clipNegative ? clip(part) : part };
  const partial = o.missing === "propagate" ? { minimumValid: 1 / factor ** 2 } : {};
  const coarse = o.coarsen ? coarsen(clipped.field, factor, { crop: true, ...partial }) : clipped.field;
  const [height, width] = coarse.shape.slice(-2) as [number, number];
  checkRates(clipped.field.source ?? "INPUT", coarse, o);
  const frames = { values: coarse.values, shape: [file.frames, height, width] };
  return { file: clipped, coarse, frames, ...(o.coarsen && { truth: truthOf(clipped, frames, factor) }) };
}

/** The fine field, cut to whole blocks. */
function truthOf({ field }: RainFile, { shape }: Stack, factor: number): Stack {
  const [count, height, width] = shape as [number, number, number];
  const [rows, columns] = [height * factor, width * factor];
  const [y, x] = field.dims.slice(-2) as [string, string];
  return { values: field.isel({ [y]: [0, rows], [x]: [0, columns] }).values, shape: [count, rows, columns] };
}

/** First fine pixel of the window: noise belongs to pixels of the whole grid. */
function originOf({ rows, columns, coarsen: isFine }: Plan, factor: number): readonly [number, number] {
  const scale = isFine ? 1 : factor;
  return [(rows?.[0] ?? 0) * scale, (columns?.[0] ?? 0) * scale];
}

function storedThreshold(model: Downscaler): number {
  const stored = model.configuration.provenance?.["wetThreshold"];
  return typeof stored === "number" ? stored : 0.1;
}

/** What a GeoTIFF cannot hold is said before the work. */
function checkOutput(plan: Plan, grid: Field, count: number): void {
  if (/\.nc$/i.test(plan.output)) return;
  if (count > 1) {
    const hint = "choose one with --time INDEX, or write .nc";
    throw new OptionsError(
      `--output ${plan.output}: a GeoTIFF holds one time, INPUT has ${count}; ${hint}`,
      "output",
      count,
    );
  }
  const [y, x] = grid.dims.slice(-2) as [string, string];
  for (const dim of [y, x]) regularStep(dim, grid.coordinate(dim)?.values ?? new Float64Array());
  geoKeysOf(grid, x, y, plan.epsg ?? undefined);
}

/** What the file says of itself: all that the input says, with what was done to it in front. */
function aboutFile(plan: Plan, driving: Attributes): Provenance {
  const { modelSha256, seed } = plan;
  const by = `monge ${version()}, model ${modelSha256.slice(0, 16)}, seed ${seed}`;
  const from = textOf(driving, "source");
  const of = textOf(driving, "title");
  const history = `monge ${process.argv.slice(2).map(shellWord).join(" ")} (monge ${version()}, model SHA-256 ${modelSha256}, seed ${seed})${plan.forced.length === 0 ? "" : `; forced, although INPUT has ${plan.forced.join("; and ")}`}`;
  const attributes = {
    ...withoutExtent(driving),
    title: `Ensemble of fine precipitation, downscaled by a diffusion model${of === undefined ? "" : ` from: ${of}`}`,
    source: from === undefined ? by : `${by}; downscaled from: ${from}`,
    model_sha256: modelSha256,
    seed,
  };
  return { attributes, history };
}

/** Parts one after the other. */
function joined(parts: readonly Stack[]): Stack {
  if (parts.length === 1) return parts[0]!;
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { values, shape: [parts.length, ...(parts[0]?.shape.slice(1) ?? [])] };
}

async function write(field: Field, plan: Plan, about: Provenance): Promise<void> {
  if (/\.nc$/i.test(plan.output)) return writeNetcdf(plan.output, field, about);
  const bands = Array.from({ length: plan.members }, (_, i) => `member=${i}`);
  return writeGeotiff(plan.output, field, { ...about, bands, ...(plan.epsg !== null && { epsg: plan.epsg }) });
}

/** The ensemble next to the simplest alternative, against the fine field that was coarsened. */
function score(fine: Stack, { frames }: Input, truth: Stack, factor: number): CoveredRow[] {
  const [count, height, width] = frames.shape as [number, number, number];
  const [rows, columns] = [height * factor, width * factor];
  const whole = frames.values.slice();
  const cells = height * width;
  for (let n = 0; n < count; n++)
    whole.set(
      fillGaps(Float32Array.from(frames.values.subarray(n * cells, (n + 1) * cells)), height, width),
      n * cells,
    );
  const smooth = bilinear({ values: whole, shape: frames.shape }, factor);
  for (const i of smooth.values.keys()) {
    const member = Math.floor(i / (rows * columns)) * fine.shape[1]! * rows * columns + (i % (rows * columns));
    if (Number.isNaN(fine.values[member])) smooth.values[i] = Number.NaN;
  }
  const of = (method: string, ensemble: Stack): CoveredRow => {
    const { coverage, ...cases } = gapFreeCases({ ensemble, truth, coarse: frames }, factor);
    return { method, scores: verifyTiles(cases.ensemble, cases.truth, cases.coarse).pooled, coverage };
  };
  return [of("monge", fine), of("bilinear", smooth)];
}
