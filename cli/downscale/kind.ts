/** Whether an input is of the kind that a model was trained for. */
import { DomainError } from "../../engine/errors.ts";
import type { DownscalerConfiguration } from "../../generative/downscaling/index.ts";
import { mismatches, notComparable, placeOf, type RainFile } from "../../generative/downscaling/index.ts";
import type { Stack } from "../../generative/verification/index.ts";
import type { Field } from "../../io/field/index.ts";
import { say } from "../shell/terminal.ts";
import type { DownscaleOptions } from "./command.ts";

/**
 * How the input differs from what the model was trained for, where that is known and wanted nevertheless (`--force`).
 *
 * @throws DomainError where it differs and nobody said so
 */
export function checkKind(
  { trainedOn }: DownscalerConfiguration,
  { coarse, file, frames }: { readonly coarse: Field; readonly file: RainFile; readonly frames: Stack },
  o: DownscaleOptions,
): readonly string[] {
  const place = placeOf(coarse, file.span);
  const unknown = notComparable(trainedOn, place);
  const whose =
    trainedOn === undefined ? "the model does not tell what it was trained for" : "model or input do not tell";
  if (unknown.length > 0) say(`not checked against the training: ${unknown.join(", ")} (${whose})`);
  const found = trainedOn === undefined ? [] : mismatches(trainedOn, place, frames.values);
  if (found.length === 0) return found;
  const text = `INPUT has ${found.join("; and ")}`;
  if (o.force) say(`going on (--force), although ${text}`);
  else {
    const hint = "check --units and --interval, or take another model; --force goes on nevertheless";
    throw new DomainError(`${coarse.source ?? file.field.name}: ${text}; ${hint}`);
  }
  return found;
}
