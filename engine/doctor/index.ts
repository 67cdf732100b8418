/** Abilities of this machine, found by trials. */
export { type Diagnosis, diagnose } from "./diagnose.ts";
export { checkFolder } from "./folder.ts";
export { speedCheck } from "./speed.ts";
