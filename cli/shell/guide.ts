/** Paths of the guides of the package, for help that points to one. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Path of a guide such as `reference/which-distance.md`, in the nearest `docs` above this file: in a checkout and when
 * installed.
 */
export function guide(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, "docs", name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return `docs/${name}`;
  }
}
