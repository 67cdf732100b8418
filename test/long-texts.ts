// Inside: readers of texts.
/** Readers of lines and short texts, and long texts of one sign that slow ones take a time for that grows as their square. */

import { failureLines, failureParts, usageParts } from "../cli/shell/failure-lines.ts";
import * as options from "../cli/shell/read-options.ts";
import { readerOf } from "../cli/shell/table.ts";
import { whole } from "../engine/checks.ts";
import { timeMethods, withTimeMethod } from "../io/field/quantity.ts";
import { parseUnit } from "../io/field/unit-text.ts";
import { isWellFormed, parseMetadata } from "../io/formats/geotiff/metadata.ts";
import { parseLoose } from "../io/formats/zarr/json.ts";
import { parseTimeUnits } from "../io/index.ts";
import { problemFromJson } from "../solvers/index.ts";
import { fields, problemJson, type Typed } from "../web/solve/typed.ts";

const typed: Typed = {
  ...{ equations: "u_t = u_xx", domain: "x: 0, 1\nt: 0, 1", conditions: "u = 0 on x\nu = 1 at t = 0" },
  ...{ constants: "", unknowns: "", more: "" },
};
const spec = { domain: { x: [0, 1] }, unknowns: ["u"], equations: ["u_xx = 1"] };
const withSpec = (change: object) => problemFromJson({ ...spec, conditions: ["u = 0 on x"], ...change });

/** By name, every reader of lines, options, units, formulas and metadata. */
export const readers: Readonly<Record<string, (text: string) => unknown>> = {
  ...Object.fromEntries(
    fields.map((part) => [`typed ${part}`, (text: string) => problemFromJson(problemJson({ ...typed, [part]: text }))]),
  ),
  equation: (text) => withSpec({ equations: [text] }),
  condition: (text) => withSpec({ conditions: [{ type: "dirichlet", equation: text, on: "x" }] }),
  place: (text) => withSpec({ conditions: [{ type: "dirichlet", equation: "u = 0", on: text }] }),
  unknown: (text) => withSpec({ unknowns: [text] }),
  function: (text) => withSpec({ functions: { [text]: "1" } }),
  constant: (text) => withSpec({ constants: { k: text } }),
  "option of times": options.timeRange,
  "option of a range": options.indexRange,
  "option of periods": options.periods,
  "option of numbers": options.numbers,
  "option of a number": readerOf(whole(0)),
  "option of a box": options.box,
  "option of a code": options.epsg,
  "units of time": (text) => parseTimeUnits(text),
  "reference of time": (text) => parseTimeUnits(`days since ${text}`),
  units: parseUnit,
  "cell methods": (text) => timeMethods({ cell_methods: text }),
  "cell methods that change": (text) => withTimeMethod(text, "mean"),
  "items of TIFF": parseMetadata,
  "elements of XML": (text) => isWellFormed(`<a ${text}>${text}<`),
  "JSON of Zarr": parseLoose,
  failure: (text) => failureParts(text),
  "failure of options": (text) => failureLines(usageParts(text)),
};

const signs = [
  ..." \t()[]{}+-*/^=,;:.0a\"'`\\\0é",
  "x ",
  "x,",
  "x:",
  "x;",
  "1e",
  " on ",
  " at t = ",
  "x = 0 or ",
  "((x",
];
const length = 42_000;
const bodies = signs.map((sign) => sign.repeat(length / sign.length));
const texts = bodies.flatMap((body) => [body, `x:${body}`, `x = 0${body}1`]);

/** Beginnings of the texts over which a reader stands still; what it does with a text does not matter, but that it is done soon. */
export function slowTexts(read: (text: string) => unknown): string[] {
  // A linear reader takes some hundredths of a second, a quadratic one of the fastest kind nearly half; a busy machine is slow once.
  const isSlow = (text: string): boolean => processorSeconds(() => read(text)) > 0.25;
  return texts.filter((text) => isSlow(text) && isSlow(text) && isSlow(text)).map((text) => text.slice(0, 12));
}

function processorSeconds(work: () => unknown): number {
  const since = process.cpuUsage();
  try {
    work();
  } catch {
    // Refused in time.
  }
  return process.cpuUsage(since).user / 1e6;
}
