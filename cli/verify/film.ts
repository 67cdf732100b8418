/** `monge verify --accumulate --areas`: scores of sums over time and of means of areas, and their tables. */
import { printedNumber, quantileName, signedPercent } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Verification } from "../../verification/index.ts";
import { type AreaSet, type TimeScoresValue, timeScores } from "../../verification/series/index.ts";
import { areasOf } from "../shell/areas.ts";
import { table } from "../shell/terminal.ts";
import type { VerifyCommandOptions } from "./command.ts";

/** @throws OptionsError for areas that are no lengths and no files; DomainError for files without polygons on the map */
export async function filmScores(
  truth: LazyField,
  { accumulate = [], areas = [] }: Pick<VerifyCommandOptions, "accumulate" | "areas">,
) {
  const maps = truth.mapsLast();
  const sets: AreaSet[] = [];
  for (const text of areas) sets.push(await areasOf(text, maps));
  return timeScores({ accumulate, areas: sets });
}

/** Tables of a verification that was asked for them. */
export function filmTables({ scores }: Verification): string | undefined {
  const found = scores["time"] as unknown as TimeScoresValue | undefined;
  if (found === undefined) return undefined;
  const { sums, autocorrelation, spells, hourOfMaximum } = found;
  const rows = sums.map(({ duration, of, windows, count, crps, spreadSkill, quantiles, maximum }) => [
    ...[durationText(duration), of, `${windows}`, `${count}`, printedNumber(crps, 4), printedNumber(spreadSkill, 4)],
    ...quantiles.map(({ bias }) => signedPercent(bias)),
    ...[printedNumber(maximum.truth, 4), printedNumber(maximum.forecast, 4)],
  ]);
  const levels = (sums[0]?.quantiles ?? []).map(({ q }) => `${quantileName(q)} bias`);
  const header = ["sums over", "of", "windows", "count", "CRPS", "spread/skill", ...levels, "largest", "forecast"];
  const lags = (["place", "motion"] as const).flatMap((where) => {
    const { truth, forecast } = autocorrelation[where];
    if (truth.length === 0) return [];
    const line = (values: readonly number[]) => values.map((v) => v.toFixed(2)).join(" ");
    const name = where === "place" ? "at a place" : "along the motion";
    return [`departures correlate ${name}: truth ${line(truth)}, forecast ${line(forecast)}`];
  });
  const spell = (kind: "wet" | "dry") =>
    Number.isNaN(spells[kind].truth)
      ? []
      : [`${kind} spells: truth ${durationText(spells[kind].truth)}, forecast ${durationText(spells[kind].forecast)}`];
  const hour = Number.isNaN(hourOfMaximum.truth)
    ? []
    : [`hour of most rain: truth ${hourOfMaximum.truth}, forecast ${hourOfMaximum.forecast}`];
  return [table(header, rows), ...lags, ...spell("wet"), ...spell("dry"), ...hour].join("\n");
}

/** Seconds in the largest unit that they fill. */
function durationText(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3600, "h"],
    [60, "min"],
  ] as const;
  const [size, unit] = units.find(([length]) => seconds >= length) ?? ([1, "s"] as const);
  return `${printedNumber(seconds / size, 4)} ${unit}`;
}
