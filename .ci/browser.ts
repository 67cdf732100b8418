/**
 * The library as pages and workers load it: a module `NAME.browser.ts` stands in for `NAME.ts` beside it, and what
 * packages have for Node alone is left out.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };

/** Modules that packages ask for in Node alone. */
const ofNode = /^(?:module|path|fs|url|util|crypto|worker_threads)$/;

const forms: Plugin = {
  name: "forms of a browser",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const other = resolve(resolveDir, path).replace(/\.ts$/, ".browser.ts");
      return existsSync(other) ? { path: other } : undefined;
    });
    onResolve({ filter: ofNode }, ({ path, importer }) =>
      importer.includes("node_modules") && dirname(importer) !== root ? { path, namespace: "none" } : undefined,
    );
    // csv-parse takes it for granted.
    onLoad({ filter: /csv-parse\/lib\/.*\.js$/ }, ({ path }) => ({
      contents: `import { Buffer } from "./engine/platform/bytes.browser.ts";\n${readFileSync(path, "utf8")}`,
      resolveDir: dirname(path),
    }));
    onResolve({ filter: /^\.\/engine\/platform\/bytes\.browser\.ts$/ }, ({ path }) => ({ path: join(root, path) }));
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
