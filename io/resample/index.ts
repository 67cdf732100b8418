/** Along time: values of calendar periods taken together. */
export { periodsOf } from "./periods.ts";
export { type ResampleOptions, resample } from "./resample.ts";
