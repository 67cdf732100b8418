/** Fields of pairs put side by side: checked, matched in time, on the grid of the fine ones. Nothing is read here. */

import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { NoticeOptions } from "../../engine/progress.ts";
import { type LazyField, selectTimes, type TimeRange } from "../../io/dataset/index.ts";
import { timeAxis } from "../../io/field/index.ts";
import type { VerifyOptions } from "../../verification/index.ts";
import { type ContextName, checkContext, type Moment, momentsOf } from "../model/context.ts";
import { checkSameGrid, type FineGrid, fineGridOf, sameGrid, spacingOf } from "../model/fine-grid.ts";
import { asRange, cellsOff } from "../model/spacing.ts";
import type { TimeSteps } from "../model/time-steps.ts";
import { type PairTime, pairTimes } from "./channels/match-times.ts";
import type { RainStated } from "./channels/quantity.ts";
import { type FieldRole, named, type PairFields, placed, preparedFields } from "./fields.ts";
import { positionsIn } from "./map-dims.ts";

export interface PairOptions extends RainStated, NoticeOptions, Pick<VerifyOptions, "clipNegative" | "interval"> {}

/** Fields with the times that all have. */
export interface MatchedFields {
  readonly caller: string;
  readonly fine: readonly LazyField[];
  readonly coarse: readonly LazyField[];
  readonly with: readonly LazyField[];
  readonly static: readonly LazyField[];
  readonly times: readonly PairTime[];
  /** Of each time; undefined where there are no times. */
  readonly moments: readonly Moment[] | undefined;
  readonly options: PairOptions;
  /** The archive that they are from. @defaultValue none is said */
  readonly archive?: string;
}

/** Fields to learn from, side by side. */
export interface MatchedPairs extends MatchedFields {
  readonly context: readonly ContextName[];
  /** The fine fields are the parts of coarse steps in time. @defaultValue each is a variable */
  readonly steps?: TimeSteps;
  /** Of the fine fields; which pixels never have values is not known yet. */
  readonly grid: FineGrid;
  /** Pairs of several archives or regions, whose times follow each other in `times`. @defaultValue there is one */
  readonly parts?: readonly MatchedPairs[];
  /** Those of the parts, where they differ. @defaultValue all lie on `grid` */
  readonly grids?: readonly FineGrid[];
}

/**
 * Pairs of several archives or regions as one; those of a single one are themselves. Names and units are those of the first.
 *
 * @throws ShapeError where the cells of fine fields differ by more than a fifth
 */
export function joinedPairs(parts: readonly MatchedPairs[]): MatchedPairs {
  const [first, ...others] = parts as [MatchedPairs, ...MatchedPairs[]];
  if (others.length === 0) return first;
  const cell = spacingOf(first.grid);
  for (const { fine, grid, archive } of others) {
    const met = spacingOf(grid);
    const off = cell && met && cellsOff(asRange(cell), met);
    if (off === undefined) continue;
    const where = `${placed("train", "fine", fine[0]!)}${archive === undefined ? "" : ` of archive ${archive}`}`;
    const wanted = `cells of the size of ${placed("train", "fine", first.fine[0]!).slice(7)}, to a fifth`;
    throw new ShapeError(where, wanted, off[0], "regrid one of them before");
  }
  const grids = parts.every(({ grid }) => sameGrid(grid, first.grid)) ? undefined : parts.map(({ grid }) => grid);
  const timed = parts.every(({ moments }) => moments !== undefined);
  const { archive: _, ...own } = first;
  return {
    ...own,
    parts,
    ...(grids && { grids }),
    times: parts.flatMap(({ times }) => times),
    moments: timed ? parts.flatMap(({ moments }) => moments!) : undefined,
  };
}

/** The grid of the fine fields at a time. */
export const gridAt = ({ grid, grids, parts = [] }: MatchedPairs, n: number): FineGrid =>
  grids === undefined ? grid : grids[partOf(parts, n)[0]]!;

/** Number of a part, and of a time among its own. */
export function partOf(parts: readonly MatchedPairs[], n: number): readonly [part: number, time: number] {
  let [part, time] = [0, n];
  while (time >= parts[part]!.times.length) time -= parts[part++]!.times.length;
  return [part, time];
}

/** Those of some times that are a part's, as its own. */
export const timesOfPart = (
  parts: readonly MatchedPairs[],
  part: number,
  times: readonly number[],
): readonly number[] => times.map((n) => partOf(parts, n)).flatMap(([of, time]) => (of === part ? [time] : []));

/**
 * Puts the fields of pairs side by side: names, dimensions, grids and times are checked, no values are read.
 *
 * @throws OptionsError, ShapeError, UnitsError, DomainError naming the field, what it has and what was expected
 */
export function matchPairs(fields: PairFields, options: PairOptions = {}): MatchedPairs {
  const { context = [], steps } = fields;
  for (const role of ["fine", "coarse"] as const) {
    if (fields[role].length === 0)
      throw new OptionsError(`train: \`${role}\` has no fields; give at least one`, role, []);
  }
  checkContext(context);
  checkStated(fields, options);
  const matched = matchFields("train", fields, options);
  const [first, ...others] = matched.fine as [LazyField, ...LazyField[]];
  const grid = fineGridOf(first);
  for (const other of others) checkSameGrid(placed("train", "fine", other), other, grid, `variable ${first.name}`);
  return { ...matched, context, ...(steps && { steps }), grid };
}

/** @throws OptionsError where something is said of a variable that is not there, or both are said */
function checkStated({ fine, coarse, with: others = [], static: still = [] }: PairFields, o: PairOptions): void {
  const names = [...fine, ...coarse, ...others, ...still].map(({ name }) => name);
  for (const option of ["rain", "notRain"] as const) {
    const unknown = o[option]?.find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    const text = `train: \`${option}\` has ${unknown}; the variables are ${[...new Set(names)].join(", ")}`;
    throw new OptionsError(text, option, unknown);
  }
  const both = o.rain?.find((name) => o.notRain?.includes(name));
  if (both !== undefined) {
    throw new OptionsError(`train: \`rain\` and \`notRain\` both have ${both}; leave one out`, "rain", both);
  }
}

/** Fields with the times that all have, in the order of the first fine one, or without those of the first coarse one. */
export function matchFields(
  caller: string,
  fields: Omit<PairFields, "fine" | "context" | "steps"> & Partial<Pick<PairFields, "fine">>,
  options: PairOptions,
): MatchedFields {
  const of = (role: FieldRole) => preparedFields(caller, role, fields[role] ?? []);
  const [fine, coarse, others, still] = [of("fine"), of("coarse"), of("with"), of("static")];
  const timed = (["fine", "coarse", "with"] as const).flatMap((role) => {
    const list = { fine, coarse, with: others }[role];
    return list.map((field) => ({ role, field }));
  });
  const times = pairTimes(caller, timed);
  const axis = timeAxis(timed[0]!.field);
  const all = axis && momentsOf(axis);
  const moments = all && times.map(({ at }) => all[at[0]!]!);
  return { caller, fine, coarse, with: others, static: still, times, moments, options };
}

/**
 * Times inside and outside a range, as indices into `times`: those to validate by and those to learn from.
 *
 * @throws OptionsError where none lies there
 */
export function splitPairs(
  pairs: MatchedPairs,
  range: TimeRange,
  option = "time",
): { readonly inside: readonly number[]; readonly outside: readonly number[] } {
  if (pairs.parts) return splitParts(pairs.parts, range, option);
  const { fine, times } = pairs;
  const part = named(option, () => selectTimes(fine[0]!, range));
  const dim = fine[0]!.dimOf("time") ?? part.dims[0]!;
  const whole = positionsIn(fine[0]!, dim);
  const chosen = new Set(positionsIn(part, dim));
  const [inside, outside]: [number[], number[]] = [[], []];
  for (const [n, { at }] of times.entries()) (chosen.has(whole[at[0]!]!) ? inside : outside).push(n);
  return { inside, outside };
}

/** Some archives may have no times in the range. @throws OptionsError where none has */
function splitParts(parts: readonly MatchedPairs[], range: TimeRange, option: string): ReturnType<typeof splitPairs> {
  const [inside, outside]: [number[], number[]] = [[], []];
  const errors: unknown[] = [];
  let before = 0;
  for (const part of parts) {
    const own = part.times.map((_, n) => n);
    let found: ReturnType<typeof splitPairs> = { inside: [], outside: own };
    try {
      found = splitPairs(part, range, option);
    } catch (error) {
      errors.push(error);
    }
    for (const n of found.inside) inside.push(before + n);
    for (const n of found.outside) outside.push(before + n);
    before += own.length;
  }
  if (errors.length === parts.length) throw errors[0];
  return { inside, outside };
}
