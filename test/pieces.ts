/** The library for processes of their own: bundled by `test/run.ts` it loads in a fifth of the time that its sources take. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env["MONGE_PIECES"];

/** Flags of Node with which a module imports {@link piece}. */
export const nodeFlags: readonly string[] = folder === undefined ? ["--import", import.meta.resolve("tsx")] : [];

/** An entry point, as a literal for source code that imports it. */
export const piece = (name: "engine" | "io" | "io/formats"): string =>
  JSON.stringify(
    folder === undefined
      ? fileURLToPath(new URL(`../${name}/index.ts`, import.meta.url))
      : join(folder, `${name.replace("/", "-")}.js`),
  );
