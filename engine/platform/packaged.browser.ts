/** Files that come with the package: a page fetches them from a folder above its script, where they lie beside it. */
import { existsSync, mkdirSync } from "./files.browser.ts";
import { heldRoot } from "./held-files.ts";
import { dirname } from "./paths.browser.ts";
import { placeSource } from "./sources.browser.ts";

/** Most folders above the script that are tried. */
const most = 5;

/**
 * Brings a file such as `models/NAME` into memory, once.
 *
 * @returns its place; undefined where no folder has it
 */
export async function fetchPackaged(path: string): Promise<string | undefined> {
  const place = `${heldRoot}/packaged/${path}`;
  if (existsSync(place)) return place;
  const script = new URL(import.meta.url);
  for (let up = 0, base = "./"; up < most; up++, base = `../${base}`) {
    const answer = await fetch(new URL(base + path, script)).catch(() => undefined);
    // Servers of single pages answer with their page.
    if (!answer?.ok || answer.headers.get("content-type")?.startsWith("text/html")) continue;
    mkdirSync(dirname(place), { recursive: true });
    await placeSource(place, await answer.arrayBuffer());
    return place;
  }
  return undefined;
}
