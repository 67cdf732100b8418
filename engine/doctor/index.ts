/** Abilities of this machine, found by trials. */
export { type DeviceCheck, type Diagnosis, diagnose } from "./diagnose.ts";
export { checkFolder, type FolderCheck } from "./folder.ts";
export { type SpeedCheck, speedCheck } from "./speed.ts";
