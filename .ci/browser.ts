/**
 * The library as pages and workers load it: a module `NAME.browser.ts` stands in for `NAME.ts` beside it, and what
 * packages have for Node alone is left out.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin, type TransformOptions, transform } from "esbuild";
import { rollup } from "rollup";
import { hdf5Modules, packedHdf5 } from "./hdf5.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };

/** Modules that packages ask for in Node alone. */
const ofNode = /^(?:module|path|fs|url|util|crypto|worker_threads)$/;

const bytes = join(root, "engine/platform/bytes.browser.ts");

/** The module that a browser has in place of a relative one. */
function formOf(path: string, folder: string): string {
  const other = resolve(folder, path).replace(/\.ts$/, ".browser.ts");
  return existsSync(other) ? other : resolve(folder, path);
}

/** LERC with its WebAssembly, which it would look for beside a script. */
function lercWithBinary({ path }: { readonly path: string }): { contents: string } {
  const code = readFileSync(path, "utf8");
  // Bundlers look for the file of the address.
  const [load, address] = ["Module({locateFile:e})", 'new URL("lerc-wasm.wasm",import.meta.url).href'];
  for (const part of [load, address])
    if (!code.includes(part)) throw new Error(`${path} does not load its WebAssembly by ${part}`);
  const text = readFileSync(join(dirname(path), "lerc-wasm.wasm"), "base64");
  const wasmBinary = `Uint8Array.from(atob("${text}"), (letter) => letter.charCodeAt(0))`;
  return { contents: code.replace(load, `Module({wasmBinary:${wasmBinary}})`).replace(address, '""') };
}

const forms: Plugin = {
  name: "forms of a browser",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => ({ path: formOf(path, resolveDir) }));
    onResolve({ filter: ofNode }, ({ path, importer }) =>
      importer.includes("node_modules") && dirname(importer) !== root ? { path, namespace: "none" } : undefined,
    );
    // csv-parse takes it for granted.
    onLoad({ filter: /csv-parse\/lib\/.*\.js$/ }, ({ path }) => ({
      contents: `import { Buffer } from ${JSON.stringify(bytes)};\n${readFileSync(path, "utf8")}`,
      resolveDir: dirname(path),
    }));
    onLoad({ filter: hdf5Modules }, packedHdf5("browser"));
    onLoad({ filter: /lerc\/LercDecode\.es\.js$/ }, lercWithBinary);
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export default {}" }));
  },
};

/** Options of esbuild that build for a browser. */
export const forBrowser: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  charset: "utf8",
  conditions: ["source"],
  // A page records graphs and has no runtime for them: gradients, layers and WebGL of the union package stay out.
  alias: { "@tensorflow/tfjs": "@tensorflow/tfjs-core" },
  define: { MONGE_VERSION: JSON.stringify(version) },
  plugins: [forms],
};

/** Floors that pages load, each an entry point of the package. */
export const pageEntries = ["wasserstein", "solvers", "verification", "io", "report", "generative"] as const;

/** Who bundles a page has it, with its WebAssembly. */
const external = ["onnxruntime-web/wasm"];

/** What a page that solves has to load: without names of its own, it keeps apart what networks alone need. */
const core = `export { pde, solve } from ${JSON.stringify(join(root, "solvers/index.ts"))}`;

const fileOf = (name: string): string => name.replaceAll(/\W+/g, "-");

/** Packages that modules import, each bundled: code by path, paths by name, and the files that went into them. */
async function packagesOf(entryPoints: string[]) {
  const whole = { ...forBrowser, outdir: "/packages", write: false, metafile: true } as const;
  const own = await build({ ...whole, entryPoints, packages: "external" });
  const imports = Object.values(own.metafile.inputs).flatMap((input) => input.imports);
  const names = [...new Set(imports.flatMap(({ path, external }) => (external ? [path] : [])))].sort();
  const bundled = names.filter((name) => !external.includes(name));
  const made = await build({
    ...{ ...whole, external, splitting: true, legalComments: "none" },
    entryPoints: bundled.map((name) => ({ in: name, out: fileOf(name) })),
  });
  return {
    code: new Map(made.outputFiles.map(({ path, text }) => [path, text])),
    places: new Map(bundled.map((name) => [name, `/packages/${fileOf(name)}.js`])),
    inputs: Object.keys(made.metafile.inputs),
  };
}

/**
 * Writes the library for pages to a folder: the entry points, and in `chunks` what they share or load late. Rollup
 * shares it out, since esbuild lets an entry load chunks of which it uses nothing.
 *
 * @returns files of packages that went into it
 */
export async function buildForPages(folder: string): Promise<readonly string[]> {
  const entries = pageEntries.map((name) => [name, join(root, name, "index.ts")] as const);
  const { code, places, inputs } = await packagesOf(entries.map(([, path]) => path));
  const { target, define, alias, charset } = forBrowser as Required<BuildOptions>;
  const compiled = (text: string, how: TransformOptions) => transform(text, { target, define, charset, ...how });
  const joined = await rollup({
    logLevel: "warn",
    input: { ...Object.fromEntries(entries), "chunks/core": "core" },
    external,
    treeshake: { moduleSideEffects: (id) => id.startsWith("/packages/") },
    preserveEntrySignatures: "strict",
    plugins: [
      {
        name: "forms of a browser",
        resolveId(id, importer) {
          if (id === "core" || id.startsWith(root)) return id;
          if (!id.startsWith(".")) return places.get(alias[id] ?? id);
          return importer!.startsWith("/packages/") ? resolve(dirname(importer!), id) : formOf(id, dirname(importer!));
        },
        load: async (id) =>
          id === "core" ? core : (code.get(id) ?? (await compiled(readFileSync(id, "utf8"), { loader: "ts" })).code),
        // White space stays: with it go the marks of calls without effect, by which bundlers drop what is not used.
        renderChunk: (text) => compiled(text, { minifyIdentifiers: true, minifySyntax: true }),
      },
    ],
  });
  const chunkFileNames = "chunks/[name]-[hash].js";
  await joined.write({ dir: folder, entryFileNames: "[name].js", chunkFileNames, hoistTransitiveImports: false });
  await joined.close();
  return inputs;
}
