/** Checks of data out of files. */
export * from "../checks.ts";
