/** Maps of a forecast and the truth at their common times, without gaps. */
import { DomainError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { ROUNDING } from "../../io/rain/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { CaseMap } from "../scores/cases.ts";
import { dryBelow } from "../scores/dry.ts";
import type { Aligned } from "./match-grids.ts";
import { type CommonTime, placeOf } from "./match-times.ts";
import type { ToUnits } from "./verify-units.ts";

/** A map before scoring: its cells, and how many there might have been. */
export interface Counted {
  readonly map: CaseMap;
  /** Those of the map, or of the one that it is a part of ({@link thinned}). */
  readonly cells: number;
  readonly gaps: { readonly truth: number; readonly forecast: number };
}

/** Options of reading. */
export interface ReadMaps {
  /** Below it values are 0; null for values as they are. */
  readonly wetThreshold: number | null;
  /** Negative precipitation becomes 0, however low it is. */
  readonly clip: boolean;
  /** Called for negative values that were set to 0. @defaultValue none */
  readonly onClipped?: (line: string) => void;
}

/** Reads what is common, map by map from pieces of some 64 MB, and leaves gaps out. */
export async function* readMaps(
  { forecast, truth, members, shape, order }: Aligned,
  common: readonly CommonTime[],
  [toForecast, toTruth]: readonly [ToUnits, ToUnits],
  { wetThreshold, clip, onClipped }: ReadMaps,
): AsyncGenerator<Counted, void> {
  const clipped = { forecast: { count: 0, least: 0 }, truth: { count: 0, least: 0 } };
  const least = wetThreshold === null || clip ? Number.NEGATIVE_INFINITY : -ROUNDING * wetThreshold;
  const points = sizeOf(shape);
  const most = Math.max(1, Math.floor(64e6 / Math.max(1, 8 * points * members)));
  for (let from = 0; from < common.length; ) {
    let to = from + 1;
    const runs = (k: number) =>
      common[k]!.forecast === common[k - 1]!.forecast + 1 && common[k]!.truth === common[k - 1]!.truth + 1;
    while (to < common.length && to - from < most && runs(to)) to++;
    const f = toForecast(await part(forecast, common[from]!.forecast, to - from)).values;
    const t = toTruth(await part(truth, common[from]!.truth, to - from)).values;
    checkValues(placeOf("forecast", forecast), f, least);
    checkValues(placeOf("truth", truth), t, least);
    if (wetThreshold !== null) {
      countNegative(f, clipped.forecast);
      countNegative(t, clipped.truth);
    }
    for (let k = 0; k < to - from; k++) {
      const own = f.subarray(k * members * points, (k + 1) * members * points);
      const { map, gaps } = mapOf(own, t.subarray(k * points, (k + 1) * points), members, order);
      const dry = (values: CaseMap["truth"]) => (wetThreshold === null ? values : dryBelow(values, wetThreshold));
      const { iso, middle } = common[from + k]!;
      const whole = { ...map, time: iso, middle, forecast: dry(map.forecast), truth: dry(map.truth) };
      yield { map: whole, cells: map.truth.length, gaps };
    }
    from = to;
  }
  for (const [name, { count, least: lowest }] of Object.entries(clipped)) {
    if (count > 0) onClipped?.(`${count} values of the ${name} are negative, down to ${lowest}; set to 0`);
  }
}

function countNegative(values: CaseMap["truth"], counted: { count: number; least: number }): void {
  for (const v of values) {
    if (!(v < 0)) continue;
    counted.count++;
    counted.least = Math.min(counted.least, v);
  }
}

function part(field: LazyField, from: number, count: number): Promise<Field> {
  const dim = field.dimOf("time");
  return (dim === undefined ? field : field.isel({ [dim]: [from, from + count] })).load();
}

function checkValues(where: string, values: CaseMap["truth"], least: number): void {
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if ((v >= least && v > Number.NEGATIVE_INFINITY && v < Number.POSITIVE_INFINITY) || Number.isNaN(v)) continue;
    const hint = Number.isFinite(v)
      ? "precipitation is at least 0; where that is rounding, set it to 0 with `clipNegative: true`"
      : "mark what is missing as NaN";
    throw new DomainError(`${where}: a value is ${v}; ${hint}`, v);
  }
}

function isWhole(values: CaseMap["truth"]): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) return false;
  return true;
}

/** The cells where nothing is missing. */
function mapOf(
  forecast: CaseMap["forecast"],
  truth: CaseMap["truth"],
  members: number,
  order: Uint32Array | undefined,
): Pick<Counted, "gaps"> & { readonly map: Omit<CaseMap, "time"> } {
  const points = truth.length;
  const gaps = { truth: 0, forecast: 0 };
  if (order === undefined && isWhole(truth) && isWhole(forecast)) {
    return { gaps, map: { forecast, truth, positions: undefined } };
  }
  const kept: number[] = [];
  for (let i = 0; i < points; i++) {
    const at = order?.[i] ?? i;
    if (Number.isNaN(truth[i])) {
      gaps.truth++;
      continue;
    }
    let whole = true;
    for (let m = 0; m < members && whole; m++) whole = !Number.isNaN(forecast[m * points + at]);
    if (whole) kept.push(i);
    else gaps.forecast++;
  }
  const positions = Uint32Array.from(kept);
  const cut = forecast.slice(0, members * kept.length);
  for (let m = 0; m < members; m++) {
    for (const [k, i] of positions.entries()) cut[m * kept.length + k] = forecast[m * points + (order?.[i] ?? i)]!;
  }
  const own = truth.slice(0, kept.length);
  for (const [k, i] of positions.entries()) own[k] = truth[i]!;
  return { gaps, map: { forecast: cut, truth: own, positions: kept.length === points ? undefined : positions } };
}

/** Both maps at the cells that both have; what either lacks counts as a gap of its forecast. */
export function together(a: Counted, b: Counted): readonly [Counted, Counted] {
  const [own, other] = [a.map.positions, b.map.positions];
  if (own === undefined && other === undefined) return [a, b];
  const [first, second] = [own ?? Uint32Array.from(a.map.truth.keys()), other ?? Uint32Array.from(b.map.truth.keys())];
  const [has, both] = [new Set(second), new Set<number>()];
  for (const at of first) if (has.has(at)) both.add(at);
  return [cut(a, first, both), cut(b, second, both)];
}

/** The cells of a map that are kept; those that are not count as gaps of the forecast. */
export function cut(counted: Counted, positions: Uint32Array, kept: ReadonlySet<number>): Counted {
  const indices = positions.map((_, i) => i).filter((i) => kept.has(positions[i]!));
  if (indices.length === positions.length) return counted;
  const lost = positions.length - indices.length;
  const gaps = { ...counted.gaps, forecast: counted.gaps.forecast + lost };
  return { map: partOf(counted.map, positions, indices), cells: indices.length, gaps };
}

/**
 * Every n-th cell of a map, with the number of all; the same ones at all times.
 *
 * @param step - a copy is made even for 1
 */
export function thinned({ map, cells, gaps }: Counted, step: number): Counted {
  const positions = map.positions ?? Uint32Array.from(map.truth.keys());
  const indices = positions.map((_, i) => i).filter((i) => positions[i]! % step === 0);
  return { map: partOf(map, positions, indices), cells, gaps };
}

/** Some cells of a map, by their places among those that it has. */
function partOf(map: CaseMap, positions: Uint32Array, indices: Uint32Array): CaseMap {
  const cells = positions.length;
  const of = (values: CaseMap["truth"], images: number) => {
    const out = values.slice(0, images * indices.length);
    for (let m = 0; m < images; m++) {
      for (const [k, i] of indices.entries()) out[m * indices.length + k] = values[m * cells + i]!;
    }
    return out;
  };
  const { forecast, truth } = map;
  const members = cells === 0 ? 0 : forecast.length / cells;
  return {
    ...map,
    forecast: of(forecast, members),
    truth: of(truth, 1),
    positions: Uint32Array.from(indices, (i) => positions[i]!),
  };
}
