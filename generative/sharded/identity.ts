/** Identity of a drawing: all that two workers must have in common to draw the same numbers. */

import { recordToJson } from "../../engine/files/json.ts";
import { version } from "../../engine/files/version.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import type { EnsembleOptions } from "../ensemble/ensemble.ts";
import type { Method } from "../sampling/method.ts";
import type { UnitIdentity } from "./unit-plan.ts";

/** Options that change numbers. */
const drawn = [
  ...(["factor", "evaluations", "method", "noiseRange", "amplitude", "conserve", "archive"] as const),
  ...([
    "coherence",
    "wetThreshold",
    "origin",
    "units",
    "interval",
    "missing",
    "clipNegative",
    "coarsen",
    "cutOff",
  ] as const),
] as const satisfies readonly (keyof EnsembleOptions)[];

/**
 * @param inputs - names and contents of the files that are read, or the contents of a field
 * @param more - what else the numbers depend on, such as the device
 */
export function identityOf(
  method: Method,
  options: EnsembleOptions,
  inputs: readonly string[],
  more: Readonly<Record<string, unknown>>,
): Omit<UnitIdentity, "grid"> {
  const chosen = drawn.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const]));
  const all = { ...Object.fromEntries(chosen), ...more, inputs };
  return {
    model: modelHash(method),
    seed: options.seed ?? 0,
    monge: version(),
    options: JSON.parse(recordToJson(all)),
  };
}

function modelHash({ model, about }: Method): string {
  if (model?.file) return model.file.sha256;
  const hash = createHash("sha256");
  if (model === undefined) return hash.update(recordToJson(about)).digest("hex");
  hash.update(JSON.stringify(model.configuration));
  for (const [name, { shape, values }] of Object.entries(model.parameters)) {
    hash.update(`${name} ${shape.join(" ")}`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
