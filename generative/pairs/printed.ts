/** How a paired downscaler prints on a console. */
import { shortened } from "../../engine/printable.ts";
import { printedLines } from "../../engine/printed.ts";
import { oneStepText } from "../downscaling/generator/generator.ts";
import type { Channel, Target } from "./channel.ts";
import type { PairedDownscaler } from "./paired-downscaler.ts";

/** What a person wants to know of a paired downscaler, in a few lines. */
export function pairedText({ configuration, parameters, network, generator, file }: PairedDownscaler): string {
  const { channels, targets, provenance, process = "edm" } = configuration;
  const count = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  const steps = provenance?.["step"];
  const roles = (["coarse", "with", "static", "context"] as const).flatMap((role) => {
    const found = channels.filter((channel) => channel.role === role);
    return found.length === 0 ? [] : [[role, listed(found)] as const];
  });
  return printedLines("PairedDownscaler", [
    ["makes", listed(targets)],
    ...roles,
    ["network", `${count} parameters, ${network.options.baseChannels} channels at first`],
    generator === "diffusion" ? ["process", process] : ["generator", oneStepText],
    ...(typeof steps === "number" ? [["steps", String(steps)] as const] : []),
    ...(file ? [["file", shortened(file.path, 200)] as const] : []),
  ]);
}

const listed = (parts: readonly (Channel | Target)[]): string =>
  shortened(parts.map(({ name, units }) => (units === undefined ? name : `${name} (${units})`)).join(", "), 200);
