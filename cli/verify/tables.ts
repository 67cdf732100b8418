/** The result of a verification as lines for people and as rows of numbers. */
import { percentColumn, printedNumber, signedPercent } from "../../engine/text/number.ts";
import type { ScoreInterval, Verification } from "../../verification/index.ts";
import { rowsOf, type ScoreRow } from "../../verification/sheets/index.ts";
import type { TransportCases } from "../../verification/transport/index.ts";
import { table } from "../shell/terminal.ts";

/** Better where smaller, save these. */
const largerIsBetter = /fss|csi|pod|ets|rocArea|brierResolution|crpsResolution/i;

/** True if there is such a number. */
export const isKnown = (v: number | undefined): v is number => v !== undefined && !Number.isNaN(v);

/** A table of some rows; a star where the interval of the difference excludes 0. */
export function scoresTable(rows: readonly ScoreRow[], against: string | undefined): string {
  const ends = rows.some(({ low }) => isKnown(low));
  const header = [
    "score",
    "value",
    ...(ends ? ["95 % from", "to"] : []),
    ...(against ? [against, "difference", "from", "to", ""] : []),
  ];
  const lines = rows
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ score, value, low, high, other, difference }) => [
      score,
      printedNumber(value, 4),
      ...(ends ? [printedNumber(low, 4), printedNumber(high, 4)] : []),
      ...(against
        ? [
            printedNumber(other, 4),
            printedNumber(difference?.value, 4),
            printedNumber(difference?.low, 4),
            printedNumber(difference?.high, 4),
            verdict(score, difference),
          ]
        : []),
    ]);
  return table(header, lines);
}

function verdict(score: string, difference: ScoreInterval | undefined): string {
  if (!isKnown(difference?.low) || !isKnown(difference?.high)) return "";
  if (difference.low <= 0 && difference.high >= 0) return "";
  return difference.value < 0 !== largerIsBetter.test(score) ? "better" : "worse";
}

/** Scores that a part of times or cells is shown by. */
const inBrief = /^(crps|mae|bias|rmse|spreadSkill|wetFractionBias|quantiles q99.9 pooledBias)$/;

/** A line for each event and region. */
export function partsTable(found: Verification): string | undefined {
  const parts = [
    ...Object.entries(found.events),
    ...Object.entries(found.regions).map(([k, v]) => [`region ${k}`, v] as const),
  ];
  if (parts.length === 0) return undefined;
  const rows = parts.map(([label, part]) => ({
    label,
    rows: rowsOf(label, part).filter(({ score }) => inBrief.test(score)),
  }));
  const header = ["part", ...rows[0]!.rows.map(({ score }) => score), "95 % of crps"];
  return table(
    header,
    rows.map(({ label, rows: own }) => {
      const crps = own.find(({ score }) => score === "crps")!;
      const ends = isKnown(crps.low) ? `${printedNumber(crps.low, 4)} to ${printedNumber(crps.high, 4)}` : "–";
      return [label, ...own.map(({ value }) => printedNumber(value, 4)), ends];
    }),
  );
}

/** Indices and return levels. */
export function climateTable({ climate }: Verification): string | undefined {
  if (climate === undefined) return undefined;
  const line = (
    name: string,
    { truth, forecast, bias }: (typeof climate.returnLevels)[number] | (typeof climate.indices)["CDD"],
  ) => [
    name,
    printedNumber(truth, 4),
    printedNumber(forecast, 4),
    signedPercent(bias.value),
    isKnown(bias.low) ? `${signedPercent(bias.low)} to ${signedPercent(bias.high)}` : "–",
  ];
  return table(
    [`${climate.years} years, ${climate.cells} cells`, "truth", "forecast", "bias", "95 %"],
    [
      ...Object.entries(climate.indices).map(([name, value]) => line(name, value)),
      ...climate.returnLevels.map((level) => line(`${level.period}-year rain, mm`, level)),
    ],
  );
}

/** Transport distance, with surplus and missing rain. */
export function transportLines({ scores, against }: Verification): string[] {
  const line = (who: string, given: unknown): string[] => {
    if (typeof given !== "object" || given === null) return [];
    const { meanDisplacement, movedShare, surplusShare, missingShare, unconverged, intervals } =
      given as TransportCases;
    const within = (name: "surplusShare" | "missingShare") =>
      intervals ? ` (${percentColumn(intervals[name].low)} to ${percentColumn(intervals[name].high)})` : "";
    const way = intervals
      ? ` (${printedNumber(intervals.meanDisplacement.low, 4)} to ${printedNumber(intervals.meanDisplacement.high, 4)})`
      : "";
    const shares = `${percentColumn(movedShare)} of the observed rain; surplus ${percentColumn(surplusShare)}${within("surplusShare")}, missing ${percentColumn(missingShare)}${within("missingShare")}`;
    const note = unconverged === 0 ? "" : ` (${unconverged} transports not to their tolerance)`;
    return [`rain moved, ${who}: ${printedNumber(meanDisplacement, 4)} km${way} on average, ${shares}${note}`];
  };
  return [...line("forecast", scores["transport"]), ...line("other", against?.scores["transport"])];
}
