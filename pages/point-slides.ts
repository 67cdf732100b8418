/** Positions of collocation points, one picture after another. */
import { printedNumber } from "../engine/text/number.ts";
import { drawChart, type PagePart } from "../report/index.ts";
import type { Solution } from "../solvers/solution/index.ts";

/** Most pictures of points. */
const mostSlides = 12;

/** Points of a round, a trial or a window, as a record keeps them. */
export interface KeptPoints {
  readonly label: string;
  /** [n, axes], row-major. */
  readonly places: readonly number[];
  /** Number of all points, of which `places` holds some. */
  readonly points?: number;
  /** Said after their number. @defaultValue none */
  readonly note?: string;
}

/**
 * Pictures of points along the first two axes, at most 12, the last one first.
 *
 * @param name - what the slider moves along
 */
export async function pointSlides(
  { problem, domain }: Solution,
  name: string,
  kept: readonly KeptPoints[],
): Promise<Extract<PagePart, { kind: "slides" }> | undefined> {
  if (kept.length === 0) return undefined;
  const chosen = kept.filter((_, i) => i === kept.length - 1 || i % Math.ceil(kept.length / mostSlides) === 0);
  const { axes } = problem;
  const scale = (k: number) => ({ domain: [domain.low[k]!, domain.high[k]!], nice: false, zero: false });
  const slides = [];
  for (const { label, places, points, note } of chosen) {
    const rows = Array.from({ length: places.length / axes.length }, (_, i) => ({
      x: places[i * axes.length]!,
      y: axes.length > 1 ? places[i * axes.length + 1]! : 0,
    }));
    const all = points !== undefined && points > rows.length ? ` of ${points}` : "";
    slides.push({
      label,
      svg: await drawChart({
        $schema: "https://vega.github.io/schema/vega-lite/v6.json",
        ...{ width: 380, height: axes.length > 1 ? 380 : 60 },
        data: { values: rows },
        mark: { type: "circle", size: 9, opacity: 0.8, clip: true },
        encoding: {
          x: { field: "x", type: "quantitative", title: axes[0]!, scale: scale(0) },
          y: {
            field: "y",
            type: "quantitative",
            title: axes[1] ?? "",
            scale: axes.length > 1 ? scale(1) : {},
            ...(axes.length === 1 && { axis: null }),
          },
        },
      }),
      alt: `Points of ${label}: ${rows.length}${all}, ${spreadOf(rows)}`,
      caption: `${rows.length}${all} collocation points${axes.length > 2 ? `, along ${axes[0]} and ${axes[1]}` : ""}${note ? `; ${note}` : ""}`,
    });
  }
  return { kind: "slides", name, slides, start: slides.length - 1 };
}

/** Range of the middle half of points, in words. */
function spreadOf(rows: readonly { readonly x: number; readonly y: number }[]): string {
  const half = (key: "x" | "y") => {
    const sorted = rows.map((row) => row[key]).sort((a, b) => a - b);
    return [0.25, 0.75].map((q) => printedNumber(sorted[Math.floor(q * (sorted.length - 1))]!, 3)).join(" to ");
  };
  return `the middle half from ${half("x")} across and ${half("y")} up`;
}
