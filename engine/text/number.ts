/** Numbers as people read them. */

/** With so many significant digits at most. */
export const numberText = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** The same as pages print it: with a true minus, and a dash where there is no number. */
export const printedNumber = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? "–" : numberText(value, digits).replace("-", "−");
