/** Precipitation as values of an interval of time: how long it is, and what counts as dry or as clutter over it. */
export { type RainInterval, valueSpan } from "./interval.ts";
