/** `monge info` of a model: what it makes, how, and what it was trained on. */
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors } from "../../engine/files/safetensors.ts";
import { shortNumber } from "../../engine/printed.ts";
import { learnedAs } from "../../generative/pairs/index.ts";
import { describeModel, evaluationsFor, type ModelDescription } from "../../generative/verbs/index.ts";
import { emit, emitJson } from "../shell/terminal.ts";
import type { InfoOptions } from "./command.ts";

type Line = readonly [label: string, text: string];
type Of<Kind> = Extract<ModelDescription, { readonly kind: Kind }>["configuration"];

export async function modelInfo(path: string, { json }: InfoOptions): Promise<void> {
  const { metadata } = await readSafetensors(path);
  const [blocks, pairs] = ["monge-downscaler", "monge-paired-downscaler"] as const;
  if (metadata[blocks] === undefined && metadata[pairs] === undefined) {
    throw new OptionsError(`${path}: it is no model of \`monge train\``, "file", path);
  }
  const model = await describeModel(path);
  const { generator, parameters, configuration } = model;
  const evaluations = evaluationsFor(model, {});
  const sha256 = await fileHash(path);
  if (json) {
    const format = model.kind === "blocks" ? blocks : pairs;
    return emitJson({ path, format, sha256, parameters, ...configuration, generator, evaluations });
  }
  const { step } = configuration.provenance ?? {};
  const own = model.kind === "blocks" ? ofBlocks(model.configuration) : ofPairs(model.configuration);
  const drawn = evaluations === 1 ? "one evaluation a member" : `${evaluations} evaluations a member`;
  const lines: readonly Line[] = [
    own.makes,
    ["parameters", String(parameters)],
    ["generator", `${generator}, ${drawn}`],
    ["trained", `${step ?? "?"} steps${own.on}`],
    ...own.more,
    ["SHA-256", sha256],
  ];
  emit([`${path}: model of monge`, ...lines.map(([label, text]) => `${label.padEnd(12)}${text}`)].join("\n"));
}

interface Told {
  readonly makes: Line;
  readonly on: string;
  readonly more: readonly Line[];
}

/** Lines of which the first alone has the label. */
const listed = (label: string, texts: readonly string[]): readonly Line[] =>
  texts.map((text, i) => [i === 0 ? label : "", text]);

function ofBlocks({ normalization, archives, provenance = {} }: Of<"blocks">): Told {
  const { wetThreshold, variable, data } = provenance;
  return {
    makes: ["refines by", String(normalization.factor)],
    on: typeof variable === "string" ? ` on ${variable}` : "",
    more: [
      ...(typeof wetThreshold === "number" ? [["dry below", `${shortNumber(wetThreshold)} mm/h`] as const] : []),
      ["unit", `${normalization.unit ?? 1} mm/h`],
      ...(archives ? [["archives", archives.join(", ")] as const] : []),
      ...listed("data", Array.isArray(data) ? data.map(({ file }: { file: string }) => file) : []),
    ],
  };
}

function ofPairs({ channels, targets, grid, correction }: Of<"pairs">): Told {
  const named = ({ name, units }: { readonly name: string; readonly units?: string }) =>
    units === undefined ? name : `${name} (${units})`;
  const roles = (["coarse", "with", "static", "context"] as const).flatMap((role) => {
    const of = channels.filter((channel) => channel.role === role).map(named);
    return of.length === 0 ? [] : [[role, of.join(", ")] as const];
  });
  return {
    makes: ["makes", targets.map(named).join(", ")],
    on: "",
    more: [
      ...roles,
      ...listed(
        "learned",
        [
          ...targets,
          ...channels.filter(({ role }) => role === "coarse" || role === "with" || role === "static"),
        ].flatMap((one, k) =>
          k < targets.length || one.transform.kind === "log" ? [`${one.name} ${learnedAs(one)}`] : [],
        ),
      ),
      ...(grid ? [["grid", `${grid.y.values.length} x ${grid.x.values.length}`] as const] : []),
      ...(correction ? [["corrects", "climate models, told of their past"] as const] : []),
    ],
  };
}
