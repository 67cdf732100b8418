/** Attributes and history of an ensemble's file, and the files that are read to draw it. */
import { defined } from "../../engine/defined.ts";
import { version } from "../../engine/files/version.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { bytesText, numberText } from "../../engine/text/number.ts";
import { LazyField } from "../../io/dataset/index.ts";
import { type Field, type Provenance, withoutExtent } from "../../io/field/index.ts";
import { textOf } from "../../io/storage/index.ts";
import { recordOfRun } from "../model/find-model.ts";
import type { EnsembleOptions, LazyEnsemble } from "./ensemble.ts";
import type { FieldDownscaler, MethodText } from "./field-downscaler.ts";

/** Texture of the input, where it is unlike training. */
export const unlikeOf = ({ unlike = [] }: LazyEnsemble): Pick<LazyEnsemble, "unlike"> =>
  unlike.length === 0 ? {} : { unlike };

/** Files that a drawing reads, as far as they are known and there. */
export function filesRead(
  method: FieldDownscaler,
  input: Field | LazyField,
  options: { readonly inputs?: readonly string[] },
): readonly string[] {
  return [...(options.inputs ?? [input.source ?? ""]), ...(method.files ?? [])].filter((one) => existsSync(one));
}

/** Files that a drawing must not write over: those that it reads, and what belongs to them. */
export function filesToKeep(
  method: FieldDownscaler,
  input: Field | LazyField,
  options: { readonly inputs?: readonly string[] },
): readonly string[] {
  const read = filesRead(method, input, options);
  const beside = input instanceof LazyField ? (input.parts.paths ?? []) : [];
  return [...read, ...beside, ...read.flatMap(recordOfRun)];
}

/** Compression by deflate of fields that are nearly dry; files of real rain shrink less. */
const MOST_SHRUNK = 20;

/** Bytes of values from which on their number is said before they are drawn. */
const LARGE = 1e9;
/** Seconds of a core that the package's model takes for a value, with its five evaluations. */
const SECONDS_A_VALUE = 8e-6;

/**
 * Least size of the file of an ensemble; that of the values, and about how long they take, are said where they are many.
 *
 * @param onNotice - is called before the work begins
 */
export function leastBytes({ field }: LazyEnsemble, onNotice?: (line: string) => void): number {
  if (field.bytes >= LARGE) {
    const what = `${field.dims.map((dim, i) => `${dim} ${field.shape[i]}`).join(", ")}: ${bytesText(field.bytes)}`;
    const hours = numberText((field.bytes / 4 / 3600) * SECONDS_A_VALUE, 2);
    onNotice?.(
      `${what} before compression; the package's model takes about ${hours} hours of a core for as many values, and \`monge plan\` measures it here`,
    );
  }
  return field.bytes / MOST_SHRUNK;
}

const withFitted = (method: MethodText, fitted: string | undefined): MethodText =>
  fitted === undefined ? method : { ...method, made: `${method.made}, ${fitted}` };

/** Attributes and history of the file: those of the input, preceded by what was done to it. */
export function aboutFile(
  method: FieldDownscaler,
  { forced, unlike = [], fitted }: Pick<LazyEnsemble, "forced" | "unlike" | "fitted">,
  options: Provenance & Pick<EnsembleOptions, "seed" | "amplitude" | "cutOff">,
): Provenance {
  const about = withFitted(method.about, fitted);
  const { seed = 0, amplitude, cutOff, attributes: driving = {}, history: line = "monge downscale" } = options;
  // A hash of 64 digits is said in full once; its beginning names it elsewhere.
  const by = `monge ${version()}, ${about.made.replace(/^model SHA-256 (.{16}).*/, "model $1")}, seed ${seed}`;
  const noise = amplitude === undefined ? "" : `amplitude ${amplitude}, `;
  const cut = cutOff === undefined ? "" : `cut-off ${cutOff}, `;
  const from = textOf(driving, "source");
  const of = textOf(driving, "title");
  const though = forced.length === 0 ? "" : `; forced, although INPUT has ${forced.join(", and ")}`;
  const texture = unlike.length === 0 ? "" : `; texture of INPUT unlike training: ${unlike.join("; ")}`;
  return {
    attributes: {
      ...withoutExtent(driving),
      title: `${about.title}${of === undefined ? "" : ` from: ${of}`}`,
      source: from === undefined ? by : `${by}; downscaled from: ${from}`,
      ...about.attributes,
      ...defined({ noise_amplitude: amplitude, rain_cut_off: cutOff }),
      seed,
    },
    history: `${line} (monge ${version()}, ${about.made}, ${noise}${cut}seed ${seed})${though}${texture}`,
  };
}
