/** Abilities of this machine, found by trials. */
export { checkFolder, type Diagnosis, diagnose } from "./diagnose.ts";
