/** Forecasts and truth on common times and grids. */
export { commonTimes, type TimeRoles } from "./match-times.ts";
