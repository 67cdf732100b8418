/** A downscaler as text. */
import { shortened } from "../../engine/text/escape-terminal.ts";
import { printedLines, shortNumber } from "../../engine/text/inspect.ts";
import { archivesOf } from "./archives.ts";
import { seenOf } from "./blocks.ts";
import type { Channel, Target } from "./channel.ts";
import type { Downscaler } from "./downscaler.ts";
import { factorsOf } from "./input-scale.ts";

/** A downscaler in a few lines. */
export function modelText({ configuration, parameters, network, file }: Downscaler): string {
  const { channels, targets, blocks, provenance, process = "edm" } = configuration;
  const count = Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
  const steps = provenance?.["step"];
  const roles = (["coarse", "with", "static", "context"] as const).flatMap((role) => {
    const found = channels.filter((channel) => channel.role === role);
    return found.length === 0 ? [] : [[role, listed(found)] as const];
  });
  const [archives, seen] = [archivesOf(configuration), blocks && seenOf(configuration)];
  return printedLines("Downscaler", [
    ["makes", listed(targets)],
    ...(blocks ? [["refines by", `${factorsOf(configuration).join(", ")}, conserving block means`] as const] : roles),
    ["network", `${count} parameters, ${network.options.baseChannels} channels at first`],
    ["process", process],
    ...(typeof steps === "number" ? [["steps", String(steps)] as const] : []),
    ...(archives ? [["archives", shortened(archives.join(", "), 200)] as const] : []),
    ...(seen ? [["rain seen", `up to ${shortNumber(seen.largest)} mm h-1`] as const] : []),
    ...(file ? [["file", shortened(file.path, 200)] as const] : []),
  ]);
}

const listed = (parts: readonly (Channel | Target)[]): string =>
  shortened(parts.map(({ name, units }) => (units === undefined ? name : `${name} (${units})`)).join(", "), 200);
