/** What `monge downscale` reads: the part of a variable that was asked for, still in its files. */
import { OptionsError } from "../../engine/errors.ts";
import type { CoarseOptions } from "../../generative/downscaling/index.ts";
import { type LazyField, mapsLast, openDataset, selectTimes, ungrouped } from "../../io/dataset/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import type { DownscaleOptions } from "./command.ts";

export interface Input {
  readonly field: LazyField;
  /** How it is read. */
  readonly reading: Pick<CoarseOptions, "interval" | "whole">;
  /** Global attributes of the (first) file. */
  readonly attributes: Attributes;
  /** Position of the first time among all of the files. */
  readonly first: number;
  close(): void;
}

export async function openInput(paths: readonly string[], o: DownscaleOptions): Promise<Input> {
  const { variable, units, time, interval } = o;
  if (Array.isArray(interval) && interval.length > 1) {
    throw new OptionsError(
      `--interval has ${interval.length} values; INPUT is one field; give one`,
      "interval",
      interval,
    );
  }
  const data = await openDataset(paths, {
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    ...(variable !== undefined && { variable }),
  });
  try {
    if (variable === undefined && data.candidates.length > 1) {
      const names = data.candidates.join(", ");
      const text = `${data.paths[0]}: it holds several variables (${names}); name one with --variable`;
      throw new OptionsError(text, "variable");
    }
    const whole = mapsLast(ungrouped(await data.variable(variable, units === undefined ? {} : { units })));
    const timed = time === undefined ? whole : selectTimes(whole, time);
    const [y, x] = timed.dims.slice(-2) as [string, string];
    const field = timed.isel({ ...(o.rows && { [y]: o.rows }), ...(o.columns && { [x]: o.columns }) });
    const along = field.dimOf("time") ?? (time === undefined ? undefined : field.dims[0]);
    const seconds = interval === "time" ? interval : interval?.[0];
    return {
      field,
      reading: { whole, ...(seconds !== undefined && { interval: seconds }) },
      attributes: data.attributes,
      first: along === undefined ? 0 : field.positions(along)[0]![0],
      close: () => data.close(),
    };
  } catch (error) {
    data.close();
    throw error;
  }
}
