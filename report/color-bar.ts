/** Horizontal colour bars, drawn as SVG. */
import type { ColorScale } from "./color-scale.ts";
import { escapeXml, ink, missingGrey, shortNumber } from "./style.ts";
import { niceTicks } from "./ticks.ts";

/** A place for a bar: left end and top edge in SVG units, and its length without the legend of missing cells. */
export interface BarPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Height of a bar with its numbers, in SVG units. */
export const barHeight = 34;

const thickness = 13;

/**
 * One bar: the colours, numbers at the steps, the units, and, where `missing` is set, what grey means.
 *
 * @returns SVG elements
 */
export function colorBar(scale: ColorScale, place: BarPlace, units: string, missing: boolean): string {
  const { x, y, width } = place;
  const legend = missing ? width - 86 : width;
  const unitsWidth = units === "" ? 0 : 7 * units.length + 12;
  const length = legend - unitsWidth;
  const bar = scale.kind === "steps" ? steps(scale, x, y, length) : gradient(scale, x, y, length);
  const name = units === "" ? "" : label(x + length + 8, y + thickness - 2, units, "start");
  const swatch = missing
    ? `<rect x="${x + width - 76}" y="${y}" width="${thickness}" height="${thickness}" fill="${missingGrey}"/>${label(x + width - 58, y + thickness - 2, "missing", "start")}`
    : "";
  return bar + name + swatch;
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="11.5" text-anchor="${anchor}" fill="${ink}">${escapeXml(text)}</text>`;
}

/** Equal boxes, with an arrow for the open upper end. */
function steps(scale: Extract<ColorScale, { kind: "steps" }>, x: number, y: number, length: number): string {
  const count = scale.colors.length;
  const box = length / count;
  const shapes = scale.colors.map((color, i) => {
    const left = x + i * box;
    if (i < count - 1)
      return `<rect x="${left.toFixed(2)}" y="${y}" width="${(box + 0.3).toFixed(2)}" height="${thickness}" fill="${color}"/>`;
    const neck = left + box - thickness;
    return `<path d="M${left.toFixed(2)} ${y}H${neck.toFixed(2)}L${(x + length).toFixed(2)} ${y + thickness / 2}L${neck.toFixed(2)} ${y + thickness}H${left.toFixed(2)}Z" fill="${color}"/>`;
  });
  const end = x + length;
  const outline = `<path d="M${x} ${y}H${(end - thickness).toFixed(2)}L${end.toFixed(2)} ${y + thickness / 2}L${(end - thickness).toFixed(2)} ${y + thickness}H${x}Z" fill="none" stroke="#888888" stroke-width="0.8"/>`;
  const every = box >= 26 ? 1 : Math.ceil(26 / box);
  const numbers = scale.edges.map((edge, i) =>
    i % every === 0 ? label(x + (i + 1) * box, y + thickness + 14, shortNumber(edge), "middle") : "",
  );
  return shapes.join("") + outline + numbers.join("");
}

function gradient(scale: Extract<ColorScale, { kind: "smooth" }>, x: number, y: number, length: number): string {
  const [low, high] = scale.range;
  const id = `bar-${Math.round(x * 10)}-${Math.round(y * 10)}`;
  const stops = scale.colors.map(
    (color, i) => `<stop offset="${(i / (scale.colors.length - 1)).toFixed(4)}" stop-color="${color}"/>`,
  );
  const round = niceTicks(low, high, Math.max(2, Math.floor(length / 45)));
  // One number alone, as 0 between ±4, is no scale.
  const ticks = round.length > 1 ? round : [low, high];
  const at = (value: number): number => x + (length * (value - low)) / (high - low);
  const marks = ticks.map(
    (tick) =>
      `<path d="M${at(tick).toFixed(2)} ${y + thickness}v4" stroke="#888888" stroke-width="0.8"/>${label(at(tick), y + thickness + 15, shortNumber(tick), "middle")}`,
  );
  return `<defs><linearGradient id="${id}">${stops.join("")}</linearGradient></defs><rect x="${x}" y="${y}" width="${length.toFixed(2)}" height="${thickness}" fill="url(#${id})" stroke="#888888" stroke-width="0.8"/>${marks.join("")}`;
}
