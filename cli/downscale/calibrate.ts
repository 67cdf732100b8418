/** `monge downscale --calibrate`: the amplitude and cut-off of a model by measurements, as a table and as a file, and those of such a file. */
import { basename } from "node:path";
import { defined } from "../../engine/defined.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { numberText } from "../../engine/text/number.ts";
import type { AmplitudeCalibration } from "../../generative/calibration/index.ts";
import type { Downscaler } from "../../generative/model/index.ts";
import { type AnyDownscaler, isModel } from "../../generative/sampling/index.ts";
import { openField } from "../shell/open-field.ts";
import { startProgress } from "../shell/progress.ts";
import { openSeries } from "../shell/station-series.ts";
import { emit, say, table } from "../shell/terminal.ts";
import type { DownscaleOptions } from "./command.ts";
import type { drawingOf } from "./drawing.ts";
import type { Input } from "./input.ts";
import type { ResolvedDownscale } from "./resolve.ts";

/** True where the calibration alone is wanted. */
export const isCalibration = ({ calibrate, output }: Pick<DownscaleOptions, "calibrate" | "output">): boolean =>
  calibrate !== undefined && /\.json$/i.test(output);

/** Fits amplitude and cut-off, prints a table and writes the file of it, where that is the output. */
export async function calibrated(
  plan: ResolvedDownscale,
  model: AnyDownscaler,
  { field }: Input,
  { factor, interval, evaluations, archive, force, clipNegative, onNotice, signal }: ReturnType<typeof drawingOf>,
): Promise<AmplitudeCalibration> {
  if (!isModel(model)) {
    throw new OptionsError("--calibrate is for models; leave --method out", "calibrate", plan.calibrate);
  }
  const text = plan.calibrate!;
  const series = await openSeries(text);
  const opened = series ? { field: series[0]!, close() {} } : await openField("--calibrate", text, plan);
  let [bar, whole] = [startProgress("calibrating", 1), 0];
  try {
    const { calibrateAmplitude } = await import("../../generative/calibration/index.ts");
    const found = await calibrateAmplitude(model, field, opened.field, {
      ...defined({ factor, interval, evaluations, archive, force, clipNegative, onNotice, signal }),
      ...{ seed: plan.seed, ...(plan.readings === "cells" && { errors: "none" }) },
      onProgress({ done, total }) {
        if (total !== whole) bar = startProgress("calibrating", total, { from: done, unit: "windows" });
        whole = total;
        bar.update(done);
      },
    }).finally(() => bar.stop());
    print(found, plan);
    if (isCalibration(plan)) await write(plan, model, found);
    return found;
  } finally {
    opened.close();
  }
}

function print(found: AmplitudeCalibration, { json }: ResolvedDownscale): void {
  const { amplitude, low, high, before, after, heldOut, readings, times, effective, sure, units, points, cutOff, wet } =
    found;
  const cutText = `cut-off ${numberText(cutOff, 3)}${units === undefined ? "" : ` ${units}`}`;
  const line = (name: string, { spreadSkill, crps }: typeof before) => [
    name,
    spreadSkill.toFixed(2),
    numberText(crps, 4),
  ];
  const shown = table(
    ["", "spread/skill", `CRPS${units === undefined ? "" : ` ${units}`}`],
    [
      line("as it is, amplitude 1", before),
      line(
        `amplitude ${amplitude.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})${cutOff > 0 ? `, ${cutText}` : ""}`,
        after,
      ),
      line("fifths with the amplitude of the others", heldOut),
    ],
  );
  (json ? say : emit)(shown);
  const of = points ? "gauges, whose errors count as spread" : "cells of maps";
  say(`${readings} readings of ${times} times, worth ${Math.round(effective)} independent ones; of ${of}`);
  say(`in ${Math.round(100 * sure)} of 100 cases spread/skill is then within 0.8 to 1.25`);
  if (Math.abs(Math.log(heldOut.spreadSkill)) >= Math.abs(Math.log(before.spreadSkill))) {
    say("the amplitude of the others is no better than 1 where it was not fitted: leave it at 1");
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const shares = `wet: ${percent(wet.readings)} of readings, ${percent(wet.before)} of members`;
  const { before: missed, after: left } = wet.heldOut;
  say(
    cutOff > 0
      ? `${shares}, ${percent(wet.after)} with the ${cutText}; halves with the cut-off of the other miss by ${percent(left)} instead of ${percent(missed)}`
      : `${shares}; no cut-off, as none up to 32 thresholds of dry, fitted to one half, helps the other without a higher CRPS`,
  );
}

const kind = {
  format: "amplitude of a model",
  hint: "write it with `monge downscale --calibrate GAUGES -o amplitude.json`",
  fields: ["kind", "model", "factor", "amplitude", "cutOff", "units", "fit", "truth"],
} as const;

async function write(plan: ResolvedDownscale, model: Downscaler, { amplitude, cutOff, ...fit }: AmplitudeCalibration) {
  const { factor = model.configuration.blocks!.factor } = plan;
  const record = {
    kind: kind.format,
    model: plan.modelSha256,
    factor,
    amplitude,
    // A cut-off has the units of the input; it is left out where there is none.
    ...(cutOff > 0 && { cutOff, units: fit.units }),
    fit,
    truth: basename(plan.calibrate!),
  };
  await writeAtomically(plan.output, sealedJson(record), { overwrite: plan.overwrite ?? false });
  say(`wrote ${plan.output}; next: monge downscale INPUT -o OUT --factor ${factor} --amplitude ${plan.output}`);
}

/** Amplitude and cut-off of a file of `--calibrate`. */
export interface Calibrated {
  readonly amplitude: number;
  /** Least value of the archive besides 0. @defaultValue it has none */
  readonly cutOff?: number;
  /** Units of the cut-off. @defaultValue there is none */
  readonly cutOffUnits?: string;
}

/**
 * The amplitude and the cut-off that a file holds.
 *
 * @throws FormatError for other files; OptionsError for those of another model or factor
 */
export async function readAmplitude(
  path: string,
  { model, factor }: { readonly model: string | undefined; readonly factor: number | undefined },
): Promise<Calibrated> {
  const found = await readSealedJson(path, kind);
  const { amplitude, cutOff, units } = found;
  if (found["kind"] !== kind.format || typeof amplitude !== "number" || !(amplitude >= 0.5 && amplitude <= 2)) {
    throw new FormatError(path, kind.format, "it holds no amplitude from 0.5 to 2", kind.hint);
  }
  const isCut = typeof cutOff === "number" && cutOff > 0 && typeof units === "string";
  if (cutOff !== undefined && !isCut) {
    throw new FormatError(path, kind.format, "its cut-off is no number above 0 with units", kind.hint);
  }
  for (const [name, own, wanted] of [
    ["model", found["model"], model],
    ["factor", found["factor"], factor],
  ] as const) {
    if (wanted === undefined || own === wanted) continue;
    const text = `--amplitude ${path} is of ${name} ${own}, and this is ${name} ${wanted}`;
    throw new OptionsError(`${text}; calibrate this one, or give the number itself`, "amplitude", path);
  }
  return { amplitude, ...(isCut && { cutOff, cutOffUnits: units }) };
}
