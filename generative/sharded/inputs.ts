/** Files that a store is drawn from, by their contents, and the summary of the input: each is read once, and then known by its stamp. */

import { isMongeError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { fileHash, fileStamp } from "../../engine/files/file-hash.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { changedWhileRead } from "../../engine/files/watch.ts";
import { existsSync, mkdirSync, readdirSync } from "../../engine/platform/files.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import { basename, join, resolve } from "../../engine/platform/paths.ts";
import type { CoarseSummary } from "../data/coarse-frames.ts";
import { identityHash, planDifferences, readPlan, type UnitIdentity } from "./unit-plan.ts";
import { planPath, unitFolder } from "./unit-rows.ts";

/** A file as it was when its contents were hashed. */
export interface KnownInput {
  /** Absolute. */
  readonly path: string;
  /** Of `fileStamp`. */
  readonly stamp: string;
  /** Of the contents, in hexadecimal. */
  readonly sha256: string;
}

const folderOf = (store: string) => join(unitFolder(store), "inputs");
const fileOf = (store: string, { path, stamp }: Pick<KnownInput, "path" | "stamp">) =>
  join(
    folderOf(store),
    `${createHash("sha256")
      .update(JSON.stringify([path, stamp]))
      .digest("hex")
      .slice(0, 24)}.json`,
  );

/**
 * The contents of files.
 *
 * @param store - what it knows of a file whose path and stamp are as they were is not read again
 */
export async function lookAtInputs(paths: readonly string[], store: string): Promise<readonly KnownInput[]> {
  const found: KnownInput[] = [];
  for (const given of paths) {
    const path = resolve(given);
    // The stamp of before: of a file that changes while it is read it will not be the one of after.
    const stamp = fileStamp(path);
    const known = await readKnown(fileOf(store, { path, stamp }));
    found.push(known ?? { path, stamp, sha256: await fileHash(path) });
  }
  return found;
}

/**
 * A check that inputs still have the contents that were hashed. A file whose stamp changed is hashed again: links and rights
 * change the stamp alone.
 *
 * @returns a function that throws FormatError where one has other contents
 */
export function inputsUnchanged(inputs: readonly KnownInput[]): () => Promise<void> {
  const stamps = new Map(inputs.map(({ path, stamp }) => [path, stamp]));
  return async () => {
    for (const { path, sha256 } of inputs) {
      // Of one that is gone nothing more can be read.
      if (!existsSync(path)) continue;
      const stamp = fileStamp(path);
      if (stamp === stamps.get(path)) continue;
      if ((await fileHash(path)) !== sha256) throw changedWhileRead(path, "input");
      stamps.set(path, stamp);
    }
  };
}

/** Lets a store know files, for those that come later. */
export async function keepInputs(store: string, inputs: readonly KnownInput[]): Promise<void> {
  mkdirSync(folderOf(store), { recursive: true });
  for (const one of inputs) {
    const file = fileOf(store, one);
    if (!existsSync(file)) await writeAtomically(file, sealedJson(one));
  }
}

/** Files that a store was drawn from, where they were. None for what is no store of units. */
export async function inputsOfStore(store: string): Promise<readonly string[]> {
  const folder = folderOf(store);
  const names = existsSync(folder) ? readdirSync(folder).filter((one) => /^[0-9a-f]+\.json$/.test(one)) : [];
  const known: string[] = [];
  for (const name of names) {
    const one = await readKnown(join(folder, name));
    if (one) known.push(one.path);
  }
  return [...new Set(known)].sort();
}

/** As identities have them: folders and dates do not count. */
export const identityOfInputs = (inputs: readonly KnownInput[]): readonly string[] =>
  inputs.map(({ path, sha256 }) => `${basename(path)} ${sha256}`).sort();

/**
 * Files that a store knows and that have other contents now, where they were.
 *
 * @param identity - of the plan: files whose contents are among these are unchanged
 */
export async function changedInputs(store: string, identity: readonly string[]): Promise<readonly string[]> {
  const paths = (await inputsOfStore(store)).filter((path) => existsSync(path));
  const now = await lookAtInputs(paths, store);
  return now.filter((one) => !identity.includes(identityOfInputs([one])[0]!)).map(({ path }) => path);
}

/** Undefined where there is none, or it was damaged: the file is read again then. */
async function readKnown(path: string): Promise<KnownInput | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const kind = { format: "checksum of an input", hint: "remove it", fields: ["path", "stamp", "sha256"] };
    return (await readSealedJson(path, kind)) as unknown as KnownInput;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

const pathOf = (store: string) => join(unitFolder(store), "checked.json");

/** @param identity - hash of all that units are a function of */
export async function keepChecked(store: string, identity: string, checked: CoarseSummary): Promise<void> {
  if (!existsSync(pathOf(store))) await writeAtomically(pathOf(store), sealedJson({ identity, ...checked }));
}

/**
 * Summary from before of the same model, seed, input and options.
 *
 * @param asked - but for the grid, which is not known yet: where it differs, the store refuses the work
 * @returns undefined where it is to be looked through
 */
export async function checkedBefore(
  store: string,
  asked: Omit<UnitIdentity, "grid">,
): Promise<CoarseSummary | undefined> {
  if (!existsSync(planPath(store)) || !existsSync(pathOf(store))) return undefined;
  try {
    const plan = await readPlan(store, planPath(store));
    const { identity, ...checked } = await readSealedJson(pathOf(store), {
      format: "summary of an input",
      hint: "remove it",
      fields: ["identity", "largest", "amplitude"],
    });
    const same = identity === identityHash(plan) && planDifferences(plan, { ...plan, ...asked }).length === 0;
    return same ? (checked as unknown as CoarseSummary) : undefined;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}
