/** Scores of a forecast, as sections of a page. */

import { percentColumn, printedNumber } from "../engine/text/number.ts";
import { csvText } from "../report/csv.ts";
import { type PagePart, type PagePicture, type PageSection, rankFigure, verificationFigure } from "../report/index.ts";
import type { Verification } from "../verification/index.ts";
import { rowsOf, type ScoreRow, scoreSheet, summaryOf } from "../verification/sheets/index.ts";

/** The verification in sentences. @param found - of `verify` */
export const summarySection = (found: Verification): PageSection => ({
  heading: "In short",
  parts: [{ kind: "text", text: summaryOf(found).join(" ") }],
});

/** Scores that are read first; all others follow after the diagrams. */
const main =
  /^(crps|mae|bias|rmse|spreadSkill|wetFractionBias|ralsd|quantiles q99\.9 pooledBias|events .* (csi|brier))$/;

/** @param found - of `verify` */
export async function verificationSections(found: Verification): Promise<PageSection[]> {
  const { coverage, wetThreshold, units } = found;
  const { times, cells, share, gaps } = coverage;
  const compared: PagePart = {
    kind: "facts",
    facts: [
      ["times", `${times[0]}, of ${times[1]} in the forecast and ${coverage.truthTimes} in the truth`],
      ["cells", `${cells[0]} of ${cells[1]} (${percentColumn(share)})`],
      ["missing", `${gaps.truth} cells in the truth, ${gaps.forecast} more in the forecast`],
      ["taken as 0", wetThreshold === null ? "nothing" : `rain below ${printedNumber(wetThreshold, 4)} ${units ?? ""}`],
    ],
  };
  return [
    { heading: "How good it is", parts: [compared, scoresTable(found, "Main scores", main), ...partTables(found)] },
    { heading: "Diagrams", parts: [{ kind: "pictures", pictures: await pictures(found) }] },
    { heading: "All scores", parts: [allScores(found)] },
  ];
}

function allScores(found: Verification): PagePart {
  const sheet = scoreSheet(found);
  return { ...scoresTable(found, "Scores"), csv: { name: "scores.csv", text: csvText(sheet.header, sheet.rows) } };
}

/** @param among - names of the scores that are shown. @defaultValue all */
function scoresTable(found: Verification, caption: string, among?: RegExp) {
  const shown = ({ score, value }: ScoreRow) => !Number.isNaN(value) && (among?.test(score) ?? true);
  const rows = rowsOf("all", found).filter(shown);
  const ends = rows.some(({ low }) => low !== undefined && !Number.isNaN(low));
  const against = found.against !== undefined;
  return {
    kind: "table",
    caption: `${caption}${found.units === undefined ? "" : `, in ${found.units} where they have units`}`,
    header: [
      "score",
      "value",
      ...(ends ? ["95 % from", "to"] : []),
      ...(against ? ["other", "difference", "from", "to"] : []),
    ],
    rows: rows.map(({ score, value, low, high, other, difference: d }) => [
      score,
      printedNumber(value, 4),
      ...(ends ? [printedNumber(low, 4), printedNumber(high, 4)] : []),
      ...(against
        ? [printedNumber(other, 4), printedNumber(d?.value, 4), printedNumber(d?.low, 4), printedNumber(d?.high, 4)]
        : []),
    ]),
  } as const;
}

function partTables(found: Verification): PagePart[] {
  const of = (caption: string, parts: Readonly<Record<string, Parameters<typeof rowsOf>[1]>>): PagePart[] => {
    const labels = Object.keys(parts);
    if (labels.length === 0) return [];
    return [
      {
        kind: "table",
        caption,
        header: ["part", "CRPS", "bias", "RMSE", "spread/skill", "wet share bias"],
        rows: labels.map((label) => {
          const { crps, bias, rmse, spreadSkill, wetFractionBias } = parts[label]!.scores;
          return [
            label,
            printedNumber(crps, 4),
            printedNumber(bias, 4),
            printedNumber(rmse, 4),
            printedNumber(spreadSkill, 4),
            printedNumber(wetFractionBias, 4),
          ];
        }),
      },
    ];
  };
  return [...of("By part of time", found.events), ...of("By region", found.regions)];
}

/** Ranks that are counted as independent: one of each map with rain. */
const independent = ({ rankFlatness, coverage }: Verification): number => rankFlatness?.ranks || coverage.times[0];

/** The rank histogram, with a band for as many ranks as are independent: neighbouring cells are not. */
export function ranksFigure(found: Verification): Promise<string> {
  const counts = found.scores.rankHistogram.map((share) => share * independent(found));
  return rankFigure({ counts, title: "Ranks of the truth" });
}

async function pictures(found: Verification): Promise<PagePicture[]> {
  const { scores, diagrams, units, rankFlatness } = found;
  const flat =
    rankFlatness && !Number.isNaN(rankFlatness.p)
      ? ` Flat by chance with p ${rankFlatness.p < 1e-4 ? "< 0.0001" : `= ${rankFlatness.p.toPrecision(2)}`}.`
      : "";
  const { forecast, truth } = diagrams.quantiles;
  const out: PagePicture[] = [];
  if (scores.rankHistogram.length > 0) {
    const [first, last] = [scores.rankHistogram[0]!, scores.rankHistogram.at(-1)!].map(percentColumn);
    out.push({
      svg: await ranksFigure(found),
      alt: `Rank histogram: ${first} of the truth lie below all members, ${last} above all`,
      caption: `A calibrated ensemble is flat; a U has too little spread. The grey band holds 95 % of its bars, counting ${independent(found)} independent ranks, one a map.${flat}`,
    });
  }
  if (diagrams.reliability.length > 0) {
    const events = scores.events.map(({ threshold, brier, rocArea }) => ({ threshold, brier, rocArea }));
    out.push({
      svg: await verificationFigure("reliability", diagrams, units),
      alt: `Reliability diagram; Brier scores ${events.map((e) => `${printedNumber(e.brier, 4)} at ${e.threshold}`).join(", ")}`,
    });
    out.push({
      svg: await verificationFigure("roc", diagrams, units),
      alt: `ROC curves; areas ${events.map((e) => `${printedNumber(e.rocArea, 4)} at ${e.threshold}`).join(", ")}`,
    });
  }
  out.push({
    svg: await verificationFigure("quantiles", diagrams, units),
    alt: `Quantiles: the largest drawn is ${printedNumber(forecast.at(-1), 4)} in the forecast and ${printedNumber(truth.at(-1), 4)} in the truth`,
  });
  if (diagrams.spectrum.truth.some((p) => p > 0)) {
    out.push({
      svg: await verificationFigure("spectrum", diagrams),
      alt: `Spectra of forecast and truth, ${printedNumber(scores.ralsd, 4)} dB apart`,
    });
  }
  if (scores.fss.length > 0) {
    const texts = scores.fss.map(
      ({ threshold, window, fss }) => `${printedNumber(fss, 4)} (≥ ${threshold}, ${window} cells)`,
    );
    out.push({
      svg: await verificationFigure("fss", scores, units),
      alt: `Fractions skill score: ${texts.join(", ")}`,
    });
  }
  return out;
}
