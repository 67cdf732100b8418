/** Command and library in pieces that start in a fifth of the time that their sources take: TensorFlow.js comes with what is used of it, as in the built package. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const bundler = join(root, "node_modules/.bin/esbuild");
const inside = /^@tensorflow\/tfjs(-core|-backend-cpu)?$/;
// Parts of TensorFlow.js ask for modules of Node by `require`.
const banner = 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';

/** Whether the bundler that tsx brings is here. */
export const canBundle: boolean = existsSync(bundler);

/** Writes one file for each entry (`path`, or `name=path`) and the pieces that they share to the folder, which must lie below the packages that they import. */
export function bundle(folder: string, entries: readonly string[]): void {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const packages = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  const how = [
    ...["--bundle", "--splitting", "--platform=node", "--format=esm", "--log-level=error", "--entry-names=[name]"],
    ...packages.filter((name) => !inside.test(name)).map((name) => `--external:${name}`),
    ...["--main-fields=module,main", `--banner:js=${banner}`, "--alias:@tensorflow/tfjs=./test/tfjs-parts.js"],
  ];
  const made = spawnSync(bundler, [...entries, ...how, `--outdir=${folder}`], { cwd: root, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`command and library cannot be bundled: ${made.stderr}`);
}
