/** Builds the pages in which the library runs, beside the documentation: `site/solve`. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { style } from "../report/page/style-sheet.ts";
import { forBrowser } from "./browser.ts";

const root = join(import.meta.dirname, "..");

/** Builds the page SOLVE into a folder. */
export async function buildSolvePage(folder: string): Promise<void> {
  const from = join(root, "web/solve");
  await build({
    ...forBrowser,
    entryPoints: [join(from, "page.ts"), join(from, "worker.ts")],
    ...{ outdir: folder, splitting: true, minify: true, legalComments: "none", chunkNames: "chunks/[name]-[hash]" },
  });
  await mkdir(folder, { recursive: true });
  const css = await readFile(join(from, "style.css"), "utf8");
  await writeFile(join(folder, "style.css"), `${style}\n${css}`);
  await writeFile(join(folder, "index.html"), await readFile(join(from, "page.html")));
}

if (process.argv[1] === import.meta.filename) await buildSolvePage(join(root, process.argv[2] ?? "site", "solve"));
