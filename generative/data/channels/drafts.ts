/** Channels and targets of fields before anything is measured: names, units, intervals, which coarse one refines which. */
import { defined } from "../../../engine/defined.ts";
import { OptionsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { cellSize } from "../../../io/field/index.ts";
import { boundsLengths, wetThresholdIn } from "../../../io/rain/index.ts";
import type { Channel, Target, Transform } from "../../model/channel.ts";
import { contextChannels } from "../../model/context.ts";
import { asRange } from "../../model/spacing.ts";
import { placed } from "../fields.ts";
import type { MatchedPairs } from "../match.ts";
import { intervalOf } from "./channel-maps.ts";
import { isPrecipitation, namesOf, precipitationInterval } from "./quantity.ts";

const LINEAR: Transform = { kind: "linear" };
const UNMEASURED = { mean: 0, deviation: 1, range: [0, 0] } as const;

/** Targets with the linear transform, and a wet threshold where they are precipitation. */
export function draftTargets(pairs: MatchedPairs, wetThreshold: number | undefined): readonly Target[] {
  const partners = partnersOf(pairs);
  return pairs.fine.map((field, i): Target => {
    const where = placed(pairs.caller, "fine", field);
    const rain = isPrecipitation(where, "fine", field, pairs.options);
    const lengths = boundsLengths(field);
    const bounded = lengths && lengths.reduce((a, b) => a + b, 0) / lengths.length;
    const whole = rain ? precipitationInterval(where, field, pairs.options.interval, true) : bounded;
    const interval = pairs.steps?.seconds ?? whole;
    return {
      name: field.name,
      ...namesOf(field),
      ...defined({ units: field.units, interval }),
      background: partners[i]?.name ?? null,
      transform: LINEAR,
      ...UNMEASURED,
      ...(rain && { wetThreshold: wetThreshold ?? wetThresholdIn(field.units!, interval) }),
    };
  });
}

/**
 * Channels of roles coarse, with, static and context, in this order. A channel that refines a target has its units.
 * Precipitation has a logarithm of unit 1 until that is measured.
 */
export function draftChannels(
  pairs: MatchedPairs,
  targets: readonly Target[],
  optional: readonly string[],
): readonly Channel[] {
  const { caller, options, grid, grids = [grid] } = pairs;
  const taken = new Set<string>();
  const unique = (name: string, role: string): string => {
    const free = taken.has(name) ? `${name} (${role})` : name;
    taken.add(free);
    return free;
  };
  const inputs = (["coarse", "with", "static"] as const).flatMap((role) =>
    pairs[role].map((field): Channel => {
      const where = placed(caller, role, field);
      const rain = isPrecipitation(where, role, field, options);
      const interval = intervalOf(where, role, field, rain, pairs);
      const target = role === "coarse" ? targets.find(({ background }) => background === field.name) : undefined;
      const units = target ? target.units : field.units;
      // Converted to the target's quantity, it has the target's name.
      const { standardName } = rain && target ? target : namesOf(field);
      const cell = role === "static" ? undefined : cellSize(field);
      return {
        name: unique(field.name, role),
        role,
        ...defined({ standardName, units, interval }),
        ...(cell && { spacing: asRange(cell) }),
        transform: rain ? { kind: "log", unit: 1 } : LINEAR,
        ...UNMEASURED,
        method: "bilinear" as const,
        ...(optional.includes(field.name) && role !== "coarse" && { optional: true }),
      };
    }),
  );
  const contexts = pairs.context.flatMap((name) => contextChannels(name, grids));
  return [...inputs, ...contexts.map((channel) => ({ ...channel, name: unique(channel.name, "context") }))];
}

/**
 * The coarse field that each target is refined from: precipitation from precipitation, else the one of the same standard name,
 * the same name, or the only one that is left with the same units.
 *
 * @throws OptionsError where several coarse fields are precipitation, and none has the target's name
 */
function partnersOf(pairs: MatchedPairs): readonly (LazyField | undefined)[] {
  if (pairs.steps) return pairs.fine.map(() => pairs.coarse[0]);
  const free = new Set(pairs.coarse);
  const rainy = (role: "fine" | "coarse", field: LazyField) =>
    isPrecipitation(placed(pairs.caller, role, field), role, field, pairs.options);
  const standard = (field: LazyField) => namesOf(field).standardName;
  const found = new Map<LazyField, LazyField>();
  const alone = ({ units }: LazyField) =>
    units !== undefined && pairs.fine.filter((f) => f.units === units).length === 1;
  const rules: readonly ((target: LazyField, field: LazyField) => boolean)[] = [
    (target, field) => standard(target) !== undefined && standard(target) === standard(field),
    (target, field) => target.name === field.name && rainy("fine", target) === rainy("coarse", field),
    (target, field) => rainy("fine", target) && rainy("coarse", field),
    (target, field) =>
      !rainy("fine", target) && !rainy("coarse", field) && alone(target) && target.units === field.units,
  ];
  for (const rule of rules) {
    for (const target of pairs.fine.filter((one) => !found.has(one))) {
      const fitting = [...free].filter((field) => rule(target, field));
      if (fitting.length > 1 && rainy("fine", target)) {
        const names = fitting.map(({ name }) => name).join(", ");
        const way = `give the one that ${target.name} refines as \`coarse\`, the others as \`with\``;
        const where = placed(pairs.caller, "coarse", fitting[1]!);
        throw new OptionsError(`${where}: several fields are precipitation (${names}); ${way}`, "coarse", names);
      }
      if (fitting.length !== 1) continue;
      found.set(target, fitting[0]!);
      free.delete(fitting[0]!);
    }
  }
  return pairs.fine.map((target) => found.get(target));
}
