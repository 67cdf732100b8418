/** The only importer of tinyglobby. */
import { isAbsolute } from "../../engine/platform/paths.ts";

/** Files and folders, which Zarr stores are, whose names a pattern meets; undefined where it has no wildcard. */
export async function filesLike(pattern: string): Promise<readonly string[] | undefined> {
  const { glob, isDynamicPattern } = await import("tinyglobby");
  if (!isDynamicPattern(pattern)) return undefined;
  return glob(pattern, { onlyFiles: false, expandDirectories: false, absolute: isAbsolute(pattern) });
}
