/** The images of a training on pairs: in memory, or through a store on the disk. */

import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { defined } from "../../engine/defined.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { rng } from "../../engine/random/rng.ts";
import { chooseImages, heldInMemory, type ImageOrigin, usualImages } from "../data/images/choose.ts";
import type { Images } from "../data/images/images.ts";
import { storedImages, storeName } from "../data/images/store.ts";
import type { MatchedPairs } from "../data/match.ts";
import type { ModelDescription } from "../model/configuration.ts";
import { LARGE_DATA } from "./events/take-tiles.ts";
import type { TrainingPlan } from "./plan.ts";

/** Fields that images are taken from. */
export interface ImageSource {
  readonly plan: TrainingPlan;
  readonly pairs: MatchedPairs;
  readonly description: ModelDescription;
  /** Folder of the store, as it was asked for; null: memory. */
  readonly store: string | null | undefined;
  /** @throws FormatError where a file has changed since its hash was taken */
  readonly unchanged: () => void;
}

/** Images of some times. The same ones whether they are in memory or on the disk. */
export async function takeImages(
  { plan, pairs, description, store, unchanged }: ImageSource,
  part: "learn" | "validate",
  times: readonly number[],
): Promise<Images & ImageOrigin> {
  const { seed = 0, tile, cap, out } = plan.choices;
  const choose = async () => {
    const chosen = await chooseImages(pairs, times, description, {
      ...usualImages,
      rng: rng(seed).split("tiles").split(part),
      ...defined({ tile, limit: cap }),
    });
    const images = async function* () {
      yield* chosen.images();
      unchanged();
    };
    return { ...chosen, images };
  };
  const folder = store === null ? undefined : store === undefined ? out && join(out, "tiles") : resolve(store);
  if (folder === undefined) return heldInMemory(await choose());
  const path = join(folder, nameOf(plan, part, times, description));
  if (existsSync(path)) return storedImages(path, choose);
  const chosen = await choose();
  if (store === undefined && chosen.bytes <= LARGE_DATA) return heldInMemory(chosen);
  checkFolder(folder);
  mkdirSync(folder, { recursive: true });
  return storedImages(path, async () => chosen);
}

/** Says of what data and by what options the images were cut. */
function nameOf(
  { data, choices, dataSha256 }: TrainingPlan,
  part: string,
  times: readonly number[],
  description: ModelDescription,
): string {
  const { seed, tile, cap, regrid, interval, clipNegative, archives, regions } = choices;
  const decides = { seed, tile, cap, regrid, interval, clipNegative, archives, regions };
  const sources = Object.values(data).flat();
  const roles = Object.entries(data).map(([role, paths]) => [role, paths.length]);
  return storeName(sources, [part, roles, dataSha256, decides, times, description]);
}
