/** Maps side by side: sliders choose the time and the member, and one cursor shows the values of all of them at a place. */

import { OptionsError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { deflateSync } from "../../engine/platform/compression.ts";
import { numberText } from "../../engine/text/number.ts";
import { barHeight, colorBar } from "../color-bar.ts";
import { firstPlace, type MapFigureOptions, type MapPanel, mapFigure } from "../map-figure.ts";
import { countMissing } from "../raster.ts";
import { escapeXml, fontFamily } from "../style.ts";
import type { PagePart } from "./page.ts";

/**
 * Draws the maps of one time for a page.
 *
 * @param time - the maps, with what is said of them
 * @throws OptionsError without words; what `mapFigure` throws
 */
export function drawMaps(time: {
  /** The time, as it is said above the maps. */
  readonly label: string;
  /** Description of the maps, in words; not empty. */
  readonly alt: string;
  /** So many of the first panels are members, of which one is shown at a time. */
  readonly members: number;
  /** Each panel is drawn by itself. */
  readonly maps: Pick<MapFigureOptions, "panels" | "scale" | "units" | "axes" | "coast" | "firstRow">;
  /**
   * Most values that go into the page for the cursor; of more, one cell in two, three … along each side is kept.
   * @defaultValue 131072
   */
  readonly mostValues?: number;
}): {
  /** As given. */
  readonly label: string;
  /** As given. */
  readonly members: number;
  /** The pictures, with the values that the cursor shows. */
  readonly html: string;
  /** Cells up and across of the first panel, the steps of the cursor. */
  readonly shape: readonly [height: number, width: number];
  /** Names of the axes up and across. */
  readonly axes: readonly [y: string, x: string];
  /** Of so many cells along each side one has its value in the page. */
  readonly every: number;
} {
  const { label, alt, members, maps, mostValues = 1 << 17 } = time;
  if (alt.trim() === "") throw new OptionsError("drawMaps: maps have no alt text; say what they show", "alt", alt);
  const cells = maps.panels.reduce((sum, { values }) => sum + values.length, 0);
  const every = Math.max(1, Math.ceil(Math.sqrt(cells / mostValues)));
  const { height, width } = maps.panels[0]!;
  const axes = [maps.axes?.y.name ?? "row from below", maps.axes?.x.name ?? "column"] as const;
  return { label, members, html: timeHtml(time, every), shape: [height, width], axes, every };
}

type MapsToDraw = Parameters<typeof drawMaps>[0];

/**
 * The maps as HTML.
 *
 * @param id - of the part, for the names of its controls
 * @throws OptionsError without times
 */
export function mapsHtml({ times, start = 0 }: Extract<PagePart, { kind: "maps" }>, id: string): string {
  const first = times[start];
  if (first === undefined) throw new OptionsError("htmlPage: there are no maps to show", "times", times);
  const { shape, axes, every, members } = first;
  const slider = (name: string, words: string, most: number, value: number) =>
    most <= 0
      ? ""
      : `<p><label for="${id}-${name}">${escapeXml(words)}</label> <input id="${id}-${name}" data-moves="${name}" type="range" min="0" max="${most}" value="${value}"> <output for="${id}-${name}"></output></p>`;
  const names = times.map(({ label }) => label);
  return [
    `<div class="maps" data-times="${escapeXml(JSON.stringify(names))}"><div class="control">`,
    slider("time", "time", times.length - 1, start),
    times.length > 1
      ? '<p><button type="button" class="plays" aria-pressed="false">Play</button> <button type="button" class="along">Along time here</button></p>'
      : "",
    slider("member", "member", members - 1, 0),
    slider("x", `cursor, ${axes[1]}`, shape[1] - 1, Math.floor(shape[1] / 2)),
    slider("y", `cursor, ${axes[0]}`, shape[0] - 1, Math.floor(shape[0] / 2)),
    '<p class="reading" role="status"></p><p class="hint">Point at a map, or move the sliders of the cursor, to read all maps at one place; a click draws it along time.</p></div>',
    every > 1 ? `<p class="control">The cursor shows the value of one cell in ${every} along each side.</p>` : "",
    ...times.map(({ html }) => html),
    times.length > 1 ? '<figure class="course" hidden></figure>' : "",
    "</div>",
  ].join("");
}

function timeHtml({ label, alt, members, maps }: MapsToDraw, every: number): string {
  const { scale, units } = maps;
  const figures = maps.panels.map((panel, i) =>
    panelHtml(maps, panel, i < members ? i : undefined, `${label}: ${alt}`, every),
  );
  const isShared = maps.panels.some((panel) => panel.scale === undefined);
  const missing = maps.panels.some((panel) => panel.scale === undefined && countMissing(panel.values) > 0);
  const bar = `<svg xmlns="http://www.w3.org/2000/svg" width="${barWidth}" height="${barHeight + 8}" viewBox="0 0 ${barWidth} ${barHeight + 8}" font-family="${fontFamily}"><rect width="100%" height="100%" fill="white"/>${colorBar(scale, { x: 8, y: 6, width: barWidth - 16 }, units, missing)}</svg>`;
  const [low, high] = scale.kind === "steps" ? [scale.edges[0]!, scale.edges.at(-1)!] : scale.range;
  const legend = isShared
    ? `<figure class="legend"><img alt="Colours from ${numberText(low, 3)} to ${numberText(high, 3)} ${escapeXml(units)}" src="${sourceOf(bar)}"></figure>`
    : "";
  return `<div class="time"><h3>${escapeXml(label)}</h3><div class="panels">${figures.join("")}</div>${legend}</div>`;
}

/** One map, with what the cursor needs: where the field lies in the picture, its axes and its values. */
function panelHtml(
  maps: MapsToDraw["maps"],
  panel: MapPanel,
  member: number | undefined,
  alt: string,
  every: number,
): string {
  const figure: MapFigureOptions = { ...maps, panels: [panel], columns: 1, panelSize: 300, bar: false };
  const { title, height, width } = panel;
  const axes = panel.axes ?? maps.axes;
  const data: Readonly<Record<string, string | number | undefined>> = {
    ...{ title, member, height, width, every, units: panel.units ?? maps.units },
    place: firstPlace(figure)
      .map((share) => (100 * share).toFixed(3))
      .join(" "),
    x: axes?.x.range.join(" "),
    y: axes?.y.range.join(" "),
    first: maps.firstRow ?? "top",
    // What a click draws along time: fields of one scale, and not their spread.
    shared: panel.scale === undefined && title !== "spread" ? "" : undefined,
    values: packed(panel, every),
  };
  const attributes = Object.entries(data).flatMap(([name, value]) =>
    value === undefined ? [] : [` data-${name}="${escapeXml(String(value))}"`],
  );
  const picture = `<img alt="${escapeXml(`${title}, ${alt}`)}" src="${sourceOf(mapFigure(figure))}">`;
  return `<figure${attributes.join("")}><div class="plot">${picture}</div><figcaption>${escapeXml(title)}<span></span></figcaption></figure>`;
}

/** As wide as a telephone, so that its numbers are not made smaller there. */
const barWidth = 356;

const sourceOf = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")}`;

/** Every so many cells along each side as 32-bit floats of four digits, deflated, in base64. */
function packed({ values, height, width }: MapPanel, every: number): string {
  const [rows, columns] = [Math.ceil(height / every), Math.ceil(width / every)];
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) out[i * columns + j] = values[i * every * width + j * every]!;
  // Rounded to 15 bits; the 9 last are 0, which makes the page half as long.
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < bits.length; i += 1) if (Number.isFinite(out[i])) bits[i] = ((bits[i]! + 0x100) & ~0x1ff) >>> 0;
  return deflateSync(new Uint8Array(out.buffer)).toString("base64");
}
