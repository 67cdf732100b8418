/** Version of the package. */
import { readFileSync } from "../platform/files.ts";
import { dirname, fileURLToPath, join } from "../platform/paths.ts";

/** Version in the nearest package.json above this file: the source's in a checkout, the package's when installed. */
export function version(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || folder === dirname(folder)) throw error;
    }
  }
}
