/** What a test file begins with: uvu's tests and assertions, tolerances, errors and a folder. Only this file imports uvu. */
export { suite, test } from "uvu";
export * as assert from "uvu/assert";
export { axis, evenly } from "./axis.ts";
export { close, closeRelative } from "./close.ts";
export { inFolder, temporaryFolder } from "./folder.ts";
export { refuses, throws } from "./refuses.ts";
