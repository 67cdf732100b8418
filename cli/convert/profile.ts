/** `monge convert --profile`: a file by the rules of an archive. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPlainObject } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, writeField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { checkCordex, cordexProfile } from "../../io/profiles/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import { findingText } from "../info/check.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { ConvertOptions } from "./command.ts";

/** Global attributes of a file of JSON. @throws OptionsError unless it holds texts by names */
export function statedAttributes({ attributes, profile }: ConvertOptions): Attributes {
  if (attributes === undefined) return {};
  const fail = (what: string) =>
    new OptionsError(
      `--attributes: ${attributes} ${what}; expected an object of texts, such as {"domain_id": "EUR-12"}`,
      "attributes",
      attributes,
    );
  if (profile === undefined)
    throw new OptionsError("--attributes goes with --profile; give both", "attributes", attributes);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(attributes, "utf8"));
  } catch (error) {
    throw fail(`cannot be read (${(error as Error).message})`);
  }
  if (!isPlainObject(found) || !Object.values(found).every((value) => typeof value === "string"))
    throw fail("is something else");
  return found as Attributes;
}

/** Writes the field into the folder of the command, under the name that the archive asks for. */
export async function writeProfile(
  part: LazyField,
  change: (slab: Field) => Field,
  attributes: Attributes,
  history: string,
  inputs: readonly string[],
  { output, overwrite, json }: ConvertOptions,
): Promise<void> {
  const now = new Date();
  const made = cordexProfile(change(await part.load()), attributes, { now, uuid: randomUUID() });
  const path = join(output, made.name);
  mkdirSync(output, { recursive: true });
  await prepareOutputs([{ path, bytes: part.bytes }], inputs, overwrite);
  await writeField(path, made.field, {
    ...{ attributes: made.attributes, history, now, dtype: "float32", fillValue: 1e20, compression: 1, shuffle: true },
    ...(overwrite !== undefined && { overwrite }),
  });
  const findings = await checkCordex(path);
  for (const one of findings) say(findingText(one));
  say(`wrote ${path}: ${made.field.dims.map((dim, i) => `${dim} ${made.field.shape[i]}`).join(", ")}`);
  if (json) emitJson({ output: path, findings });
  else emit(path);
}
