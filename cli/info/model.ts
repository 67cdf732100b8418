/** `monge info` of a model: what it makes, how, and what it was trained on. */
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors } from "../../engine/files/safetensors.ts";
import { learnedAs } from "../../generative/data/index.ts";
import {
  archivesOf,
  describeModel,
  evaluationsFor,
  factorsOf,
  findModel,
  isModel,
  isOfManyScales,
  type ModelConfiguration,
  pretrainedName,
  rangeText,
  readShippedScores,
  type ShippedScore,
  scoresByKind,
} from "../../generative/model/index.ts";
import { emit, emitJson, table } from "../shell/terminal.ts";
import type { InfoOptions } from "./command.ts";

type Line = readonly [label: string, text: string];

/** @param name - a file, a run, a folder of runs, or "pretrained" */
export async function modelInfo(name: string, { json }: InfoOptions): Promise<void> {
  const path = findModel(name);
  const { metadata } = await readSafetensors(path);
  if (!isModel(metadata)) throw new OptionsError(`${path}: it is no model of \`monge train\``, "file", path);
  const model = await describeModel(path);
  const { parameters, configuration } = model;
  const evaluations = evaluationsFor(model, {});
  const sha256 = await fileHash(path);
  const scores = name === pretrainedName ? await readShippedScores() : undefined;
  if (json)
    return emitJson({
      path,
      format: "monge-model",
      sha256,
      parameters,
      ...configuration,
      evaluations,
      ...(scores && { scores }),
    });
  const { step } = configuration.provenance ?? {};
  const lines: readonly Line[] = [
    ["makes", configuration.targets.map(named).join(", ")],
    ["parameters", String(parameters)],
    ["drawn by", `${evaluations} evaluations a member`],
    ["trained", `${step ?? "?"} steps${variableOf(configuration)}`],
    ...aboutInputs(configuration),
    ...(scores ? scoreLines(scores) : []),
    ["SHA-256", sha256],
  ];
  emit([`${path}: model of monge`, ...lines.map(([label, text]) => `${label.padEnd(12)}${text}`)].join("\n"));
}

/** Scores by the kind of rain and the factor. */
function scoreLines(scores: readonly ShippedScore[]): readonly Line[] {
  const percent = (ratio: number) => `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(0)} %`;
  const heads = [
    "values of",
    "factor",
    "archives",
    "CRPS",
    "spread/skill",
    "in 0.8 to 1.25",
    "q99.9 to 10 %",
    "spectrum to 1 dB",
  ];
  const kinds = scoresByKind(scores);
  const rows = kinds.map((one) => [
    ...[one.kind, `x${one.factor}`, String(one.archives), percent(one.crps)],
    one.spreadSkill.map((v) => v.toFixed(2)).join(" to "),
    ...[one.archives - one.narrow - one.wide, one.heavy, one.spectrum].map((count) => `${count} of ${one.archives}`),
  ]);
  const about = `of ${new Set(scores.map(({ archive }) => archive)).size} archives that training never saw, some of which settings were chosen on, 4 members, one seed; CRPS beside the best of interpolation, RainFARM and a fitted cascade (median)`;
  const off = kinds
    .filter(({ narrow, wide, archives }) => 2 * (narrow + wide) >= archives)
    .map(({ kind, factor, narrow, wide, archives }) => {
      const ways = [
        [narrow, "narrow"],
        [wide, "wide"],
      ] as const;
      const said = ways.filter(([count]) => count > 0).map(([count, way]) => `too ${way} in ${count} of ${archives}`);
      return `${kind} at x${factor} (${said.join(", ")})`;
    });
  const calibration = `not calibrated in half of the archives or more: ${off.join("; ")}; give readings of gauges (\`monge downscale --calibrate\`) or tune on a map (\`monge train --start pretrained\`)`;
  return listed("scores", [about, ...table(heads, rows).split("\n"), ...(off.length > 0 ? [calibration] : [])]);
}

const named = ({ name, units }: { readonly name: string; readonly units?: string }) =>
  units === undefined ? name : `${name} (${units})`;

function variableOf({ provenance = {} }: ModelConfiguration): string {
  const { variable } = provenance;
  return typeof variable === "string" ? ` on ${variable}` : "";
}

/** Lines of which the first alone has the label. */
const listed = (label: string, texts: readonly string[]): readonly Line[] =>
  texts.map((text, i) => [i === 0 ? label : "", text]);

function aboutInputs(configuration: ModelConfiguration): readonly Line[] {
  const { channels, targets, blocks, grid, correction, provenance = {} } = configuration;
  if (blocks) {
    const archives = archivesOf(configuration);
    return [
      ["refines by", `${factorsOf(configuration).join(", ")}, conserving block means`],
      ...(isOfManyScales(configuration) ? [["range", rangeText(configuration)] as const] : []),
      ["learned", learnedAs(targets[0]!)],
      ...(archives ? [["archives", archives.join(", ")] as const] : []),
      ...listed("data", eventsOf(provenance["data"])),
    ];
  }
  const roles = (["coarse", "with", "static", "context"] as const).flatMap((role) => {
    const of = channels.filter((channel) => channel.role === role).map(named);
    return of.length === 0 ? [] : [[role, of.join(", ")] as const];
  });
  const inputs = channels.filter(({ role }) => role === "coarse" || role === "with" || role === "static");
  const rain = inputs.filter(({ transform }) => transform.kind === "log");
  return [
    ...roles,
    ...listed(
      "learned",
      [...targets, ...rain].map((one) => `${one.name} ${learnedAs(one)}`),
    ),
    ...(grid ? [["grid", `${grid.y.values.length} x ${grid.x.values.length}`] as const] : []),
    ...(correction ? [["corrects", "climate models, given their past"] as const] : []),
  ];
}

/** Files of events, as models of today and of before name them. */
function eventsOf(data: unknown): readonly string[] {
  if (Array.isArray(data)) return data.map(({ file }: { file: string }) => file);
  const { events = [] } = (data ?? {}) as { readonly events?: readonly string[] };
  return events;
}
