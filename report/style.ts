/** Style shared by all pictures: the typeface, the ink, the colours of curves, and XML's escapes. */
import { printedNumber, significant } from "../engine/text/number.ts";

/** The typeface; `png.ts` brings its file along, so that labels appear on a machine without fonts. */
export const fontFamily = "DejaVu Sans, Verdana, sans-serif";

/** Colour of text. */
export const ink = "#222222";

/** Grey of missing data. */
export const missingGrey = "#b4b4b4";

/** Colours of curves that colour-blind readers can distinguish (Okabe & Ito 2008). */
export const curveColors = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
] as const satisfies readonly string[];

/**
 * Colour and dashes of the k-th curve of a figure: where the colours are used up they begin again, with dashes of one
 * more dot for each time.
 *
 * @param k - from 0
 * @param dashed - whether it is a reference
 */
export function curveStyle(k: number, dashed = false): { readonly color: string; readonly dash: readonly number[] } {
  const dots = Math.floor(k / curveColors.length);
  const stroke = dashed ? [6, 4] : dots === 0 ? [1, 0] : [12, 3];
  return {
    color: curveColors[k % curveColors.length]!,
    dash: [...stroke, ...Array.from({ length: dots }, () => [2, 3]).flat()],
  };
}

/** Text made safe inside XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Four significant digits without trailing zeros; very large and very small numbers as `1e-5`. */
export function shortNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return significant(value, 4).toExponential().replace("e+", "e").replaceAll("-", "−");
  return printedNumber(value, 4);
}
