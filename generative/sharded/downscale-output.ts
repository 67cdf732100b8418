/** `downscaleUnits`: an ensemble by tasks into a store, or through one into a file for each year, month or day. */
import { checkOptions } from "../../engine/checks.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { filesToKeep } from "../ensemble/about.ts";
import { type AnyDownscaler, methodOf } from "../sampling/method.ts";
import { type DownscaleUnitsOptions, fillStore, type UnitsDone, unitChecks } from "./downscale-units.ts";
import { keepFileRow } from "./file-rows.ts";
import { checkFiles, unitStoreOf, writeFiles } from "./files-of-store.ts";

/**
 * Draws an ensemble into a Zarr store by tasks – blocks of times and groups of members – so that many workers fill one
 * store, and work that was ended goes on. Each unit is a function of model, options, seed and its number: any order and any number
 * of workers give bitwise identical results. The store is laid out at once, and what is not drawn yet is missing in it; a unit is finished when
 * its row lies in `.monge/units`, which happens after its chunks are on the disk. Work that fails or is ended by `signal` keeps the
 * units that are finished, and throws. A name such as `out/fine-{year}.nc` (or `{month}`, `{day}`) stands for a NetCDF file each: units
 * are drawn into `out/fine-units.zarr`, and whoever finishes the last one writes the files from it, each whole or not at all; their
 * checksums lie in the store.
 *
 * ```ts
 * await downscaleUnits("fine.zarr", model, coarse, { members: 16, seed: 1, shard: { index: 3, count: 8 } });
 * const { complete, missing } = await auditUnits("fine.zarr");
 * ```
 *
 * @param path - folder of the store, or a pattern of files
 * @throws as {@link downscale}; OptionsError where a store is there and neither `resume` nor `overwrite` is set, or it was begun
 *   with another model, seed, input or options, which are named; FormatError where it cannot be written
 */
export async function downscaleUnits(
  path: string,
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleUnitsOptions = {},
): Promise<UnitsDone> {
  checkOptions("downscaleUnits", options, unitChecks);
  const method = methodOf(model, options);
  const store = unitStoreOf(path) ?? path;
  if (store === path) return fillStore(path, method, input, options);
  const { overwrite = false, now } = options;
  const old = await checkFiles(path, store, input, { overwrite, inputs: filesToKeep(method, input, options) });
  const furnish = async (laid: string) => {
    for (const row of old) await keepFileRow(laid, row);
  };
  const done = await fillStore(store, method, input, options, furnish);
  const files = done.missing > 0 ? [] : await writeFiles(store, path, now ? { now } : {});
  return { ...done, path, store, files };
}
