/** Outputs of a command, checked before it works, and remains of an earlier one that was killed. */

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { defined } from "../../engine/defined.ts";
import { checkOutputs, type Output } from "../../engine/files/output-check.ts";
import { type Tidied, tidyFolder } from "../../engine/files/temporary.ts";
import { say } from "./terminal.ts";

/** Compression by deflate of fields that are nearly dry; files of real rain shrink less. */
const MOST_SHRUNK = 20;

/** Least size of a file of so many bytes of values. */
export function leastBytes(values: number, isCompressed: boolean): number {
  return isCompressed ? values / MOST_SHRUNK : values;
}

/** A place to write to that an option may name; `isStore` for a Zarr store. */
export interface CommandOutput extends Pick<Output, "option" | "bytes" | "refuse"> {
  readonly path: string | null | undefined;
  readonly isStore?: boolean;
}

/**
 * Checks all places that a command writes to; those without a path are passed over.
 *
 * @param inputs - files and stores that are read; what the stores among them were drawn from counts as well
 * @throws OptionsError, FormatError as {@link checkOutputs}
 */
export async function prepareOutputs(
  outputs: readonly CommandOutput[],
  inputs: readonly string[],
  overwrite: boolean | undefined,
): Promise<void> {
  if (outputs.every(({ path }) => path === null || path === undefined)) return;
  // Only for stores, for it loads all formats.
  const notAStore = outputs.some(({ isStore }) => isStore)
    ? (await import("../../io/formats/index.ts")).notAStore
    : undefined;
  const named = outputs.flatMap(({ path, isStore, option, bytes, refuse }): Output[] => {
    if (path === null || path === undefined) return [];
    const kind = isStore ? "folder" : "file";
    const more = defined({ option, bytes });
    return [{ path, kind, overwrite: overwrite ?? false, ...defined({ refuse: refuse ?? notAStore }), ...more }];
  });
  const sources: string[] = [];
  for (const path of inputs.filter((one) => existsSync(join(one, ".monge")))) {
    // Only there, for it loads all that draws.
    const { inputsOfStore } = await import("../../generative/sharded/index.ts");
    sources.push(...(await inputsOfStore(path)));
  }
  sayTidied(checkOutputs(named, [...inputs, ...sources]));
}

/** True if the path exists, after files that a killed command set aside have been put back. */
export function isThere(path: string): boolean {
  if (existsSync(path)) return true;
  sayTidied(tidyFolder(dirname(resolve(path))));
  return existsSync(path);
}

function sayTidied({ removed, restored }: Tidied): void {
  for (const path of restored) say(`restored ${path}: a command that was replacing it was killed`);
  for (const path of removed) say(`removed ${path}: a killed command had left it unfinished`);
}
