/** Rank histograms: where the observation falls among the members of an ensemble. */
import { anything, checkOptions, positive, text } from "../engine/checks.ts";
import { DomainError, OptionsError } from "../engine/errors.ts";
import { curveColors } from "./style.ts";
import { drawChart } from "./vega.ts";

/**
 * Draws a rank histogram as relative frequencies, with the line of a calibrated ensemble, 1/(members + 1), and the band
 * that holds 95 % of a calibrated ensemble's bars: ±1.96 √(p(1 − p)/n) for n independent observations. Neighbouring
 * pixels are not independent, so bars of fields leave the band more often than that.
 *
 * Reference: Hamill 2001, "Interpretation of rank histograms for verifying ensemble forecasts",
 * doi:10.1175/1520-0493(2001)129<0550:IORHFV>2.0.CO;2.
 *
 * @param options - the counts first
 * @returns the SVG text; `writePicture` makes a file of it
 * @throws OptionsError for fewer than two ranks; DomainError for a negative or non-finite count, or if all are 0
 */
export async function rankFigure(options: {
  /** [members + 1], how often the observation had rank 0, 1, …, members. */
  readonly counts: ArrayLike<number>;
  /** Above the plot. `@defaultValue` none */
  readonly title?: string;
  /** Height of the plot area, SVG units. `@defaultValue` 260 */
  readonly height?: number;
}): Promise<string> {
  checkOptions("rankFigure", options, { counts: anything, title: text, height: positive() });
  const { title, height = 260 } = options;
  const counts = Array.from(options.counts);
  if (counts.length < 2)
    throw new OptionsError(
      `rankFigure: expected members + 1 counts, at least 2, got ${counts.length}`,
      "counts",
      counts,
    );
  const bad = counts.findIndex((count) => !(count >= 0 && Number.isFinite(count)));
  if (bad >= 0)
    throw new DomainError(`rankFigure: count of rank ${bad} is ${counts[bad]}, expected 0 or more`, counts[bad]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new DomainError("rankFigure: all counts are 0; nothing was ranked", counts);
  const even = 1 / counts.length;
  const half = 1.96 * Math.sqrt((even * (1 - even)) / total);
  const value = (datum: number) => ({ datum, type: "quantitative" }) as const;
  return drawChart({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 420,
    height,
    ...(title !== undefined && { title }),
    layer: [
      {
        data: { values: counts.map((count, rank) => ({ rank, frequency: count / total })) },
        mark: { type: "bar", color: curveColors[5], binSpacing: 0, stroke: "white", width: { band: 0.92 } },
        encoding: {
          x: {
            field: "rank",
            type: "ordinal",
            title: "rank of the observation among the members",
            axis: { labelAngle: 0, labelOverlap: true, grid: false },
          },
          y: { field: "frequency", type: "quantitative", title: "relative frequency", scale: { zero: true } },
        },
      },
      {
        data: { values: [{ low: Math.max(0, even - half), high: even + half }] },
        mark: { type: "rect", color: "#000000", opacity: 0.12 },
        encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
      },
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#000000", strokeDash: [6, 4], strokeWidth: 1.5 },
        encoding: { y: value(even) },
      },
    ],
  });
}
