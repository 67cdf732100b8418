/** Scores of sums over time as a section of a page: a table, intensity by duration, and autocorrelation by lag. */
import { printedNumber, quantileName } from "../engine/text/number.ts";
import { precipitationUnits } from "../io/field/index.ts";
import { curveFigure, type PagePart, type PageSection } from "../report/index.ts";
import type { TimeScoresValue, Verification } from "../verification/index.ts";

const both = ["truth", "forecast"] as const;
const hours = (seconds: number): number => seconds / 3600;
const spell = (v: number): string => (Number.isNaN(v) ? "–" : `${printedNumber(hours(v), 3)} h`);

/** @returns undefined for a verification without scores in time */
export async function timeSection({ scores, units }: Verification): Promise<PageSection | undefined> {
  const found = scores["time"] as unknown as TimeScoresValue | undefined;
  if (found === undefined) return undefined;
  const { sums, step, autocorrelation, spells, hourOfMaximum } = found;
  const levels = sums[0]?.quantiles ?? [];
  const table: PagePart = {
    kind: "table",
    caption: `Sums over time${units === undefined ? "" : `, in ${units} where they have units`}`,
    header: [
      ...["hours", "of", "windows", "CRPS", "spread/skill", "largest, truth", "largest, forecast"],
      ...levels.map(({ q }) => `${quantileName(q)} bias`),
    ],
    rows: sums.map(({ duration, of, windows, crps, spreadSkill, maximum, quantiles }) => [
      ...[printedNumber(hours(duration), 3), of, windows, crps, spreadSkill, maximum.truth, maximum.forecast],
      ...quantiles.map(({ bias }) => bias),
    ]),
  };
  const facts: PagePart = {
    kind: "facts",
    facts: [
      ...(["wet", "dry"] as const).map((kind) => {
        const { truth, forecast } = spells[kind];
        return [`mean ${kind} spell`, `truth ${spell(truth)}, forecast ${spell(forecast)}`] as const;
      }),
      [
        "hour of most rain",
        both.map((side) => `${side} ${Number.isNaN(hourOfMaximum[side]) ? "–" : hourOfMaximum[side]}`).join(", "),
      ],
    ],
  };
  return {
    heading: "Sums over time",
    parts: [table, facts, ...(await intensities(sums, units)), ...(await lags(autocorrelation, step))],
  };
}

async function intensities(sums: TimeScoresValue["sums"], units: string | undefined): Promise<PagePart[]> {
  const own = sums.filter(({ of, maximum }) => of === "cells" && maximum.truth > 0 && maximum.forecast > 0);
  if (own.length < 2) return [];
  const isAmount = units !== undefined && precipitationUnits(units).kind === "amount";
  const curve = (side: (typeof both)[number]) => ({
    name: side,
    x: own.map(({ duration }) => hours(duration)),
    y: own.map(({ duration, maximum }) => maximum[side] / (isAmount ? hours(duration) : 1)),
  });
  const y = { name: `largest mean intensity, ${isAmount ? `${units}/h` : units}`, log: true };
  const curves = both.map(curve);
  return [
    {
      kind: "picture",
      svg: await curveFigure({ curves, x: { name: "duration, hours", log: true }, y, title: "Intensity by duration" }),
      alt: `Intensity by duration: ${curves.map(({ name, y: values }) => `${name} from ${printedNumber(values[0]!, 3)} to ${printedNumber(values.at(-1)!, 3)}`).join(", ")}`,
      caption: "Mean over cells of each one's largest sum.",
    },
  ];
}

async function lags({ place, motion }: TimeScoresValue["autocorrelation"], step: number): Promise<PagePart[]> {
  const curves = [
    ...both.map((side) => ({ name: `${side}, at a place`, values: place[side] })),
    ...both.map((side) => ({ name: `${side}, along the motion`, values: motion[side] })),
  ].filter(({ values }) => values.length > 0);
  if (curves.length === 0) return [];
  const drawn = curves.map(({ name, values }) => ({ name, x: values.map((_, k) => ((k + 1) * step) / 60), y: values }));
  return [
    {
      kind: "picture",
      svg: await curveFigure({
        curves: drawn,
        x: { name: "lag, minutes" },
        y: { name: "correlation" },
        title: "Departures from the mean of the other members",
      }),
      alt: `Autocorrelation of departures at the first lag: ${curves.map(({ name, values }) => `${name} ${values[0]!.toFixed(2)}`).join("; ")}`,
    },
  ];
}
