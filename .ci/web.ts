/**
 * Builds the pages: those in which the library runs, beside the documentation, `site/solve` and `site/refine`; with
 * `--served` those of the package, `dist/web`, for which `monge serve` computes.
 */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { style } from "../report/page/style-sheet.ts";
import { forBrowser } from "./browser.ts";

const root = join(import.meta.dirname, "..");

/** Files that a page loads by their names, beside it; ONNX Runtime looks beside its own script. */
const runtime = "ort-wasm-simd-threaded.wasm";
const beside: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  solve: [[`node_modules/onnxruntime-web/dist/${runtime}`, `chunks/${runtime}`]],
  refine: [
    ["models/pretrained.safetensors", "models/pretrained.safetensors"],
    ["models/rain.nc", "rain.nc"],
    [`node_modules/onnxruntime-web/dist/${runtime}`, `chunks/${runtime}`],
  ],
};

/** Builds a page of `web` into a folder. */
export async function buildPage(name: keyof typeof beside, folder: string): Promise<void> {
  const from = join(root, "web", name);
  await build({
    ...forBrowser,
    entryPoints: [join(from, "page.ts"), join(from, "worker.ts")],
    ...{ outdir: folder, splitting: true, minify: true, legalComments: "none", chunkNames: "chunks/[name]-[hash]" },
  });
  const css = await readFile(join(root, "web/style.css"), "utf8");
  await writeFile(join(folder, "style.css"), `${style}\n${css}`);
  await copyFile(join(from, "page.html"), join(folder, "index.html"));
  for (const [source, target] of beside[name]!) {
    await mkdir(join(folder, target, ".."), { recursive: true });
    await copyFile(join(root, source), join(folder, target));
  }
}

/** What `serve/page-files.ts` reads. */
async function buildServed(name: keyof typeof beside, folder: string): Promise<void> {
  const [from, to] = [join(root, "web", name), join(folder, name)];
  await build({ ...forBrowser, entryPoints: [join(from, "page.ts")], outdir: to, minify: true, legalComments: "none" });
  await copyFile(join(from, "page.html"), join(to, "page.html"));
  await copyFile(join(root, "web/style.css"), join(folder, "style.css"));
}

if (process.argv[1] === import.meta.filename)
  for (const name of Object.keys(beside))
    if (process.argv[2] === "--served") await buildServed(name, join(root, "dist/web"));
    else await buildPage(name, join(root, process.argv[2] ?? "site", name));
