/** Forecasts and truth on common times and grids. */
export { type Coverage, gapFreeCases } from "./gap-free.ts";
export { commonTimes, type TimeRoles } from "./match-times.ts";
