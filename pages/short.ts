/** Three significant digits with a true minus, as pages say numbers in sentences. */
export const short = (v: number): string => String(Number(v.toPrecision(3))).replace("-", "−");
