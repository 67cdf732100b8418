/** What this machine can do for the engine, found by doing it. */
export { type DeviceCheck, type DiagnoseOptions, type Diagnosis, diagnose } from "./diagnose.ts";
export { checkFolder, type FolderCheck } from "./folder.ts";
export { type SpeedCheck, speedCheck } from "./speed.ts";
