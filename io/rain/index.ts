/** Precipitation as values of an interval of time: how long it is, and what counts as dry or as clutter over it. */

export { amountInterval, boundsLengths, isCadence, type RainInterval, spanNotice, valueSpan } from "./interval.ts";
export {
  BEYOND_CLUTTER,
  type ChangeKind,
  changeKindOf,
  clutterLimitIn,
  ROUNDING,
  rainLimits,
  wetDayIn,
  wetThresholdIn,
} from "./limits.ts";
