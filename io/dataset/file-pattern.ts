/** Names with wildcards, as a shell expands them. The only importer of tinyglobby. */
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { OptionsError } from "../../engine/errors.ts";

/**
 * Files and stores that names stand for: `*`, `?`, `**`, `[0-9]` and `{a,b}` are wildcards, but for a file that has such a name.
 * Each pattern gives its files in order of their names.
 *
 * @throws OptionsError where a pattern meets no file
 */
export async function expandPatterns(paths: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const path of paths) {
    if (existsSync(path) || !isDynamicPattern(path)) {
      out.push(path);
      continue;
    }
    // Folders too: Zarr stores are folders.
    const found = await glob(path, { onlyFiles: false, expandDirectories: false, absolute: isAbsolute(path) });
    if (found.length === 0) throw new OptionsError(`${path}: no file has a name like this`, "paths", path);
    out.push(...found.map((name) => name.replace(/\/$/, "")).sort());
  }
  return out;
}
