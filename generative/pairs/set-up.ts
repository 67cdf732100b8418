/** What is to be trained on pairs, from the options or from what is gone on from. */
import { OptionsError } from "../../engine/errors.ts";
import { noiseProcess } from "../diffusion/process/kinds.ts";
import { type UnetOptions, unet } from "../diffusion/unet.ts";
import { hasGaps, type PairArchive, type StoredPairs } from "./arrays.ts";
import { covariateGroups, directionless } from "./batch.ts";
import { linksComplaint, type PairDescription } from "./configuration.ts";
import { networkOf, type PairCheckpoint } from "./pair-checkpoint.ts";
import type { PairedDownscaler } from "./paired-downscaler.ts";
import { checkSameRecipe, type PairRecipe, resolvePairRecipe } from "./recipe.ts";

/** The recipe of a training, and what it goes on from. */
export interface PairStart extends PairRecipe {
  /** Continue from here; recipe and description must be the checkpoint's. */
  readonly resume?: PairCheckpoint;
  /** Begin with this model's parameters (fine-tuning); the description must have its channels and targets. */
  readonly start?: PairedDownscaler;
}

/** What is trained, from the options or from what is gone on from. @throws OptionsError */
export function setUp(
  archive: PairArchive | StoredPairs,
  description: PairDescription,
  options: PairStart,
): Pick<PairCheckpoint, "masked" | "recipe"> & { readonly given: PairDescription } {
  const { resume, start } = options;
  const complaint = linksComplaint(description, "description");
  if (complaint !== undefined) throw new OptionsError(`trainPairs: ${complaint}`, "description", description);
  if (resume && start) throw new OptionsError("trainPairs: both resume and start are given; give one", "start");
  const dropped = (options.dropout ?? 0) > 0 ? covariateGroups(description.channels) : [];
  const optional = new Set(dropped.flatMap(({ values }) => values));
  const channels = description.channels.map((c, i) => (optional.has(i) ? { ...c, optional: true } : c));
  const given = { ...description, channels };
  const process = noiseProcess(options.process);
  const network = options.network ?? (start && sizesOnly(start.configuration.network));
  const fail = (name: string, now: unknown, then: unknown): never => {
    const what = `${name} is "${now}", the model to start from has "${then}"`;
    throw new OptionsError(`trainPairs: ${what}; leave it out`, name, now);
  };
  const wanted = options.generator ?? start?.generator;
  if (start && wanted !== start.generator) fail("generator", wanted, start.generator);
  const generator = options.generator ?? start?.configuration.generator;
  const chosen = { ...options, ...(network && { network }), ...(generator && { generator }) };
  const recipe = resolvePairRecipe(chosen, process, directionless(channels));
  if (resume) {
    checkSameRecipe(recipe, resume.recipe);
    checkSameDescription("resume", given, resume.description);
  }
  if (start) {
    checkSameDescription("start", description, start.configuration, ["optional"]);
    if (start.process && start.process.name !== process.name) fail("process", process.name, start.process.name);
    const [a, b] = [unet(networkOf(recipe, start.configuration, false)).options, start.network.options];
    const sizes = Object.keys(a) as (keyof UnetOptions)[];
    const off = sizes.filter((k) => k !== "inputChannels" && JSON.stringify(a[k]) !== JSON.stringify(b[k]));
    if (off.length > 0) {
      const [has, expected] = [a, b].map((o) => off.map((k) => `${k} ${JSON.stringify(o[k])}`).join(", "));
      const text = `trainPairs: network has ${has}, expected ${expected}; leave \`network\` out, the model to start from has its own`;
      throw new OptionsError(text, "network", options.network);
    }
  }
  const masked = resume?.masked ?? start?.configuration.masked ?? hasGaps(archive);
  return { given, masked, recipe };
}

/** The sizes that a recipe has. */
function sizesOnly({ inputChannels: _in, outputChannels: _out, ...sizes }: UnetOptions): UnetOptions {
  return sizes;
}

/** @throws OptionsError where channels or targets are not the same */
function checkSameDescription(
  option: "resume" | "start",
  now: PairDescription,
  then: PairDescription,
  except: readonly string[] = [],
): void {
  const shown = (value: object | undefined) =>
    JSON.stringify(value, (key, v) => (except.includes(key) ? undefined : v)) ?? "none";
  for (const part of ["channels", "targets"] as const) {
    for (let i = 0; i < Math.max(now[part].length, then[part].length); i++) {
      const [a, b] = [shown(now[part][i]), shown(then[part][i])];
      if (a === b) continue;
      const hint = `standardise the archive by the description of what \`${option}\` goes on from`;
      throw new OptionsError(`trainPairs: ${part}[${i}] is ${a}, \`${option}\` has ${b}; ${hint}`, option);
    }
  }
}
