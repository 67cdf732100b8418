/** Ensembles in units of work: drawn by any number of workers into one store, audited, and merged into files. */
export { type AuditOptions, auditUnits, type StoreAudit, type UnitTrouble } from "./audit.ts";
export { type DownscaleUnitsOptions, downscaleUnits, type UnitsDone } from "./downscale-units.ts";
export { type MergedFile, type MergeOptions, mergeUnits } from "./merge.ts";
export type { Shard, UnitIdentity, UnitPlan, UnitSize } from "./unit-plan.ts";
export type { UnitFile, UnitRow } from "./unit-rows.ts";
