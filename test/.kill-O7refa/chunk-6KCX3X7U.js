// engine/files/version.ts
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
function version() {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    } catch (error) {
      if (error.code !== "ENOENT" || folder === dirname(folder)) throw error;
    }
  }
}

export {
  version
};
