/** Input of `monge downscale`: the part of a variable that was asked for, still in its files. */
import { OptionsError } from "../../engine/errors.ts";
import { type OpenedSources, openSources } from "../../generative/data/index.ts";
import { type CoarseOptions, memberDim } from "../../generative/ensemble/index.ts";
import type { Covariates } from "../../generative/sampling/index.ts";
import { LazyField, openDataset, selectTimes } from "../../io/dataset/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import { openSeries } from "../shell/station-series.ts";
import type { DownscaleOptions } from "./command.ts";

export interface Input {
  readonly field: LazyField;
  /** Options of reading. */
  readonly reading: Pick<CoarseOptions, "interval" | "whole">;
  /** Global attributes of the (first) file. */
  readonly attributes: Attributes;
  /** Further inputs of a model of pairs. */
  readonly covariates: Covariates;
  /** All that are read. */
  readonly files: readonly string[];
  /** Position of the first time among all of the files. */
  readonly first: number;
  /** Notices about the input, in words. */
  notices(): readonly string[];
  close(): void;
}

export async function openInput(paths: readonly string[], o: DownscaleOptions): Promise<Input> {
  const { variable, assumeUnits: units, time, interval } = o;
  if (Array.isArray(interval) && interval.length > 1) {
    throw new OptionsError(
      `--interval has ${interval.length} values; INPUT is one field; give one`,
      "interval",
      interval,
    );
  }
  const seconds = interval === "time" ? interval : interval?.[0];
  const [path, ...more] = paths as [string, ...string[]];
  const text = variable === undefined ? path : `${path}:${variable}`;
  const series = o.stations === undefined || more.length > 0 ? undefined : (await openSeries(text))?.[0];
  if (series) {
    const own = units === undefined ? series : new LazyField({ ...series.parts, units });
    return {
      field: time === undefined ? own : selectTimes(own, time),
      reading: { whole: own, ...(seconds !== undefined && { interval: seconds }) },
      ...{ attributes: {}, covariates: {}, files: paths, first: 0 },
      notices: () => [],
      close() {},
    };
  }
  const data = await openDataset(paths, {
    timeFromName: o.timeFromName ?? false,
    allowExternal: o.allowExternal ?? false,
    ...(variable !== undefined && { variable }),
  });
  try {
    const found = (await data.variable(undefined, units === undefined ? {} : { units })).ungroup().mapsLast();
    // An ensemble of one member is that member.
    const single = found.dims.includes(memberDim) && found.size(memberDim) === 1;
    const whole = single ? found.isel({ [memberDim]: 0 }) : found;
    const timed = time === undefined ? whole : selectTimes(whole, time);
    const [y, x] = timed.dims.slice(-2) as [string, string];
    const field = timed.isel({ ...(o.rows && { [y]: o.rows }), ...(o.columns && { [x]: o.columns }) });
    const along = field.dimOf("time") ?? (time === undefined ? undefined : field.dims[0]);
    const opened = await openCovariates(o);
    return {
      field,
      covariates: opened.covariates,
      files: [...data.files, ...opened.files],
      reading: { whole, ...(seconds !== undefined && { interval: seconds }) },
      attributes: data.attributes,
      notices: () => data.notices(),
      first: along === undefined ? 0 : field.positions(along)[0]![0],
      close() {
        data.close();
        opened.close();
      },
    };
  } catch (error) {
    data.close();
    throw error;
  }
}

async function openCovariates(
  o: DownscaleOptions,
): Promise<{ readonly covariates: Covariates; readonly files: readonly string[]; close(): void }> {
  const opened: OpenedSources[] = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  try {
    // A baseline has its grid with what it is fitted to.
    const open = async (role: "with" | "static" | "past" | "grid" | "coarse"): Promise<readonly LazyField[]> => {
      if (o.method !== undefined && (role === "grid" || role === "coarse")) return [];
      const one = await openSources(role, o[role], { allowExternal: o.allowExternal ?? false });
      opened.push(one);
      return one.fields;
    };
    const [coarse, others, still] = [await open("coarse"), await open("with"), await open("static")];
    const [past, grid] = [await open("past"), await open("grid")];
    const covariates = {
      ...(coarse.length > 0 && { coarse }),
      ...(others.length > 0 && { with: others }),
      ...(still.length > 0 && { static: still }),
      ...(grid[0] && { grid: grid[0] }),
      ...(past[0] && { past: past[0] }),
      ...(o.target !== undefined && { target: o.target }),
    };
    return { covariates, files: opened.flatMap(({ files }) => files), close };
  } catch (error) {
    close();
    throw error;
  }
}
