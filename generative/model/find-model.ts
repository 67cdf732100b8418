/** Search for a model file. */

import { OptionsError } from "../../engine/errors.ts";
import { isFinished, recordOf } from "../../engine/files/find-run.ts";
import { existsSync, readdirSync, statSync } from "../../engine/platform/files.ts";
import { basename, dirname, fileURLToPath, join } from "../../engine/platform/paths.ts";

/** Name of the model that comes with the package. */
export const pretrainedName = "pretrained";

/** A file of `models` in the package. @throws OptionsError where it is not there */
export function packaged(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, "models", name);
    if (existsSync(file)) return file;
    if (folder !== dirname(folder)) continue;
    const way = "install the package again; in a page copy node_modules/monge/models beside the script";
    throw new OptionsError(`models/${name} is not in the package; ${way}`, "model", name);
  }
}

/** Name of the model in a run's folder. */
export const modelName = "model.safetensors";

/**
 * The file of a model: itself, the one in a run's folder, or the one of the newest finished run in a folder of runs.
 *
 * @param path - or `"pretrained"`: the model that comes with the package (a file of that name is `./pretrained`)
 * @throws OptionsError where there is none
 */
export function findModel(path: string): string {
  if (path === pretrainedName) return packaged(`${pretrainedName}.safetensors`);
  if (!existsSync(path))
    throw new OptionsError(`${path}: there is no such model; ${modelsBeside(path)}`, "model", path);
  if (statSync(path).isFile()) return path;
  const folders = [
    path,
    ...readdirSync(path)
      .sort()
      .reverse()
      .map((entry) => join(path, entry)),
  ];
  const found = folders.map((folder) => join(folder, modelName)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const runs = folders.filter((folder) => existsSync(join(folder, "options.json")));
  const unfinished = runs.find((folder) => !isFinished(folder));
  const hint = unfinished
    ? `finish ${unfinished} with \`monge train --resume\``
    : runs.length > 0
      ? `training ended without one (see ${join(runs[0]!, "result.json")}); train again, with a smaller learning rate or other data`
      : "name a run of `monge train`, or its model file";
  throw new OptionsError(`${path}: there is no ${modelName} in it; ${hint}`, "model", path);
}

/** Models and runs in the folder of a path that is not there. */
function modelsBeside(path: string): string {
  const folder = dirname(path);
  const there = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const found = there.filter(({ name }) => {
    const place = join(folder, name);
    return /\.safetensors$/.test(name) || existsSync(join(place, modelName)) || isFolderOfRuns(place);
  });
  const names = found.map(({ name }) => name).join(", ");
  return found.length === 0 ? "name a run of `monge train`, or its model file" : `${folder} has ${names}`;
}

const isFolderOfRuns = (path: string): boolean =>
  statSync(path).isDirectory() && readdirSync(path).some((name) => existsSync(join(path, name, modelName)));

/** All that the run of a model has written; nothing for a model that lies elsewhere. */
export const recordOfRun = (model: string): readonly string[] =>
  basename(model) === modelName ? recordOf(dirname(model)) : [];
