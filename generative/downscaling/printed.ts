/** How a downscaler prints on a console. */
import { shortened } from "../../engine/printable.ts";
import { printedLines, shortNumber } from "../../engine/printed.ts";
import type { Downscaler } from "./downscaler.ts";
import { oneStepText } from "./generator/generator.ts";

/** What a person wants to know of a downscaler, in a few lines. */
export function downscalerText({ configuration, parameters, network, generator, file }: Downscaler): string {
  const { normalization, archives, trainedOn, provenance, process = "edm" } = configuration;
  const count = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  const steps = provenance?.["step"];
  return printedLines("Downscaler", [
    ["refines by", String(normalization.factor)],
    ["network", `${count} parameters, ${network.options.baseChannels} channels at first`],
    generator === "diffusion" ? ["process", process] : ["generator", oneStepText],
    ...(typeof steps === "number" ? [["steps", String(steps)] as const] : []),
    ...(archives ? [["archives", shortened(archives.join(", "), 200)] as const] : []),
    ...(trainedOn
      ? [["rain seen", `${trainedOn.quantity}, up to ${shortNumber(trainedOn.largest)} ${trainedOn.units}`] as const]
      : []),
    ...(file ? [["file", shortened(file.path, 200)] as const] : []),
  ]);
}
