/** The text of `monge info` about open files. */

import { shortened } from "../../engine/text/escape-terminal.ts";
import { numberText, significant } from "../../engine/text/number.ts";
import { type Attributes, type AttributeValue, attributeTypes, type VariableInfo } from "../../io/storage/index.ts";
import { table } from "../shell/terminal.ts";
import type { Place, TimesDescription } from "./describe-field.ts";
import type { Summary } from "./run.ts";
import { sparkline, type ValuesDescription } from "./values.ts";

/** Longer texts and lists of attributes are cut; `--json` has them whole. */
const MOST_LETTERS = 100;
const MOST_NUMBERS = 6;
const MOST_GAPS = 5;

const number = (v: number | null): string => (v === null ? "–" : numberText(v, 6));

export function infoText({ data, place, values, problems }: Summary): string {
  const { paths, format, dims, variables, attributes, dataVariables } = data;
  const shown = dims.map(({ name, size, unlimited }) => `${shortened(name)} ${size}${unlimited ? " (unlimited)" : ""}`);
  const title =
    paths.length === 1
      ? `${paths[0]}: ${format}`
      : `${paths[0]} … ${paths.at(-1)}: ${paths.length} files, the first ${format}`;
  const lines = [title, `dimensions  ${shown.join(", ") || "none"}`];
  if (dataVariables.length > 0) lines.push(...placeLines(place));
  lines.push("", variableTable(variables, dataVariables, values));
  const course = [...values.values()].some((one) => one.course.length > 0);
  if (dataVariables.length > 0)
    lines.push("", `* looks like data${course ? "; the bars are its means over time" : ""}`);
  if (dataVariables.length > 0 && values.size === 0 && problems.size === 0)
    lines.push(`values not read; name one: --variable ${dataVariables[0]}`);
  for (const [name, problem] of problems)
    lines.push(`values of ${shortened(name)} not read: ${shortened(problem, 1000)}`);
  for (const variable of variables) lines.push(...variableLines(variable));
  if (Object.keys(attributes).length > 0) lines.push("", "the file", ...attributeLines(attributes));
  return lines.join("\n");
}

function variableTable(
  variables: readonly VariableInfo[],
  dataVariables: readonly string[],
  values: ReadonlyMap<string, ValuesDescription>,
): string {
  const rows = variables.map(({ name, dtype, dims, units }) => {
    const own = values.get(name);
    const range = own ? [number(own.min), number(own.mean), number(own.max), missing(own)] : ["", "", "", ""];
    return [
      `${dataVariables.includes(name) ? "*" : " "} ${shortened(name)}`,
      dtype,
      dims.map((dim) => shortened(dim)).join(", ") || "(scalar)",
      shortened(units ?? "–"),
      ...range,
      own ? sparkline(own.course) : "",
    ];
  });
  return table(["  variable", "type", "dimensions", "units", "min", "mean", "max", "missing", ""], rows, 4);
}

function missing({ count, missing: gaps }: ValuesDescription): string {
  if (gaps === 0) return "0";
  const share = (100 * gaps) / count;
  return `${share < 0.1 ? "< 0.1" : share.toFixed(1)} %`;
}

function placeLines({ times, grid, crs }: Place): string[] {
  const lines = times === null ? [] : timeLines(times);
  for (const axis of grid) {
    const { name, size, first, last, step, units } = axis;
    const spacing = step === null ? "not evenly spaced" : `every ${number(step)}`;
    const along = size > 1 ? `${number(first)} to ${number(last)}, ${spacing}` : number(first);
    lines.push(`${shortened(name).padEnd(12)}${size}: ${along}${units ? ` (${shortened(units)})` : ""}`);
  }
  lines.push(`projection  ${shortened(crs ?? "none stated")}`);
  return lines;
}

function timeLines({ count, first, last, step, missing, calendar, problem, gaps }: TimesDescription): string[] {
  const [from, to] = [first ?? "(missing)", last ?? "(missing)"];
  const span = count === 1 ? from : `${count} from ${from} to ${to}, ${step ?? "not evenly spaced"}`;
  const lines = [`times       ${problem ?? `${span} (${calendar} calendar)`}`];
  if (missing > 0) lines.push(`            ${missing} missing: their values are no times`);
  for (const [i, gap] of gaps.slice(0, MOST_GAPS).entries()) {
    lines.push(`${(i === 0 ? "gaps" : "").padEnd(12)}${gap.missing} missing after ${gap.after}, before ${gap.before}`);
  }
  if (gaps.length > MOST_GAPS) lines.push(`            and ${gaps.length - MOST_GAPS} more`);
  return lines;
}

function variableLines({ name, dims, shape, chunks, attributes }: VariableInfo): string[] {
  const own = attributeLines(attributes);
  const sizes = shape.length > 0 ? ` (${dims.map((dim, i) => `${shortened(dim)} ${shape[i]}`).join(", ")})` : "";
  const stored = chunks ? [`  stored in chunks of ${chunks.join(" x ")}`] : [];
  return own.length + stored.length > 0 ? ["", `${shortened(name)}${sizes}`, ...stored, ...own] : [];
}

function attributeLines(attributes: Attributes): string[] {
  const types = attributes[attributeTypes] ?? {};
  return Object.entries(attributes).map(
    ([name, value]) => `  ${shortened(name)}: ${attributeText(value, types[name] === "float32")}`,
  );
}

/** The shortest text of a number that is the same in float32: 1e20 is held there as 100000002004087730000. */
function single(value: number): string {
  const digits = [6, 7, 8].find((n) => Math.fround(significant(value, n)) === value);
  return String(digits === undefined ? value : significant(value, digits));
}

function attributeText(value: AttributeValue, float32: boolean): string {
  const list = typeof value === "object" ? [...value] : [value];
  const more = list.length > MOST_NUMBERS ? `, … (${list.length})` : "";
  return (
    shortened(
      list
        .slice(0, MOST_NUMBERS)
        .map((one) => (float32 && typeof one === "number" ? single(one) : String(one)).slice(0, MOST_LETTERS + 1))
        .join(", "),
      MOST_LETTERS,
    ) + more
  );
}
