/** `monge info`: what a file holds, as a table or as JSON. */
import { statSync } from "node:fs";
import { OptionsError } from "../engine/errors.ts";
import { readSafetensors } from "../engine/safetensors.ts";
import { type FileSummary, inspect, readField } from "../io/read.ts";
import { sizeOf, type VariableInfo } from "../io/source.ts";
import { describeField, type FieldDescription } from "./describe-field.ts";
import { checkFiles } from "./failure.ts";
import type { InfoOptions } from "./info.ts";
import { fileHash, findModel } from "./model-file.ts";
import { emit, emitJson, table } from "./terminal.ts";

/** Values above this are only read of the variable that was named. */
const MOST_VALUES = 2 ** 26;

export async function info(path: string, options: InfoOptions): Promise<void> {
  checkFiles("FILE", [path]);
  if (options.dryRun) return emitJson({ command: "info", file: path, variable: options.variable ?? null });
  if (statSync(path).isDirectory() || path.endsWith(".safetensors")) return modelInfo(findModel(path), options);
  const summary = await inspect(path);
  const chosen = choose(summary, options.variable);
  const described: Record<string, FieldDescription> = {};
  for (const { name } of chosen)
    described[name] = describeField(await readField(path, { variable: name, allowEmpty: true }));
  if (options.json) return emitJson(asJson(summary, described));
  emit(asText(summary, described));
}

/** Variables whose values are read. */
function choose({ path, variables, candidates }: FileSummary, wanted: string | undefined): readonly VariableInfo[] {
  if (wanted !== undefined) {
    const found = variables.filter(({ name }) => name === wanted);
    if (found.length > 0) return found;
    const names = variables.map(({ name }) => name).join(", ") || "none";
    throw new OptionsError(`${path}: it has no variable ${wanted}; it has ${names}`, "variable", wanted);
  }
  return variables.filter((v) => candidates.includes(v.name) && sizeOf(v.shape) > 0 && sizeOf(v.shape) <= MOST_VALUES);
}

function asJson(summary: FileSummary, described: Readonly<Record<string, FieldDescription>>) {
  const { path, format, dims, variables, attributes, candidates } = summary;
  const { times, grid, crs } = placeOf(described);
  return {
    path,
    format,
    dimensions: dims,
    variables: variables.map(({ name, dtype, dims: over, shape, units, attributes: own }) => ({
      name,
      dtype,
      dims: over,
      shape,
      units: units ?? null,
      data: candidates.includes(name),
      ...(described[name] && { values: described[name].values }),
      attributes: own,
    })),
    times,
    grid,
    crs,
    attributes,
  };
}

const number = (v: number | null): string => (v === null ? "–" : String(Number(v.toPrecision(6))));

function asText(summary: FileSummary, described: Readonly<Record<string, FieldDescription>>): string {
  const { path, format, dims, variables, candidates } = summary;
  const shown = dims.map(({ name, size, unlimited }) => `${name} ${size}${unlimited ? " (unlimited)" : ""}`);
  const rows = variables.map(({ name, dtype, dims: over, units }) => {
    const values = described[name]?.values;
    const range = values ? [number(values.min), number(values.max), missing(values)] : ["", "", ""];
    return [
      `${candidates.includes(name) ? "*" : " "} ${name}`,
      dtype,
      over.join(", ") || "(scalar)",
      units ?? "–",
      ...range,
    ];
  });
  const lines = [
    `${path}: ${format}`,
    `dimensions  ${shown.join(", ") || "none"}`,
    ...(Object.keys(described).length > 0 ? placeLines(placeOf(described)) : []),
    "",
    table(["  variable", "type", "dimensions", "units", "min", "max", "missing"], rows, 4),
  ];
  const unread = candidates.filter((name) => described[name] === undefined);
  if (candidates.length > 0) lines.push("", "* looks like data");
  if (unread.length > 0 && Object.keys(described).length === 0)
    lines.push(`values not read; name one: --variable ${unread[0]}`);
  return lines.join("\n");
}

function missing({ count, missing: gaps }: FieldDescription["values"]): string {
  if (gaps === 0) return "0";
  const share = (100 * gaps) / count;
  return `${share < 0.1 ? "< 0.1" : share.toFixed(1)} %`;
}

type Place = Pick<FieldDescription, "times" | "grid" | "crs">;

/** Times, grid and projection of the first variable that has each. */
function placeOf(described: Readonly<Record<string, FieldDescription>>): Place {
  const all = Object.values(described);
  return {
    times: all.find(({ times }) => times !== null)?.times ?? null,
    grid: all.find(({ grid }) => grid.length > 0)?.grid ?? [],
    crs: all.find(({ crs }) => crs !== null)?.crs ?? null,
  };
}

function placeLines({ times, grid, crs }: Place): string[] {
  const lines: string[] = [];
  if (times !== null) {
    const { count, first, last, step, calendar, problem } = times;
    const span = count === 1 ? `${first}` : `${count} from ${first} to ${last}, ${step ?? "not evenly spaced"}`;
    lines.push(`times       ${problem ?? `${span} (${calendar} calendar)`}`);
  }
  for (const axis of grid) {
    const { name, size, first, last, step, units } = axis;
    const spacing = step === null ? "not evenly spaced" : `every ${number(step)}`;
    const along = size > 1 ? `${number(first)} to ${number(last)}, ${spacing}` : number(first);
    lines.push(`${name.padEnd(12)}${size}: ${along}${units ? ` (${units})` : ""}`);
  }
  lines.push(`projection  ${crs ?? "none stated"}`);
  return lines;
}

async function modelInfo(path: string, { json }: InfoOptions): Promise<void> {
  const { tensors, metadata } = await readSafetensors(path);
  const text = metadata["monge-downscaler"];
  if (text === undefined) throw new OptionsError(`${path}: it is no model of \`monge train\``, "file", path);
  const configuration: { normalization: { factor: number }; provenance?: Record<string, unknown> } = JSON.parse(text);
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const sha256 = await fileHash(path);
  if (json) return emitJson({ path, format: "monge-downscaler", sha256, parameters, ...configuration });
  const { step, wetThreshold, variable, data } = configuration.provenance ?? {};
  const files = Array.isArray(data) ? data.map(({ file }: { file: string }) => file) : [];
  const lines = [
    `${path}: model of monge`,
    `refines by  ${configuration.normalization.factor}`,
    `parameters  ${parameters}`,
    `trained     ${step ?? "?"} steps${typeof variable === "string" ? ` on ${variable}` : ""}`,
    ...(typeof wetThreshold === "number" ? [`dry below   ${wetThreshold} mm/h`] : []),
    ...files.map((file, i) => `${(i === 0 ? "data" : "").padEnd(12)}${file}`),
    `SHA-256     ${sha256}`,
  ];
  emit(lines.join("\n"));
}
