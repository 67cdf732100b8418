/**
 * Reads mutants one after another and prints one line of JSON for each before and after; its parent watches. Arguments:
 * folder of its own, first number, last number (exclusive), step, folder to keep opened mutants in or "", folder of TIFF files to
 * damage or "".
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMongeError } from "../../../../engine/index.ts";
import { inspect, readField } from "../../../../io/index.ts";
import { digest } from "../../oracle.ts";
import { keep, makeSeeds, placeMutant, seedsIn } from "./fuzz-seeds.ts";

const [folder, first, last, step, kept, given] = process.argv.slice(-6) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
const seeds = given === "" ? await makeSeeds(join(folder, "seeds")) : seedsIn(given, "tiff");
mkdirSync(folder, { recursive: true });

/** Reads all numbers of a file; the digests by variable, and typed errors. */
async function readAll(path: string) {
  const summary = await inspect(path);
  const variables: Record<string, unknown> = {};
  let refused = 0;
  for (const { name, dtype } of summary.variables) {
    if (["char", "string", "other"].includes(dtype) || name === "spatial_ref") continue;
    try {
      const field = await readField(path, { variable: name, allowEmpty: true });
      variables[name] = digest(field.values, field.shape);
    } catch (error) {
      if (!isMongeError(error)) throw error;
      refused++;
      variables[name] = { error: error.message.slice(0, 300) };
    }
  }
  return { variables, refused };
}

for (let number = Number(first); number < Number(last); number += Number(step)) {
  const path = join(folder, "case");
  rmSync(path, { recursive: true, force: true });
  const { seed, what } = placeMutant(seeds, number, path);
  say({ begin: number, seed: seed.name, family: seed.family, what });
  const start = performance.now();
  const done = (outcome: string, more: object = {}) => {
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    say({ end: number, outcome, ms: Math.round(performance.now() - start), memory, ...more });
  };
  try {
    const { variables, refused } = await readAll(path);
    const total = Object.keys(variables).length;
    if (kept !== "") keep(path, join(kept, String(number)));
    done(refused === 0 ? "read" : refused < total ? "partly" : "none", kept === "" ? {} : { variables });
  } catch (error) {
    if (isMongeError(error)) done("refused", { message: error.message.replaceAll(path, "FILE").slice(0, 200) });
    else done("untyped", { message: String((error as Error).stack ?? error).slice(0, 1500) });
  }
}
rmSync(join(folder, "case"), { recursive: true, force: true });
process.exit(0);
