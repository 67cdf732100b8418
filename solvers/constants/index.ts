/** Constants to be found, by any method that has a solution for given ones. */
export * from "./other-starts.ts";
export * from "./search.ts";
export * from "./uncertainty.ts";
