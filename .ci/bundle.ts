/**
 * Bundles the parts of large packages that the built package stands on, so that its users need not install them whole.
 *
 * TensorFlow.js without layers, converters and WebGL (220 MB) becomes `dist/engine/tensors/tfjs.js`: the core, the plain backend, and the
 * gradients and chained methods that the union package registers. Copies of it in one process, such as tfjs-node's, share the engine and the
 * kernels of the first one by globals. The typings beside it are the core's with the chained methods, in one file that a strict consumer's
 * compiler accepts; what only browsers have is `unknown` in them.
 *
 * Vega and Vega-Lite (with D3, 86 packages) become `dist/report/charts.js`, and h5wasm, with its WebAssembly packed, `h5wasm.js` of
 * HDF5. Of DejaVu's 22 fonts two are copied, and HDF5's filters. `dist/THIRD-PARTY.txt` holds their licences.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { buildForPages } from "./browser.ts";
import { hdf5Modules, packedHdf5 } from "./hdf5.ts";

/** Names that tfjs takes from browsers, or from packages without typings of their own. */
const foreign = [
  "GPUBuffer",
  "HTMLCanvasElement",
  "HTMLImageElement",
  "HTMLSourceElement",
  "HTMLVideoElement",
  "ImageBitmap",
  "ImageData",
  "Long",
  "MediaStreamConstraints",
  "RequestInit",
  "Response",
  "WebGLContextAttributes",
  "WebGLTexture",
];

const root = fileURLToPath(new URL("../", import.meta.url));
const built = join(root, "dist/engine/tensors");
const require = createRequire(import.meta.url);
const core = join(dirname(require.resolve("@tensorflow/tfjs-core/package.json")), "dist");

/** What packages ask of Node by `require`, which no bundler follows in a module: from `node:util`, `fetch` and the generator of globals. */
const ofNode = { util: "util", "node-fetch": "globalThis.fetch", crypto: "undefined" };
const withoutRequire: Plugin = {
  name: "no require",
  setup({ onLoad }) {
    onLoad({ filter: /tfjs-core\/dist\/platforms\/platform_node\.js$|seedrandom\/seedrandom\.js$/ }, ({ path }) => {
      const code = readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*$/s, "");
      const contents = code.replaceAll(/\brequire\('([\w-]+)'\)/g, (_, name: string) => {
        if (!(name in ofNode)) throw new Error(`${path} asks for ${name}, which is not expected`);
        return ofNode[name as keyof typeof ofNode];
      });
      const isModule = path.includes("tfjs-core");
      return { contents: isModule ? `import * as util from "node:util";\n${contents}` : contents };
    });
  },
};

const tensors = await build({
  entryPoints: [join(root, "test/tfjs-parts.js")],
  outfile: join(built, "tfjs.js"),
  ...{
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
  },
  banner: {
    js: "/** @tensorflow/tfjs-core with its plain backend, Copyright Google LLC, Apache-2.0, gathered into one file. */",
  },
  metafile: true,
  plugins: [withoutRequire],
});
if (/\brequire\b/.test(readFileSync(join(built, "tfjs.js"), "utf8")))
  throw new Error("TensorFlow.js asks for a module by `require`, which no bundler follows in a module");

const target = join(built, "tfjs.d.ts");

const bundle = await rollup({ input: join(core, "index.d.ts"), plugins: [dts({ respectExternal: true })] });
await bundle.write({ file: target, format: "es" });
await bundle.close();

const licence = "/** Typings of @tensorflow/tfjs-core, Copyright Google LLC, Apache-2.0, gathered into one file. */";
// Without comments, which are 250 kB.
const code = readFileSync(target, "utf8")
  .replaceAll(/\/\*[\s\S]*?\*\//g, "")
  .replaceAll(/^\/\/\/ <.*$/gm, "")
  .replaceAll(/\n\s*\n/g, "\n");
const missing = foreign.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
const unknowns = missing.map((name) => `type ${name} = unknown;\n`).join("");
writeFileSync(target, `${licence}\n${unknowns}${code}\n${chainedMethods()}`);

/** The interface that each file of a chained method merges into the class of tensors, in one. */
function chainedMethods(): string {
  const folder = join(core, "public/chained_ops");
  const methods = readdirSync(folder)
    .filter((file) => file.endsWith(".d.ts"))
    .flatMap((file) => {
      const merged = /interface Tensor<[^>]*> \{\n([\s\S]*?)\n {4}\}/.exec(readFileSync(join(folder, file), "utf8"));
      return merged ? [merged[1]!] : [];
    });
  return `interface Tensor<R extends Rank = Rank> {\n${methods.join("\n")}\n}\n`;
}

redirect("engine/tensors/tensor.js", '"@tensorflow/tfjs"', '"./tfjs.js"');
redirect("engine/tensors/tensor.d.ts", '"@tensorflow/tfjs"', '"./tfjs.js"');

const charts = await build({
  stdin: {
    contents: 'export { loader, None, parse, View } from "vega"; export { compile } from "vega-lite";',
    resolveDir: root,
  },
  outfile: join(root, "dist/report/charts.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  minify: true,
  legalComments: "none",
  metafile: true,
});
redirect("report/vega.js", 'import("vega")', 'import("./charts.js")');
redirect("report/vega.js", 'import("vega-lite")', 'import("./charts.js")');

copy("dejavu-fonts-ttf/ttf", "report/fonts", ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]);
redirect("report/png.js", "`dejavu-fonts-ttf/ttf/", "`./fonts/");
const filters = "h5wasm-plugins/plugins";
copy(filters, "io/formats/netcdf/hdf5/plugins", readdirSync(join(root, "node_modules", filters)));
const library = "io/formats/netcdf/hdf5/hdf5-package.js";
redirect(library, 'import.meta.resolve("h5wasm-plugins")', 'new URL("./hdf5-package.js", import.meta.url).href');

// A function that makes the module gives each caller memory of its own, wherever it is bundled.
await build({
  entryPoints: [fileURLToPath(import.meta.resolve("h5wasm/node"))],
  outfile: join(root, "dist/io/formats/netcdf/hdf5/h5wasm.js"),
  ...{ bundle: true, format: "iife", globalName: "h5wasm", platform: "node", define: { "import.meta.url": "url" } },
  ...{ minifyWhitespace: true, legalComments: "none" },
  banner: {
    js: 'import { createRequire } from "node:module";const { url } = import.meta, require = createRequire(url);export function newModule(){',
  },
  footer: { js: "return h5wasm}" },
  plugins: [{ name: "binary", setup: ({ onLoad }) => onLoad({ filter: hdf5Modules }, packedHdf5("node")) }],
});
const ofPackage = 'generation++ === 0 ? import("h5wasm/node") : again()';
redirect(library, ofPackage, 'import("./h5wasm.js").then(({ newModule }) => newModule())');

const pages = await buildForPages(join(root, "dist/browser"));

const bundled = [
  "dejavu-fonts-ttf",
  "h5wasm",
  "h5wasm-plugins",
  ...[...Object.keys(tensors.metafile.inputs), ...Object.keys(charts.metafile.inputs), ...pages].flatMap(
    (path) => packageOf(path) ?? [],
  ),
];
const texts = [...new Set(bundled)].sort().map((name) => {
  const folder = join(root, "node_modules", name);
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const holder = name.startsWith("@tensorflow/") ? "Google LLC" : (author?.name ?? author);
  const text = licence
    ? readFileSync(join(folder, licence), "utf8").trim()
    : `Copyright ${holder}. SPDX-License-Identifier: ${license}, https://spdx.org/licenses/${license}.html`;
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(join(root, "dist/THIRD-PARTY.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));

/** The package that a path below `node_modules` belongs to. */
function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

/** Copies files of a package into a folder of `dist`. */
function copy(from: string, to: string, files: readonly string[]): void {
  mkdirSync(join(root, "dist", to), { recursive: true });
  for (const file of files) copyFileSync(join(root, "node_modules", from, file), join(root, "dist", to, file));
}

/** Replaces what a built file imports; it must import it. */
function redirect(file: string, from: string, to: string): void {
  const path = join(root, "dist", file);
  const code = readFileSync(path, "utf8");
  if (!code.includes(from)) throw new Error(`${file} does not import ${from}`);
  writeFileSync(path, code.replaceAll(from, to));
}
