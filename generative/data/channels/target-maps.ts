/** The maps of a model's targets, read from the fine fields. */
import { OptionsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import type { Target } from "../../model/channel.ts";
import { placed } from "../fields.ts";
import { type MatchedPairs, partOf } from "../match.ts";
import { type Clipped, clipNegative, clippedOf } from "./channel-maps.ts";
import { mapsOf } from "./on-grid.ts";
import { conversionTo, namesOf, seemsRain } from "./quantity.ts";

export interface TargetMaps {
  /**
   * Maps of the targets in their units, [height, width] each; NaN where missing, and 0 for precipitation below the threshold.
   *
   * @throws DomainError for negative precipitation
   */
  read(n: number): Promise<readonly Float32Array[]>;
  readonly fields: readonly LazyField[];
  /** Negative values that were set to 0 so far. */
  readonly clipped: Readonly<Clipped>;
}

/**
 * Readers of targets.
 *
 * @throws OptionsError for a target without a fine field; UnitsError for fields whose units are those of something else
 */
export function targetMaps(targets: readonly Target[], pairs: MatchedPairs): TargetMaps {
  if (pairs.parts) return mapsOfParts(targets, pairs.parts);
  const clipped = { count: 0, least: 0 };
  const fields = targets.map((target) => fieldOf(target, pairs));
  const readers = targets.map((target, o) => {
    const field = fields[o]!;
    const where = placed(pairs.caller, "fine", field);
    const { wetThreshold } = target;
    const maps = mapsOf(field, conversionTo(where, field, target.units, wetThreshold !== undefined, target.interval));
    const slot = pairs.fine.indexOf(field);
    const threshold = Math.fround(wetThreshold ?? 0);
    return async (n: number) => {
      const map = await maps.read(pairs.times[n]!.at[slot]!);
      if (wetThreshold === undefined) return map;
      clipNegative(where, map, wetThreshold, pairs.options.clipNegative ?? false, clipped);
      for (let i = 0; i < map.length; i++) if (map[i]! < threshold) map[i] = 0;
      return map;
    };
  });
  return {
    fields,
    clipped,
    async read(n) {
      const maps: Float32Array[] = [];
      for (const read of readers) maps.push(await read(n));
      return maps;
    },
  };
}

/** Targets of several parts, whose times follow each other. */
function mapsOfParts(targets: readonly Target[], parts: readonly MatchedPairs[]): TargetMaps {
  const maps = parts.map((part) => targetMaps(targets, part));
  return {
    fields: maps[0]!.fields,
    get clipped() {
      return clippedOf(maps);
    },
    read(n) {
      const [part, time] = partOf(parts, n);
      return maps[part]!.read(time);
    },
  };
}

/** The fine field that a target is read from: of its name, else its standard name, else the only rain. */
function fieldOf(target: Target, { caller, fine }: MatchedPairs): LazyField {
  const rules: readonly ((field: LazyField) => boolean)[] = [
    ({ name }) => name === target.name,
    (field) => target.standardName !== undefined && namesOf(field).standardName === target.standardName,
    (field) => target.wetThreshold !== undefined && seemsRain("fine", field),
  ];
  for (const rule of rules) {
    const fitting = fine.filter(rule);
    if (fitting.length === 1) return fitting[0]!;
  }
  const has = fine.map(({ name }) => name).join(", ");
  throw new OptionsError(
    `${caller}: the model makes ${target.name}, and fine has ${has}; give it`,
    "fine",
    target.name,
  );
}
