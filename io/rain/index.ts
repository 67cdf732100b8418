/** Precipitation as values of an interval of time: how long it is, and what counts as dry or as clutter over it. */
export { type ChangeKind, changeKindOf } from "./change-kind.ts";
export { amountInterval, boundsLengths, isCadence, type RainInterval, spanNotice, valueSpan } from "./interval.ts";
export { BEYOND_CLUTTER, clutterLimitIn, ROUNDING, rainLimits, wetDayIn, wetThresholdIn } from "./limits.ts";
