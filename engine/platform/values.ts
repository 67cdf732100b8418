/** Comparison of values, and promises of functions with a callback. */
export { isDeepStrictEqual, promisify } from "node:util";
