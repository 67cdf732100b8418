/** An ensemble by units of work into a store, or through one into a file for each year, month or day. */
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { type Downscaler, type FieldDownscaler, filesToKeep } from "../downscaling/index.ts";
import { type DownscaleUnitsOptions, downscaleUnits, type UnitsDone } from "./downscale-units.ts";
import { keepFileRow } from "./file-rows.ts";
import { checkFiles, unitStoreOf, writeFiles } from "./files-of-store.ts";

/** Draws the units that are missing, and writes the files when none is; as the verb `downscaleUnits` does for these. */
export async function downscaleOutput(
  output: string,
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: DownscaleUnitsOptions = {},
): Promise<UnitsDone> {
  const store = unitStoreOf(output) ?? output;
  if (store === output) return downscaleUnits(output, model, input, options);
  const { overwrite = false, now } = options;
  const old = await checkFiles(output, store, input, { overwrite, inputs: filesToKeep(model, input, options) });
  const furnish = async (laid: string) => {
    for (const row of old) await keepFileRow(laid, row);
  };
  const done = await downscaleUnits(store, model, input, options, furnish);
  const files = done.missing > 0 ? [] : await writeFiles(store, output, now ? { now } : {});
  return { ...done, path: output, store, files };
}
