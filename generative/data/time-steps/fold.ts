/** Fine times as parts of coarse steps: a field along time becomes one field for each position within a step, beside their mean. */
import { defined } from "../../../engine/defined.ts";
import { ShapeError } from "../../../engine/errors.ts";
import { LazyField, type VariableStore } from "../../../io/dataset/index.ts";
import { type Coordinate, precipitationFactor, timeAxis } from "../../../io/field/index.ts";
import type { RainInterval } from "../../../io/rain/index.ts";
import type { TimeSteps } from "../../model/time-steps.ts";
import { isPrecipitation, namesOf, type RainStated } from "../channels/quantity.ts";
import { positionsIn } from "../map-dims.ts";
import { rateUnits } from "../read-rain.ts";
import { type Intervals, intervalsOf, neighbours, type Windows, windowsOf } from "./axis.ts";

/** A fine field by the positions within coarse steps. */
export interface FoldedField {
  /** The field at each position within the steps, along the coarse times; precipitation in mm/h. */
  readonly parts: readonly LazyField[];
  readonly mean: LazyField;
  readonly windows: Windows;
  readonly rain: boolean;
  /** From the field's units to those of the parts. */
  readonly scale: number;
  readonly steps: TimeSteps;
}

/** Names of the coarse steps before and after. */
const beside = (name: string) => ({ before: `${name} before`, after: `${name} after` });

/**
 * Folds a field.
 *
 * @param where - the field, for messages
 * @param coarse - intervals to be refined. @defaultValue all whole steps
 * @throws ShapeError, DomainError, UnitsError, OptionsError as {@link intervalsOf} and {@link windowsOf}
 */
export function foldSteps(
  where: string,
  given: LazyField,
  count: number,
  o: RainStated & { readonly interval?: RainInterval; readonly coarse?: Intervals } = {},
): FoldedField {
  const field = given.ungroup().mapsLast();
  const time = field.dimOf("time");
  if (time === undefined || field.dims.length !== 3) {
    throw new ShapeError(where, "dimensions time, y, x", field.dims.join(", "), "select one of the others");
  }
  const own = intervalsOf(where, field, o.interval);
  const windows = windowsOf(where, own, count, o.coarse);
  const rain = isPrecipitation(where, "fine", field, o);
  const seconds = own.length / 1000;
  const scale = rain ? precipitationFactor(field.units, rateUnits, seconds) : 1;
  const { standardName, longName, cellMethods } = namesOf(field);
  const rates = rain ? asRates(field, scale) : field;
  const at = positionsIn(field, time);
  const parts = Array.from({ length: count }, (_, k) =>
    alongTime(
      rates,
      time,
      `${field.name} step ${k + 1}`,
      windows.first.map((i) => at[i + k]!),
      windows.time,
    ),
  );
  return {
    ...{ parts, windows, rain, scale, mean: meanOf(parts[0]!, rates, time, windows, count, field.name) },
    steps: {
      ...{ count, seconds, name: field.name, ...beside(field.name) },
      ...defined({ units: field.units, standardName, longName, cellMethods }),
    },
  };
}

/** The same positions of a field under another name, at other times. */
export function alongTime(
  field: LazyField,
  time: string,
  name: string,
  positions: readonly number[],
  axis: Coordinate,
): LazyField {
  const { parts } = field;
  return new LazyField({
    ...parts,
    name,
    late: [],
    coordinates: [axis, ...parts.coordinates.filter(({ dims }) => !dims.includes(time))],
    picks: parts.picks.map((pick, i) =>
      parts.store.dims[i] === time ? { ranges: runsOf(positions), keep: true } : pick,
    ),
  });
}

/** Positions as half-open ranges. */
function runsOf(positions: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const at of positions) {
    const last = runs.at(-1);
    if (last && last[1] === at) last[1]++;
    else runs.push([at, at + 1]);
  }
  return runs;
}

function asRates(field: LazyField, scale: number): LazyField {
  const { store, attributes, ...parts } = field.parts;
  const { standard_name: _, cell_methods: __, ...rest } = attributes;
  const rates: VariableStore = {
    ...store,
    check: () => store.check?.(),
    read: async (slab) => {
      const values = await store.read(slab);
      return scale === 1 ? values : values.map((v) => v * scale);
    },
  };
  return new LazyField({ ...parts, attributes: rest, units: rateUnits, store: rates });
}

/** Means over the windows, read when they are asked for; missing where one of the times is. */
function meanOf(
  like: LazyField,
  field: LazyField,
  time: string,
  { first }: Windows,
  count: number,
  name: string,
): LazyField {
  const [, y, x] = field.dims as [string, string, string];
  const shape = [first.length, ...field.shape.slice(1)];
  const store: VariableStore = {
    dims: field.dims,
    shape,
    chunks: undefined,
    target: "float32",
    check: () => field.parts.store.check?.(),
    async read({ start: [from, row, column], count: [times, rows, columns] }) {
      const plane = rows! * columns!;
      const out = new Float32Array(times! * plane);
      for (let n = 0; n < times!; n++) {
        const begin = first[from! + n]!;
        const { values } = await field
          .isel({ [time]: [begin, begin + count], [y]: [row!, row! + rows!], [x]: [column!, column! + columns!] })
          .load();
        for (let i = 0; i < plane; i++) {
          let sum = 0;
          for (let k = 0; k < count; k++) sum += values[k * plane + i]!;
          out[n * plane + i] = sum / count;
        }
      }
      return out;
    },
  };
  return new LazyField({ ...like.parts, name, store, picks: shape.map((n) => ({ ranges: [[0, n]], keep: true })) });
}

/** A coarse field and those of the steps before and after, each its own where there is none, as inputs side by side. */
export function withNeighbours(
  coarse: LazyField,
  { starts, length }: Pick<Intervals, "starts" | "length">,
  { before, after }: Pick<TimeSteps, "before" | "after">,
): readonly LazyField[] {
  const time = coarse.dimOf("time")!;
  const at = positionsIn(coarse, time);
  const axis = timeAxis(coarse)!;
  const moved = (name: string, side: -1 | 1) =>
    alongTime(
      coarse,
      time,
      name,
      neighbours(starts, length, side).map((i) => at[i]!),
      axis,
    );
  return [coarse, moved(before, -1), moved(after, 1)];
}
