import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// engine/files/find-run.ts
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
var isFinished = (folder) => existsSync(join(folder, "result.json"));
async function findUnfinished(place) {
  const isRun = (folder) => existsSync(join(folder, "options.json"));
  if (isRun(place)) {
    if (isFinished(place)) throw new OptionsError(`\`resume\`: ${place} is finished`, "resume", place);
    return resolve(place);
  }
  const entries = existsSync(place) ? (await readdir(place)).sort().reverse() : [];
  const found = entries.map((entry) => join(place, entry)).find((folder) => isRun(folder) && !isFinished(folder));
  if (found === void 0) throw new OptionsError(`\`resume\`: ${place} holds no unfinished run`, "resume", place);
  return resolve(found);
}

export {
  isFinished,
  findUnfinished
};
