/** Choice of the run to resume. */

import { OptionsError } from "../errors.ts";
import { existsSync, readdir, readdirSync } from "../platform/files.ts";
import { join, resolve } from "../platform/paths.ts";
import { lockName } from "./run-lock.ts";

/** True if a run has ended, with a result or without. */
export const isFinished = (folder: string): boolean => existsSync(join(folder, "result.json"));

/**
 * True if a run's folder holds a lock and nothing that is seen: its process was killed before it wrote the options, or
 * begins.
 */
export function isUnbegun(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.includes(lockName) && names.every((name) => name.startsWith("."));
  } catch {
    return false; // No folder.
  }
}

/**
 * The folder of the run to go on with: itself, or the newest unfinished one in a folder of runs.
 *
 * @throws OptionsError where there is none, or it is finished
 */
export async function findUnfinished(place: string): Promise<string> {
  const isRun = (folder: string) => existsSync(join(folder, "options.json"));
  if (isRun(place)) {
    if (isFinished(place)) throw new OptionsError(`\`resume\`: ${place} is finished`, "resume", place);
    return resolve(place);
  }
  if (isUnbegun(place)) {
    const text = `\`resume\`: ${place} was ended before it began; start anew, which removes it`;
    throw new OptionsError(text, "resume", place);
  }
  const entries = existsSync(place) ? (await readdir(place)).sort().reverse() : [];
  const found = entries.map((entry) => join(place, entry)).find((folder) => isRun(folder) && !isFinished(folder));
  if (found === undefined) throw new OptionsError(`\`resume\`: ${place} holds no unfinished run`, "resume", place);
  return resolve(found);
}

/** Files and folders that a run has written into its folder; none where the folder is no run's. */
export function recordOf(folder: string): readonly string[] {
  if (!existsSync(join(folder, "options.json"))) return [];
  const files = ["options.json", "metrics.jsonl", "result.json", "loss.svg", "model.safetensors"];
  return [...files, "solution.json", "solution.safetensors", "checkpoints"].map((name) => join(folder, name));
}
