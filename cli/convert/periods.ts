/** Periods of the calendar that `monge convert --every` writes. */
import { OptionsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Field, measuresWater, precipitationUnits, timeAxis } from "../../io/field/index.ts";
import { periodsOf, type ResampleOptions, resample } from "../../io/resample/index.ts";
import { say } from "../shell/terminal.ts";
import type { ConvertOptions } from "./command.ts";

const names = ["sum", "mean", "maximum", "minimum", "count"] as const;

/** @throws OptionsError for --every without exactly one statistic, and for what goes with it alone */
export function checkPeriods(o: ConvertOptions): void {
  const given = names.filter((name) => o[name]);
  if (o.every !== undefined && given.length === 1) return;
  const list = names.map((name) => `--${name}`).join(", ");
  if (o.every !== undefined) {
    const has = given.length === 0 ? "no statistic" : given.map((name) => `--${name}`).join(" and ");
    throw new OptionsError(`--every ${o.every} has ${has}; give one of ${list}`, given[0] ?? "every", o.every);
  }
  const [alone] = given.length > 0 ? given : o.closed === undefined ? [] : ["closed" as const];
  if (alone) throw new OptionsError(`--${alone} is for --every`, alone, o[alone]);
}

const rates = ({ units }: LazyField): boolean => measuresWater(units) && precipitationUnits(units).kind === "rate";

/** The variable with one value a period. @param change - applied to every slab before */
export function inPeriods(
  variable: LazyField,
  { every, minimumValid, closed, ...o }: ConvertOptions & { readonly every: string },
  change: (slab: Field) => Field,
): LazyField {
  const statistic = names.find((name) => o[name])!;
  const options: ResampleOptions = {
    ...{ every, statistic, change },
    ...(minimumValid !== undefined && { minimumValid }),
    ...(closed !== undefined && { closed }),
  };
  if (statistic === "sum" && o.toUnits === undefined && rates(variable)) {
    const way = "take --mean, or make amounts of them with --to-units mm and --interval";
    throw new OptionsError(`sums of "${variable.units}" are no amounts; ${way}`, "sum", true);
  }
  const out = resample(variable, options);
  const time = timeAxis(variable)!;
  if (time.bounds === undefined && closed === undefined)
    say("its times have no bounds: each value is taken to begin at its time; --closed right if it ends there");
  const { periods, across } = periodsOf(variable.name, time, every, closed);
  if (across > 0) say(`${across} values lie in two periods by their bounds: each is taken where its middle lies`);
  const partial = periods.flatMap(({ held, whole }, i) => (held < 0.999 * whole ? [i] : []));
  if (partial.length > 0) {
    const first = out.times()[partial[0]!]!.iso;
    const { held, whole } = periods[partial[0]!]!;
    const share = `${partial.length} of ${periods.length} periods are not filled by times, as the one from ${first} (${Math.round((100 * held) / whole)} %)`;
    say(`${share}; below --minimum-valid ${minimumValid ?? 1} of a period values are missing`);
  }
  return out;
}
