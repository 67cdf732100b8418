/** Numbers as people read them: in messages, on the command line and on pages. */

/** The number with so many significant digits. */
export const significant = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Its text, with so many significant digits at most. */
export const numberText = (value: number, digits: number): string => String(significant(value, digits));

/** The same as pages print it: with a true minus, and a dash where there is no number. */
export const printedNumber = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? "–" : numberText(value, digits).replaceAll("-", "−");

/** A share in percent, with two significant digits at most: "2.5 %". */
export const percentText = (share: number): string => `${numberText(100 * share, 2)} %`;

/** A share in percent with one decimal, as columns have it: "97.0 %". */
export const percentColumn = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The same of a change, with its sign; a dash where there is no number. */
export const signedPercent = (change: number): string =>
  Number.isNaN(change) ? "–" : `${change < 0 ? "−" : "+"}${percentColumn(Math.abs(change))}`;

/** Name of a quantile: "q99.9" of 0.999. */
export const quantileName = (q: number): string => `q${Number((100 * q).toFixed(4))}`;

/** A number of bytes: "1.23 GB". */
export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const k = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${numberText(bytes / 1000 ** k, 3)} ${units[k]}`;
}
