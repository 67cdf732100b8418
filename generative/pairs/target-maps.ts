/** The maps of a model's targets, read from the fine fields. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Target } from "./channel.ts";
import { type Clipped, clipNegative } from "./channel-maps.ts";
import { placed } from "./fields.ts";
import type { MatchedPairs } from "./match.ts";
import { mapsOf } from "./on-grid.ts";
import { boundsLengths, conversionTo, isPrecipitation, namesOf } from "./quantity.ts";

/** Targets of one time. */
export interface TargetMaps {
  /**
   * Maps of the targets in their units, [height, width] each; NaN where missing, and 0 for precipitation below the threshold.
   *
   * @throws DomainError for negative precipitation
   */
  read(n: number): Promise<readonly Float32Array[]>;
  /** Negative values that were set to 0 so far. */
  readonly clipped: Readonly<Clipped>;
}

/**
 * Readers of targets.
 *
 * @throws OptionsError for a target without a fine field; UnitsError for fields whose units are those of something else
 */
export function targetMaps(targets: readonly Target[], pairs: MatchedPairs): TargetMaps {
  const clipped = { count: 0, least: 0 };
  const readers = targets.map((target) => {
    const field = fieldOf(target, pairs);
    const where = placed(pairs.verb, "fine", field);
    const { wetThreshold } = target;
    const maps = mapsOf(field, conversionTo(where, field, target.units, wetThreshold !== undefined, target.interval));
    const slot = pairs.fine.indexOf(field);
    const threshold = Math.fround(wetThreshold ?? 0);
    return async (n: number) => {
      const map = await maps.read(pairs.times[n]!.at[slot]!);
      if (wetThreshold === undefined) return map;
      clipNegative(where, map, wetThreshold, pairs.options.clipNegative ?? false, clipped);
      return map.map((v) => (v < threshold ? 0 : v));
    };
  });
  return {
    clipped,
    async read(n) {
      const maps: Float32Array[] = [];
      for (const read of readers) maps.push(await read(n));
      return maps;
    },
  };
}

/** The fine field that a target is read from: of its name, else its standard name, else the only rain. */
function fieldOf(target: Target, { verb, fine }: MatchedPairs): LazyField {
  const rules: readonly ((field: LazyField) => boolean)[] = [
    ({ name }) => name === target.name,
    (field) => target.standardName !== undefined && namesOf(field).standardName === target.standardName,
    (field) => target.wetThreshold !== undefined && isPrecipitation(placed(verb, "fine", field), "fine", field),
  ];
  for (const rule of rules) {
    const fitting = fine.filter(rule);
    if (fitting.length === 1) return fitting[0]!;
  }
  const has = fine.map(({ name }) => name).join(", ");
  throw new OptionsError(`${verb}: the model makes ${target.name}, and fine has ${has}; give it`, "fine", target.name);
}

/**
 * Tells sums since the start of a run, which only rise, from amounts of each step.
 *
 * @returns takes maps one after the other; the last call, with none, throws DomainError where all of six or more only rose
 */
export function accumulationGuard(target: Target, pairs: MatchedPairs): (map?: Float32Array) => void {
  const field = fieldOf(target, pairs);
  let before: Float32Array | undefined;
  let [fell, rose, count] = [false, false, 0];
  const skip = target.wetThreshold === undefined || boundsLengths(field) !== undefined;
  return (map) => {
    if (skip || fell) return;
    if (map !== undefined) {
      for (let i = 0; before && i < map.length && !fell; i++) {
        if (map[i]! < before[i]!) fell = true;
        else if (map[i]! > before[i]!) rose = true;
      }
      before = map;
      count++;
      return;
    }
    if (!rose || count < 6) return;
    const where = placed(pairs.verb, "fine", field);
    const what = `its values only rise over ${count} times: they are sums since the start of a run`;
    throw new DomainError(`${where}: ${what}; make amounts of each step of them with \`deaccumulate\``, count);
  };
}
