/** What a test file begins with: tests and assertions of uvu, tolerances, coordinates, errors and a folder. No test file imports uvu itself. */
export { suite, test } from "uvu";
export * as assert from "uvu/assert";
export { axis, evenly } from "./axis.ts";
export { all, allClose, close, closeRelative, equalBy, none } from "./close.ts";
export { inFolder, temporaryFolder } from "./folder.ts";
export { type ErrorKind, refuses, throws } from "./refuses.ts";
