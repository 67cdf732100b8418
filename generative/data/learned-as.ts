/** Transforms of variables in words: precipitation through a logarithm and with a dry threshold, all else as it is. */
import { shortNumber } from "../../engine/text/inspect.ts";
import { wetThresholdIn } from "../../io/rain/index.ts";
import type { Channel, Target } from "../model/channel.ts";
import { isPrecipitation, precipitationInterval, type RainStated } from "./channels/quantity.ts";
import { type PairFields, placed } from "./fields.ts";
import type { PairOptions } from "./match.ts";

/** `as rain: ln(1 + pr/0.27 mm), dry below 0.1 mm`, or `as it is`. */
export function learnedAs({ name, units, transform, ...more }: Channel | Target): string {
  if (transform.kind === "linear") return "as it is";
  const dry = "wetThreshold" in more && more.wetThreshold !== undefined ? more.wetThreshold : undefined;
  return asRain(name, units ?? "", shortNumber(transform.unit), dry);
}

function asRain(name: string, units: string, unit: string | undefined, dry: number | undefined): string {
  const log = `as rain: ln(1 + ${name}/${unit === undefined ? "c), c measured" : `${unit} ${units})`}`;
  return dry === undefined ? log : `${log}, dry below ${shortNumber(dry)} ${units}`;
}

/**
 * Transforms of the variables of each role, in words; values are not read.
 *
 * @throws UnitsError where that is open, or over how long amounts fell
 */
export function willBeLearned(
  fields: PairFields,
  options: RainStated & Pick<PairOptions, "interval"> & { readonly wetThreshold?: number | undefined },
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const roles = (["fine", "coarse", "with", "static"] as const).filter((role) => (fields[role] ?? []).length > 0);
  const of = (role: (typeof roles)[number]) =>
    fields[role]!.map((field) => {
      const where = placed("train", role, field);
      if (!isPrecipitation(where, role, field, options)) return [field.name, "as it is"] as const;
      const units = field.units!;
      const dry = () =>
        options.wetThreshold ?? wetThresholdIn(units, precipitationInterval(where, field, options.interval, true));
      return [field.name, asRain(field.name, units, undefined, role === "fine" ? dry() : undefined)] as const;
    });
  return Object.fromEntries(roles.map((role) => [role, Object.fromEntries(of(role))]));
}
