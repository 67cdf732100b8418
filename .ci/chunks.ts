/**
 * Joins the built modules into few files: a command starts in half the time where it reads thirty files in place of three hundred.
 *
 * Entry points, the command and the modules of threads and processes keep their places and names; what they share or load late is in `dist/chunks`.
 * Typings stay as they are, a file for each source. Packages, and parts of packages that `bundle.ts` has gathered, are not touched.
 */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { globSync } from "tinyglobby";
import { gathered } from "../test/package-rules.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = join(root, "dist");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const placed = (path: string) => join(dist, path);
const kept = new Set(gathered.map(placed));
const modules = globSync("**/*.js", { cwd: dist, ignore: "browser/**" }).filter((path) => !kept.has(placed(path)));
const entries = [
  ...Object.values<{ readonly default: string }>(manifest.exports).map((entry) =>
    entry.default.slice("./dist/".length),
  ),
  manifest.bin.monge.slice("./dist/".length),
  ...modules.filter((path) => /-(?:thread|process)\.js$/.test(path)),
];
const isEntry = new Set(entries.map(placed));

/** Modules that want their own address for packages alone. */
const askForPackages = new Set(
  modules.map(placed).filter((path) => {
    const code = readFileSync(path, "utf8");
    return code.includes("createRequire(import.meta.url)") && !/\brequire(?:\.resolve)?\([`"']\./.test(code);
  }),
);

const joined = await rollup({
  logLevel: "warn",
  input: Object.fromEntries(entries.map((path) => [path.slice(0, -".js".length), placed(path)])),
  external: (id) => !/^[./]/.test(id) || kept.has(id),
  // Modules have no effect when they are loaded, as the manifest says.
  treeshake: { moduleSideEffects: (id, external) => external || isEntry.has(id) },
  preserveEntrySignatures: "strict",
  context: "globalThis",
  plugins: [
    {
      name: "places",
      // Modules find files beside them by the place that they had, but packages from where the code lies: others bundle it.
      resolveImportMeta(property, { chunkId, moduleId }) {
        if (property !== "url" || askForPackages.has(moduleId)) return null;
        return `new URL(${JSON.stringify(relative(dirname(placed(chunkId)), moduleId))}, import.meta.url).href`;
      },
      renderChunk: (code) => transform(code, { minifyWhitespace: true, legalComments: "none" }),
    },
  ],
});
for (const path of modules) rmSync(placed(path));
await joined.write({
  dir: dist,
  format: "es",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  experimentalMinChunkSize: 20_000,
  hoistTransitiveImports: false,
});
await joined.close();
