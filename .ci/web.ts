/** Builds the pages in which the library runs, beside the documentation: `site/solve` and `site/refine`. */
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

if (process.argv[1] === import.meta.filename)
  for (const name of Object.keys(beside)) await buildPage(name, join(root, process.argv[2] ?? "site", name));
