/** All noise processes of this package: one row each. */
import { OptionsError } from "../../../engine/errors.ts";
import { edm } from "./edm.ts";
import type { NoiseProcess } from "./process.ts";
import { veDiscrete } from "./ve.ts";

/** The rows. A new process is a file of its own and a row here. */
const rows = { edm, "ve-discrete": veDiscrete } satisfies Record<string, NoiseProcess>;

export type NoiseProcessName = keyof typeof rows;

const known: Readonly<Record<string, NoiseProcess>> = rows;
const functions = ["coefficients", "weight", "trainingLevels", "schedule"] as const;

/**
 * The process of a name, or one of your own.
 *
 * @throws OptionsError where there is none of that name, or one of your own lacks a function or has the name of another
 */
export function noiseProcess(given: NoiseProcessName | NoiseProcess = "edm"): NoiseProcess {
  if (typeof given === "string") return processOfModel(given);
  const { name } = given;
  if (Object.hasOwn(known, name) && known[name] === given) return given;
  const missing = functions.find((one) => typeof given[one] !== "function");
  if (typeof name !== "string" || name === "" || missing !== undefined) {
    const lacks = missing === undefined ? `the name ${JSON.stringify(name)}` : `no function ${missing}`;
    throw new OptionsError(`process of your own has ${lacks}; expected a NoiseProcess`, "process", given);
  }
  if (!Object.hasOwn(known, name)) return given;
  const way = "its models would be taken for this package's; give yours another name";
  throw new OptionsError(`process of your own is called "${name}", as this package's is; ${way}`, "process", name);
}

/**
 * The process that a model was trained with.
 *
 * @param name - as stored @defaultValue "edm", as all models of before processes were stored
 * @param own - the process, where it is none of this package
 * @throws OptionsError where `own` has another name, or is missing
 */
export function processOfModel(name = "edm", own?: NoiseProcess): NoiseProcess {
  if (own !== undefined && own.name !== name) {
    throw new OptionsError(`process is "${own.name}", but the model was trained with "${name}"`, "process", own.name);
  }
  if (own !== undefined) return noiseProcess(own);
  if (Object.hasOwn(known, name)) return known[name]!;
  const list = Object.keys(known).join(", ");
  const way = "one of your own is handed in as the object itself, { process }";
  throw new OptionsError(`process is "${name}", which is none of ${list}; ${way}`, "process", name);
}
