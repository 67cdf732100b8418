/** Methods that refine rain: models of a folder of runs, that of the package, and RainFARM. */
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { readdirSync, statSync } from "../../engine/platform/files.ts";
import { basename, join } from "../../engine/platform/paths.ts";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { describeModel, findModel, loadDownscaler, pretrained } from "../../generative/model/index.ts";
import type { AnyDownscaler } from "../../generative/sampling/index.ts";

/** A method as a page offers it. */
export interface Method {
  /** `pretrained`, `rainfarm`, or the path of a model. */
  readonly id: string;
  readonly text: string;
  /** Factors to choose from; a model of a folder has one of its own. */
  readonly factors: readonly number[];
}

const withoutFolder: readonly Method[] = [
  { id: "pretrained", text: "the package's model", factors: [2, 4, 8, 16] },
  { id: "rainfarm", text: "RainFARM, without training", factors: [2, 4, 8, 16] },
];

/** Methods, those of a folder of runs first, newest first. */
export async function methodsOf(runs: string | undefined): Promise<readonly Method[]> {
  const found = new Map<string, Method>();
  for (const path of runs === undefined ? [] : candidates(runs)) {
    try {
      const id = findModel(path);
      if (found.has(id)) continue;
      const { blocks } = (await describeModel(id)).configuration;
      const what = blocks ? `block means, ${blocks.factor} times finer` : "two data sets";
      found.set(id, { id, text: `${basename(path)}: trained on ${what}`, factors: [] });
    } catch (error) {
      // Not every folder is a finished training.
      if (!isMongeError(error)) throw error;
    }
  }
  return [...found.values(), ...withoutFolder];
}

/** Paths that may be, or hold, a model. */
function candidates(root: string): readonly string[] {
  if (statSync(root).isFile()) return [root];
  const inside = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".safetensors"))
    .map(({ name }) => join(root, name));
  return [...inside.sort().reverse(), root];
}

/** @throws OptionsError for what {@link methodsOf} does not list */
export async function openMethod(
  id: string,
  factor: number,
  runs: string | undefined,
  threads: number,
): Promise<AnyDownscaler> {
  if (id === "pretrained") return pretrained({ threads });
  if (id === "rainfarm") return baselineDownscaler({ method: "rainfarm", factor });
  const listed = await methodsOf(runs);
  if (listed.some((one) => one.id === id)) return loadDownscaler(id, { threads });
  throw new OptionsError(`${id}: there is no such model; load the page again`, "method", id);
}
