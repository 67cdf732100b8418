/** Model and inputs among the words of `monge downscale` and `monge plan`. */
import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { pretrainedName } from "../../generative/model/index.ts";
import { zarrVersion } from "../../io/formats/index.ts";

export interface Positions {
  /** Undefined with `--method`, which has none. */
  readonly model: string | undefined;
  readonly inputs: readonly string[];
}

/**
 * The model is what `--model` names, or the first word where that is one; without either it is the one of the package.
 *
 * @throws OptionsError where a model is named twice
 */
export function modelAndInputs(
  words: readonly string[],
  { method, model }: { readonly method?: string; readonly model?: string },
): Positions {
  if (method !== undefined) {
    if (model === undefined) return { model: undefined, inputs: words };
    const text = `--model ${model} means nothing with --method, which has none; leave one out`;
    throw new OptionsError(text, "model", model);
  }
  const [first = "", ...rest] = words;
  if (model !== undefined) return { model, inputs: words };
  return isModel(first, rest.length > 0) ? { model: first, inputs: rest } : { model: pretrainedName, inputs: words };
}

/**
 * Files of weights, and folders that are no stores. What is not there is a model where it looks like a folder and
 * inputs follow.
 */
function isModel(path: string, followed: boolean): boolean {
  if (path === pretrainedName || path.endsWith(".safetensors")) return true;
  if (!existsSync(path)) return followed && !/[.*?{]/.test(basename(path));
  return statSync(path).isDirectory() && zarrVersion(path) === undefined;
}
