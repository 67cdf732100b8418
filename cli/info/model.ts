/** `monge info` of a model: what it was trained on. */
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { readSafetensors } from "../../engine/files/safetensors.ts";
import { shortNumber } from "../../engine/printed.ts";
import { readConfiguration } from "../../generative/downscaling/index.ts";
import { emit, emitJson } from "../shell/terminal.ts";
import type { InfoOptions } from "./command.ts";

export async function modelInfo(path: string, { json }: InfoOptions): Promise<void> {
  const { tensors, metadata } = await readSafetensors(path);
  if (metadata["monge-downscaler"] === undefined) {
    throw new OptionsError(`${path}: it is no model of \`monge train\``, "file", path);
  }
  const configuration = readConfiguration(path, metadata);
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  const sha256 = await fileHash(path);
  if (json) return emitJson({ path, format: "monge-downscaler", sha256, parameters, ...configuration });
  const { step, wetThreshold, variable, data } = configuration.provenance ?? {};
  const { normalization, archives } = configuration;
  const files = Array.isArray(data) ? data.map(({ file }: { file: string }) => file) : [];
  const lines = [
    `${path}: model of monge`,
    `refines by  ${normalization.factor}`,
    `parameters  ${parameters}`,
    ...(configuration.generator ? [`generator   ${configuration.generator}`] : []),
    `trained     ${step ?? "?"} steps${typeof variable === "string" ? ` on ${variable}` : ""}`,
    ...(typeof wetThreshold === "number" ? [`dry below   ${shortNumber(wetThreshold)} mm/h`] : []),
    `unit        ${normalization.unit ?? 1} mm/h`,
    ...(archives ? [`archives    ${archives.join(", ")}`] : []),
    ...files.map((file, i) => `${(i === 0 ? "data" : "").padEnd(12)}${file}`),
    `SHA-256     ${sha256}`,
  ];
  emit(lines.join("\n"));
}
